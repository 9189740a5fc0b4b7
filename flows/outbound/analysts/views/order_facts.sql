CREATE VIEW order_facts AS
WITH told AS (
    SELECT client_id, order_id, count(*) AS notices, min(business_date) AS first_told_on
    FROM notices
    GROUP BY client_id, order_id
),
sent AS (
    SELECT client_id, order_id, count(*) AS parcels
    FROM (SELECT DISTINCT client_id, order_id, shipped_on, warehouse_id FROM shipments WHERE shipped_qty > 0)
    GROUP BY client_id, order_id
),
whole AS (
    SELECT
        client_id,
        order_id,
        any_value(consignee_id) AS consignee_id,
        any_value(po_number) AS po_number,
        any_value(order_type) AS order_type,
        any_value(channel) AS channel,
        any_value(segment) AS segment,
        any_value(ship_rule) AS ship_rule,
        min(ordered_on) AS ordered_on,
        max(ship_due_on) AS ship_due_on,
        min(first_short_on) AS first_short_on,
        min(first_shipped_on) AS first_shipped_on,
        max(last_shipped_on) AS last_shipped_on,
        bool_and(is_closed) AS is_closed,
        bool_and(is_shipped_by_due OR ordered_qty = cancelled_qty) AND bool_or(shipped_qty > 0)
            AS is_shipped_by_due,
        bool_and(is_filled_first_pass) AS is_filled_first_pass,
        count(*) AS lines,
        count(*) FILTER (WHERE shipped_qty > 0) AS shipped_lines,
        count(*) FILTER (WHERE backordered_qty > 0) AS backordered_lines,
        sum(ordered_qty) AS ordered_qty,
        sum(shipped_qty) AS shipped_qty,
        sum(cancelled_qty) AS cancelled_qty,
        sum(backordered_qty) AS backordered_qty,
        sum(short_picked_qty) AS short_picked_qty,
        CASE WHEN min(currency) IS NOT DISTINCT FROM max(currency) THEN min(currency) END AS currency,
        CASE WHEN min(currency) IS NOT DISTINCT FROM max(currency) THEN sum(ordered_value) END AS ordered_value,
        CASE WHEN min(currency) IS NOT DISTINCT FROM max(currency) THEN sum(open_value) END AS open_value,
        CASE WHEN min(currency) IS NOT DISTINCT FROM max(currency) THEN sum(shipped_value) END AS shipped_value
    FROM line_facts
    GROUP BY client_id, order_id
)
SELECT
    whole.client_id,
    whole.order_id,
    whole.consignee_id,
    whole.po_number,
    whole.order_type,
    whole.channel,
    whole.segment,
    whole.ship_rule,
    whole.ordered_on,
    whole.ship_due_on,
    whole.first_short_on,
    whole.first_shipped_on,
    whole.last_shipped_on,
    whole.is_closed,
    CASE WHEN whole.is_closed AND whole.shipped_qty > 0 THEN whole.last_shipped_on - whole.ordered_on END
        AS days_to_ship,
    whole.is_shipped_by_due,
    whole.is_filled_first_pass,
    whole.lines,
    whole.shipped_lines,
    whole.backordered_lines,
    coalesce(sent.parcels, 0) AS parcels,
    coalesce(told.notices, 0) AS notices,
    told.first_told_on,
    whole.ordered_qty,
    whole.shipped_qty,
    whole.cancelled_qty,
    whole.backordered_qty,
    whole.short_picked_qty,
    whole.currency,
    whole.ordered_value,
    whole.open_value,
    whole.shipped_value
FROM whole
LEFT JOIN sent USING (client_id, order_id)
LEFT JOIN told USING (client_id, order_id)
