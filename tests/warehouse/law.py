"""What the books must hold: the last count of each bin plus every told fact after it, in plain loops."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

DOCK = "DOCK"
Shelf = tuple[str, str, str]
"""Warehouse, SKU, lot."""

Place = tuple[str, str, str, str]
"""Shelf and bin."""


def where(lot_id: str | None, bin_id: str | None) -> str:
    """A place in words."""
    return f"lot {'unsaid' if lot_id is None else lot_id or '-'} bin {bin_id or 'unsaid'}:"


@dataclass(frozen=True)
class Change:
    """What really happened to the units of a place."""

    at: datetime
    place: Place
    qty: int
    text: str


class Served(Protocol):
    """An order line that is served by shipments."""

    @property
    def may_refuse(self) -> bool:
        """Whether it may take no unit of one of its shipments: by the law that one then moves nothing."""
        ...


@dataclass(frozen=True)
class Fact:
    """A change of a shelf as a file tells it."""

    at: datetime
    """The instant that the law gives it."""
    warehouse_id: str
    sku: str
    lot_id: str | None
    bin_id: str | None
    qty: int
    told_on: date | None
    """The evening of the first file that tells it; null: nobody ever does."""
    text: str
    of_line: Served | None = None
    """The order line that it ships."""

    @property
    def where(self) -> str:
        """Its place in words."""
        return where(self.lot_id, self.bin_id)

    @property
    def is_adjusted(self) -> bool:
        """Whether somebody says of units that they are there, or gone, without saying why."""
        return self.text.startswith("adjusted")

    def is_told(self, night: date) -> bool:
        """Whether the books of that night may know it."""
        return self.told_on is not None and self.told_on <= night


@dataclass
class CountTaken:
    """What somebody saw, bin by bin."""

    at: datetime
    warehouse_id: str
    seen: dict[Place, int]
    is_full: bool
    told_on: date
    has_damaged: bool = False
    accepted_on: date | None = None
    tries: int = 0

    def is_known(self, night: date) -> bool:
        """Whether the books of that night have it."""
        return self.accepted_on is not None and self.accepted_on <= night


@dataclass
class Told:
    """All that the files of a warehouse have said so far."""

    facts: dict[tuple[str, str], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    """By warehouse and SKU."""
    counts: list[CountTaken] = field(default_factory=list)
    moves: dict[Shelf, list[tuple[datetime, int]]] = field(default_factory=lambda: defaultdict(list))
    """Moves between bins, which nobody tells."""

    def add(self, fact: Fact) -> None:
        """Remember what will be told."""
        self.facts[fact.warehouse_id, fact.sku].append(fact)

    def last_full(
        self, warehouse_id: str, night: date, *, before: CountTaken | None = None
    ) -> CountTaken | None:
        """The latest full count that the books of a night have, by its instant; the one before another."""
        known = [
            count
            for count in self.counts
            if count.is_full
            and count.warehouse_id == warehouse_id
            and count.is_known(night)
            and (before is None or (count is not before and count.at <= before.at))
        ]
        return max(known, key=lambda count: count.at, default=None)


@dataclass(frozen=True)
class Holding:
    """What the books must hold of a SKU in a warehouse, by lot where the files say which."""

    by_lot: dict[str, int]
    any_lot: int
    """Units of facts that name no lot."""
    is_sure: bool
    """False: a count of some bins came after what no file tells a bin of; only a full count makes it sure."""

    @property
    def total(self) -> int:
        """Units of all lots."""
        return sum(self.by_lot.values()) + self.any_lot


def holding(
    told: Told,
    warehouse_id: str,
    sku: str,
    night: date,
    *,
    until: datetime | None = None,
    without: CountTaken | None = None,
) -> Holding:
    """What the books of a night must hold of a SKU.

    Args:
        told: all that files say.
        warehouse_id: whose shelf.
        sku: which goods.
        night: the books' business date.
        until: only what happened up to this instant.
        without: a count that is left out, to learn what it should have found.
    """
    counts = [
        count
        for count in told.counts
        if count.warehouse_id == warehouse_id
        and count.is_known(night)
        and count is not without
        and (until is None or count.at <= until)
    ]
    full = max((count for count in counts if count.is_full), key=lambda count: count.at, default=None)
    since = [count for count in counts if full is None or count.at >= full.at]
    partial = [count.at for count in since if not count.is_full and _speaks_of(count, sku)]
    facts = [
        fact
        for fact in told.facts[warehouse_id, sku]
        if fact.is_told(night) and (until is None or fact.at <= until) and (full is None or fact.at > full.at)
    ]
    last = _last_seen(since, sku)
    by_lot: dict[str | None, int] = defaultdict(int)
    for (lot_id, _), (_, qty) in last.items():
        by_lot[lot_id] += qty
    for fact in facts:
        if not _is_inside(fact, last):
            by_lot[fact.lot_id] += fact.qty
    nowhere = [fact for fact in facts if fact.lot_id is None or fact.bin_id is None]
    is_sure = not any(fact.at <= at for fact in nowhere for at in partial)
    is_sure = is_sure and not any(fact.of_line.may_refuse for fact in facts if fact.of_line)
    is_sure = is_sure and not _draws_on_dock(since, facts, sku)
    return Holding(
        {lot_id: qty for lot_id, qty in by_lot.items() if lot_id is not None},
        by_lot.get(None, 0),
        is_sure and not _moved_between(told, warehouse_id, sku, full, partial),
    )


def _draws_on_dock(counts: list[CountTaken], facts: list[Fact], sku: str) -> bool:
    """Whether a count of some bins found more than was told of them, while goods may wait at the dock.

    What is at the dock has no place yet: so the books take it that these units came from there. Whether they
    did, the next count that names the dock shows.
    """
    ordered = sorted(counts, key=lambda count: count.at)
    for number, count in enumerate(ordered):
        later = _last_seen(ordered[number + 1 :], sku)
        for lot_id, bins in _lots_seen(count, sku).items():
            there = _by_bin(ordered[:number], facts, (sku, lot_id), count.at)
            is_more = sum(bins.values()) > sum(there[bin_id] for bin_id in bins)
            if is_more and DOCK not in bins and there[DOCK] > 0 and (lot_id, DOCK) not in later:
                return True
    return False


def _lots_seen(count: CountTaken, sku: str) -> dict[str, dict[str, int]]:
    """Units that a count saw, by lot and bin."""
    lots: dict[str, dict[str, int]] = defaultdict(dict)
    for (_, seen_sku, lot_id, bin_id), qty in count.seen.items():
        if seen_sku == sku:
            lots[lot_id][bin_id] = qty
    return lots


def _by_bin(
    counts: list[CountTaken], facts: list[Fact], goods: tuple[str, str], until: datetime
) -> dict[str, int]:
    """Units of a SKU's lot by bin, as counts and the facts after them say."""
    sku, lot_id = goods
    last = _last_seen(counts, sku)
    there: dict[str, int] = defaultdict(int)
    for (lot, bin_id), (_, qty) in last.items():
        there[bin_id] += qty if lot == lot_id else 0
    for fact in facts:
        if fact.lot_id == lot_id and fact.bin_id and fact.at <= until and not _is_inside(fact, last):
            there[fact.bin_id] += fact.qty
    return there


