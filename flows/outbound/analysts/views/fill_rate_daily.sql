CREATE VIEW fill_rate_daily AS
WITH order_days AS (
    SELECT
        client_id,
        due_night_on,
        days,
        count(*) AS lines,
        sum(wanted_qty) AS units,
        sum(filled_qty) AS filled_units,
        count(*) FILTER (WHERE filled_qty = wanted_qty) AS filled_lines
    FROM line_fills
    GROUP BY client_id, order_id, due_night_on, days
),
rates AS (
    SELECT
        client_id,
        due_night_on,
        days,
        sum(lines)::BIGINT AS lines,
        round(sum(units), 6) AS units,
        count(*) AS orders,
        sum(filled_lines)::BIGINT AS filled_lines,
        round(sum(filled_units), 6) AS filled_units,
        count(*) FILTER (WHERE filled_lines = lines) AS filled_orders,
        round(100 * sum(filled_lines) / sum(lines), 2)::DOUBLE AS line_pct,
        round(100 * sum(filled_units) / sum(units), 2)::DOUBLE AS unit_pct,
        round(100 * count(*) FILTER (WHERE filled_lines = lines) / count(*), 2)::DOUBLE AS order_pct
    FROM order_days
    GROUP BY client_id, due_night_on, days
)
SELECT
    client_id,
    due_night_on,
    any_value(lines) AS lines,
    any_value(units) AS units,
    any_value(orders) AS orders,
    max(filled_lines) FILTER (WHERE days = 0) AS first_pass_lines,
    max(line_pct) FILTER (WHERE days = 0) AS first_pass_line_pct,
    max(unit_pct) FILTER (WHERE days = 0) AS first_pass_unit_pct,
    max(order_pct) FILTER (WHERE days = 0) AS first_pass_order_pct,
    max(filled_lines) FILTER (WHERE days = 3) AS day_3_lines,
    max(line_pct) FILTER (WHERE days = 3) AS day_3_line_pct,
    max(unit_pct) FILTER (WHERE days = 3) AS day_3_unit_pct,
    max(order_pct) FILTER (WHERE days = 3) AS day_3_order_pct,
    max(filled_lines) FILTER (WHERE days = 7) AS day_7_lines,
    max(line_pct) FILTER (WHERE days = 7) AS day_7_line_pct,
    max(unit_pct) FILTER (WHERE days = 7) AS day_7_unit_pct,
    max(order_pct) FILTER (WHERE days = 7) AS day_7_order_pct,
    max(filled_lines) FILTER (WHERE days = 14) AS day_14_lines,
    max(line_pct) FILTER (WHERE days = 14) AS day_14_line_pct,
    max(unit_pct) FILTER (WHERE days = 14) AS day_14_unit_pct,
    max(order_pct) FILTER (WHERE days = 14) AS day_14_order_pct,
    max(filled_units) FILTER (WHERE days = 0) AS first_pass_units,
    max(filled_orders) FILTER (WHERE days = 0) AS first_pass_orders,
    max(filled_units) FILTER (WHERE days = 3) AS day_3_units,
    max(filled_orders) FILTER (WHERE days = 3) AS day_3_orders,
    max(filled_units) FILTER (WHERE days = 7) AS day_7_units,
    max(filled_orders) FILTER (WHERE days = 7) AS day_7_orders,
    max(filled_units) FILTER (WHERE days = 14) AS day_14_units,
    max(filled_orders) FILTER (WHERE days = 14) AS day_14_orders
FROM rates
GROUP BY client_id, due_night_on
ORDER BY client_id, due_night_on
