"""What the oracle makes of parts: whole kits, of the units in one warehouse that the line may have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.oracle_supply import Supply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle_supplies import Shelves
    from tests.oracle_supply import Row, Shelf

Parts = list[tuple[int, list[Supply]]]
"""Units that one kit takes of a part, and where they may come from, in the order of drawing."""


@dataclass(eq=False)
class Kit:
    """Kits of a SKU that one line may have made in a warehouse, of these supplies; drawn on like a supply."""

    place: str
    sku: str
    day: date
    parts: Parts
    line_key: Any
    asn: Row = field(default_factory=dict)
    gross: int = 0
    over: int = 0
    began: int = 0
    kept_qty: int = 0
    kept: Counter[Any] = field(default_factory=Counter)
    taken: Counter[Any] = field(default_factory=Counter)
    is_made = True
    fence = None
    cut_turn = 10**6
    life = 0

    @property
    def shelf(self) -> Shelf:
        """Where it is reserved."""
        return self.place, self.sku

    @property
    def left(self) -> int:
        """Kits that can be made now."""
        return self.count({supply: supply.left for _, supplies in self.parts for supply in supplies})

    @property
    def last_turn(self) -> int:
        """When its parts were last drawn on; of no kit that could ever have been made."""
        return max((supply.last_turn for supply in self.sources()), default=0)

    def sources(self) -> list[Supply]:
        """What gives its parts, if there was enough of each for a kit."""
        return [supply for _, supplies in self.parts for supply in supplies if self.gross]

    def count(self, left: dict[Any, int]) -> int:
        """Kits that can be made of what is left."""
        return min(sum(left[supply] for supply in supplies) // per for per, supplies in self.parts)

    def draw(self, kits: int, left: dict[Any, int]) -> list[tuple[Supply, int]]:
        """What so many kits take of the parts; it is no longer left."""
        drawn = []
        for per, supplies in self.parts:
            lacks = per * kits
            for supply in supplies:
                qty = min(lacks, left[supply])
                left[supply] -= qty
                lacks -= qty
                drawn += [(supply, qty)] if qty else []
        return drawn

    def take(self, kits: int) -> list[tuple[Supply, int]]:
        """Draw for good."""
        drawn = self.draw(kits, {supply: supply.left for _, supplies in self.parts for supply in supplies})
        for supply, qty in drawn:
            supply.left -= qty
        return drawn

    def common_first(self) -> Kit:
        """The same, drawing on common stock before fenced."""
        parts = [
            (per, sorted(of, key=lambda supply: (supply.cut_turn, supply.life))) for per, of in self.parts
        ]
        return Kit(self.place, self.sku, self.day, parts, self.line_key)

    def is_near(self, line: Row) -> bool:
        """It is made for this line."""
        return bool(line["key"] == self.line_key)

    serves = is_near

    def is_open(self, line: Row) -> bool:
        """No fence keeps its parts from the line."""
        return self.is_near(line)

    def suits(self, _: Row) -> bool:
        """No line counts on kits of other warehouses."""
        return False

    def lasts(self, line: Row) -> bool:
        """Its parts last long enough."""
        return self.is_near(line)

    def day_for(self, _: Row) -> date:
        """When all parts are there."""
        return self.day

    def turn_for(self, line: Row) -> tuple[Any, ...]:
        """After all that stands there or comes on the same day, before stand-ins."""
        where = line["skus"].index(self.sku), True, line["places"].index(self.place)
        return (
            bool(self.asn),
            self.day if self.asn else date.min,
            where,
            tuple(self.asn.values()),
            len(line["fences"]),
            self.cut_turn,
            0,
        )


Source = Supply | Kit
"""What a line may draw on."""


def make_kits(line: Row, shelves: Shelves, supplies: list[Supply]) -> Iterator[Kit]:
    """What could be made for a line of tonight's supplies."""
    for sku in line["skus"]:
        for place in line["places"]:
            parts = gather(line, shelves, place, sku, supplies)
            if parts:
                kit = Kit(place, sku, shelves.ships_on[place], parts, line["key"])
                kit.gross = kit.left
                yield kit


def make_later_kits(line: Row, shelves: Shelves, supplies: list[Supply]) -> Iterator[Kit]:
    """The same each time when more of a part comes."""
    for sku in line["skus"]:
        for place in line["places"]:
            parts = gather(line, shelves, place, sku, [supply for supply in supplies if supply.left])
            came, before = [supply for _, of in parts for supply in of], 0
            for moment in sorted({comes(supply) for supply in came}):
                there = [(per, [s for s in of if comes(s) <= moment]) for per, of in parts]
                if all(of for _, of in there):
                    last = next(supply for supply in came if comes(supply) == moment)
                    kit = Kit(place, sku, last.day, there, line["key"], asn=last.asn)
                    kit.over, before = kit.left - before, kit.left
                    yield kit


def gather(line: Row, shelves: Shelves, place: str, sku: str, supplies: list[Supply]) -> Parts:
    """The supplies of each part that the line may have, in the order of drawing; none if a part has none."""
    parts = []
    for part, per in shelves.recipe(sku).items():
        near = [s for s in supplies if s.shelf == (place, part) and s.is_open(line) and s.lasts(line)]
        by_fence = sorted(near, key=lambda supply: (*comes(supply), *supply.fence_turn(line)))
        parts.append((per, by_fence))
    return parts if all(of for _, of in parts) else []


def comes(supply: Supply) -> tuple[Any, ...]:
    """When it is there: tonight's units first."""
    return bool(supply.asn), supply.day, *supply.asn.values()
