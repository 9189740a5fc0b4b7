-- What needs a person: how many findings are open, by owner and code, and how old is the oldest?
SELECT
    owner,
    code,
    count(*) AS findings,
    count(DISTINCT client_id) AS clients,
    max(business_date - opened_on) AS oldest_days,
    any_value(words.meaning) AS meaning
FROM findings
LEFT JOIN words ON words.vocabulary = 'FindingCode' AND words.word = code
WHERE business_date = (SELECT max(business_date) FROM nights)
GROUP BY owner, code
ORDER BY owner, code
