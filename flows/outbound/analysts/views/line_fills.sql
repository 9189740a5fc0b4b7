CREATE VIEW line_fills AS
WITH shown AS (
    SELECT min(business_date) AS first_on, max(business_date) AS last_on FROM nights
),
horizons AS (
    SELECT unnest([0, 3, 7, 14]) AS days
),
due AS (
    SELECT line.*, 10 ^ coalesce(item.decimals, 0) AS scale
    FROM order_lines AS line
    LEFT JOIN items AS item USING (client_id, sku)
    CROSS JOIN shown
    WHERE line.first_due_on BETWEEN shown.first_on AND shown.last_on
),
-- What moved after each line's first due night: a figure of that night is today's less what came later.
-- What a rule cancelled on that night was wanted, and is not filled.
moved AS (
    SELECT
        due.client_id,
        due.order_id,
        due.line_no,
        move.business_date - due.first_due_on AS days,
        move.qty,
        CASE WHEN move.from_account = 'ORDERED' THEN qty WHEN move.to_account = 'ORDERED' THEN -qty ELSE 0 END
            AS ordered_qty,
        CASE WHEN move.to_account = 'CANCELLED' THEN qty ELSE 0 END AS cancelled_qty,
        CASE
            WHEN move.from_account = 'RESERVED' AND move.to_account IN ('CANCELLED', 'ORDERED')
                AND move.cause NOT IN ('cancelled_short', 'cancelled_late') THEN qty
            ELSE 0
        END AS given_up_qty,
        CASE
            WHEN move.from_account = 'OPEN' AND move.to_account IN ('RESERVED', 'RELEASED', 'SHIPPED') THEN qty
            WHEN move.to_account = 'OPEN' AND move.from_account IN ('RESERVED', 'RELEASED', 'SHIPPED') THEN -qty
            ELSE 0
        END AS fill_qty
    FROM movements AS move
    JOIN due USING (client_id, order_id, line_no)
    WHERE move.ledger = 'line'
        AND (move.from_account IN ('ORDERED', 'OPEN') OR move.to_account IN ('ORDERED', 'OPEN', 'CANCELLED'))
        AND (
            move.business_date > due.first_due_on
            OR (move.business_date = due.first_due_on AND move.cause IN ('cancelled_short', 'cancelled_late'))
        )
),
later AS (
    SELECT
        client_id,
        order_id,
        line_no,
        sum(ordered_qty) AS ordered_qty,
        sum(cancelled_qty) AS cancelled_qty,
        sum(given_up_qty) AS given_up_qty,
        sum(CASE WHEN days > 3 THEN fill_qty ELSE 0 END) AS after_3_qty,
        sum(CASE WHEN days > 7 THEN fill_qty ELSE 0 END) AS after_7_qty,
        sum(CASE WHEN days > 14 THEN fill_qty ELSE 0 END) AS after_14_qty
    FROM moved
    GROUP BY client_id, order_id, line_no
),
-- Wanted: ordered and not cancelled as of the first due night. Units that were filled and given up by the
-- consignee later stay filled.
wants AS (
    SELECT
        due.client_id,
        due.order_id,
        due.line_no,
        due.first_due_on,
        due.scale,
        due.first_pass_qty,
        due.ordered_qty - coalesce(later.ordered_qty, 0)
            - due.cancelled_qty + coalesce(later.cancelled_qty, 0) AS wanted_qty,
        due.reserved_qty + due.released_qty + due.shipped_qty + coalesce(later.given_up_qty, 0) AS filled_qty,
        coalesce(later.after_3_qty, 0) AS after_3_qty,
        coalesce(later.after_7_qty, 0) AS after_7_qty,
        coalesce(later.after_14_qty, 0) AS after_14_qty
    FROM due
    LEFT JOIN later USING (client_id, order_id, line_no)
)
SELECT
    wants.client_id,
    wants.order_id,
    wants.line_no,
    wants.first_due_on AS due_night_on,
    horizons.days::BIGINT AS days,
    wants.wanted_qty / wants.scale AS wanted_qty,
    least(
        wants.wanted_qty,
        CASE horizons.days
            WHEN 0 THEN coalesce(wants.first_pass_qty, 0)
            WHEN 3 THEN wants.filled_qty - wants.after_3_qty
            WHEN 7 THEN wants.filled_qty - wants.after_7_qty
            ELSE wants.filled_qty - wants.after_14_qty
        END
    ) / wants.scale AS filled_qty
FROM wants
CROSS JOIN horizons
CROSS JOIN shown
WHERE wants.wanted_qty > 0 AND wants.first_due_on + horizons.days <= shown.last_on
