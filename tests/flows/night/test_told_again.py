"""An export that only grows tells rejected rows again: they are asked for once, never after a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest

from flows.ledger.store.ledger import Ledger
from tests.flows.night.small_world import (
    CLIENT,
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


GROWING = {
    "orders": ORDERS,
    "unnumbered": UNNUMBERED,
    "items": ITEMS,
    "cancellations": CANCELLATIONS,
    "adjustments": ADJUSTMENTS,
    "receipts": RECEIPTS,
    "damaged": DAMAGED,
}
"""Clients whose export grows for four days; what was rejected comes back mended on the third."""

OTHERS = {"first": UNNUMBERED, "again": ORDERS, "twice": ADJUSTMENTS, "nameless": NAMELESS}
"""Clients whose weeks are stories of their own."""


class Seen(NamedTuple):
    """Rows of a client's export that a night rejected, and that were duplicates; rows still asked for."""

    rejected: int
    duplicate: int
    owed: int


class Week(NamedTuple):
    """Of each client: what nights saw; why its orders are on hold; how many rejected rows are remembered."""

    seen: dict[str, list[Seen]]
    holds: dict[str, dict[str, str | None]]
    remembered: dict[str, int]


def export(workspace: Workspace, client_id: str, what: Export, days: int, *, wrong: str = "") -> None:
    """The export after so many days, its newest row first."""
    rows = [*(what.more.format(n=n) for n in reversed(range(days))), wrong or what.wrong]
    drop(workspace, f"{client_id}/{what.feed}/export.csv", "\n".join([what.header, *rows]) + "\n")


def correct(workspace: Workspace, client_id: str, what: Export, version: int, row: str) -> None:
    """The quarantine file of a version comes back with its row mended."""
    place = workspace.published / f"v{version:06}" / "quarantine" / client_id / what.feed
    (found,) = place.glob("*/*.csv")
    header, wrong = found.read_text("utf-8-sig").splitlines()
    ours = wrong.split(",")[len(row.split(",")) :]
    drop(workspace, f"{client_id}/{what.feed}/back.csv", f"{header}\n{','.join([row, *ours])}\n")


def drop_day(workspace: Workspace, day: int) -> None:
    """What all clients send on the first to the fourth day."""
    for client_id, what in GROWING.items():
        export(workspace, client_id, what, day)
        if day == 3:
            correct(workspace, client_id, what, 2, what.mended)
    for client_id, what in OTHERS.items():
        if day <= 2 and client_id != "twice":
            export(workspace, client_id, what, day)
    if day == 1:
        export(workspace, "twice", ADJUSTMENTS, 1)
    if day == 2:
        correct(workspace, "again", ORDERS, 1, "O7,1,A,three,2026-03-02 09:00")
        export(workspace, "twice", ADJUSTMENTS, 1, wrong=f"{ADJUSTMENTS.wrong}\n{ADJUSTMENTS.wrong}")
        correct(workspace, "twice", ADJUSTMENTS, 1, ADJUSTMENTS.mended)
    if day == 3:
        correct(workspace, "first", UNNUMBERED, 1, UNNUMBERED.mended)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """Four nights of all clients."""
    workspace = make_world(tmp_path_factory.mktemp("week") / "data")
    clients = [*GROWING, *OTHERS]
    for client_id in clients:
        (workspace.clients / f"{client_id}.toml").write_text(CLIENT.format(client_id=client_id), "utf-8")
        drop_first_day(workspace, client_id, stock=0 if client_id in GROWING else 3)
        drop(workspace, f"{client_id}/orders/first.csv", FIRST.format(order_id="O1", qty=9))
    seen: dict[str, list[Seen]] = {client_id: [] for client_id in clients}
    for day, date in enumerate((MONDAY, TUESDAY, WEDNESDAY, THURSDAY), start=1):
        drop_day(workspace, day)
        (result,) = run_night(workspace, date)
        assert result.clients_held == ()
        with Ledger.open(workspace) as ledger:
            files = ledger.load_added("files", result.version).filter(pl.col("file_name") == "export.csv")
            owed = ledger.load_table("uncorrected_rows")
        for client_id in clients:
            counts = files.filter(client_id=client_id).select(pl.col("rows_rejected", "rows_duplicate").sum())
            rejected, duplicate = counts.row(0)
            asked = owed.filter(client_id=client_id).height
            seen[client_id].append(Seen(rejected, duplicate, asked))
    with Ledger.open(workspace) as ledger:
        lines, before = ledger.load_table("order_lines"), ledger.load_table("rejected_before")
    holds = {one: lines.filter(client_id=one).select("order_id", "hold_reason") for one in clients}
    remembered = {one: before.filter(client_id=one).height for one in clients}
    return Week(seen, {one: dict(rows.iter_rows()) for one, rows in holds.items()}, remembered)


@pytest.mark.parametrize("client_id", GROWING)
def test_a_row_is_asked_for_once_and_not_after_its_correction(week: Week, client_id: str) -> None:
    first, second, third, fourth = week.seen[client_id]
    assert first == (1, 0, 1)
    assert second == (1, 1, 1), "the same row, asked for once"
    assert third.owed == 0
    assert fourth == (0, 4, 0), "three rows that are known, and the one that is corrected"
    if GROWING[client_id].feed == "orders":
        assert set(week.holds[client_id].values()) == {None}


def test_it_is_corrected_also_by_the_first_file_that_was_sent_back(week: Week) -> None:
    assert week.seen["first"][:3] == [(1, 0, 1), (1, 1, 1), (0, 0, 0)]
    assert set(week.holds["first"].values()) == {None}


def test_what_came_back_and_was_wrong_again_is_asked_for_once(week: Week) -> None:
    assert week.seen["again"][:2] == [(1, 0, 1), (1, 1, 1)]


def test_equal_rows_of_a_file_are_two(week: Week) -> None:
    assert week.seen["twice"][:2] == [(1, 0, 1), (1, 2, 1)], "the second one is new"


def test_a_row_that_names_nothing_is_asked_for_each_time(week: Week) -> None:
    first, second = week.seen["nameless"][:2]
    assert first.owed == 2
    assert second.rejected >= 1
    assert not week.remembered["nameless"]
