-- A row for each date of the last weeks that has a night.
WITH dates AS (
    SELECT DISTINCT business_date FROM nights WHERE business_date > getvariable('tonight') - getvariable('days')
),
filled AS (
    SELECT
        due_night_on AS business_date,
        sum(lines)::BIGINT AS due_lines,
        sum(first_pass_lines)::BIGINT AS first_pass_lines,
        (sum(lines) FILTER (WHERE day_7_lines IS NOT NULL))::BIGINT AS day_7_due_lines,
        sum(day_7_lines)::BIGINT AS day_7_lines
    FROM fill_rate_daily
    WHERE due_night_on > getvariable('tonight') - getvariable('days')
    GROUP BY due_night_on
),
stood AS (
    SELECT
        business_date,
        count(*) FILTER (WHERE open_qty > 0 AND reason_code IS DISTINCT FROM 'not_due') AS waiting_lines,
        count(*) FILTER (WHERE open_qty > 0 AND reason_code = 'not_due') AS early_lines
    FROM line_nights
    WHERE business_date > getvariable('tonight') - getvariable('days')
    GROUP BY business_date
),
released AS (
    SELECT business_date, count(DISTINCT (client_id, order_id, line_no)) AS released_lines
    FROM allocations
    WHERE kind = 'release' AND business_date > getvariable('tonight') - getvariable('days')
    GROUP BY business_date
),
accepted AS (
    SELECT accepted_on AS business_date, count(*) AS new_lines
    FROM order_lines
    WHERE accepted_on > getvariable('tonight') - getvariable('days')
    GROUP BY accepted_on
),
told AS (
    SELECT business_date, count(*) AS moved_dates
    FROM notices
    WHERE kind = 'eta_changed' AND business_date > getvariable('tonight') - getvariable('days')
    GROUP BY business_date
)
SELECT
    business_date,
    coalesce(new_lines, 0) AS new_lines,
    coalesce(released_lines, 0) AS released_lines,
    coalesce(waiting_lines, 0) AS waiting_lines,
    coalesce(early_lines, 0) AS early_lines,
    coalesce(due_lines, 0) AS due_lines,
    coalesce(first_pass_lines, 0) AS first_pass_lines,
    coalesce(day_7_due_lines, 0) AS day_7_due_lines,
    coalesce(day_7_lines, 0) AS day_7_lines,
    coalesce(moved_dates, 0) AS moved_dates
FROM dates
LEFT JOIN filled USING (business_date)
LEFT JOIN stood USING (business_date)
LEFT JOIN released USING (business_date)
LEFT JOIN accepted USING (business_date)
LEFT JOIN told USING (business_date)
ORDER BY business_date
