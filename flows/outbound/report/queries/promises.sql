-- By the week of each date that a line was told: it was kept, told anew before it was over, or missed; as
-- `promise_history` judges what was told.
WITH told AS (
    SELECT client_id, order_id, line_no, eta_on, min(business_date) AS first_told_on, max(business_date) AS told_on
    FROM notice_lines
    WHERE waiting_qty > 0 AND coalesce(eta_on >= getvariable('first_week'), TRUE)
    GROUP BY client_id, order_id, line_no, eta_on
),
followed AS (
    SELECT *, lead(told_on) OVER (PARTITION BY client_id, order_id, line_no ORDER BY told_on) AS next_told_on
    FROM told
),
sent AS (
    SELECT client_id, order_id, line_no, max(shipped_on) AS last_on
    FROM shipments
    WHERE shipped_qty > 0
    GROUP BY client_id, order_id, line_no
),
gone AS (
    SELECT client_id, order_id, line_no, max(business_date) AS last_on
    FROM movements
    WHERE ledger = 'line' AND to_account = 'CANCELLED'
    GROUP BY client_id, order_id, line_no
),
judged AS (
    SELECT
        date_trunc('week', told.eta_on)::DATE AS week_on,
        CASE
            WHEN sent.last_on > told.eta_on OR gone.last_on > told.eta_on OR line.open_qty + line.reserved_qty > 0
                THEN CASE WHEN told.next_told_on <= told.eta_on THEN 'moved' ELSE 'missed' END
            WHEN line.released_qty > 0 THEN 'unconfirmed'
            WHEN sent.last_on >= told.first_told_on THEN 'kept'
        END AS outcome
    FROM followed AS told
    JOIN order_lines AS line USING (client_id, order_id, line_no)
    LEFT JOIN sent USING (client_id, order_id, line_no)
    LEFT JOIN gone USING (client_id, order_id, line_no)
    WHERE told.eta_on <= getvariable('tonight')
)
SELECT
    week_on,
    count(*) FILTER (WHERE outcome = 'kept') AS kept,
    count(*) FILTER (WHERE outcome = 'moved') AS moved,
    count(*) FILTER (WHERE outcome = 'missed') AS missed,
    count(*) FILTER (WHERE outcome = 'unconfirmed') AS unconfirmed
FROM judged
WHERE outcome IS NOT NULL
GROUP BY week_on
ORDER BY week_on
