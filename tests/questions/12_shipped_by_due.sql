-- What was shipped by its due day, and how many orders were perfect?
SELECT
    client_id,
    sum(orders)::BIGINT AS orders,
    sum(orders_by_due)::BIGINT AS orders_by_due,
    sum(perfect_orders)::BIGINT AS perfect_orders,
    round(100 * sum(lines_by_due) / sum(lines), 1) AS line_pct,
    round(100 * sum(orders_by_due) / sum(orders), 1) AS order_pct
FROM service_daily
GROUP BY client_id
ORDER BY client_id
