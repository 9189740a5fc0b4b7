-- What is a client billed for a month: receipts, storage nights, orders, lines, units, parcels?
FROM billing
ORDER BY client_id, warehouse_id, month
