-- What is open tonight: a row for each owner, code and client, the newest three subjects of each.
WITH placed AS (
    SELECT
        owner,
        code,
        client_id,
        subject,
        detail,
        command,
        opened_on,
        row_number() OVER (
            PARTITION BY owner, code, client_id
            ORDER BY opened_on DESC, subject, cause
        ) AS place
    FROM findings
    WHERE business_date = getvariable('tonight')
)
SELECT
    owner,
    code,
    client_id,
    count(*) AS findings,
    count(*) FILTER (WHERE opened_on = getvariable('tonight')) AS new_findings,
    min(opened_on) AS oldest_on,
    list(DISTINCT subject ORDER BY subject) FILTER (WHERE place <= 3) AS subjects,
    any_value(detail) FILTER (WHERE place = 1) AS detail,
    any_value(command) FILTER (WHERE place = 1) AS command
FROM placed
GROUP BY owner, code, client_id
ORDER BY owner, code, client_id
