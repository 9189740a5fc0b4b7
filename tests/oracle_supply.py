"""Units that the oracle gives out: lots in their order, and supplies of like units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.settings.policy import Fence

Row = dict[Any, Any]
Shelf = tuple[str, str]
"""A warehouse and a SKU."""


@dataclass
class Lot:
    """Units of a lot in a bin."""

    lot_id: str
    bin_id: str
    expiry_on: date | None
    qty: int


@dataclass(eq=False)
class Supply:
    """Like units of a SKU in a warehouse (a pool), or announced for it (`asn`); `over`: left before pass 2.

    `fence` keeps them for its channels; `life` says how many of the last days that lines ask for they reach.
    """

    place: str
    sku: str
    day: date
    left: int
    fence: Fence | None
    life: int
    lots: list[Lot] = field(default_factory=list)
    asn: Row = field(default_factory=dict)
    is_late: bool = False
    gross: int = 0
    over: int = 0
    began: int = 0
    kept_qty: int = 0
    last_turn: int = 0
    kept: Counter[Any] = field(default_factory=Counter)
    taken: Counter[Any] = field(default_factory=Counter)

    @property
    def shelf(self) -> Shelf:
        """Where it stands."""
        return self.place, self.sku

    def is_near(self, line: Row) -> bool:
        """It is what the line orders, or stands in for it, in one of its warehouses."""
        return self.sku in line["skus"] and self.place in line["places"]

    def is_open(self, line: Row) -> bool:
        """No fence keeps it from the line."""
        return self.fence is None or self.fence in line["fences"]

    def suits(self, line: Row) -> bool:
        """The line may have these units tonight, were they in one of its warehouses."""
        return self.is_open(line) and self.sku in line["skus"] and self.lasts(line)

    def lasts(self, line: Row) -> bool:
        """Its units last long enough for the line."""
        return bool(self.life >= line["lives"][self.shelf])

    def serves(self, line: Row) -> bool:
        """The line may be served from here tonight."""
        return self.is_near(line) and self.suits(line)

    def day_for(self, line: Row) -> date:
        """When the line can have them: what is kept for others, when the fence ends."""
        return self.day if self.fence is None or self.is_open(line) else max(self.day, self.fence.until)

    def turn_for(self, line: Row) -> tuple[Any, ...]:
        """Where it stands among the supplies of the line: by date, warehouse, own fence, shelf life."""
        day, asn = self.day_for(line), tuple(self.asn.values())
        where = line["skus"].index(self.sku), False, line["places"].index(self.place)
        is_later = bool(asn) or day > self.day
        return is_later, day if is_later else date.min, self.is_late, where, asn, *self.fence_turn(line)

    def fence_turn(self, line: Row) -> tuple[int, int, int]:
        """Own fences first."""
        fence = line["fences"].index(self.fence) if self.fence in line["fences"] else len(line["fences"])
        return fence, self.cut_turn, self.life

    def take(self, qty: int) -> list[tuple[Supply, int]]:
        """Draw so many units for good; what was drawn from where."""
        self.left -= qty
        return [(self, qty)]

    def pick_lots(self, qty: int) -> Iterator[tuple[Lot, int]]:
        """So many units of its lots, from the first on."""
        for lot in self.lots:
            units = min(qty, lot.qty)
            qty, lot.qty = qty - units, lot.qty - units
            yield lot, units

    def common_first(self) -> Supply:
        """Itself: it is one stock."""
        return self

    def sources(self) -> list[Supply]:
        """Where its units stand."""
        return [self]

    @property
    def parts(self) -> list[tuple[int, list[Supply]]]:
        """A unit of it is a unit of it."""
        return [(1, [self])]

    cut_turn: int = 0
    """0 is common stock; the first fence of the policy is 1."""

    is_made = False


def cut_end(lots: list[Lot], qty: int) -> list[Lot]:
    """Take so many units from the end of the lots, or all; what was taken, in their order."""
    cut: list[Lot] = []
    while qty and lots:
        last = lots[-1]
        part = Lot(last.lot_id, last.bin_id, last.expiry_on, min(qty, last.qty))
        cut.insert(0, part)
        last.qty, qty = last.qty - part.qty, qty - part.qty
        if not last.qty:
            lots.pop()
    return cut


def units_of(lots: list[Lot]) -> int:
    """Their units."""
    return sum(lot.qty for lot in lots)
