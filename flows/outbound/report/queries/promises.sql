-- By the week of the date last told: what left by then, and what did not.
WITH sent AS (
    SELECT client_id, order_id, line_no, max(shipped_on) AS last_on
    FROM shipments
    WHERE shipped_qty > 0
    GROUP BY client_id, order_id, line_no
),
judged AS (
    SELECT
        date_trunc('week', line.told_eta_on)::DATE AS week_on,
        CASE
            WHEN line.open_qty + line.reserved_qty > 0 OR sent.last_on > line.told_eta_on THEN 'missed'
            WHEN line.released_qty > 0 THEN 'unconfirmed'
            WHEN sent.last_on IS NOT NULL THEN 'kept'
        END AS outcome
    FROM order_lines AS line
    LEFT JOIN sent USING (client_id, order_id, line_no)
    WHERE line.told_eta_on BETWEEN getvariable('first_week') AND getvariable('tonight')
),
moved AS (
    SELECT date_trunc('week', business_date)::DATE AS week_on, count(*) AS moved
    FROM notices
    WHERE kind = 'eta_changed' AND business_date >= getvariable('first_week')
    GROUP BY week_on
),
told AS (
    SELECT
        week_on,
        count(*) FILTER (WHERE outcome = 'kept') AS kept,
        count(*) FILTER (WHERE outcome = 'missed') AS missed,
        count(*) FILTER (WHERE outcome = 'unconfirmed') AS unconfirmed
    FROM judged
    GROUP BY week_on
)
SELECT
    week_on,
    coalesce(kept, 0) AS kept,
    coalesce(moved, 0) AS moved,
    coalesce(missed, 0) AS missed,
    coalesce(unconfirmed, 0) AS unconfirmed
FROM told
FULL JOIN moved USING (week_on)
ORDER BY week_on
