CREATE VIEW promise_history AS
WITH told AS (
    SELECT
        client_id,
        order_id,
        line_no,
        business_date,
        run_no,
        'told' AS source,
        eta_on,
        previous_eta_on,
        message_id
    FROM notice_lines
    WHERE waiting_qty > 0
),
believed AS (
    SELECT
        client_id,
        order_id,
        line_no,
        business_date,
        run_no,
        'believed' AS source,
        eta_on,
        lag(eta_on) OVER (PARTITION BY client_id, order_id, line_no ORDER BY business_date) AS previous_eta_on,
        NULL AS message_id
    FROM line_nights
    QUALIFY eta_on IS DISTINCT FROM previous_eta_on
),
shown AS (
    SELECT max(business_date) AS last_on FROM nights
)
SELECT
    client_id,
    order_id,
    line_no,
    line.sku,
    business_date,
    run_no,
    source,
    eta_on,
    previous_eta_on,
    eta_on - previous_eta_on AS moved_days,
    asn_id,
    asn_line_no,
    message_id,
    line.last_shipped_on,
    CASE
        WHEN line.last_shipped_on > eta_on OR line.cancelled_on > eta_on THEN FALSE
        WHEN line.open_qty + line.reserved_qty > 0 AND eta_on <= shown.last_on THEN FALSE
        WHEN line.is_closed AND line.last_shipped_on BETWEEN business_date AND eta_on THEN TRUE
    END AS is_kept
FROM (FROM told UNION ALL BY NAME FROM believed)
JOIN line_facts AS line USING (client_id, order_id, line_no)
LEFT JOIN (
    SELECT client_id, order_id, line_no, business_date, run_no, asn_id, asn_line_no FROM line_nights
) USING (client_id, order_id, line_no, business_date, run_no)
CROSS JOIN shown
ORDER BY client_id, order_id, line_no, business_date, run_no, source
