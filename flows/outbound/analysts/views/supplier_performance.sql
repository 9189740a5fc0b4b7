CREATE VIEW supplier_performance AS
WITH waiting AS (
    SELECT client_id, asn_id, asn_line_no, count(DISTINCT order_id) AS orders, sum(pegged_qty) AS pegged_qty
    FROM pegs
    GROUP BY client_id, asn_id, asn_line_no
),
line AS (
    SELECT
        inbound.*,
        10 ^ coalesce(item.decimals, 0) AS scale,
        coalesce(waiting.pegged_qty, 0) AS pegged_qty,
        status IN ('expected', 'overdue', 'part_received') AND remaining_qty > 0 AS is_coming,
        coalesce(last_received_on, ended_on) - first_expected_on AS late_days,
        nights.last_on
    FROM inbound
    LEFT JOIN items AS item USING (client_id, sku)
    LEFT JOIN waiting USING (client_id, asn_id, asn_line_no)
    CROSS JOIN (SELECT max(business_date) AS last_on FROM nights) AS nights
)
SELECT
    client_id,
    supplier_id,
    sku,
    count(*) AS lines,
    count(*) FILTER (WHERE is_coming) AS lines_coming,
    count(*) FILTER (WHERE is_coming AND first_expected_on < last_on) AS lines_late_now,
    count(*) FILTER (WHERE expected_on > first_expected_on) AS lines_moved_later,
    count(*) FILTER (WHERE NOT is_coming AND received_qty > 0) AS lines_received,
    count(*) FILTER (WHERE NOT is_coming AND received_qty > 0 AND late_days > 0) AS lines_received_late,
    avg(late_days) FILTER (WHERE NOT is_coming AND received_qty > 0) AS average_late_days,
    sum(announced_qty / scale) AS announced_qty,
    sum(received_qty / scale) AS received_qty,
    coalesce(sum((announced_qty - received_qty) / scale) FILTER (
        WHERE NOT is_coming AND status <> 'cancelled' AND received_qty < announced_qty
    ), 0) AS short_qty,
    coalesce(sum((received_qty - announced_qty) / scale) FILTER (WHERE received_qty > announced_qty), 0)
        AS over_qty,
    coalesce(sum(remaining_qty / scale) FILTER (WHERE is_coming), 0) AS remaining_qty,
    sum(pegged_qty / scale) AS pegged_qty
FROM line
GROUP BY client_id, supplier_id, sku
ORDER BY client_id, supplier_id, sku
