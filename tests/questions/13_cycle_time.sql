-- How long from order to last shipment, median and 90th percentile, by ship rule?
SELECT
    client_id,
    ship_rule,
    count(*) AS orders,
    median(cycle_days) AS median_days,
    quantile_cont(cycle_days, 0.9) AS days_of_90_percent,
    max(cycle_days) AS longest
FROM order_facts
WHERE cycle_days IS NOT NULL
GROUP BY client_id, ship_rule
ORDER BY client_id, ship_rule
