"""What a shelf holds, by its facts alone: the law of facts.

Assumptions
    A shelf is a (warehouse, SKU, lot); its units stand in bins. A fact is either a movement (units came or
    left, at an instant) or a count (so many units were seen in a bin, at an instant). Nothing here knows
    when a fact was reported, in which file, or what the books say: so the same facts, cut into files and
    nights in any way, end in the same stock.

Stages
    1. Facts are taken in the order of their instants; a movement at the instant of a count lies before it.
    2. A movement that names its bin changes that bin. A count sets it. Goods at DOCK have no place yet, so
       units that a count finds beyond what its bins held come from there first.
    3. A loss that names no bin floats over the bins that held units at its instant. Each count of one of
       them takes that bin out; when none is left, the loss is inside the counts, else it falls on the rest.
       Where it names no lot either, it falls on the last lots of the lot order that held units.
    4. The gap of a shelf is the least that, added after the last count, keeps the running sum from being
       negative at the end of every local day.
    5. Facts older than a horizon are folded: what they make of each bin becomes an `opening`, the least
       that the shelf ever was since its last count a `lowest`.

Limits
    A plain loop, one turn a fact of the shelves that somebody spoke of tonight. Bins below zero and gaps
    become units of real bins in `shelf`, which knows what is released and held.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from schemas.vocabulary.words import DOCK, NO_LOT, FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class Fact(NamedTuple):
    """A fact of a pool, the shelves of one SKU in a warehouse.

    Attributes:
        at: instant, in microseconds.
        day: local day of the warehouse, as a number.
        kind: of `FactKind`.
        lot_id: None: nobody said.
        bin_id: None: nobody said.
        qty: units that came (negative: left), or that were seen.
        number: by which the caller knows it again.
    """

    at: int
    day: int
    kind: str
    lot_id: str | None
    bin_id: str | None
    qty: int
    number: int


class Difference(NamedTuple):
    """A count that saw other units than the facts before it left."""

    lot_id: str
    number: int
    expected_qty: int
    seen_qty: int


@dataclass
class Floating:
    """A loss of a shelf whose bin nobody said, and the bins it may have come from."""

    qty: int
    number: int
    bins: set[str]


@dataclass
class Shelf:
    """A shelf after some of its facts.

    Attributes:
        bins: units by bin; below zero where more left than came.
        since: numbers of the movements of each bin since its last count.
        floating: losses over bins not counted since.
        lowest: the least sum at the end of a day since the last count; None: no day has ended since.
        low_bin: the bin whose loss made it.
        day: local day of the last fact.
        is_counted: whether any of its bins was ever counted.
    """

    bins: dict[str, int] = field(default_factory=dict)
    since: dict[str, list[int]] = field(default_factory=dict)
    floating: list[Floating] = field(default_factory=list)
    lowest: int | None = None
    low_bin: str = DOCK
    last_bin: str = DOCK
    day: int | None = None
    is_counted: bool = False

    def total(self) -> int:
        """Units that the facts leave, below zero where they cannot all be true."""
        return sum(self.bins.values()) + sum(loss.qty for loss in self.floating)

    def gap(self) -> int:
        """Units that the shelf must have had beside its facts."""
        return max(0, -(self.lowest or 0))

    def begin(self, day: int) -> None:
        """Close the day before `day`, if facts of it were seen."""
        if self.day is not None and day != self.day:
            self.close()
        self.day = day

    def close(self) -> None:
        """End the day: the running sum at its end counts for the gap."""
        total = self.total()
        if self.lowest is None or total < self.lowest:
            self.lowest, self.low_bin = total, self.last_bin


@dataclass
class ReckonedPool:
    """All shelves of a SKU in a warehouse, after some of its facts.

    Attributes:
        shelves: by lot.
        inside: by the number of a movement, that of the first count that holds it.
        differences: what counts saw beside what was expected.
        counted_since: local day on which its warehouse was first counted; None: it was not.
    """

    shelves: dict[str, Shelf] = field(default_factory=dict)
    inside: dict[int, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    counted_since: int | None = None

    def shelf(self, lot_id: str) -> Shelf:
        """The shelf of a lot, made when it is first spoken of."""
        return self.shelves.setdefault(lot_id, Shelf())


def replay(
    facts: Iterable[Fact], lots: Mapping[str, int], *, counted_since: int | None = None
) -> ReckonedPool:
    """The shelves that `facts` leave.

    Args:
        facts: of one pool, in any order.
        lots: the place of each known lot in the order in which lots are given out.
        counted_since: local day on which the warehouse was first counted.
    """
    pool = ReckonedPool(counted_since=counted_since)
    for _, group in groupby(sorted(facts, key=_turn), key=lambda fact: (fact.at, _is_count(fact))):
        at_once = list(group)
        if _is_count(at_once[0]):
            _count(pool, at_once)
            continue
        for fact in at_once:
            _move(pool, fact, lots)
    for shelf in pool.shelves.values():
        shelf.close()
    return pool


def fold(facts: Sequence[Fact], until: int, lots: Mapping[str, int]) -> list[Fact]:
    """Facts that say of a pool what `facts` up to the instant `until` say; their number is 0.

    Losses still floating then fall on their bins.
    """
    day = max(fact.day for fact in facts)
    pool = replay(facts, lots)
    folded = []
    for lot_id, shelf in sorted(pool.shelves.items()):
        for bin_id, qty in sorted(settled_bins(shelf).items()):
            folded.append(Fact(until, day, FactKind.OPENING, lot_id, bin_id, qty, 0))
        lowest = shelf.lowest or 0
        folded.append(Fact(until, day, FactKind.LOWEST, lot_id, shelf.low_bin, lowest, int(shelf.is_counted)))
    return folded


def settled_bins(shelf: Shelf) -> dict[str, int]:
    """Units by bin once losses that named none have fallen on theirs, the last bins first."""
    bins = dict(shelf.bins)
    for loss in shelf.floating:
        left = -loss.qty
        for bin_id in sorted(loss.bins, reverse=True):
            taken = min(left, max(0, bins.get(bin_id, 0)))
            bins[bin_id] = bins.get(bin_id, 0) - taken
            left -= taken
        if left:
            place = max(loss.bins, default=DOCK)
            bins[place] = bins.get(place, 0) - left
    return bins


def _turn(fact: Fact) -> tuple[int, int, int, str, str, int]:
    """Facts by instant: what was before, what came, what left, what was seen."""
    kinds = {FactKind.OPENING: 0, FactKind.LOWEST: 1, FactKind.MOVED: 2, FactKind.COUNTED: 4}
    rank = kinds[FactKind(fact.kind)] + (1 if fact.kind == FactKind.MOVED and fact.qty < 0 else 0)
    return fact.at, rank, 0 if fact.bin_id else 1, fact.lot_id or "", fact.bin_id or "", fact.number


def _is_count(fact: Fact) -> bool:
    return fact.kind == FactKind.COUNTED


def _move(pool: ReckonedPool, fact: Fact, lots: Mapping[str, int]) -> None:
    """Units that came or left, or what older facts made of a bin."""
    if fact.kind == FactKind.LOWEST:
        shelf = pool.shelf(fact.lot_id or NO_LOT)
        shelf.lowest, shelf.low_bin, shelf.is_counted = fact.qty, fact.bin_id or DOCK, bool(fact.number)
        return
    for lot_id, qty in _lots_of(pool, fact, lots):
        shelf = pool.shelf(lot_id)
        shelf.begin(fact.day)
        if fact.bin_id is not None:
            shelf.bins[fact.bin_id] = shelf.bins.get(fact.bin_id, 0) + qty
            shelf.since.setdefault(fact.bin_id, []).append(fact.number)
            shelf.last_bin = fact.bin_id
        else:
            held = {bin_id for bin_id, units in shelf.bins.items() if units > 0}
            shelf.floating.append(Floating(qty, fact.number, held))
            shelf.last_bin = max(held, default=DOCK)


def _lots_of(pool: ReckonedPool, fact: Fact, lots: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The lots of which a movement is, and how much of each."""
    if fact.lot_id is not None:
        yield fact.lot_id, fact.qty
        return
    known = sorted(pool.shelves, key=lambda lot: lots.get(lot, len(lots)), reverse=True)
    there = {lot_id: pool.shelves[lot_id].total() for lot_id in known}
    taken = dict.fromkeys(known, 0)
    left = -fact.qty
    for limit in (_in_bin(pool, fact.bin_id), there):
        for lot_id in known if left > 0 else ():
            more = min(left, max(0, min(limit[lot_id], there[lot_id]) - taken[lot_id]))
            taken[lot_id] += more
            left -= more
    first = known[0] if known else NO_LOT
    taken[first] = taken.get(first, 0) + left
    yield from ((lot_id, -qty) for lot_id, qty in taken.items() if qty)


