CREATE VIEW backorders_by_sku AS
WITH owed AS (
    SELECT
        client_id,
        sku,
        count(*) AS lines,
        count(DISTINCT order_id) AS orders,
        sum(backordered_qty)::BIGINT AS backordered_qty,
        CASE WHEN count(DISTINCT currency) < 2 THEN sum(open_value) END AS backordered_value,
        CASE WHEN count(DISTINCT currency) < 2 THEN min(currency) END AS currency,
        min(first_short_on) AS oldest_on,
        coalesce(sum(backordered_qty) FILTER (WHERE eta_on IS NULL), 0)::BIGINT AS undated_qty,
        max(eta_on) AS last_eta_on
    FROM order_lines
    WHERE backordered_qty > 0
    GROUP BY client_id, sku
),
there AS (
    SELECT client_id, sku, sum(available_qty)::BIGINT AS available_qty, sum(hold_qty)::BIGINT AS hold_qty
    FROM stock
    GROUP BY client_id, sku
),
coming AS (
    SELECT client_id, sku, sum(remaining_qty)::BIGINT AS inbound_qty, min(expected_on) AS next_expected_on
    FROM inbound
    WHERE status IN ('expected', 'overdue', 'part_received') AND remaining_qty > 0
    GROUP BY client_id, sku
)
SELECT
    owed.* REPLACE (
        owed.backordered_qty / 10 ^ coalesce(item.decimals, 0) AS backordered_qty,
        owed.undated_qty / 10 ^ coalesce(item.decimals, 0) AS undated_qty
    ),
    coalesce(there.available_qty, 0) / 10 ^ coalesce(item.decimals, 0) AS available_qty,
    coalesce(there.hold_qty, 0) / 10 ^ coalesce(item.decimals, 0) AS hold_qty,
    coalesce(coming.inbound_qty, 0) / 10 ^ coalesce(item.decimals, 0) AS inbound_qty,
    coming.next_expected_on
FROM owed
LEFT JOIN there USING (client_id, sku)
LEFT JOIN coming USING (client_id, sku)
LEFT JOIN items AS item USING (client_id, sku)
ORDER BY owed.client_id, backordered_qty DESC, owed.sku
