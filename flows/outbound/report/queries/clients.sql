-- Of each client that the version knows: what came tonight, what of it is wrong, what was given, what stays and why.
WITH came AS (
    SELECT
        client_id,
        count(*) AS files,
        count(*) FILTER (WHERE verdict IN ('refused', 'held')) AS unread_files,
        sum(rows_read)::BIGINT AS rows_read,
        sum(rows_rejected)::BIGINT AS rows_rejected,
        sum(rows_set_aside)::BIGINT AS rows_set_aside
    FROM files
    WHERE business_date = getvariable('tonight') AND run_no = getvariable('run_no')
    GROUP BY client_id
),
given AS (
    SELECT
        client_id,
        count(DISTINCT (order_id, line_no)) FILTER (WHERE kind = 'release') AS released_lines,
        count(DISTINCT order_id) FILTER (WHERE kind = 'release') AS released_orders
    FROM allocations
    WHERE business_date = getvariable('tonight') AND run_no = getvariable('run_no')
    GROUP BY client_id
),
stands AS (
    SELECT
        client_id,
        count(*) FILTER (WHERE backordered_qty > 0) AS waiting_lines,
        count(*) FILTER (WHERE backordered_qty > 0 AND eta_on IS NULL) AS undated_lines,
        max(days_waiting) FILTER (WHERE backordered_qty > 0) AS oldest_days,
        count(*) FILTER (WHERE open_qty > 0 AND awaits_count IS NOT NULL) AS uncounted_lines,
        count(*) FILTER (WHERE reserved_qty > 0) AS kept_lines,
        count(*) FILTER (WHERE open_qty + reserved_qty > 0) AS open_lines
    FROM order_lines
    GROUP BY client_id
),
reasons AS (
    SELECT client_id, short_reason AS reason, count(*) AS lines
    FROM order_lines
    WHERE backordered_qty > 0 AND short_reason IS NOT NULL
    GROUP BY client_id, short_reason
),
waits AS (
    SELECT client_id, arg_min(reason, (-lines, reason)) AS wait_reason
    FROM reasons
    GROUP BY client_id
),
stays AS (
    SELECT client_id, arg_min(reason_code, (-lines, reason_code)) AS kept_reason
    FROM (
        SELECT client_id, reason_code, count(DISTINCT (order_id, line_no)) AS lines
        FROM reservations
        GROUP BY client_id, reason_code
    )
    GROUP BY client_id
),
known AS (
    SELECT client_id FROM came
    UNION
    SELECT client_id FROM given
    UNION
    SELECT client_id FROM stands
    UNION
    SELECT client_id FROM findings WHERE business_date = getvariable('tonight')
)
SELECT
    client_id,
    coalesce(files, 0) AS files,
    coalesce(unread_files, 0) AS unread_files,
    coalesce(rows_read, 0) AS rows_read,
    coalesce(rows_rejected, 0) AS rows_rejected,
    coalesce(rows_set_aside, 0) AS rows_set_aside,
    coalesce(released_lines, 0) AS released_lines,
    coalesce(released_orders, 0) AS released_orders,
    coalesce(open_lines, 0) AS open_lines,
    coalesce(waiting_lines, 0) AS waiting_lines,
    coalesce(undated_lines, 0) AS undated_lines,
    coalesce(uncounted_lines, 0) AS uncounted_lines,
    oldest_days,
    wait_reason,
    coalesce(kept_lines, 0) AS kept_lines,
    kept_reason
FROM known
LEFT JOIN came USING (client_id)
LEFT JOIN given USING (client_id)
LEFT JOIN stands USING (client_id)
LEFT JOIN waits USING (client_id)
LEFT JOIN stays USING (client_id)
ORDER BY client_id
