CREATE VIEW reconciliation AS
WITH fractions AS (
    SELECT client_id, sku, 10 ^ decimals AS scale FROM items WHERE decimals > 0
),
-- Few clients, warehouses and nights: added up without a look at each SKU, but for those with fractions.
moved AS (
    SELECT
        client_id,
        warehouse_id,
        business_date,
        sum(CASE WHEN boundary = 'SUPPLIER' THEN qty ELSE 0 END) AS received_qty,
        -sum(CASE WHEN boundary = 'SHIPPED' THEN qty ELSE 0 END) AS shipped_qty,
        sum(CASE
            WHEN boundary = 'ADJUSTED' AND cause NOT IN ('counted', 'already_counted', 'book_gap') THEN qty
            ELSE 0
        END) AS adjusted_qty,
        sum(CASE WHEN boundary = 'ADJUSTED' AND cause IN ('counted', 'already_counted') THEN qty ELSE 0 END)
            AS counted_qty,
        sum(CASE WHEN boundary = 'ADJUSTED' AND cause = 'book_gap' THEN qty ELSE 0 END) AS gap_qty,
        sum(qty) AS net_qty
    FROM (
        SELECT
            client_id,
            warehouse_id,
            business_date,
            cause,
            CASE WHEN comes THEN from_account ELSE to_account END AS boundary,
            CASE WHEN comes THEN added.qty ELSE -added.qty END / coalesce(fractions.scale, 1) AS qty
        FROM (
            SELECT
                client_id,
                warehouse_id,
                business_date,
                sku,
                cause,
                from_account,
                to_account,
                from_account IN ('SUPPLIER', 'SHIPPED', 'ADJUSTED') AS comes,
                qty
            FROM movements
            WHERE ledger = 'stock' AND (
                from_account IN ('SUPPLIER', 'SHIPPED', 'ADJUSTED')
                OR to_account IN ('SUPPLIER', 'SHIPPED', 'ADJUSTED')
            )
        ) AS added
        LEFT JOIN fractions USING (client_id, sku)
    )
    GROUP BY client_id, warehouse_id, business_date
),
there AS (
    SELECT client_id, warehouse_id, sum(on_hand_qty / 10 ^ coalesce(item.decimals, 0)) AS on_hand_qty
    FROM stock
    LEFT JOIN items AS item USING (client_id, sku)
    GROUP BY client_id, warehouse_id
),
houses AS (
    SELECT client_id, warehouse_id FROM moved
    UNION
    SELECT client_id, warehouse_id FROM there
),
days AS (
    SELECT DISTINCT business_date FROM nights
),
grid AS (
    SELECT
        houses.client_id,
        houses.warehouse_id,
        days.business_date,
        coalesce(moved.received_qty, 0) AS received_qty,
        coalesce(moved.shipped_qty, 0) AS shipped_qty,
        coalesce(moved.adjusted_qty, 0) AS adjusted_qty,
        coalesce(moved.counted_qty, 0) AS counted_qty,
        coalesce(moved.gap_qty, 0) AS gap_qty,
        coalesce(moved.net_qty, 0) AS net_qty,
        coalesce(there.on_hand_qty, 0) - coalesce(sum(moved.net_qty) OVER (
            PARTITION BY houses.client_id, houses.warehouse_id ORDER BY days.business_date DESC
        ), 0) AS opening_qty
    FROM houses
    CROSS JOIN days
    LEFT JOIN moved USING (client_id, warehouse_id, business_date)
    LEFT JOIN there USING (client_id, warehouse_id)
)
SELECT
    client_id,
    warehouse_id,
    business_date,
    round(opening_qty, 6) AS opening_qty,
    round(received_qty, 6) AS received_qty,
    round(shipped_qty, 6) AS shipped_qty,
    round(adjusted_qty, 6) AS adjusted_qty,
    round(counted_qty, 6) AS counted_qty,
    round(gap_qty, 6) AS gap_qty,
    round(opening_qty + net_qty, 6) AS closing_qty
FROM grid
ORDER BY client_id, warehouse_id, business_date
