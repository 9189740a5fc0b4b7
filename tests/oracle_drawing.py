"""What a piece of a line takes by the oracle: options in order, stand-ins, its share of a tier."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

from tests.oracle_kits import Kit, Source
from tests.oracle_supply import Supply

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.settings.policy import Policy
    from tests.oracle_supply import Row, Shelf


TONIGHT, ANNOUNCED, FREED = "tonight", "announced", "freed"
"""What is given out one after the other: tonight's units, what may be promised, what fences leave over."""


@dataclass
class Piece:
    """Units of a line that stand at one place of the queue: all of it, or under `partial` one layer."""

    line: Row
    units: int
    reserved: Counter[Shelf] = field(default_factory=Counter)
    kept: Counter[Source] = field(default_factory=Counter)
    taken: Counter[Source] = field(default_factory=Counter)
    found: list[tuple[Source, int, date]] = field(default_factory=list)
    kept_of: dict[Source, Counter[Supply]] = field(default_factory=lambda: defaultdict(Counter))
    taken_of: dict[Source, Counter[Supply]] = field(default_factory=lambda: defaultdict(Counter))
    found_of: list[tuple[Supply, int, date]] = field(default_factory=list)
    seen: Counter[Source] = field(default_factory=Counter)
    ahead_qty: int = 0
    group: list[Piece] = field(default_factory=list)
    ships: set[str] = field(default_factory=set)
    stays: dict[str, str] = field(default_factory=dict)
    is_due: bool = False
    rank: int = 0
    turn: int = 0

    @property
    def want(self) -> int:
        """Units that it has neither kept nor taken tonight."""
        return self.units - self.kept.total() - self.taken.total()

    @property
    def unfound(self) -> int:
        """Units of these for which there is no date either."""
        return self.want - sum(qty for _, qty, _ in self.found)

    def has(self, place: str) -> int:
        """Units there that are its own tonight."""
        return sum(qty for pool, qty in (self.kept + self.taken).items() if pool.place == place)

    def counts_on(self, place: str) -> bool:
        """Units there are its own or promised to it."""
        return self.has(place) > 0 or any(supply.place == place for supply, _, _ in self.found)

    def keeps(self, shelf: Shelf) -> int:
        """Units there that it had reserved and keeps."""
        return sum(qty for pool, qty in self.kept.items() if pool.shelf == shelf)

    def again(self, shelf: Shelf) -> int:
        """Units there that it had reserved, had to give up and took again in its turn."""
        taken = sum(qty for pool, qty in self.taken.items() if pool.shelf == shelf)
        return min(self.reserved[shelf] - self.keeps(shelf), taken)

    def drawn(self, got: str) -> Counter[Supply]:
        """Units `kept` or `taken` by the supply in which they stand: parts in place of kits."""
        return sum(getattr(self, f"{got}_of").values(), Counter[Supply]())

    def pick(self) -> Iterator[tuple[str | None, Supply, int, int]]:
        """By the supply in which they stand, units that it had reserved before and new ones; of which kit.

        What it regained counts from the common stock of each part on.
        """
        again = Counter({shelf: self.again(shelf) for shelf in self.reserved})
        for source in sorted({*self.kept, *self.taken}, key=lambda source: (source.cut_turn, source.life)):
            regained = min(again[source.shelf], self.taken[source])
            again[source.shelf] -= regained
            for per, supplies in source.common_first().parts:
                rest = regained * per
                for supply in supplies:
                    taken = self.taken_of[source][supply]
                    had = min(rest, taken)
                    rest -= had
                    kit_sku = source.sku if source.is_made else None
                    yield kit_sku, supply, self.kept_of[source][supply] + had, taken - had

    def is_any(self, trait: str) -> bool:
        """A member of its group has the trait."""
        return any(piece.line[trait] for piece in self.group)


Draws = list[tuple[Piece, Source, int, date]]


def draw_units(group: list[Piece], supplies: Sequence[Source], site: list[str], *, phase: str) -> Draws:
    """Member by member; what one of them took is gone for the next. Complete lines mix no stand-ins."""
    draws: Draws = []
    left = {supply: supply.left for supply in supplies if supply.place in site}
    for piece in group:
        skus = piece.line["skus"]
        ways = [[sku] for sku in skus] if piece.line["is_complete"] else [skus]
        trials = [draw_line(piece, left, way, phase) for way in ways]
        whole = [trial for trial in trials if sum(qty for _, _, qty, _ in trial) == piece.unfound]
        found = soonest(whole, phase) if whole else next(filter(None, trials), [])
        for _, supply, qty, _ in found:
            draw_from(supply, qty, left)
        draws += found
    return draws


def soonest(whole: list[Draws], phase: str) -> Draws:
    """Of ways to have all, tonight the first; later the one whose last unit is there soonest."""
    return whole[0] if phase == TONIGHT else min(whole, key=last_day)


