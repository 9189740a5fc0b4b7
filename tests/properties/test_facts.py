"""The law of facts: the stock depends on what happened, not on how, when and in which order it was told.

The same facts are cut into files and nights at random, in any order, with and without their times where a day
alone says the same. Each cutting is a client of its own, and all of them share their nights.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.kinds import DAY_ONLY_AT, Style
from tests.warehouse.law import CountTaken, Fact, Told, holding
from tests.warehouse.nights import Nights
from tests.warehouse.telling import File

if TYPE_CHECKING:
    from random import Random

    from tests.warehouse.law import Place

DAYS = 4
FIRST = date(2026, 3, 6)
"""A Friday: two days later New York's clocks go forward."""

SKU = "ROPE"
CUTTINGS = 6
EARLIER = -1
"""The night of the one order: a shipment of an order that nobody knows yet is another matter."""

TIMES = (time(6), time(10), time(17, 59), time(18), time(19), time(23, 30))


@dataclass(frozen=True)
class Happening:
    """A fact of the shelf, or a count of a bin."""

    kind: str
    number: int
    day: int
    at: time
    lot_id: str | None
    bin_id: str | None
    qty: int
    other_qty: int = 0
    """Of a count: what it saw of the second lot."""
    is_timed: bool = True

    @property
    def on(self) -> date:
        """The day on which it happened."""
        return FIRST + timedelta(days=self.day)

    def instant(self, zone: str) -> datetime:
        """When it was true."""
        return datetime.combine(self.on, self.at, tzinfo=ZoneInfo(zone))

    def written(self) -> str:
        """Its time or day in a file."""
        return f"{self.on}T{self.at:%H:%M}" if self.is_timed else f"{self.on}"


LOTS, BINS = ("K1", "K2"), ("DOCK", "A1")
happenings = st.lists(
    st.builds(
        Happening,
        kind=st.sampled_from(("receipt", "receipt", "adjustment", "adjustment", "shipment", "count")),
        number=st.just(0),
        day=st.integers(0, DAYS - 1),
        at=st.sampled_from(TIMES),
        lot_id=st.sampled_from(LOTS),
        bin_id=st.sampled_from((*BINS, None)),
        qty=st.integers(1, 6),
        other_qty=st.integers(0, 4),
    ),
    min_size=1,
    max_size=10,
)


def numbered(drawn: list[Happening]) -> list[Happening]:
    """Happenings with numbers and signs of their own; of two counts of a bin at one instant the first."""
    kept: list[Happening] = []
    counted = set()
    for number, one in enumerate(drawn):
        bin_id = one.bin_id if one.kind == "adjustment" else one.bin_id or "DOCK"
        loss = one.kind == "shipment" or (one.kind == "adjustment" and number % 2 == 0)
        lot_id = None if bin_id is None and loss and one.qty % 2 else one.lot_id
        # a find without a bin is at the dock, by the adjustments' own rule
        bin_id = "DOCK" if bin_id is None and not loss else bin_id
        qty = -one.qty if loss and one.kind != "count" else one.qty
        if one.kind == "count":
            if (bin_id, one.day, one.at) in counted:
                continue
            counted.add((bin_id, one.day, one.at))
        kept.append(replace(one, number=number, bin_id=bin_id, lot_id=lot_id, qty=qty))
    return kept


def may_lose_its_time(one: Happening, everything: list[Happening]) -> bool:
    """Whether its day says the same as its time.

    It must name its place, and between it and the end of the day's work there must lie no count and no fact
    without a place, since where that one falls depends on which bins held units just then.
    """
    if one.kind == "count" or _is_nowhere(one):
        return False
    low, high = sorted((one.at, DAY_ONLY_AT))
    return not any(
        (other.kind == "count" or _is_nowhere(other)) and other.day == one.day and low <= other.at <= high
        for other in everything
    )


def _is_nowhere(one: Happening) -> bool:
    return one.lot_id is None or one.bin_id is None


def row_of(one: Happening, warehouse_id: str) -> tuple[str, list[dict[str, object]]]:
    """Its feed and rows."""
    place = {"warehouse_id": warehouse_id, "sku": SKU, "lot_id": one.lot_id, "bin_id": one.bin_id}
    if one.kind == "receipt":
        when = {"received_at" if one.is_timed else "received_on": one.written()}
        return "receipts", [
            place | when | {"receipt_id": f"R{one.number}", "line_no": 1, "received_qty": one.qty}
        ]
    if one.kind == "shipment":
        line = {"order_id": "O1", "line_no": 1, "shipped_qty": -one.qty, "tracking_no": f"T{one.number}"}
        return "shipments", [place | line | {"shipped_at": one.written()}]
    if one.kind == "adjustment":
        said = {"qty": one.qty, "reason": f"number {one.number}", "adjusted_at": one.written()}
        return "adjustments", [place | said]
    # a person has confirmed the count: no guard asks again
    seen = zip(LOTS, (one.qty, one.other_qty), strict=True)
    return "stock", [
        place
        | {
            "lot_id": lot,
            "qty": qty,
            "counted_at": one.written(),
            "bo_file": "seen",
            "bo_row": one.number * 2 + n,
        }
        for n, (lot, qty) in enumerate(seen, start=1)
    ]


