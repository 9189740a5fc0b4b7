-- What was handed to pickers and is not confirmed, since when?
SELECT
    client_id,
    warehouse_id,
    max(business_date) AS released_on,
    count(DISTINCT order_id) AS orders,
    count(*) AS picks,
    sum(allocated_qty / 10 ^ coalesce(item.decimals, 0)) AS released_qty
FROM allocations
LEFT JOIN items AS item USING (client_id, sku)
ANTI JOIN (SELECT client_id, release_id FROM shipments) AS told USING (client_id, release_id)
WHERE kind = 'release'
GROUP BY client_id, warehouse_id
ORDER BY client_id, warehouse_id
