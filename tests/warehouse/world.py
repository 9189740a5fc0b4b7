"""A warehouse that lives day by day: it owns the units, and keeps apart what happened and what is told."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from tests.warehouse.kinds import DAY_ONLY_AT, FIRST_DAY
from tests.warehouse.law import DOCK, Change, Fact, Told, where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.warehouse.kinds import Style
    from tests.warehouse.law import CountTaken
    from tests.warehouse.telling import File

Cell = tuple[str, str, str, str, str]
"""Warehouse, SKU, lot, bin, state."""

GOOD, DAMAGED, RETURNED = "good", "damaged", "returned"
SKUS = {"KETTLE": ("",), "LAMP": ("L1", "L2", "L3"), "MUG": ("",), "ROPE": ("K1", "K2")}
"""Lots of each SKU; those of one empty lot are kept without."""

BINS = (DOCK, "A1", "A2", "B1")
NEVER = date(9999, 1, 1)
STAYS_OPEN = 9
"""Nights for which a finding that is said once may stand on the list, and a little more."""


@dataclass
class Line:
    """An order line, as the shop and the packing table know it."""

    order_id: str
    line_no: int
    sku: str
    qty: int
    told_on: date
    cancelled: int = 0
    """Units whose cancellation was told."""
    picked: int = 0
    """Units that left for releases."""
    by_hand: int = 0
    """Units that left without a release, or beyond it."""
    told: int = 0
    """Units shipped as told so far, slips taken back deducted."""
    changed_on: date | None = None
    """The last day on which the customer changed it."""
    claimed: int = 0
    """Units that rows say have shipped, also those that were taken back: the most that a line has taken."""
    is_late_wish: bool = False
    """It was cancelled when units were with the packing table already."""
    is_muddled: bool = False
    """Something of it was told late, wrongly or never: our books cannot know how far it is served."""

    @property
    def may_refuse(self) -> bool:
        """Whether a row of it may come when the books have it served, or cancelled, whole."""
        return (self.is_muddled or self.is_late_wish) and self.claimed > self.qty - self.cancelled


@dataclass
class Pick:
    """A release as a picker works it off."""

    release_id: str
    line: Line
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    qty: int
    ships_on: date
    left: int = 0
    is_done: bool = False
    unsaid_since: tuple[date, datetime] | None = None
    """Evening and instant of a first parcel of which nobody said that another one follows."""

    @property
    def shelf(self) -> tuple[str, str, str]:
        """Warehouse, SKU and lot."""
        return self.warehouse_id, self.sku, self.lot_id


@dataclass
class Asn:
    """Announced goods."""

    asn_id: str
    sku: str
    warehouse_id: str
    qty: int
    expected_on: date
    told_on: date
    come: int = 0
    told: list[tuple[date, int]] = field(default_factory=list)
    """Evenings on which receipts that name it are told, and their units."""

    def still(self, night: date) -> int:
        """Units still to come, as far as the books of a night can know."""
        return max(0, self.qty - sum(qty for told_on, qty in self.told if told_on <= night))


@dataclass
class Row:
    """A row of a feed that waits for its evening."""

    feed: str
    values: dict[str, str]
    told_on: date


@dataclass(frozen=True)
class Excuse:
    """A finding that is true: its code, what it must speak of (empty: anything), and its nights."""

    code: str
    subject: str
    first: date
    last: date


@dataclass
class World:
    """One client's warehouse.

    Attributes:
        cells: units by place and state; the physical truth.
        told: what files say and will say.
        rows: what waits to be written.
        outstanding: releases not worked off.
        excuses: findings that would be true.
        journal: what happened, in words, for people.
    """

    style: Style
    nights: int
    chance: Random = field(init=False)
    day: date = FIRST_DAY
    cells: Counter[Cell] = field(default_factory=Counter)
    touched: set[tuple[str, str, str, str]] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    told: Told = field(default_factory=Told)
    rows: list[Row] = field(default_factory=list)
    lines: dict[tuple[str, int], Line] = field(default_factory=dict)
    outstanding: dict[str, Pick] = field(default_factory=dict)
    asns: list[Asn] = field(default_factory=list)
    excuses: list[Excuse] = field(default_factory=list)
    sheets: dict[str, CountTaken] = field(default_factory=dict)
    """Counts by the number of their sheet."""
    next_full: dict[str, date] = field(default_factory=dict)
    shorts: dict[tuple[str, str], date] = field(default_factory=dict)
    """Evening on which a short pick of a warehouse and SKU was last told."""
    again: dict[date, list[File]] = field(default_factory=dict)
    """Files that are dropped once more, by evening."""
    sent: list[tuple[date, list[File]]] = field(default_factory=list)
    last_rows: dict[str, list[Row]] = field(default_factory=dict)
    """Rows of the last evening, by feed."""
    happened: Counter[str] = field(default_factory=Counter)
    """How often each kind of thing happened."""
    number: int = 0
    events: int = 0
    shipped_twice: int = 0
    cancelled_shipped: int = 0
    problems: list[str] = field(default_factory=list)
    unknown: dict[tuple[str, str], int] = field(default_factory=dict)
    """Units of a warehouse and SKU about which the books could not know the truth last night."""
    agenda: list[tuple[int, bool, int, Callable[[World], None]]] = field(default_factory=list)
    """What is to be done today: minute, whether it is a count, turn, what."""

    def __post_init__(self) -> None:
        """Begin the seed's chance; counts are due one after the other."""
        style = self.style
        self.chance = Random(f"{style.seed} {style.short} {style.is_timed}")
        for place, warehouse_id in enumerate(style.warehouses):
            self.next_full[warehouse_id] = FIRST_DAY + timedelta(days=4 + place)

    def may(self, kind: str, likely: float = 1.0) -> bool:
        """Whether something of an enabled kind happens now."""
        happens = self.chance.random() < likely and kind in self.style.kinds
        self.happened[kind] += happens
        return happens

    @property
    def last_day(self) -> date:
        """The day on which all is told, and all is counted."""
        return FIRST_DAY + timedelta(days=self.nights - 1)

    @property
    def is_closing(self) -> bool:
        """Whether nothing new begins any more."""
        return (self.last_day - self.day).days <= 1

    def plan(self, minute: int, doing: Callable[[World], None], *, is_count: bool = False) -> None:
        """Something is to be done today; a count has everything of its minute inside."""
        heapq.heappush(self.agenda, (minute, is_count, self.next_number(), doing))

    def next_number(self) -> int:
        """A number of its own for each thing that happens."""
        self.number += 1
        return self.number

    def at(self, minute: int) -> datetime:
        """An instant of today."""
        return self.style.instant(self.day, minute).astimezone(UTC)

    def law_at(self, at: datetime) -> datetime:
        """The instant at which the books must take something for true that is told with a day only."""
        if self.style.is_timed:
            return at
        return self.style.instant(self.day, DAY_ONLY_AT.hour * 60 + DAY_ONLY_AT.minute).astimezone(UTC)

    def written(self, minute: int) -> str:
        """A time of today as a file has it."""
        if not self.style.is_timed:
            return self.day.isoformat()
        return self.clock(minute)

    def clock(self, minute: int) -> str:
        """A time of today to the minute, as a file has it."""
        return self.style.clock(self.at(minute))

    def change(self, minute: int, cell: Cell, qty: int, text: str) -> None:
        """Units come to a cell, or leave it.

        Raises:
            ValueError: more leave than are there; the trial itself is wrong.
        """
        if self.cells[cell] + qty < 0:
            message = f"{cell} has {self.cells[cell]} units, and {qty} would come"
            raise ValueError(message)
        self.cells[cell] += qty
        self.touched.add(cell[:4])
        self.changes.append(Change(self.at(minute), cell[:4], qty, f"{text} ({cell[4]})"))

    def tell(
        self,
        row: Row,
        minute: int,
        place: tuple[str, str, str | None, str | None],
        qty: int,
        text: str,
        *,
        of_line: Line | None = None,
    ) -> None:
        """A fact of the shelf will be told by `row`."""
        self.rows.append(row)
        warehouse_id, sku, lot_id, bin_id = place
        at = self.law_at(self.at(minute))
        said = None if row.told_on == NEVER else row.told_on
        self.told.add(Fact(at, warehouse_id, sku, lot_id, bin_id, qty, said, text, of_line))
        if bin_id is not None and lot_id is not None:
            self.touched.add((warehouse_id, sku, lot_id, bin_id))
        if row.told_on != self.day:
            self.excuse("already_counted", "", row.told_on)
            self.excuse("negative_stock", sku, self.day, 40)

    def excuse(self, code: str, subject: str, first: date | None = None, nights: int = STAYS_OPEN) -> None:
        """A finding would be true from an evening on."""
        if first == NEVER:
            return
        begin = first or self.day
        self.excuses.append(Excuse(code, subject, begin, begin + timedelta(days=nights)))

    def evening(self, kind: str = "late", likely: float = 0.15) -> date:
        """The evening on which something of today is told; on the last day all that is left is told."""
        if not self.is_closing and self.may(kind, likely):
            later = self.day + timedelta(days=self.chance.randint(1, 4))
            return min(later, self.last_day)
        return self.day

    def row(self, feed: str, told_on: date, values: Mapping[str, Any]) -> Row:
        """A row as text; events are numbered where the client numbers them."""
        texts = {name: "" if value is None else str(value) for name, value in values.items()}
        if self.style.has_event_ids and feed in ("adjustments", "shipments", "cancellations"):
            texts["event_id"] = f"E{self.next_number()}"
        return Row(feed, texts, told_on)

    def units(self, warehouse_id: str, sku: str, state: str = GOOD) -> dict[tuple[str, str], int]:
        """Units of a SKU by lot and bin."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for (house, item, lot_id, bin_id, condition), qty in self.cells.items():
            if (house, item, condition) == (warehouse_id, sku, state) and qty > 0:
                found[lot_id, bin_id] += qty
        return found

    def physical(self, warehouse_id: str, sku: str) -> dict[str, int]:
        """Units of a SKU by lot, whatever their state."""
        found: dict[str, int] = defaultdict(int)
        for (house, item, lot_id, _, _), qty in self.cells.items():
            if (house, item) == (warehouse_id, sku):
                found[lot_id] += qty
        return dict(found)

    def some_cell(self, *, state: str = GOOD, at_least: int = 1) -> Cell | None:
        """Any place with units."""
        stocked = sorted(cell for cell, qty in self.cells.items() if qty >= at_least and cell[4] == state)
        return self.chance.choice(stocked) if stocked else None

    def some_bin(self) -> str:
        """Any bin but the dock."""
        return self.chance.choice(BINS[1:])

    def story(self, warehouse_id: str, sku: str, since: datetime | None = None) -> list[str]:
        """What happened to a SKU and what was told of it, in order of time."""
        told = [
            (fact.at, f"told {fact.told_on or 'never'}: {fact.qty:+d} {fact.where} {fact.text}")
            for fact in self.told.facts[warehouse_id, sku]
        ]
        happened = [
            (change.at, f"  real {change.qty:+d} {where(*change.place[2:])} {change.text}")
            for change in self.changes
            if change.place[:2] == (warehouse_id, sku)
        ]
        counted = [
            (count.at, _sheet_line(count, sku))
            for count in self.told.counts
            if count.warehouse_id == warehouse_id
        ]
        everything = sorted(told + happened + counted, key=lambda line: line[0])
        return [f"{at:%m-%d %H:%M} {text}" for at, text in everything if since is None or at >= since]


def _sheet_line(count: CountTaken, sku: str) -> str:
    """What a count saw of a SKU, in words."""
    seen = [f"{where(*place[2:])} {qty}" for place, qty in sorted(count.seen.items()) if place[1] == sku]
    kind = "full" if count.is_full else "bins"
    return f"{kind} count, told {count.told_on}, taken {count.accepted_on}: {', '.join(seen)}"
