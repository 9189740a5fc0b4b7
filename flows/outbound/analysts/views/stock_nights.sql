CREATE VIEW stock_nights AS
WITH moved AS (
    SELECT
        client_id,
        warehouse_id,
        sku,
        business_date,
        sum(CASE WHEN from_account = 'SUPPLIER' THEN qty WHEN to_account = 'SUPPLIER' THEN -qty ELSE 0 END)
            AS received_qty,
        sum(CASE WHEN to_account = 'SHIPPED' THEN qty WHEN from_account = 'SHIPPED' THEN -qty ELSE 0 END)
            AS shipped_qty,
        sum(CASE
            WHEN cause IN ('counted', 'already_counted', 'book_gap') THEN 0
            WHEN from_account = 'ADJUSTED' THEN qty
            WHEN to_account = 'ADJUSTED' THEN -qty
            ELSE 0
        END) AS adjusted_qty,
        sum(CASE
            WHEN cause NOT IN ('counted', 'already_counted') THEN 0
            WHEN from_account = 'ADJUSTED' THEN qty
            WHEN to_account = 'ADJUSTED' THEN -qty
            ELSE 0
        END) AS counted_qty,
        sum(CASE
            WHEN cause <> 'book_gap' THEN 0
            WHEN from_account = 'ADJUSTED' THEN qty
            WHEN to_account = 'ADJUSTED' THEN -qty
            ELSE 0
        END) AS gap_qty
    FROM movements
    WHERE ledger = 'stock' AND (
        from_account IN ('SUPPLIER', 'SHIPPED', 'ADJUSTED') OR to_account IN ('SUPPLIER', 'SHIPPED', 'ADJUSTED')
    )
    GROUP BY client_id, warehouse_id, sku, business_date
),
there AS (
    SELECT client_id, warehouse_id, sku, sum(on_hand_qty) AS on_hand_qty
    FROM stock
    GROUP BY client_id, warehouse_id, sku
),
-- What stands there now less all that came later is what stood there then.
later AS (
    SELECT
        moved.*,
        received_qty - shipped_qty + adjusted_qty + counted_qty + gap_qty AS net_qty,
        sum(received_qty - shipped_qty + adjusted_qty + counted_qty + gap_qty) OVER (
            PARTITION BY client_id, warehouse_id, sku ORDER BY business_date DESC
        ) AS since_qty
    FROM moved
),
scaled AS (
    SELECT
        later.*,
        coalesce(there.on_hand_qty, 0) - later.since_qty AS opening_qty,
        10 ^ coalesce(item.decimals, 0) AS scale
    FROM later
    LEFT JOIN there USING (client_id, warehouse_id, sku)
    LEFT JOIN items AS item USING (client_id, sku)
)
SELECT
    client_id,
    warehouse_id,
    sku,
    business_date,
    opening_qty / scale AS opening_qty,
    received_qty / scale AS received_qty,
    shipped_qty / scale AS shipped_qty,
    adjusted_qty / scale AS adjusted_qty,
    counted_qty / scale AS counted_qty,
    gap_qty / scale AS gap_qty,
    (opening_qty + net_qty) / scale AS closing_qty
FROM scaled
