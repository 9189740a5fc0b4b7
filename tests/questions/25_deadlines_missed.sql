-- Which lines wait although their last ship day, their delivery day or the day we told is over or will be?
SELECT client_id, order_id, line_no, sku, open_qty, ship_by, cancel_after, deliver_by, told_eta_on, eta_on
FROM order_lines
CROSS JOIN (SELECT max(business_date) AS last_on FROM nights)
WHERE open_qty > 0 AND (
    least(ship_by, cancel_after, deliver_by, told_eta_on) < coalesce(eta_on, DATE '9999-12-31')
)
ORDER BY client_id, order_id, line_no
