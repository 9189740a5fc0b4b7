-- The control database: what is committed. Times are UTC in ISO 8601, dates ISO 8601.

CREATE TABLE runs (
    business_date TEXT NOT NULL,
    run_no INTEGER NOT NULL CHECK (run_no >= 1),
    state TEXT NOT NULL CHECK (state IN ('frozen', 'committed', 'published')),
    frozen_at TEXT NOT NULL,
    committed_at TEXT,
    published_at TEXT,
    version INTEGER UNIQUE,
    seconds REAL,
    laws_checked INTEGER,
    clients_held TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (business_date, run_no),
    CHECK ((state = 'frozen') = (version IS NULL))
) STRICT, WITHOUT ROWID;

-- The frozen input set of a run.
CREATE TABLE run_files (
    business_date TEXT NOT NULL,
    run_no INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    feed TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    refusal_code TEXT NOT NULL DEFAULT '',
    refusal_detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (business_date, run_no, ordinal)
) STRICT, WITHOUT ROWID;

-- When intake first saw a file: which missed night it belongs to.
CREATE TABLE arrivals (
    client_id TEXT NOT NULL,
    feed TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (client_id, feed, file_name, file_hash)
) STRICT, WITHOUT ROWID;

-- The policies of a run; their bytes are kept below ledger/policies/ by their hash.
CREATE TABLE run_policies (
    business_date TEXT NOT NULL,
    run_no INTEGER NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (business_date, run_no, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
    version INTEGER PRIMARY KEY,
    business_date TEXT NOT NULL,
    run_no INTEGER NOT NULL,
    is_kept INTEGER NOT NULL DEFAULT 1,
    UNIQUE (business_date, run_no)
) STRICT;

-- A segment holds for the versions first_version..last_version; NULL: it still does.
CREATE TABLE segments (
    table_name TEXT NOT NULL,
    client_id TEXT NOT NULL,
    first_version INTEGER NOT NULL,
    last_version INTEGER CHECK (last_version >= first_version),
    hash TEXT NOT NULL,
    row_count INTEGER NOT NULL CHECK (row_count > 0),
    PRIMARY KEY (table_name, client_id, first_version)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX live_segments ON segments (table_name, client_id) WHERE last_version IS NULL;

-- Everything that leaves the house, once in all history.
CREATE TABLE effects (
    effect_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('release', 'notice', 'acknowledgement')),
    client_id TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES versions (version),
    state TEXT NOT NULL,
    state_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX effects_by_state ON effects (kind, state, version);

-- Content that a committed run has taken; it is never read again.
CREATE TABLE seen_files (
    client_id TEXT NOT NULL,
    feed TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    business_date TEXT NOT NULL,
    run_no INTEGER NOT NULL,
    PRIMARY KEY (client_id, feed, file_hash)
) STRICT, WITHOUT ROWID;
