CREATE VIEW count_differences AS
WITH differing AS (
    SELECT
        client_id,
        warehouse_id,
        sku,
        lot_id,
        business_date,
        sum(CASE WHEN from_account = 'ADJUSTED' THEN qty ELSE -qty END)::BIGINT AS qty,
        min(effective_on) AS first_effective_on,
        max(effective_on) AS last_effective_on,
        string_agg(DISTINCT bin_id, '|' ORDER BY bin_id) AS bin_ids
    FROM movements
    WHERE ledger = 'stock'
        AND cause IN ('counted', 'already_counted', 'book_gap')
        AND (from_account = 'ADJUSTED' OR to_account = 'ADJUSTED')
    GROUP BY client_id, warehouse_id, sku, lot_id, business_date
)
SELECT
    client_id,
    warehouse_id,
    sku,
    lot_id,
    business_date,
    last_effective_on AS counted_on,
    qty / 10 ^ coalesce(item.decimals, 0) AS difference_qty,
    sum(qty) OVER (PARTITION BY client_id, warehouse_id, sku, lot_id) / 10 ^ coalesce(item.decimals, 0)
        AS shelf_difference_qty,
    bin_ids
FROM differing
LEFT JOIN items AS item USING (client_id, sku)
LEFT JOIN first_counts AS opening USING (client_id, warehouse_id)
WHERE qty <> 0 AND opening.counted_on IS DISTINCT FROM business_date
ORDER BY abs(difference_qty) DESC, client_id, warehouse_id, sku, lot_id, business_date
