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
        move.from_account,
        move.to_account,
        move.qty,
        move.cause IN ('cancelled_short', 'cancelled_late') AS is_by_rule
    FROM movements AS move
    JOIN due USING (client_id, order_id, line_no)
    WHERE move.ledger = 'line' AND (
        move.business_date > due.first_due_on OR (move.business_date = due.first_due_on AND is_by_rule)
    )
),
later AS (
    SELECT
        client_id,
        order_id,
        line_no,
        sum(CASE WHEN from_account = 'ORDERED' THEN qty WHEN to_account = 'ORDERED' THEN -qty ELSE 0 END)
            AS ordered_qty,
        sum(CASE WHEN to_account = 'CANCELLED' THEN qty ELSE 0 END) AS cancelled_qty,
        sum(CASE
            WHEN from_account = 'RESERVED' AND to_account IN ('CANCELLED', 'ORDERED') AND NOT is_by_rule THEN qty
            ELSE 0
        END) AS given_up_qty
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
        due.reserved_qty + due.released_qty + due.shipped_qty + coalesce(later.given_up_qty, 0) AS filled_qty
    FROM due
    LEFT JOIN later USING (client_id, order_id, line_no)
),
fills AS (
    SELECT
        moved.client_id,
        moved.order_id,
        moved.line_no,
        horizons.days,
        sum(CASE
            WHEN moved.from_account = 'OPEN' AND moved.to_account IN ('RESERVED', 'RELEASED', 'SHIPPED') THEN qty
            WHEN moved.to_account = 'OPEN' AND moved.from_account IN ('RESERVED', 'RELEASED', 'SHIPPED') THEN -qty
            ELSE 0
        END) AS qty
    FROM moved
    JOIN horizons ON moved.days > horizons.days
    GROUP BY moved.client_id, moved.order_id, moved.line_no, horizons.days
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
        CASE
            WHEN horizons.days = 0 THEN coalesce(wants.first_pass_qty, 0)
            ELSE wants.filled_qty - coalesce(fills.qty, 0)
        END
    ) / wants.scale AS filled_qty
FROM wants
CROSS JOIN horizons
CROSS JOIN shown
LEFT JOIN fills USING (client_id, order_id, line_no, days)
WHERE wants.wanted_qty > 0 AND wants.first_due_on + horizons.days <= shown.last_on
