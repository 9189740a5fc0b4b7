-- What changed since yesterday for one client: new waiting lines, moved dates, shipped, cancelled?
WITH night AS (
    SELECT max(business_date) AS today, max(business_date) FILTER (WHERE business_date < last_on) AS yesterday
    FROM nights
    CROSS JOIN (SELECT max(business_date) AS last_on FROM nights)
),
waits AS (
    SELECT n.business_date, n.order_id, n.line_no, n.open_qty, n.eta_on
    FROM line_nights AS n
    WHERE n.client_id = 'larkmoor' AND n.open_qty > 0
)
SELECT 'waits since tonight' AS what, new.order_id, new.line_no, new.open_qty AS qty, new.eta_on AS day
FROM waits AS new
JOIN night ON new.business_date = night.today
ANTI JOIN (SELECT * FROM waits JOIN night ON business_date = yesterday) AS old USING (order_id, line_no)
UNION ALL
SELECT 'date moved', new.order_id, new.line_no, new.open_qty, new.eta_on
FROM waits AS new
JOIN night ON new.business_date = night.today
JOIN waits AS old ON old.business_date = night.yesterday AND (old.order_id, old.line_no) = (new.order_id, new.line_no)
WHERE old.eta_on IS DISTINCT FROM new.eta_on
UNION ALL
SELECT 'shipped', order_id, line_no, sum(shipped_qty)::BIGINT, max(shipped_on)
FROM shipments
JOIN night ON business_date = today
WHERE client_id = 'larkmoor' AND shipped_qty <> 0
GROUP BY order_id, line_no
UNION ALL
SELECT 'cancelled', order_id, line_no, sum(qty)::BIGINT, max(business_date)
FROM movements
JOIN night ON business_date = today
WHERE client_id = 'larkmoor' AND ledger = 'line' AND to_account = 'CANCELLED'
GROUP BY order_id, line_no
ORDER BY ALL
