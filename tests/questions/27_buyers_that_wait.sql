-- Which buyers wait for most money, since when, and with which purchase orders?
SELECT
    client_id,
    coalesce(consignee_id, order_id) AS buyer,
    count(*) AS orders,
    min(first_short_on) AS since,
    sum(open_value) AS open_value,
    min(currency) AS currency,
    string_agg(DISTINCT po_number, ', ' ORDER BY po_number) AS po_numbers
FROM order_facts
WHERE backordered_qty > 0
GROUP BY ALL
ORDER BY open_value DESC NULLS LAST, client_id, buyer
LIMIT 20
