CREATE VIEW ageing AS
SELECT
    line.client_id,
    line.order_id,
    line.line_no,
    line.sku,
    line.first_short_on,
    line.days_waiting,
    CASE
        WHEN line.days_waiting <= 3 THEN '0-3'
        WHEN line.days_waiting <= 10 THEN '4-10'
        WHEN line.days_waiting <= 30 THEN '11-30'
        ELSE '>30'
    END AS age_class,
    line.backordered_qty / 10 ^ coalesce(item.decimals, 0) AS backordered_qty,
    line.open_value,
    line.currency,
    line.eta_on,
    line.days_waiting >= 8 AND line.eta_on IS NULL AS is_undated_at_day_8,
    CASE
        WHEN line.days_waiting <= 3 THEN 1
        WHEN line.days_waiting <= 10 THEN 2
        WHEN line.days_waiting <= 30 THEN 3
        ELSE 4
    END::BIGINT AS age_class_no
FROM order_lines AS line
LEFT JOIN items AS item USING (client_id, sku)
WHERE line.backordered_qty > 0 AND line.days_waiting IS NOT NULL
ORDER BY line.days_waiting DESC, line.client_id, line.order_id, line.line_no
