-- How much of a SKU was there each night of the last year, how often did it turn, how long does it last?
WITH moved AS (
    SELECT
        business_date,
        sum(CASE WHEN from_account IN ('SUPPLIER', 'SHIPPED', 'ADJUSTED') THEN qty ELSE 0 END)
            - sum(CASE WHEN to_account IN ('SUPPLIER', 'SHIPPED', 'ADJUSTED') THEN qty ELSE 0 END) AS net_qty,
        sum(CASE WHEN to_account = 'SHIPPED' THEN qty WHEN from_account = 'SHIPPED' THEN -qty ELSE 0 END)
            AS shipped_qty
    FROM all_movements
    WHERE ledger = 'stock' AND client_id = 'larkmoor' AND sku = 'LM-SOCK-3PK'
    GROUP BY business_date
),
there AS (
    SELECT coalesce(sum(on_hand_qty), 0) AS qty FROM stock WHERE client_id = 'larkmoor' AND sku = 'LM-SOCK-3PK'
),
owed AS (
    SELECT coalesce(sum(open_qty), 0) AS qty
    FROM order_lines
    WHERE client_id = 'larkmoor' AND sku = 'LM-SOCK-3PK'
),
night AS (
    SELECT
        business_date,
        coalesce(shipped_qty, 0) AS shipped_qty,
        there.qty - coalesce(sum(net_qty) OVER (
            ORDER BY business_date DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS on_hand_qty
    FROM (SELECT DISTINCT business_date FROM all_nights)
    LEFT JOIN moved USING (business_date)
    CROSS JOIN there
    WHERE business_date > (SELECT max(business_date) FROM nights) - 365
)
SELECT
    business_date,
    on_hand_qty,
    shipped_qty,
    round(sum(shipped_qty) OVER () / nullif(avg(on_hand_qty) OVER (), 0), 2) AS turns,
    round((last_value(on_hand_qty) OVER (ORDER BY business_date ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED
        FOLLOWING) - owed.qty) / nullif(avg(shipped_qty) OVER (), 0), 1) AS days_of_cover
FROM night
CROSS JOIN owed
ORDER BY business_date
