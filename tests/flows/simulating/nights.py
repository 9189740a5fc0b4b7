"""Nights of the sample, as they were and as a simulation plans them."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from flows.ledger.store.tables import STATE, TONIGHT, ordering_of
from flows.simulating.kept import open_ledger
from schemas.night import HISTORY_TABLES, NightPlan

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from flows.workspace import Workspace
    from schemas.night import Books

COMPLETE = 'ship_rule = "order_complete"\nholdback = "strict"\n'
LATEST_FIRST = 'rank = ["priority", "channel"]\nchannel_order = ["web"]\n'


def put_policy(folder: Path, name: str, text: str = COMPLETE) -> Path:
    """A policy file."""
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def bytes_below(root: Path) -> dict[str, tuple[str, int]]:
    """Each entry below a folder: the hash of its bytes, and when it was last changed."""
    return {
        str(path.relative_to(root)): (_hash(path), path.lstat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"


UNPLANNED = ("files", "findings")
"""Histories to which the night adds more than its plan says: what stayed open is among the findings."""


def committed_tables(workspace: Workspace, version: int) -> dict[str, pl.DataFrame]:
    """Everything that a version of the ledger says its night decided, rows and columns in order."""
    with open_ledger(workspace) as ledger:
        state = {name: ledger.load_table(name, version=version) for name in (*STATE, *TONIGHT)}
        history = {name: ledger.load_added(name, version) for name in HISTORY_TABLES if name not in UNPLANNED}
    return {name: in_order(name, table) for name, table in (state | history).items()}


def planned_tables(plan: NightPlan) -> dict[str, pl.DataFrame]:
    """The same of a plan that was not committed."""
    decided: dict[str, Any] = {
        field.name: getattr(plan, field.name)
        for field in fields(plan)
        if field.name not in ("books", "retired", "ship_to", *UNPLANNED)
    }
    return {name: in_order(name, table) for name, table in (tables_of(plan.books) | decided).items()}


def tables_of(books: Books) -> dict[str, pl.DataFrame]:
    """Tables of the books, rows in order."""
    return {name: in_order(name, table) for name, table in books.tables().items()}


def in_order(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """A table in the ledger's order; without numbers of paper, which nothing simulated has."""
    keys = ["client_id", *(key for key in ordering_of(name) if key != "client_id")]
    return table.select(sorted({*table.columns} - {"pick_no"})).sort(keys, nulls_last=True)
