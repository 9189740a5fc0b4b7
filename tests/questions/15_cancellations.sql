-- What was cancelled, by whose word or rule, and how long had these lines waited?
SELECT
    line.client_id,
    line.cancel_cause,
    any_value(word.meaning) AS meaning,
    count(*) AS lines,
    sum(line.cancelled_qty) AS cancelled_qty,
    median(line.cancelled_on - coalesce(line.first_short_on, line.cancelled_on)) AS median_days_waited,
    max(line.cancelled_on - line.first_short_on) AS longest_wait
FROM line_facts AS line
LEFT JOIN words AS word ON word.vocabulary = 'Cause' AND word.word = line.cancel_cause
WHERE line.cancelled_qty > 0
GROUP BY line.client_id, line.cancel_cause
ORDER BY line.client_id, line.cancel_cause
