-- How old is the backlog, by client and age class, and how did that change over the last month?
SELECT
    night.business_date,
    night.client_id,
    CASE
        WHEN night.business_date - line.first_short_on <= 3 THEN '1: 0-3'
        WHEN night.business_date - line.first_short_on <= 10 THEN '2: 4-10'
        WHEN night.business_date - line.first_short_on <= 30 THEN '3: 11-30'
        ELSE '4: >30'
    END AS age_class,
    count(*) AS lines,
    sum(night.open_qty / 10 ^ coalesce(item.decimals, 0)) AS open_qty
FROM line_nights AS night
JOIN order_lines AS line USING (client_id, order_id, line_no)
LEFT JOIN items AS item USING (client_id, sku)
WHERE night.open_qty > 0
    AND line.first_short_on <= night.business_date
    AND night.business_date > (SELECT max(business_date) FROM nights) - 31
GROUP BY ALL
ORDER BY ALL
