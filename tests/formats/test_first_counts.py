"""Warehouses that were worked with before first counts were noted count as counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.ledger.migrations.chain import derivation_of
from flows.ledger.store.ledger import Ledger
from schemas.night import STATE_TABLES
from tests.formats.make import NEXT, run_night
from tests.formats.opening import FORMATS, bring, unpack
from tests.frames import frame_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from flows.workspace import Workspace

KNOWN = [
    ("fennelworth", "BRISTOL", None),
    ("larkmoor", "LEEDS", None),
    ("oldhall", "LEEDS", None),
    ("torquebarn", "BRISTOL", None),
    ("torquebarn", "LEEDS", None),
]


def first_counts(workspace: Workspace, *clients: str) -> list[tuple[str, str, date | None]]:
    """What the books of a workspace say was counted."""
    with Ledger.open(workspace) as ledger:
        return ledger.load_table("first_counts", clients or None).rows()


@pytest.mark.parametrize("found", [number for number in FORMATS if number < 4])
def test_books_of_an_older_format_know_their_warehouses(found: int, tmp_path: Path) -> None:
    old = unpack(found, tmp_path / "workspace")
    bring(old.root)
    assert first_counts(old) == KNOWN
    assert first_counts(old, "oldhall") == [("oldhall", "LEEDS", None)]


@pytest.mark.thorough
def test_a_client_for_whom_nothing_is_decided_yet_keeps_what_is_known(tmp_path: Path) -> None:
    old = unpack(3, tmp_path / "workspace")
    (old.clients / "oldhall.toml").unlink()
    run_night(old, NEXT)
    assert first_counts(old) == KNOWN
    with Ledger.open(old) as ledger:
        assert ledger.load_table("first_counts", ["larkmoor"]).rows() == [("larkmoor", "LEEDS", None)]


@pytest.mark.parametrize("table", ["counts", "stock_balances", "stock_lots", "shelf_facts"])
def test_anything_that_the_books_tell_of_a_warehouse_makes_it_known(table: str) -> None:
    derivation = derivation_of("first_counts")
    assert derivation is not None
    new_in, derived = derivation
    assert new_in == 4
    assert table in derived.sources
    told = {name: frame_of(STATE_TABLES[name]) for name in derived.sources}
    row = {"warehouse_id": "W1"} | ({"kind": "moved"} if table == "shelf_facts" else {})
    told[table] = frame_of(STATE_TABLES[table], row, row)
    assert derived.step(told).rows() == [("acme", "W1", None)]


def test_other_tables_begin_empty() -> None:
    assert derivation_of("wishes") is None
