-- The largest differences that counts of the last weeks found.
SELECT client_id, warehouse_id, sku, lot_id, business_date, difference_qty, shelf_difference_qty
FROM count_differences
WHERE business_date > getvariable('tonight') - getvariable('days')
ORDER BY abs(difference_qty) DESC, client_id, warehouse_id, sku, lot_id, business_date
LIMIT 10
