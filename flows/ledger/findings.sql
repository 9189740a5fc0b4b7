-- Since schema 3: findings of which somebody said that they are done. Times UTC.

CREATE TABLE done_findings (
    client_id TEXT NOT NULL,
    code TEXT NOT NULL,
    subject TEXT NOT NULL,
    cause TEXT NOT NULL,
    done_at TEXT NOT NULL,
    PRIMARY KEY (client_id, code, subject, cause)
) STRICT, WITHOUT ROWID;
