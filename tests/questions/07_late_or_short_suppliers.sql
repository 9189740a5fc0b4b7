-- Which supplier is late or short, by how much, and how many orders wait for it?
SELECT
    client_id,
    supplier_id,
    sum(lines)::BIGINT AS lines,
    sum(lines_moved_later)::BIGINT AS moved_later,
    sum(lines_late_now)::BIGINT AS late_now,
    sum(lines_received_late)::BIGINT AS received_late,
    sum(short_qty) AS short_qty,
    sum(remaining_qty) AS remaining_qty,
    any_value(waiting.orders) AS orders_waiting
FROM supplier_performance
LEFT JOIN (
    SELECT client_id, supplier_id, count(DISTINCT order_id) AS orders
    FROM pegs
    JOIN inbound USING (client_id, asn_id, asn_line_no)
    GROUP BY client_id, supplier_id
) AS waiting USING (client_id, supplier_id)
GROUP BY client_id, supplier_id
ORDER BY client_id, supplier_id
