-- Units still expected by week, in millionths, and how many of them are promised; null: their day has passed.
WITH promised AS (
    SELECT client_id, asn_id, asn_line_no, sum(pegged_qty) AS pegged_qty
    FROM pegs
    GROUP BY client_id, asn_id, asn_line_no
)
SELECT
    CASE
        WHEN coming.expected_on > getvariable('tonight') THEN date_trunc('week', coming.expected_on)::DATE
    END AS week_on,
    count(*) AS announced_lines,
    sum(coming.remaining_qty::HUGEINT * (10 ^ (6 - coalesce(item.decimals, 0)))::BIGINT) AS expected_units,
    sum(
        coalesce(promised.pegged_qty, 0)::HUGEINT * (10 ^ (6 - coalesce(item.decimals, 0)))::BIGINT
    ) AS promised_units
FROM inbound AS coming
LEFT JOIN promised USING (client_id, asn_id, asn_line_no)
LEFT JOIN items AS item USING (client_id, sku)
WHERE coming.status IN ('expected', 'overdue', 'part_received') AND coming.remaining_qty > 0
GROUP BY week_on
ORDER BY week_on NULLS FIRST
