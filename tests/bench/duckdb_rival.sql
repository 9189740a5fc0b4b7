-- Units of stock and of announced goods on one axis a pool, the lines' wants on another: where they overlap
-- a line takes. The rank is the default one, of which the day of the order follows from its time.
CREATE TABLE matches AS
WITH wants AS (
    SELECT client_id, order_id, line_no, warehouse_ids AS warehouse_id, sku,
           sum(open_qty) OVER queue AS until_qty, open_qty
    FROM read_parquet('{folder}/order_lines.parquet')
    WINDOW queue AS (
        PARTITION BY client_id, warehouse_ids, sku
        ORDER BY priority, ordered_at, order_id, line_no
        ROWS UNBOUNDED PRECEDING)
), supplies AS (
    SELECT client_id, warehouse_id, sku, lot_id, bin_id, NULL AS asn_id, NULL AS asn_line_no, qty,
           DATE '0001-01-01' AS comes_on, expiry_on
    FROM read_parquet('{folder}/stock_balances.parquet') AS balances
    JOIN read_parquet('{folder}/stock_lots.parquet') AS lots USING (client_id, warehouse_id, sku, lot_id)
    UNION ALL
    SELECT client_id, warehouse_id, sku, NULL, NULL, asn_id, asn_line_no, remaining_qty, expected_on, NULL
    FROM read_parquet('{folder}/inbound_lines.parquet')
), offers AS (
    SELECT *, sum(qty) OVER (
        PARTITION BY client_id, warehouse_id, sku
        ORDER BY comes_on, expiry_on, lot_id, bin_id, asn_id, asn_line_no
        ROWS UNBOUNDED PRECEDING) AS until_unit
    FROM supplies
)
SELECT wants.client_id, order_id, line_no, wants.warehouse_id, lot_id, bin_id, asn_id, asn_line_no,
       least(until_qty, until_unit) - greatest(until_qty - open_qty, until_unit - qty) AS qty
FROM wants JOIN offers
  ON wants.client_id = offers.client_id AND wants.warehouse_id = offers.warehouse_id
 AND wants.sku = offers.sku
 AND until_qty > until_unit - qty AND until_unit > until_qty - open_qty
