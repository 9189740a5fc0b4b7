-- Who lost reserved units, when, and, of last night, to whom or to what?
SELECT
    move.business_date,
    client_id,
    order_id,
    line_no,
    move.warehouse_id,
    sum(move.qty)::BIGINT AS lost_qty,
    any_value(lost.lost_reason) AS lost_reason,
    any_value(lost.to_order_id) AS to_order_id
FROM movements AS move
LEFT JOIN (
    SELECT *, (SELECT max(business_date) FROM nights) AS business_date FROM lost_reservations
) AS lost USING (business_date, client_id, order_id, line_no)
WHERE move.ledger = 'line' AND move.cause = 'lost_reservation'
GROUP BY ALL
ORDER BY ALL
