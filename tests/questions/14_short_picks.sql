-- Where were pickers short, by bin, SKU and their reason, and which bins need a count?
SELECT
    short.client_id,
    short.warehouse_id,
    short.bin_id,
    short.sku,
    short.short_reason,
    count(*) AS short_picks,
    sum(short.short_qty / 10 ^ coalesce(item.decimals, 0)) AS short_qty,
    max(short.business_date) AS last_on,
    bool_or(there.hold_reasons LIKE '%short_pick%') AS needs_a_count
FROM shipments AS short
LEFT JOIN items AS item USING (client_id, sku)
LEFT JOIN stock AS there USING (client_id, warehouse_id, sku, bin_id)
WHERE short.short_qty > 0
GROUP BY ALL
ORDER BY ALL
