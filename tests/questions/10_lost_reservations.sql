-- Who lost reserved units in the last thirty nights, when, why, and to whom?
SELECT
    business_date,
    client_id,
    order_id,
    line_no,
    warehouse_id,
    sku,
    lost_qty,
    lost_reason,
    word.meaning,
    to_order_id,
    to_line_no
FROM lost_reservation_nights
LEFT JOIN words AS word ON word.vocabulary = 'LostReason' AND word.word = lost_reason
WHERE business_date > (SELECT max(business_date) FROM nights) - 30
ORDER BY business_date, client_id, order_id, line_no, warehouse_id, sku
