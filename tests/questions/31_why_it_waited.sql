-- Why did a line wait on each night, and which announcements was it promised?
SELECT
    business_date,
    night.rank,
    night.open_qty,
    why.reasons,
    night.eta_on,
    promised.announcements
FROM line_nights AS night
LEFT JOIN (
    SELECT
        business_date,
        client_id,
        order_id,
        line_no,
        string_agg(qty || ': ' || meaning, '; ' ORDER BY qty DESC, reason_code) AS reasons
    FROM decision_nights
    LEFT JOIN words ON vocabulary = 'DecisionCode' AND word = reason_code
    GROUP BY ALL
) AS why USING (business_date, client_id, order_id, line_no)
LEFT JOIN (
    SELECT
        business_date,
        client_id,
        order_id,
        line_no,
        string_agg(
            pegged_qty || ' of ' || asn_id || ' line ' || asn_line_no || ', ' || eta_on, '; '
            ORDER BY eta_on, asn_id, asn_line_no
        ) AS announcements
    FROM peg_nights
    GROUP BY ALL
) AS promised USING (business_date, client_id, order_id, line_no)
WHERE client_id = 'torquebarn' AND order_id = 'TB-2002' AND line_no = 1
ORDER BY business_date
