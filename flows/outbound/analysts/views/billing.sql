CREATE VIEW billing AS
WITH months AS (
    SELECT business_date, strftime(business_date, '%Y-%m') AS month FROM nights GROUP BY business_date
),
received AS (
    SELECT
        client_id,
        warehouse_id,
        strftime(business_date, '%Y-%m') AS month,
        count(DISTINCT (file_hash, row_no)) AS receipt_rows
    FROM movements
    WHERE ledger = 'stock' AND from_account = 'SUPPLIER'
    GROUP BY ALL
),
known AS (
    SELECT
        client_id,
        warehouse_id,
        strftime(business_date, '%Y-%m') AS month,
        count(DISTINCT receipt_id) AS receipts,
        count(DISTINCT (file_hash, row_no)) AS receipt_rows
    FROM receipts
    WHERE received_qty > 0
    GROUP BY ALL
),
stored AS (
    SELECT
        client_id,
        warehouse_id,
        month,
        count(*) AS nights,
        sum(received_qty) AS received_qty,
        sum(closing_qty) AS stored_unit_nights
    FROM reconciliation
    JOIN months USING (business_date)
    GROUP BY ALL
),
sent AS (
    SELECT
        client_id,
        warehouse_id,
        strftime(business_date, '%Y-%m') AS month,
        count(DISTINCT order_id) FILTER (WHERE shipped_qty > 0) AS orders,
        count(DISTINCT (order_id, line_no)) FILTER (WHERE shipped_qty > 0) AS lines,
        sum(shipped_qty / 10 ^ coalesce(item.decimals, 0)) AS shipped_qty,
        count(DISTINCT (order_id, shipped_on)) FILTER (WHERE shipped_qty > 0) AS parcels
    FROM shipments
    LEFT JOIN items AS item USING (client_id, sku)
    GROUP BY ALL
)
SELECT
    client_id,
    warehouse_id,
    month,
    nights,
    coalesce(received.receipt_rows, 0) AS receipt_rows,
    received_qty,
    stored_unit_nights,
    coalesce(orders, 0) AS orders,
    coalesce(lines, 0) AS lines,
    coalesce(shipped_qty, 0)::DOUBLE AS shipped_qty,
    coalesce(parcels, 0) AS parcels,
    CASE
        WHEN received.receipt_rows IS NULL THEN 0
        WHEN known.receipt_rows = received.receipt_rows THEN known.receipts
    END AS receipts
FROM stored
LEFT JOIN received USING (client_id, warehouse_id, month)
LEFT JOIN known USING (client_id, warehouse_id, month)
LEFT JOIN sent USING (client_id, warehouse_id, month)
ORDER BY client_id, warehouse_id, month
