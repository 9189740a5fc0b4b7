-- A night without rules and without a ledger: what was open and what lay on the shelves, tonight's files, and the
-- window sums of `duckdb_rival.sql`. Python gives `orders`, `counts`, `receipts` (tonight's files) and
-- `lines_before`, `shelf_before` (what the night before left).
CREATE TABLE lines AS
SELECT * FROM lines_before UNION ALL BY NAME
SELECT client_id, order_id, line_no, warehouse_ids AS warehouse_id, sku, priority, ordered_at, qty, ship_to_name,
       ship_to_address, ship_to_city, ship_to_postcode, ship_to_country, email
FROM orders;

CREATE TABLE shelf AS
SELECT client_id, warehouse_id, sku, lot_id, bin_id, expiry_on, sum(qty)::BIGINT AS qty
FROM (SELECT * FROM shelf_before UNION ALL BY NAME
      SELECT client_id, warehouse_id, sku, lot_id, bin_id, expiry_on, qty FROM counts UNION ALL BY NAME
      SELECT client_id, warehouse_id, sku, lot_id, bin_id, expiry_on, received_qty AS qty FROM receipts)
GROUP BY ALL;

CREATE TABLE picks AS
WITH wants AS (
    SELECT client_id, order_id, line_no, warehouse_id, sku, qty, sum(qty) OVER (
        PARTITION BY client_id, warehouse_id, sku
        ORDER BY priority, ordered_at, order_id, line_no
        ROWS UNBOUNDED PRECEDING) AS until_qty
    FROM lines
), offers AS (
    SELECT *, sum(qty) OVER (
        PARTITION BY client_id, warehouse_id, sku
        ORDER BY expiry_on, lot_id, bin_id
        ROWS UNBOUNDED PRECEDING) AS until_unit
    FROM shelf
)
SELECT client_id, order_id, line_no, warehouse_id, sku, lot_id, bin_id,
       (least(until_qty, until_unit) - greatest(until_qty - wants.qty, until_unit - offers.qty))::BIGINT AS qty
FROM wants JOIN offers USING (client_id, warehouse_id, sku)
WHERE until_qty > until_unit - offers.qty AND until_unit > until_qty - wants.qty;

COPY (SELECT picks.*, ship_to_name, ship_to_address, ship_to_city, ship_to_postcode, ship_to_country
      FROM picks JOIN lines USING (client_id, order_id, line_no) ORDER BY picks.bin_id, client_id, order_id, line_no)
TO '{out}/picks' (FORMAT csv, PARTITION_BY (warehouse_id), WRITE_PARTITION_COLUMNS);

COPY (SELECT lines.* REPLACE (lines.qty - coalesce(given.qty, 0) AS qty)
      FROM lines LEFT JOIN (SELECT client_id, order_id, line_no, sum(qty)::BIGINT AS qty FROM picks GROUP BY ALL) AS given
      USING (client_id, order_id, line_no)
      WHERE lines.qty > coalesce(given.qty, 0))
TO '{out}/lines.parquet';

COPY (SELECT shelf.* REPLACE (shelf.qty - coalesce(given.qty, 0) AS qty)
      FROM shelf LEFT JOIN (SELECT client_id, warehouse_id, sku, lot_id, bin_id, sum(qty)::BIGINT AS qty FROM picks
                            GROUP BY ALL) AS given
      USING (client_id, warehouse_id, sku, lot_id, bin_id)
      WHERE shelf.qty > coalesce(given.qty, 0))
TO '{out}/shelf.parquet';
