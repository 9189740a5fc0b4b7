-- Which lots expire within 90 days, and does anybody want their units?
SELECT
    there.client_id,
    there.warehouse_id,
    there.sku,
    there.lot_id,
    there.expiry_on,
    there.expiry_on - night.last_on AS days_left,
    sum(there.on_hand_qty / 10 ^ coalesce(item.decimals, 0)) AS on_hand_qty,
    coalesce(any_value(owed.backordered_qty), 0) AS backordered_qty
FROM stock AS there
LEFT JOIN items AS item USING (client_id, sku)
LEFT JOIN backorders_by_sku AS owed USING (client_id, sku)
CROSS JOIN (SELECT max(business_date) AS last_on FROM nights) AS night
WHERE there.expiry_on <= night.last_on + 90
GROUP BY ALL
ORDER BY there.expiry_on, there.client_id, there.warehouse_id, there.sku, there.lot_id
