-- What is kept how long. Dates ISO 8601, times UTC.

-- The content of archived files, so that their age is known without reading them every night.
CREATE TABLE archived_files (
    place TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    file_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
