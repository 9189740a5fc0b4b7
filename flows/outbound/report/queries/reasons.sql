-- Why lines wait, and why units that are there stay: the main reason of each line.
SELECT 'wait' AS kind, short_reason AS reason, count(*) AS lines, count(DISTINCT client_id) AS clients
FROM order_lines
WHERE backordered_qty > 0 AND short_reason IS NOT NULL
GROUP BY short_reason
UNION ALL
SELECT 'keep' AS kind, reserved_reason AS reason, count(*) AS lines, count(DISTINCT client_id) AS clients
FROM order_lines
WHERE reserved_qty > 0 AND reserved_reason IS NOT NULL
GROUP BY reserved_reason
ORDER BY kind DESC, lines DESC, reason
