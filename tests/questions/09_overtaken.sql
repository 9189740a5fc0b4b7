-- Who was overtaken by whom last night, and by which rule?
SELECT
    client_id, order_id, line_no, warehouse_id, sku, overtaking.qty, by_order_id, by_line_no, rule, word.meaning
FROM overtakings AS overtaking
LEFT JOIN words AS word ON word.vocabulary = 'OvertakingRule' AND word.word = rule
ORDER BY client_id, order_id, line_no, rule
