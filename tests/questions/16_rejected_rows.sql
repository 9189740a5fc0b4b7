-- Which rows were rejected, by client, feed and reason over time: whose files get better?
SELECT
    file.business_date,
    client_id,
    feed,
    row.reason_code,
    count(DISTINCT (file_hash, row.row_no)) AS rows_rejected,
    any_value(read.rows_read) AS rows_read
FROM rejected_rows AS row
JOIN (
    SELECT client_id, feed, file_hash, min(business_date) AS business_date FROM files GROUP BY ALL
) AS file USING (client_id, feed, file_hash)
JOIN (
    SELECT client_id, feed, business_date, sum(rows_read)::BIGINT AS rows_read FROM files GROUP BY ALL
) AS read USING (client_id, feed, business_date)
GROUP BY ALL
ORDER BY ALL
