-- Which stock stands idle beside waiting lines: where, how much, why?
SELECT
    there.client_id,
    there.sku,
    there.warehouse_id,
    sum(there.available_qty / 10 ^ coalesce(item.decimals, 0)) AS available_qty,
    sum(there.hold_qty / 10 ^ coalesce(item.decimals, 0)) AS hold_qty,
    string_agg(DISTINCT there.hold_reasons, '|') AS held_because,
    any_value(owed.backordered_qty) AS backordered_qty,
    any_value(owed.reasons) AS lines_say
FROM stock AS there
LEFT JOIN items AS item USING (client_id, sku)
JOIN (
    SELECT
        client_id,
        sku,
        sum(backordered_qty) AS backordered_qty,
        string_agg(DISTINCT short_reason, ', ' ORDER BY short_reason) AS reasons
    FROM queue
    WHERE backordered_qty > 0
    GROUP BY client_id, sku
) AS owed USING (client_id, sku)
WHERE there.available_qty + there.hold_qty > 0
GROUP BY there.client_id, there.sku, there.warehouse_id
ORDER BY there.client_id, there.sku, there.warehouse_id
