-- How many lines, units and money were ordered, shipped and cancelled, by client and week of the order?
SELECT
    client_id,
    date_trunc('week', ordered_on)::DATE AS week,
    count(DISTINCT order_id) AS orders,
    count(*) AS lines,
    sum(ordered_qty) AS ordered_qty,
    sum(shipped_qty) AS shipped_qty,
    sum(cancelled_qty) AS cancelled_qty,
    currency,
    sum(ordered_value) AS ordered_value,
    sum(shipped_value) AS shipped_value
FROM line_facts
GROUP BY ALL
ORDER BY client_id, week, currency
