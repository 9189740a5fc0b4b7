-- Which promises were kept to the day, within three days, or missed, by SKU and by how often they moved?
WITH told AS (
    SELECT
        client_id,
        order_id,
        line_no,
        sku,
        arg_min(eta_on, (business_date, run_no)) AS first_eta_on,
        count(DISTINCT eta_on) - 1 AS moves
    FROM promise_history
    WHERE source = 'told' AND eta_on IS NOT NULL
    GROUP BY client_id, order_id, line_no, sku
),
judged AS (
    SELECT
        told.*,
        CASE
            WHEN line.is_closed THEN line.last_shipped_on - told.first_eta_on
            WHEN told.first_eta_on < night.last_on THEN 9999
        END AS late_days
    FROM told
    JOIN line_facts AS line USING (client_id, order_id, line_no)
    CROSS JOIN (SELECT max(business_date) AS last_on FROM nights) AS night
)
SELECT
    client_id,
    sku,
    moves,
    count(*) AS lines,
    count(*) FILTER (WHERE late_days <= 0) AS kept_to_the_day,
    count(*) FILTER (WHERE late_days BETWEEN 1 AND 3) AS within_three_days,
    count(*) FILTER (WHERE late_days > 3) AS missed,
    count(*) FILTER (WHERE late_days IS NULL) AS not_known_yet
FROM judged
GROUP BY client_id, sku, moves
ORDER BY client_id, sku, moves
