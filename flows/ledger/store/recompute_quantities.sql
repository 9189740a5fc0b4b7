-- Order lines whose six quantities are not those before and what the journal moved.
WITH legs AS (
    SELECT client_id, order_id, line_no, from_account AS account, -qty AS qty
    FROM movements
    WHERE ledger = 'line'
    UNION ALL
    SELECT client_id, order_id, line_no, to_account, qty
    FROM movements
    WHERE ledger = 'line'
),
quantities AS (
    SELECT
        client_id, order_id, line_no, ordered_qty, open_qty, reserved_qty, released_qty, shipped_qty, cancelled_qty
    FROM quantities_before
    UNION ALL
    SELECT
        client_id,
        order_id,
        line_no,
        CASE WHEN account = 'ORDERED' THEN -qty ELSE 0 END,
        CASE WHEN account = 'OPEN' THEN qty ELSE 0 END,
        CASE WHEN account = 'RESERVED' THEN qty ELSE 0 END,
        CASE WHEN account = 'RELEASED' THEN qty ELSE 0 END,
        CASE WHEN account = 'SHIPPED' THEN qty ELSE 0 END,
        CASE WHEN account = 'CANCELLED' THEN qty ELSE 0 END
    FROM legs
    UNION ALL
    SELECT
        client_id,
        order_id,
        line_no,
        -ordered_qty,
        -open_qty,
        -reserved_qty,
        -released_qty,
        -shipped_qty,
        -cancelled_qty
    FROM quantities_after
)
SELECT
    client_id,
    format('line {}/{}', order_id, line_no) AS subject,
    format(
        'recomputed less found: ordered {}, open {}, reserved {}, released {}, shipped {}, cancelled {}',
        sum(ordered_qty)::BIGINT,
        sum(open_qty)::BIGINT,
        sum(reserved_qty)::BIGINT,
        sum(released_qty)::BIGINT,
        sum(shipped_qty)::BIGINT,
        sum(cancelled_qty)::BIGINT
    ) AS detail
FROM quantities
GROUP BY client_id, order_id, line_no
HAVING
    sum(ordered_qty) <> 0
    OR sum(open_qty) <> 0
    OR sum(reserved_qty) <> 0
    OR sum(released_qty) <> 0
    OR sum(shipped_qty) <> 0
    OR sum(cancelled_qty) <> 0
