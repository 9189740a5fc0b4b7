-- Balances of lines that are not those before and what the journal moved.
WITH legs AS (
    SELECT client_id, order_id, line_no, from_account AS account, warehouse_id, sku, -qty AS qty
    FROM movements
    WHERE ledger = 'line'
    UNION ALL
    SELECT client_id, order_id, line_no, to_account, warehouse_id, sku, qty
    FROM movements
    WHERE ledger = 'line'
),
balances AS (
    SELECT client_id, order_id, line_no, account, warehouse_id, sku, qty AS expected, 0 AS found
    FROM lines_before
    UNION ALL
    SELECT
        client_id,
        order_id,
        line_no,
        account,
        CASE WHEN account = 'RESERVED' THEN warehouse_id ELSE '' END,
        CASE WHEN account = 'RESERVED' THEN sku ELSE '' END,
        qty,
        0
    FROM legs
    WHERE account <> 'ORDERED'
    UNION ALL
    SELECT client_id, order_id, line_no, account, warehouse_id, sku, 0, qty
    FROM lines_after
)
SELECT
    client_id,
    format('line {}/{}', order_id, line_no) AS subject,
    format(
        '{} {} {}: recomputed {}, found {}', account, warehouse_id, sku, sum(expected)::BIGINT, sum(found)::BIGINT
    ) AS detail
FROM balances
GROUP BY client_id, order_id, line_no, account, warehouse_id, sku
HAVING sum(expected) <> sum(found)
