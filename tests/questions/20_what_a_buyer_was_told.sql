-- What did we tell this buyer, when, and was it true?
SELECT
    told.business_date AS told_on,
    told.order_id,
    fact.consignee_id,
    fact.po_number,
    told.kind,
    told.state,
    told.eta_on,
    fact.last_shipped_on,
    CASE
        WHEN told.eta_on IS NULL THEN 'no date was told'
        WHEN NOT fact.is_closed THEN 'not known yet'
        WHEN fact.last_shipped_on <= told.eta_on THEN 'true'
        ELSE 'missed'
    END AS outcome
FROM notices AS told
JOIN order_facts AS fact USING (client_id, order_id)
WHERE client_id = 'larkmoor' AND order_id IN ('LM1003', 'LM1004', 'LM1005')
ORDER BY told.order_id, told.business_date
