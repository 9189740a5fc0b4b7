"""An export that only grows tells rejected rows again: they are asked for once, never after a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest

from flows.ledger.store.ledger import Ledger
from tests.flows.night.small_world import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    drop,
    drop_first_day,
    make_world,
    run_night,
)
from tests.flows.night.small_world import ORDERS as FIRST

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from flows.workspace import Workspace


class Export(NamedTuple):
    """A file that grows: its header, a row that is rejected, the same row mended, and what is added daily."""

    feed: str
    header: str
    wrong: str
    mended: str
    more: str


ORDERS = Export("orders", "order_id,line_no,sku,qty,ordered_at", "O7,1,A,two,2026-03-02 09:00",
    "O7,1,A,2,2026-03-02 09:00", "M{n},1,B,1,2026-03-02 10:00")  # fmt: skip
UNNUMBERED = Export("orders", "order_id,sku,qty,ordered_at", "O7,A,two,2026-03-02 09:00",
    "O7,A,2,2026-03-02 09:00", "M{n},B,1,2026-03-02 10:00")  # fmt: skip
ITEMS = Export("items", "sku,name,decimals", "C,Coat,many", "C,Coat,0", "D{n},Dress,0")
CANCELLATIONS = Export("cancellations", "order_id,line_no,qty,cancelled_at,event_id",
    "X1,1,1,2026-03-02 11:00,e1",
    "O1,1,1,2026-03-02 11:00,e1", "O1,1,1,2026-03-02 12:00,n{n}")  # fmt: skip
ADJUSTMENTS = Export("adjustments", "sku,qty,reason,adjusted_at", "A,one,lost,2026-03-02 11:00:01",
    "A,-1,lost,2026-03-02 11:00:01", "B,-1,lost,2026-03-02 12:00:0{n}")  # fmt: skip
RECEIPTS = Export("receipts", "receipt_id,line_no,sku,received_qty,damaged_qty,received_on",
    "R1,1,A,ten,0,2026-03-02", "R1,1,A,10,0,2026-03-02", "N{n},1,B,1,0,2026-03-02")  # fmt: skip
DAMAGED = RECEIPTS._replace(wrong="R1,1,A,10,12,2026-03-02", mended="R1,1,A,10,2,2026-03-02")
"""Its form is fine: the row is rejected when it is posted."""

NAMELESS = Export("adjustments", "sku,qty,reason", "A,one,lost", "A,-1,lost", "B,-{n},lost")
"""Nothing says whether a row is the same or only looks like it."""


def export(workspace: Workspace, what: Export, days: int, *, wrong: str = "") -> None:
    """The export after so many days, its newest row first."""
    rows = [*(what.more.format(n=n) for n in reversed(range(days))), wrong or what.wrong]
    drop(workspace, f"acme/{what.feed}/export.csv", "\n".join([what.header, *rows]) + "\n")


def correct(workspace: Workspace, what: Export, version: int, row: str) -> None:
    """The quarantine file of a version comes back with its row mended."""
    place = workspace.published / f"v{version:06}" / "quarantine" / "acme" / what.feed
    (found,) = place.glob("*/*.csv")
    header, wrong = found.read_text("utf-8-sig").splitlines()
    ours = wrong.split(",")[len(row.split(",")) :]
    drop(workspace, f"acme/{what.feed}/back.csv", f"{header}\n{','.join([row, *ours])}\n")


def night(workspace: Workspace, day: date) -> tuple[int, int, int]:
    """Rows of the export that were rejected and that were duplicates, and rows that are still asked for."""
    (result,) = run_night(workspace, day)
    assert result.clients_held == ()
    with Ledger.open(workspace) as ledger:
        files = ledger.load_added("files", result.version).filter(pl.col("file_name") == "export.csv")
        owed = ledger.load_table("uncorrected_rows")
    rejected, duplicate = files.select(pl.col("rows_rejected", "rows_duplicate").sum()).row(0)
    return rejected, duplicate, owed.height


def open_orders(workspace: Workspace) -> dict[str, str | None]:
    """Why each order is on hold."""
    with Ledger.open(workspace) as ledger:
        lines = ledger.load_table("order_lines")
    return dict(lines.select("order_id", "hold_reason").iter_rows())


THOROUGH = [pytest.param(what, marks=pytest.mark.thorough) for what in (ORDERS, ITEMS, ADJUSTMENTS, RECEIPTS)]


@pytest.mark.parametrize("what", [UNNUMBERED, CANCELLATIONS, DAMAGED, *THOROUGH])
def test_a_row_is_asked_for_once_and_not_after_its_correction(tmp_path: Path, what: Export) -> None:
    workspace = make_world(tmp_path)
    drop_first_day(workspace, stock=0)
    drop(workspace, "acme/orders/first.csv", FIRST.format(order_id="O1", qty=9))
    export(workspace, what, 1)
    assert night(workspace, MONDAY) == (1, 0, 1)
    export(workspace, what, 2)
    assert night(workspace, TUESDAY) == (1, 1, 1), "the same row, asked for once"
    export(workspace, what, 3)
    correct(workspace, what, 2, what.mended)
    assert night(workspace, WEDNESDAY)[2] == 0
    export(workspace, what, 4)
    assert night(workspace, THURSDAY) == (0, 4, 0), "three rows that are known, and the one that is corrected"
    if what.feed == "orders":
        assert set(open_orders(workspace).values()) == {None}


def test_it_is_corrected_also_by_the_first_file_that_was_sent_back(tmp_path: Path) -> None:
    workspace = make_world(tmp_path)
    drop_first_day(workspace)
    export(workspace, UNNUMBERED, 1)
    assert night(workspace, MONDAY) == (1, 0, 1)
    export(workspace, UNNUMBERED, 2)
    assert night(workspace, TUESDAY) == (1, 1, 1)
    correct(workspace, UNNUMBERED, 1, UNNUMBERED.mended)
    assert night(workspace, WEDNESDAY) == (0, 0, 0)
    assert set(open_orders(workspace).values()) == {None}


@pytest.mark.thorough
def test_what_came_back_and_was_wrong_again_is_asked_for_once(tmp_path: Path) -> None:
    workspace = make_world(tmp_path)
    drop_first_day(workspace)
    export(workspace, ORDERS, 1)
    assert night(workspace, MONDAY) == (1, 0, 1)
    export(workspace, ORDERS, 2)
    correct(workspace, ORDERS, 1, "O7,1,A,three,2026-03-02 09:00")
    assert night(workspace, TUESDAY) == (1, 1, 1)


def test_equal_rows_of_a_file_are_two(tmp_path: Path) -> None:
    workspace = make_world(tmp_path)
    drop_first_day(workspace)
    twice = f"{ADJUSTMENTS.wrong}\n{ADJUSTMENTS.wrong}"
    export(workspace, ADJUSTMENTS, 1, wrong=ADJUSTMENTS.wrong)
    assert night(workspace, MONDAY) == (1, 0, 1)
    export(workspace, ADJUSTMENTS, 1, wrong=twice)
    correct(workspace, ADJUSTMENTS, 1, ADJUSTMENTS.mended)
    rejected, duplicate, owed = night(workspace, TUESDAY)
    assert (rejected, duplicate, owed) == (1, 2, 1), "the second one is new"


def test_a_row_that_names_nothing_is_asked_for_each_time(tmp_path: Path) -> None:
    workspace = make_world(tmp_path)
    drop_first_day(workspace)
    export(workspace, NAMELESS, 1)
    assert night(workspace, MONDAY)[2] == 2
    export(workspace, NAMELESS, 2)
    assert night(workspace, TUESDAY)[0] >= 1
    with Ledger.open(workspace) as ledger:
        assert ledger.load_table("rejected_before").is_empty()
