-- Which revenue waits, in the client's currency, in eaches and in cases?
SELECT
    client_id,
    line.currency,
    coalesce(line.sent_uom, 'EA') AS sent_uom,
    count(*) AS lines,
    sum(fact.backordered_qty) AS eaches,
    round(sum(fact.backordered_qty / line.uom_eaches), 2) AS sent_units,
    sum(fact.backordered_value) AS backordered_value,
    sum(fact.open_value) AS open_value
FROM line_facts AS fact
JOIN order_lines AS line USING (client_id, order_id, line_no)
WHERE line.open_qty > 0
GROUP BY ALL
ORDER BY ALL
