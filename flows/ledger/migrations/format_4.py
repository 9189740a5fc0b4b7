"""A taken file is known by what its cells say; of those that were taken before only the bytes are known.

What the lines of receipts say is kept from here on, so that they can be corrected; older ones cannot. Keys of
facts stay as they are: those of older receipts with a lot have none in them, and are known by their content.
"""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

MIGRATION = Migration(control="ALTER TABLE seen_files ADD COLUMN cells_hash TEXT;")
