-- Which lines wait longest, since when, why, and what would ship them?
SELECT client_id, order_id, line_no, sku, backordered_qty, days_waiting, why, eta_on, eta_reason
FROM queue
WHERE backordered_qty > 0
ORDER BY days_waiting DESC, client_id, queue_place
LIMIT 20
