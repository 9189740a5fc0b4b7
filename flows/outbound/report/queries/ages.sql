-- Who waits how long: lines by age class, those without a date among them.
SELECT
    age_class,
    count(*) AS lines,
    count(DISTINCT (client_id, order_id)) AS orders,
    count(*) FILTER (WHERE eta_on IS NULL) AS undated_lines
FROM ageing
GROUP BY age_class
ORDER BY min(days_waiting)
