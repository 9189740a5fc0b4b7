-- How the stock of each client and warehouse came from the opening of the date to its closing, as `reconciliation`
-- says of the last night: its closing is what lies there, and its opening what is left without what moved.
WITH moved AS (
    SELECT
        client_id,
        warehouse_id,
        sum(CASE WHEN from_account = 'SUPPLIER' THEN qty WHEN to_account = 'SUPPLIER' THEN -qty ELSE 0 END / scale)
            AS received_qty,
        sum(CASE WHEN to_account = 'SHIPPED' THEN qty WHEN from_account = 'SHIPPED' THEN -qty ELSE 0 END / scale)
            AS shipped_qty,
        sum(CASE WHEN is_counted THEN 0 ELSE adjusted_qty END / scale) AS adjusted_qty,
        sum(CASE WHEN is_counted THEN adjusted_qty ELSE 0 END / scale) AS counted_qty
    FROM (
        SELECT
            client_id,
            warehouse_id,
            from_account,
            to_account,
            qty,
            CASE WHEN from_account = 'ADJUSTED' THEN qty WHEN to_account = 'ADJUSTED' THEN -qty ELSE 0 END
                AS adjusted_qty,
            cause IN ('counted', 'already_counted', 'book_gap') AS is_counted,
            10 ^ coalesce(item.decimals, 0) AS scale
        FROM movements
        LEFT JOIN items AS item USING (client_id, sku)
        WHERE ledger = 'stock' AND business_date = getvariable('tonight')
    )
    GROUP BY client_id, warehouse_id
),
there AS (
    SELECT client_id, warehouse_id, sum(on_hand_qty / 10 ^ coalesce(item.decimals, 0)) AS closing_qty
    FROM stock
    LEFT JOIN items AS item USING (client_id, sku)
    GROUP BY client_id, warehouse_id
)
SELECT
    client_id,
    warehouse_id,
    round(coalesce(closing_qty, 0) - coalesce(received_qty - shipped_qty + adjusted_qty + counted_qty, 0), 6)
        AS opening_qty,
    round(coalesce(received_qty, 0), 6) AS received_qty,
    round(coalesce(shipped_qty, 0), 6) AS shipped_qty,
    round(coalesce(adjusted_qty, 0), 6) AS adjusted_qty,
    round(coalesce(counted_qty, 0), 6) AS counted_qty,
    round(coalesce(closing_qty, 0), 6) AS closing_qty
FROM there
FULL JOIN moved USING (client_id, warehouse_id)
ORDER BY abs(coalesce(counted_qty, 0)) DESC, coalesce(received_qty + shipped_qty, 0) DESC, client_id, warehouse_id
