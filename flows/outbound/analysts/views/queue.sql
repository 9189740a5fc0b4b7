CREATE VIEW queue AS
SELECT
    line.client_id,
    line.warehouse_id,
    line.sku,
    line.queue_place,
    line.rank,
    line.order_id,
    line.line_no,
    line.open_qty / 10 ^ coalesce(item.decimals, 0) AS open_qty,
    line.reserved_qty / 10 ^ coalesce(item.decimals, 0) AS reserved_qty,
    line.backordered_qty / 10 ^ coalesce(item.decimals, 0) AS backordered_qty,
    line.ahead_qty / 10 ^ coalesce(item.decimals, 0) AS ahead_qty,
    line.due_on,
    line.eta_on,
    line.eta_reason,
    line.short_reason,
    reasons.why,
    line.hold_reason,
    line.may_be_overtaken,
    line.days_waiting
FROM order_lines AS line
LEFT JOIN (
    SELECT
        decision.client_id,
        decision.order_id,
        decision.line_no,
        string_agg(
            format('{:.' || coalesce(item.decimals, 0) || 'f}', decision.qty / 10 ^ coalesce(item.decimals, 0))
                || ': ' || word.meaning,
            '; ' ORDER BY decision.qty DESC, word.word
        ) AS why
    FROM decisions AS decision
    JOIN order_lines AS line USING (client_id, order_id, line_no)
    LEFT JOIN items AS item USING (client_id, sku)
    JOIN words AS word ON word.vocabulary = 'DecisionCode' AND word.word = decision.reason_code
    GROUP BY ALL
) AS reasons USING (client_id, order_id, line_no)
LEFT JOIN items AS item USING (client_id, sku)
WHERE line.queue_place IS NOT NULL
ORDER BY line.client_id, line.warehouse_id, line.sku, line.queue_place