def last_day(draws: Draws) -> date:
    """When the last unit is there."""
    return max((day for *_, day in draws), default=date.min)


def draw_line(piece: Piece, supplies: dict[Source, int], skus: list[str], phase: str) -> Draws:
    """Option by option: tonight's units before announced ones, by date, by warehouse.

    Tonight an option is a warehouse and gives whole multiples; once no multiple is open, the loose rest; then
    stand-ins.
    """
    draws: Draws = []
    line, want, left = piece.line, piece.unfound, dict(supplies)
    listed = list_options(line, [supply for supply in left if supply.sku in skus], phase=phase)
    options = list(filter(None, listed))
    ways = [options] if phase != TONIGHT else [[o for o in options if o[0].sku == sku] for sku in skus]
    for is_loose, option in (turn for way in ways for turn in product((False, True), way)):
        step = line["multiples"][option[0].sku] if phase == TONIGHT else 1
        units = min(want, sum(units_in(supply, left) for supply in option))
        units = units * (want < step) if is_loose else units - units % step
        for supply in option:
            qty = min(units, units_in(supply, left))
            draw_from(supply, qty, left)
            units, want = units - qty, want - qty
            draws += [(piece, supply, qty, date_of(supply, line))] if qty else []
    return draws


def units_in(supply: Source, left: dict[Any, int]) -> int:
    """Units that are left there, or kits that can be made of what is left."""
    return supply.count(left) if isinstance(supply, Kit) else left[supply]


def draw_from(supply: Source, qty: int, left: dict[Any, int]) -> None:
    """Draw so many units, or the parts of so many kits."""
    if isinstance(supply, Kit):
        supply.draw(qty, left)
    else:
        left[supply] -= qty


def date_of(supply: Source, line: Row) -> date:
    """When the line has units from there."""
    sold_on: date = line["sold_on"][supply.sku]
    return max(supply.day_for(line), sold_on)


def list_options(line: Row, supplies: Sequence[Source], *, phase: str) -> list[list[Source]]:
    """What the line may draw on, in order: tonight by warehouse; later units each by themselves.

    Units behind a fence that keeps them for others are promised last, for the day on which it ends.
    """
    if phase == TONIGHT:
        mine = sorted((s for s in supplies if s.serves(line)), key=lambda s: s.turn_for(line))
        return [
            [s for s in mine if (s.sku, s.is_made, s.place) == at]
            for at in product(line["skus"], (False, True), line["places"])
        ]
    is_freed = phase == FREED
    near = [s for s in supplies if s.is_near(line) and s.lasts(line) and s.is_open(line) != is_freed]
    in_time = [s for s in near if date_of(s, line) <= line["last_ship_on"]]
    return [[supply] for supply in sorted(in_time, key=lambda s: s.turn_for(line))]


def share_units(pieces: list[Piece], supplies: Sequence[Source], policy: Policy, *, phase: str) -> Draws:
    """Lines of one tier share: of all their first supplies, then of their second, and so on.

    A supply that was empty when the tiers began is none of them. An equal level of whole multiples, or in
    proportion to what each wants; then by rank.
    """
    draws: Draws = []
    options = {
        id(piece): [
            s for option in list_options(piece.line, supplies, phase=phase) for s in option if s.began
        ]
        for piece in pieces
    }
    want, left = {id(piece): piece.unfound for piece in pieces}, {supply: supply.left for supply in supplies}
    for turn in range(max(map(len, options.values()), default=0)):
        asking = [piece for piece in pieces if turn < len(options[id(piece)])]
        for supply in dict.fromkeys(options[id(piece)][turn] for piece in asking):
            mine = [piece for piece in asking if options[id(piece)][turn] is supply]
            step = mine[0].line["multiples"][supply.sku] if phase == TONIGHT else 1
            got = deal([want[id(p)] for p in mine], left[supply], step, policy.fair_share == "proportional")
            for piece, qty in zip(mine, got, strict=True):
                day = date_of(supply, piece.line)
                want[id(piece)], left[supply] = want[id(piece)] - qty, left[supply] - qty
                draws += [(piece, supply, qty, day)] if qty else []
    return draws


def deal(wants: list[int], units: int, step: int, is_proportional: bool) -> list[int]:  # noqa: FBT001 -- the rule
    """Whole multiples one by one, round by round in rank order; then what fills no multiple, by rank."""
    steps = [want // step for want in wants]
    in_turn = is_proportional and sum(steps) > units // step
    got = [units // step * mine // sum(steps) * step if in_turn else 0 for mine in steps]
    while any(qty + step <= want for qty, want in zip(got, wants, strict=True)) and units - sum(got) >= step:
        for n, want in enumerate(wants):
            got[n] += step if got[n] + step <= want and units - sum(got) >= step else 0
    for n, want in enumerate(wants):
        got[n] += min(want - got[n], units - sum(got)) if want - got[n] < step else 0
    return got
