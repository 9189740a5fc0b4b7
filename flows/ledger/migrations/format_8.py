"""Nothing is stored in another way yet: what format 8 changes is added here."""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

MIGRATION = Migration()
