CREATE VIEW parcels AS
SELECT
    sent.client_id,
    sent.order_id,
    sent.warehouse_id,
    sent.shipped_on,
    row_number() OVER (
        PARTITION BY sent.client_id, sent.order_id ORDER BY sent.shipped_on, sent.warehouse_id
    ) AS parcel_no,
    count(DISTINCT sent.line_no) AS lines,
    sum(sent.shipped_qty / 10 ^ coalesce(item.decimals, 0)) AS shipped_qty,
    CASE WHEN min(line.currency) IS NOT DISTINCT FROM max(line.currency) THEN min(line.currency) END AS currency,
    CASE
        WHEN min(line.currency) IS NOT DISTINCT FROM max(line.currency)
            THEN sum(
                sent.shipped_qty * line.unit_price / (line.uom_eaches * 10 ^ coalesce(item.decimals, 0))
            )::DECIMAL(38, 4)
    END AS shipped_value,
    string_agg(DISTINCT sent.tracking_no, '|' ORDER BY sent.tracking_no) AS tracking_nos,
    bool_and(sent.basis = 'assumed') AS is_assumed
FROM shipments AS sent
LEFT JOIN order_lines AS line USING (client_id, order_id, line_no)
LEFT JOIN items AS item ON item.client_id = sent.client_id AND item.sku = line.sku
WHERE sent.shipped_qty > 0
GROUP BY sent.client_id, sent.order_id, sent.warehouse_id, sent.shipped_on
