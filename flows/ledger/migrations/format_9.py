"""Releases have a short number for paper, `pick_no`; older ones have none."""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

MIGRATION = Migration()
