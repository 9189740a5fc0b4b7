"""Rejected rows are known again by what they say: `rejected_before`, which begins empty."""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

MIGRATION = Migration()
