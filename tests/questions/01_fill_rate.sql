-- What is the fill rate by lines, units and orders: by client, week, SKU, channel and retail account?
SELECT
    fill.client_id,
    date_trunc('week', fill.due_night_on)::DATE AS week,
    line.sku,
    line.channel,
    line.consignee_id,
    count(*) AS lines,
    round(100 * count(*) FILTER (WHERE fill.filled_qty = fill.wanted_qty) / count(*), 1) AS line_pct,
    round(100 * sum(fill.filled_qty) / sum(fill.wanted_qty), 1) AS unit_pct,
    count(DISTINCT fill.order_id) AS orders,
    round(100 - 100 * count(DISTINCT fill.order_id) FILTER (WHERE fill.filled_qty < fill.wanted_qty)
        / count(DISTINCT fill.order_id), 1) AS order_pct
FROM line_fills AS fill
JOIN order_lines AS line USING (client_id, order_id, line_no)
WHERE fill.days = 0
GROUP BY GROUPING SETS (
    (fill.client_id, week), (fill.client_id, line.channel), (fill.client_id, line.consignee_id),
    (fill.client_id, line.sku)
)
ORDER BY fill.client_id, week NULLS LAST, line.sku NULLS LAST, line.channel NULLS LAST, line.consignee_id
