-- How many parcels has an order, and which follow-up parcels were worth less than ten units of money?
SELECT
    client_id,
    count(*) AS parcels,
    count(DISTINCT order_id) AS orders,
    round(count(*) / count(DISTINCT order_id), 2) AS parcels_per_order,
    count(*) FILTER (WHERE parcel_no > 1) AS follow_ups,
    count(*) FILTER (WHERE parcel_no > 1 AND shipped_value < 10) AS small_follow_ups,
    string_agg(order_id, ', ' ORDER BY order_id) FILTER (WHERE parcel_no > 1 AND shipped_value < 10) AS of_orders
FROM parcels
GROUP BY client_id
ORDER BY client_id
