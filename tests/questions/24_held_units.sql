-- How many units are on hold, for which reason, and how many units wait for the same SKU?
SELECT
    there.client_id,
    there.warehouse_id,
    there.hold_reasons,
    count(DISTINCT there.sku) AS skus,
    sum(there.hold_qty / 10 ^ coalesce(item.decimals, 0)) AS hold_qty,
    sum(least(there.hold_qty / 10 ^ coalesce(item.decimals, 0), coalesce(owed.backordered_qty, 0))) AS wanted_qty
FROM stock AS there
LEFT JOIN items AS item USING (client_id, sku)
LEFT JOIN backorders_by_sku AS owed USING (client_id, sku)
WHERE there.hold_qty > 0
GROUP BY ALL
ORDER BY ALL
