-- Balances of stock that are not those before and what the journal moved.
WITH legs AS (
    SELECT client_id, warehouse_id, sku, lot_id, bin_id, from_account AS account, hold_reason, -qty AS qty
    FROM movements
    WHERE ledger = 'stock'
    UNION ALL
    SELECT client_id, warehouse_id, sku, lot_id, bin_id, to_account, hold_reason, qty
    FROM movements
    WHERE ledger = 'stock'
),
balances AS (
    SELECT client_id, warehouse_id, sku, lot_id, bin_id, account, hold_reason, qty AS expected, 0 AS found
    FROM stock_before
    UNION ALL
    SELECT
        client_id,
        warehouse_id,
        sku,
        lot_id,
        bin_id,
        account,
        CASE WHEN account = 'HOLD' THEN hold_reason ELSE '' END,
        qty,
        0
    FROM legs
    WHERE account IN ('FREE', 'HOLD', 'RELEASED')
    UNION ALL
    SELECT client_id, warehouse_id, sku, lot_id, bin_id, account, hold_reason, 0, qty
    FROM stock_after
)
SELECT
    client_id,
    format('{} {} lot {} bin {}', warehouse_id, sku, lot_id, bin_id) AS subject,
    format('{} {}: recomputed {}, found {}', account, hold_reason, sum(expected)::BIGINT, sum(found)::BIGINT)
        AS detail
FROM balances
GROUP BY client_id, warehouse_id, sku, lot_id, bin_id, account, hold_reason
HAVING sum(expected) <> sum(found)
