CREATE VIEW ageing AS
SELECT
    client_id,
    order_id,
    line_no,
    sku,
    first_short_on,
    days_waiting,
    CASE
        WHEN days_waiting <= 3 THEN '0-3'
        WHEN days_waiting <= 10 THEN '4-10'
        WHEN days_waiting <= 30 THEN '11-30'
        ELSE '>30'
    END AS age_class,
    backordered_qty,
    open_value,
    currency,
    eta_on,
    days_waiting >= 8 AND eta_on IS NULL AS is_undated_at_day_8
FROM order_lines
WHERE backordered_qty > 0 AND days_waiting IS NOT NULL
ORDER BY days_waiting DESC, client_id, order_id, line_no
