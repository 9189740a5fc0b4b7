-- Which are the ten largest differences of counts this month, and which of them did later facts explain?
SELECT client_id, warehouse_id, sku, lot_id, business_date, counted_on, difference_qty, shelf_difference_qty, bin_ids
FROM count_differences
WHERE business_date > (SELECT max(business_date) FROM nights) - 31
ORDER BY abs(difference_qty) DESC, client_id, warehouse_id, sku, lot_id
LIMIT 10
