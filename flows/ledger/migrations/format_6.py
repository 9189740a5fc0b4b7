"""Both databases carry a seal, a digest of all their rows that each transaction writes along with them.

It is made when the step is taken, from what stands there then (`flows.ledger.databases.seals`). A version
knows the hash of its manifest, which the next one names. Books that were put back from a backup know of the
picks that were handed out after it.
"""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

SEAL = """
    CREATE TABLE {0}.seal (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        rows TEXT NOT NULL,
        twin TEXT NOT NULL,
        digest TEXT NOT NULL
    ) STRICT;
"""

MIGRATION = Migration(
    control=SEAL.format("main")
    + """
        ALTER TABLE versions ADD COLUMN manifest TEXT;

        -- When the books of a backup were put in place, and up to which version they knew. Times UTC.
        CREATE TABLE restores (
            restore_no INTEGER PRIMARY KEY,
            restored_at TEXT NOT NULL,
            backed_up_at TEXT NOT NULL,
            version INTEGER NOT NULL
        ) STRICT;

        -- Rows of pick files that a warehouse may have, and of which books that were put back know nothing.
        -- verdict: what somebody said of them: kept, dropped; NULL: nobody has said anything yet.
        CREATE TABLE handed_out (
            release_id TEXT PRIMARY KEY,
            warehouse TEXT NOT NULL,
            file_name TEXT NOT NULL,
            client_id TEXT NOT NULL,
            order_id TEXT NOT NULL,
            line_no TEXT NOT NULL,
            sku TEXT NOT NULL,
            qty TEXT NOT NULL,
            verdict TEXT CHECK (verdict IN ('kept', 'dropped'))
        ) STRICT, WITHOUT ROWID;
    """,
    people=SEAL.format("people"),
)
