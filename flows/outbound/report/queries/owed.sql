-- Units that waiting lines ask for, in millionths, and those of lines without a date.
SELECT
    coalesce(sum(units), 0) AS owed_units,
    coalesce(sum(units) FILTER (WHERE eta_on IS NULL), 0) AS undated_units
FROM (
    SELECT
        line.eta_on,
        line.backordered_qty::HUGEINT * (10 ^ (6 - coalesce(item.decimals, 0)))::BIGINT AS units
    FROM order_lines AS line
    LEFT JOIN items AS item USING (client_id, sku)
    WHERE line.backordered_qty > 0
)