def cut(everything: list[Happening], style: Style, chance: Random | None) -> dict[int, list[File]]:
    """Files by night: all in the order of time on the last one, or at random."""
    nights: dict[int, list[File]] = {}
    piles: dict[tuple[int, str, int], list[dict[str, object]]] = {}
    told = sorted(everything, key=lambda one: (one.day, one.at))
    if chance is not None:
        chance.shuffle(told)
    for one in told:
        drops = chance is not None and chance.random() < 0.5 and may_lose_its_time(one, everything)
        feed, rows = row_of(replace(one, is_timed=not drops), style.warehouses[0])
        night = DAYS - 1 if chance is None else chance.randint(one.day, DAYS - 1)
        part = 0 if chance is None else chance.randint(0, 1)
        piles.setdefault((night, feed, part), []).extend(rows)
    for (night, feed, part), rows in piles.items():
        nights.setdefault(night, []).append(file_of(style, feed, f"{feed}-{night}-{part}.csv", rows))
    order = {
        "order_id": "O1",
        "line_no": 1,
        "sku": SKU,
        "qty": 500,
        "ordered_at": f"{FIRST + timedelta(days=EARLIER)}T05:00",
        "hold_reason": "asked",
    }
    nights[EARLIER] = [file_of(style, "items", "items.csv", [{"sku": SKU}])]
    nights[EARLIER].append(file_of(style, "orders", "orders.csv", [order]))
    return nights


def file_of(style: Style, feed: str, name: str, rows: list[dict[str, object]]) -> File:
    """Rows as text."""
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return File(style.client_id, feed, name, text.getvalue())


def stock_after(cuttings: dict[str, dict[int, list[File]]], styles: list[Style]) -> dict[str, dict[str, int]]:
    """Units of each lot, gaps deducted, in the books of each client after all nights."""
    program = Nights.of(styles)
    for night in range(EARLIER, DAYS):
        files = [file for nights in cuttings.values() for file in nights.get(night, [])]
        program.plan(FIRST + timedelta(days=night), files)
    found: dict[str, dict[str, int]] = {style.client_id: {} for style in styles}
    balances = program.books.stock_balances.group_by("client_id", "lot_id").agg(pl.col("qty").sum())
    for client_id, lot_id, qty in balances.iter_rows():
        found[client_id][lot_id] = qty
    for (client_id, _, _, lot_id), qty in program.gaps.items():
        found[client_id][lot_id] = found[client_id].get(lot_id, 0) - qty
    return {client: {lot: qty for lot, qty in lots.items() if qty} for client, lots in found.items()}


def may_draw_on_dock(everything: list[Happening]) -> bool:
    """Whether a count of a bin may find units that the books have at DOCK, which then come from there."""
    counted = any(one.kind == "count" and one.bin_id != "DOCK" for one in everything)
    return counted and any(one.kind != "count" and one.bin_id in ("DOCK", None) for one in everything)


def by_the_law(everything: list[Happening], style: Style) -> dict[str, int] | None:
    """What the plain law says of each lot; none where it needs more than plain sums."""
    if may_draw_on_dock(everything):
        return None
    told, house = Told(), style.warehouses[0]
    night = FIRST + timedelta(days=DAYS)
    for one in everything:
        at = one.instant(style.time_zone)
        if one.kind == "count":
            assert one.bin_id is not None
            seen: dict[Place, int] = {
                (house, SKU, lot, one.bin_id): qty
                for lot, qty in zip(LOTS, (one.qty, one.other_qty), strict=True)
            }
            told.counts.append(CountTaken(at, house, seen, is_full=False, told_on=night, accepted_on=night))
        else:
            told.add(Fact(at, house, SKU, one.lot_id, one.bin_id, one.qty, FIRST, one.kind))
    due = holding(told, house, SKU, night)
    if not due.is_sure or due.any_lot:
        return None
    return {lot: qty for lot, qty in due.by_lot.items() if qty}


@pytest.mark.thorough
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    drawn=happenings,
    zone=st.sampled_from(("UTC", "America/New_York")),
    chance=st.randoms(use_true_random=False),
)
def test_the_stock_depends_on_the_facts_alone(drawn: list[Happening], zone: str, chance: Random) -> None:
    """Cut into files and nights at random, in any order, with days instead of times: the same stock."""
    everything = numbered(drawn)
    styles = [Style(seed=seed, time_zone=zone, client_zone=zone) for seed in range(CUTTINGS)]
    cuttings = {style.client_id: cut(everything, style, chance if style.seed else None) for style in styles}
    found = stock_after(cuttings, styles)
    straight, *others = found.values()
    assert all(other == straight for other in others)
    due = by_the_law(everything, styles[0])
    assert due is None or straight == due
