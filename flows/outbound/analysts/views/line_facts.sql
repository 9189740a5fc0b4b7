CREATE VIEW line_facts AS
WITH sent AS (
    SELECT
        client_id,
        order_id,
        line_no,
        min(shipped_on) FILTER (WHERE is_parcel) AS first_shipped_on,
        max(shipped_on) FILTER (WHERE is_parcel) AS last_shipped_on,
        count(*) FILTER (WHERE is_parcel) AS parcels,
        sum(short_qty)::BIGINT AS short_picked_qty
    FROM (
        SELECT
            client_id,
            order_id,
            line_no,
            shipped_on,
            bool_or(shipped_qty > 0) AS is_parcel,
            sum(short_qty) AS short_qty
        FROM shipments
        GROUP BY client_id, order_id, line_no, shipped_on, warehouse_id
    )
    GROUP BY client_id, order_id, line_no
),
gone AS (
    SELECT client_id, order_id, line_no, max(business_date) AS cancelled_on, max_by(cause, seq) AS cancel_cause
    FROM movements
    WHERE ledger = 'line' AND to_account = 'CANCELLED'
    GROUP BY client_id, order_id, line_no
),
shown AS (
    SELECT max(business_date) AS last_on FROM nights
),
line AS (
    SELECT
        order_lines.*,
        sent.first_shipped_on,
        sent.last_shipped_on,
        coalesce(sent.parcels, 0) AS parcels,
        coalesce(sent.short_picked_qty, 0) AS short_picked_qty,
        gone.cancelled_on,
        gone.cancel_cause,
        shown.last_on,
        order_lines.open_qty + order_lines.reserved_qty + order_lines.released_qty = 0 AS is_closed,
        10 ^ coalesce(item.decimals, 0) AS scale,
        unit_price / (uom_eaches * 10 ^ coalesce(item.decimals, 0)) AS price
    FROM order_lines
    LEFT JOIN sent USING (client_id, order_id, line_no)
    LEFT JOIN gone USING (client_id, order_id, line_no)
    LEFT JOIN items AS item USING (client_id, sku)
    CROSS JOIN shown
)
SELECT
    client_id,
    order_id,
    line_no,
    sku,
    warehouse_id,
    consignee_id,
    po_number,
    order_type,
    channel,
    segment,
    ship_rule,
    ship_method,
    status,
    ordered_on,
    accepted_on,
    due_on,
    ship_due_on,
    first_due_on,
    first_short_on,
    first_shipped_on,
    last_shipped_on,
    cancelled_on,
    cancel_cause,
    is_closed,
    CASE WHEN is_closed AND shipped_qty > 0 THEN last_shipped_on - ordered_on END AS days_to_ship,
    CASE
        WHEN NOT is_closed THEN last_on
        WHEN shipped_qty > 0 THEN last_shipped_on
        ELSE cancelled_on
    END - first_short_on AS waited_days,
    coalesce(first_pass_qty >= ordered_qty, FALSE) AS is_filled_first_pass,
    coalesce(is_closed AND shipped_qty > 0 AND last_shipped_on <= ship_due_on, FALSE) AS is_shipped_by_due,
    parcels,
    ordered_qty / scale AS ordered_qty,
    open_qty / scale AS open_qty,
    reserved_qty / scale AS reserved_qty,
    released_qty / scale AS released_qty,
    shipped_qty / scale AS shipped_qty,
    cancelled_qty / scale AS cancelled_qty,
    backordered_qty / scale AS backordered_qty,
    first_pass_qty / scale AS first_pass_qty,
    short_picked_qty / scale AS short_picked_qty,
    each_price,
    currency,
    (ordered_qty * price)::DECIMAL(38, 4) AS ordered_value,
    open_value,
    (backordered_qty * price)::DECIMAL(38, 4) AS backordered_value,
    (shipped_qty * price)::DECIMAL(38, 4) AS shipped_value,
    (cancelled_qty * price)::DECIMAL(38, 4) AS cancelled_value
FROM line
