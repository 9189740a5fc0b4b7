-- When will the backlog of a client be cleared by what is announced, and what is not covered?
SELECT
    client_id,
    count(*) AS lines,
    sum(backordered_qty) AS backordered_qty,
    max(eta_on) AS cleared_on,
    count(*) FILTER (WHERE eta_on IS NULL) AS undated_lines,
    coalesce(sum(backordered_qty) FILTER (WHERE eta_on IS NULL), 0) AS undated_qty,
    string_agg(DISTINCT sku, ', ' ORDER BY sku) FILTER (WHERE eta_on IS NULL) AS undated_skus
FROM queue
WHERE backordered_qty > 0
GROUP BY client_id
ORDER BY client_id
