CREATE VIEW service_daily AS
WITH shown AS (
    SELECT min(business_date) AS first_on, max(business_date) AS last_on FROM nights
),
happened AS (
    SELECT
        client_id,
        order_id,
        line_no,
        bool_or(cause IN ('cancelled_short', 'cancelled_late')) AS is_by_rule,
        bool_or(cause = 'over_shipped') AS is_too_many
    FROM movements
    WHERE cause IN ('cancelled_short', 'cancelled_late', 'over_shipped') AND order_id IS NOT NULL
    GROUP BY client_id, order_id, line_no
),
sent AS (
    SELECT
        client_id,
        order_id,
        line_no,
        max(shipped_on) FILTER (WHERE shipped_qty > 0) AS last_on,
        bool_or(short_qty > 0 OR shipped_qty < 0) AS is_mended
    FROM shipments
    GROUP BY client_id, order_id, line_no
),
wanted AS (
    SELECT
        line.client_id,
        line.order_id,
        line.ship_due_on,
        coalesce(
            line.open_qty + line.reserved_qty + line.released_qty = 0
                AND NOT coalesce(happened.is_by_rule, FALSE)
                AND sent.last_on <= line.ship_due_on,
            FALSE
        ) AS is_by_due,
        coalesce(sent.is_mended, FALSE) OR coalesce(happened.is_too_many, FALSE) AS is_mended
    FROM order_lines AS line
    LEFT JOIN sent USING (client_id, order_id, line_no)
    LEFT JOIN happened USING (client_id, order_id, line_no)
    WHERE line.cancelled_qty < line.ordered_qty OR happened.is_by_rule
),
line_days AS (
    SELECT client_id, ship_due_on, count(*) AS lines, count(*) FILTER (WHERE is_by_due) AS lines_by_due
    FROM wanted
    GROUP BY client_id, ship_due_on
),
parcels AS (
    SELECT client_id, order_id, count(*) AS parcels
    FROM (SELECT DISTINCT client_id, order_id, shipped_on, warehouse_id FROM shipments WHERE shipped_qty > 0)
    GROUP BY client_id, order_id
),
whole_orders AS (
    SELECT
        client_id,
        order_id,
        max(ship_due_on) AS ship_due_on,
        bool_and(is_by_due) AS is_by_due,
        bool_or(is_mended) AS is_mended
    FROM wanted
    GROUP BY client_id, order_id
),
order_days AS (
    SELECT
        client_id,
        ship_due_on,
        count(*) AS orders,
        count(*) FILTER (WHERE is_by_due) AS orders_by_due,
        count(*) FILTER (WHERE is_by_due AND NOT is_mended) AS perfect_orders,
        count(parcels) AS shipped_orders,
        coalesce(sum(parcels), 0)::BIGINT AS parcels
    FROM whole_orders
    LEFT JOIN parcels USING (client_id, order_id)
    GROUP BY client_id, ship_due_on
)
SELECT
    client_id,
    ship_due_on,
    lines,
    lines_by_due,
    coalesce(orders, 0) AS orders,
    coalesce(orders_by_due, 0) AS orders_by_due,
    coalesce(perfect_orders, 0) AS perfect_orders,
    coalesce(shipped_orders, 0) AS shipped_orders,
    coalesce(parcels, 0)::BIGINT AS parcels
FROM line_days
LEFT JOIN order_days USING (client_id, ship_due_on)
CROSS JOIN shown
WHERE ship_due_on BETWEEN shown.first_on AND shown.last_on
ORDER BY client_id, ship_due_on
