-- How long from order to last shipment, median and 90th percentile, by ship rule?
SELECT
    client_id,
    ship_rule,
    count(*) AS orders,
    median(days_to_ship) AS median_days,
    quantile_cont(days_to_ship, 0.9) AS days_of_90_percent,
    max(days_to_ship) AS longest
FROM order_facts
WHERE days_to_ship IS NOT NULL
GROUP BY client_id, ship_rule
ORDER BY client_id, ship_rule
