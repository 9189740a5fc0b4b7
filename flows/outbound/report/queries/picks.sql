-- What leaves: picks of tonight by warehouse and shipping day.
SELECT
    warehouse_id,
    ships_on,
    count(*) AS pick_rows,
    count(DISTINCT (client_id, order_id, line_no)) AS lines,
    count(DISTINCT (client_id, order_id)) AS orders
FROM allocations
WHERE business_date = getvariable('tonight') AND run_no = getvariable('run_no') AND kind = 'release'
GROUP BY warehouse_id, ships_on
ORDER BY warehouse_id, ships_on
