-- What left by its day, by that day, of all clients.
SELECT
    ship_due_on,
    sum(lines)::BIGINT AS lines,
    sum(lines_by_due)::BIGINT AS lines_by_due,
    sum(orders)::BIGINT AS orders,
    sum(perfect_orders)::BIGINT AS perfect_orders,
    sum(shipped_orders)::BIGINT AS shipped_orders,
    sum(parcels)::BIGINT AS parcels
FROM service_daily
WHERE ship_due_on > getvariable('tonight') - getvariable('days')
GROUP BY ship_due_on
ORDER BY ship_due_on
