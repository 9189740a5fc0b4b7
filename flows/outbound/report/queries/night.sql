SELECT business_date, run_no, version, laws_checked, held_clients, only_posts
FROM nights
ORDER BY version DESC
LIMIT 1
