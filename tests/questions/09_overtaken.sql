-- Who was overtaken by whom last Tuesday, and by which rule?
SELECT
    client_id, order_id, line_no, warehouse_id, sku, overtaking.qty, by_order_id, by_line_no, rule, word.meaning
FROM overtaking_nights AS overtaking
LEFT JOIN words AS word ON word.vocabulary = 'OvertakingRule' AND word.word = rule
WHERE business_date = (SELECT max(business_date) FROM nights WHERE isodow(business_date) = 2)
ORDER BY client_id, order_id, line_no, rule
