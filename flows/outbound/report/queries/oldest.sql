-- The orders that wait longest; the date is that of the last line, null where a line has none.
SELECT
    client_id,
    order_id,
    count(*) AS lines,
    max(days_waiting) AS days_waiting,
    CASE WHEN count(eta_on) = count(*) THEN max(eta_on) END AS eta_on
FROM ageing
GROUP BY client_id, order_id
ORDER BY days_waiting DESC, client_id, order_id
LIMIT 10
