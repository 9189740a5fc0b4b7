-- How did the stock of each client and warehouse come from last night's opening to its closing?
FROM reconciliation
WHERE business_date = (SELECT max(business_date) FROM nights)
ORDER BY client_id, warehouse_id
