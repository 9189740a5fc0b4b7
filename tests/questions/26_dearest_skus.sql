-- Which SKUs hold up most money, and when do they come?
SELECT
    client_id, sku, orders, backordered_qty, backordered_value, currency, inbound_qty, next_expected_on, undated_qty
FROM backorders_by_sku
ORDER BY backordered_value DESC NULLS LAST, client_id, sku
LIMIT 20