def _last_seen(counts: list[CountTaken], sku: str) -> dict[tuple[str, str], tuple[datetime, int]]:
    """By lot and bin when it was last counted, and what was seen."""
    return {
        (lot_id, bin_id): (count.at, qty)
        for count in sorted(counts, key=lambda count: count.at)
        for (_, seen_sku, lot_id, bin_id), qty in count.seen.items()
        if seen_sku == sku
    }


def _is_inside(fact: Fact, last: dict[tuple[str, str], tuple[datetime, int]]) -> bool:
    """Whether the last count of its bin has a fact already; one at the same instant is inside."""
    if fact.lot_id is None or fact.bin_id is None:
        return False
    counted = last.get((fact.lot_id, fact.bin_id))
    return counted is not None and fact.at <= counted[0]


def _speaks_of(count: CountTaken, sku: str) -> bool:
    return any(place[1] == sku for place in count.seen)


def _moved_between(
    told: Told, warehouse_id: str, sku: str, full: CountTaken | None, partial: list[datetime]
) -> bool:
    """Whether units changed their bin untold before a count of some bins."""
    return any(
        (full is None or at > full.at) and any(at <= counted for counted in partial)
        for shelf, moves in told.moves.items()
        if shelf[:2] == (warehouse_id, sku)
        for at, _ in moves
    )