def _in_bin(pool: ReckonedPool, bin_id: str | None) -> dict[str, int]:
    """Units of each lot in the bin that a fact names, or in all where it names none."""
    return {
        lot_id: shelf.total() if bin_id is None else shelf.bins.get(bin_id, 0)
        for lot_id, shelf in pool.shelves.items()
    }


def _count(pool: ReckonedPool, counts: list[Fact]) -> None:
    """All that was seen at one instant; of two figures of one bin the later file's holds."""
    for lot_id, group in groupby(counts, key=lambda fact: fact.lot_id or NO_LOT):
        of_lot = list(group)
        seen = {fact.bin_id or DOCK: fact.qty for fact in of_lot}
        _see(pool, lot_id, seen, day=of_lot[0].day, number=max(fact.number for fact in of_lot))


def _see(pool: ReckonedPool, lot_id: str, seen: dict[str, int], *, day: int, number: int) -> None:
    """The bins of a shelf that were seen at one instant."""
    shelf = pool.shelf(lot_id)
    shelf.begin(day)
    expected = sum(shelf.bins.get(bin_id, 0) for bin_id in seen)
    for loss in shelf.floating:
        loss.bins -= seen.keys()
        if not loss.bins:
            pool.inside.setdefault(loss.number, number)
            expected += loss.qty
    shelf.floating = [loss for loss in shelf.floating if loss.bins]
    for bin_id in seen:
        pool.inside |= {moved: number for moved in shelf.since.pop(bin_id, ()) if moved not in pool.inside}
    if shelf.floating or any(qty for bin_id, qty in shelf.bins.items() if bin_id not in seen):
        # a bin below zero draws on bins of its shelf that were not seen
        expected = max(0, expected)
    total = sum(seen.values())
    if total > expected and DOCK not in seen:
        arrived = min(total - expected, max(0, shelf.bins.get(DOCK, 0)))
        if arrived:
            shelf.bins[DOCK] -= arrived
            expected += arrived
    if total != expected and (shelf.is_counted or _is_after_opening(pool, day)):
        pool.differences.append(Difference(lot_id, number, expected, total))
    shelf.bins.update(seen)
    shelf.lowest, shelf.is_counted = None, True


def _is_after_opening(pool: ReckonedPool, day: int) -> bool:
    """Whether the warehouse was counted on an earlier day.

    What its first counts find is how it opens; after them its facts are all that can bring units.
    """
    return pool.counted_since is not None and day > pool.counted_since
