-- What of each client came in and left in this month so far; `billing` has the same by warehouse, with storage.
WITH month AS (
    SELECT date_trunc('month', getvariable('tonight'))::DATE AS first_on
),
sent AS (
    SELECT
        client_id,
        count(DISTINCT order_id) FILTER (WHERE shipped_qty > 0) AS orders,
        count(DISTINCT (order_id, line_no)) FILTER (WHERE shipped_qty > 0) AS lines,
        count(DISTINCT (order_id, warehouse_id, shipped_on)) FILTER (WHERE shipped_qty > 0) AS parcels,
        sum(shipped_qty / 10 ^ coalesce(item.decimals, 0)) AS shipped_qty
    FROM shipments
    LEFT JOIN items AS item USING (client_id, sku)
    WHERE business_date >= (SELECT first_on FROM month)
    GROUP BY client_id
),
came AS (
    SELECT
        client_id,
        count(DISTINCT receipt_id) AS receipts,
        sum(received_qty / 10 ^ coalesce(item.decimals, 0)) AS received_qty
    FROM receipts
    LEFT JOIN items AS item USING (client_id, sku)
    WHERE business_date >= (SELECT first_on FROM month)
    GROUP BY client_id
)
SELECT
    client_id,
    coalesce(receipts, 0) AS receipts,
    coalesce(received_qty, 0) AS received_qty,
    coalesce(orders, 0) AS orders,
    coalesce(lines, 0) AS lines,
    coalesce(shipped_qty, 0) AS shipped_qty,
    coalesce(parcels, 0) AS parcels
FROM sent
FULL JOIN came USING (client_id)
ORDER BY lines DESC, receipts DESC, client_id
