"""The meaning of an allocation, as a plain program: slow, readable, and independent of the engine.

Orders are served one after the other in rank order, each takes what its rule lets it take from what is
left. Reads policies and rows only, never the compiler's tables. `tests/oracle_telling.py` makes rows of it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import inf
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.client import Client
    from schemas.warehouse import Warehouse

Row = dict[Any, Any]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_ITEM: Row = {"is_active": True, "available_from": None, "safety_stock_qty": 0, "decimals": 0}


@dataclass
class Supply:
    """Units of a SKU in a warehouse (a pool), or announced for it (`asn`); `over`: left before pass 2."""

    place: str
    sku: str
    day: date
    left: int = 0
    asn: Row = field(default_factory=dict)
    over: int = 0
    last_turn: int = 0
    lots: list[list[Any]] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)
    kept: Counter[Any] = field(default_factory=Counter)
    taken: Counter[Any] = field(default_factory=Counter)

    def serves(self, line: Row) -> bool:
        """The line may be served from here."""
        return self.sku == line["sku"] and self.place in line["places"]


@dataclass
class Piece:
    """Units of a line that stand at one place of the queue: all of it, or under `partial` one layer."""

    line: Row
    units: int
    reserved: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    found: list[tuple[Supply, int, date]] = field(default_factory=list)
    at_turn: Counter[str] = field(default_factory=Counter)
    group: list[Piece] = field(default_factory=list)
    ships: set[str] = field(default_factory=set)
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

    def again(self, place: str) -> int:
        """Units there that it had reserved, had to give up and took again in its turn."""
        return min(self.reserved[place] - self.kept[place], self.taken[place])

    def is_any(self, trait: str) -> bool:
        """A member of its group has the trait."""
        return any(piece.line[trait] for piece in self.group)


Draws = list[tuple[Piece, Supply, int, date]]


def working_day(day: date, warehouse: Warehouse, after: int) -> date:
    """`day`, or the next on which the warehouse works; then so many working days after it."""
    while WEEK[day.weekday()] not in warehouse.working_days or day in warehouse.holidays:
        day += timedelta(days=1)
    return working_day(day + timedelta(days=1), warehouse, after - 1) if after else day


def draw_units(group: list[Piece], supplies: list[Supply], site: list[str]) -> Draws:
    """Member by member: tonight's units before announced ones, then by date, then by warehouse."""
    draws: Draws = []
    left = {id(supply): supply.left for supply in supplies}
    for piece in group:
        line, want = piece.line, piece.want
        mine = [supply for supply in supplies if supply.serves(line) and supply.place in site]
        mine.sort(key=lambda s: (bool(s.asn), s.day, line["places"].index(s.place), *s.asn.values()))
        for supply in mine:
            day = max(supply.day, line["sold_from"])
            qty = min(want, left[id(supply)]) if day <= line["last_ship_on"] else 0
            left[id(supply)] -= qty
            want -= qty
            draws += [(piece, supply, qty, day)] if qty else []
    return draws


class ClientNight:
    """One client's night: keep, serve, then promise the future."""

    def __init__(self, rows: Row, client: Client, warehouses: dict[str, Warehouse], night: date) -> None:
        self.rows, self.client, self.policy = rows, client, client.policy
        self.warehouses, self.night, self.turns = warehouses, night, 0
        self.items = defaultdict(lambda: NO_ITEM, {row["sku"]: row for row in rows["items"]})
        self.lines = [pieces for row in rows["order_lines"] if (pieces := self.cut_line(row))]
        self.groups = groups = self.rank_groups([piece for pieces in self.lines for piece in pieces])
        self.pieces = [piece for group in groups for piece in group]
        self.pools = self.fill_pools()
        self.supplies = [*self.pools.values(), *self.expect_goods()]
        for piece in self.pieces:
            for pool in (pool for pool in self.pools.values() if pool.serves(piece.line)):
                keeps = piece.line["standing"] not in {"redistribute", "lose"}
                piece.kept[pool.place] = qty = min(piece.reserved[pool.place], pool.left) * keeps
                pool.left -= qty
                pool.kept[piece.line["key"]] += qty
        for group in sorted(groups, key=lambda group: not group[0].is_due):
            if not group[0].is_any("is_blocked") and (group[0].is_due or self.policy.not_due == "reserve"):
                self.serve_group(group)
        for supply in self.supplies:
            supply.over = supply.left
        for group in (group for group in groups if not group[0].is_any("is_hopeless")):
            for piece, supply, qty, day in self.choose_draws(group, self.supplies, future=True):
                supply.left -= qty
                piece.found.append((supply, qty, day))

    def read_line(self, row: Row, layer: int, since: Any) -> Row:  # noqa: ANN401 -- an instant of a row
        """The line, or the part of it asked for `since` then, with what follows from its columns and item."""
        item, night = self.items[row["sku"]], self.night
        leave_by = row["deliver_by"] and row["deliver_by"] - timedelta(days=row["transit_days"])
        stated, line = row["promised_on"] or row["ship_by"] or leave_by, row | {"ordered_at": since}
        for name, asked_at in (("due_on", since), ("line_due_on", row["ordered_at"])):
            due_on = stated or asked_at.astimezone(ZoneInfo(self.client.time_zone)).date()
            line[name] = max(due_on, row["ship_not_before"] or due_on)
        line["key"] = row["order_id"], row["line_no"]
        fits = (
            segment.standing
            for segment in self.policy.segments
            if all(row[name] in values for name, values in segment.filters.items())
        )
        line["standing"] = next(fits, self.policy.standing)
        turn = {"win": 0, "lose": 2}.get(line["standing"], 1)
        line["waited"] = (night - (row["first_short_on"] or night)).days if row["first_short_on"] else -1
        line["age_class"] = -sum(line["waited"] > days for days in (3, 10, 30))
        line["channel"] = {name: n for n, name in enumerate(self.policy.channel_order)}.get(row["channel"])
        line["place"] = (
            turn,
            *((line[key] is None, line[key]) for key in self.policy.rank),
            *line["key"],
            layer,
        )
        line["last_ship_on"] = min((day for day in (row["cancel_after"], leave_by) if day), default=date.max)
        line["places"] = list(dict.fromkeys(row["warehouse_ids"].split("|")))
        line["sold_from"] = item["available_from"] or date.min
        line["is_fill"] = line["standing"] == "fill"
        line["is_complete"] = row["ship_rule"] != "partial"
        line["is_early"] = (row["ship_not_before"] or night) > night
        line["is_held"], line["is_past"] = row["hold_reason"] is not None, line["last_ship_on"] < night
        line["is_item_held"] = not item["is_active"] or line["sold_from"] > night
        line["is_hopeless"] = line["is_held"] or line["is_past"] or not item["is_active"]
        return line | {"is_blocked": line["is_hopeless"] or line["is_item_held"]}

    def cut_line(self, row: Row) -> list[Piece]:
        """Its waiting units by age: what shipped was the oldest, cancelled the newest, reserved the next."""
        of_line = row["order_id"], row["line_no"]
        raises = self.rows["order_raises", *of_line] if row["ship_rule"] == "partial" else []
        first, end = row["released_qty"] + row["shipped_qty"], row["ordered_qty"]
        layers, open_to = [], end - row["cancelled_qty"]
        for added in sorted(raises, key=lambda added: added["raised_at"], reverse=True):
            layers.append((added["raised_at"], min(end, open_to) - max(end - added["qty"], first)))
            end -= added["qty"]
        layers.append((row["ordered_at"], min(end, open_to) - first))
        pieces = [
            Piece(self.read_line(row, n, at), qty) for n, (at, qty) in enumerate(layers[::-1]) if qty > 0
        ]
        balances = self.rows["line_balances", *of_line]
        held = {b["warehouse_id"]: b["qty"] for b in balances if b["account"] == "RESERVED"}
        for place in dict.fromkeys([*row["warehouse_ids"].split("|"), *sorted(held)]):
            for piece in pieces:
                piece.reserved[place] = min(held.get(place, 0), piece.units - piece.reserved.total())
                held[place] = held.get(place, 0) - piece.reserved[place]
        return pieces

    def rank_groups(self, pieces: list[Piece]) -> list[list[Piece]]:
        """All groups, the first to be served first; ranked as its first member, due with its latest."""
        together = defaultdict(list)
        for piece in sorted(pieces, key=lambda piece: piece.line["key"]):
            is_whole_order = piece.line["ship_rule"] == "order_complete"
            together[piece.line["key"][:1] if is_whole_order else piece.line["place"]].append(piece)
        ranked = sorted(together.values(), key=lambda group: min(piece.line["place"] for piece in group))
        for rank, group in enumerate(ranked, 1):
            days_late = (self.night - max(piece.line["due_on"] for piece in group)).days
            for piece in group:
                piece.group, piece.rank, piece.is_due = group, rank, days_late + self.policy.horizon_days >= 0
        return ranked

    def fill_pools(self) -> dict[tuple[str, str], Supply]:
        """Tonight's units by warehouse and SKU; safety stock is cut from the end of the lot order."""
        seen = {(lot["warehouse_id"], lot["sku"], lot["lot_id"]): lot for lot in self.rows["stock_lots"]}

        def lot_order(row: Row) -> tuple[object, ...]:
            lot = seen[row["warehouse_id"], row["sku"], row["lot_id"]]
            expiry_on = self.policy.lot_order == "fefo" and (lot["expiry_on"] or date.max)
            seen_on = lot["first_seen_on"].toordinal() * (-1 if self.policy.lot_order == "lifo" else 1)
            walk = [*self.warehouses[row["warehouse_id"]].bin_order, row["bin_id"]].index(row["bin_id"])
            parts = enumerate(re.split("([0-9]+)", row["bin_id"]))
            natural = [int(part) if at % 2 else part for at, part in parts]
            return expiry_on, seen_on, row["lot_id"], walk, natural, row["bin_id"]

        pools: dict[tuple[str, str], Supply] = {}
        for row in sorted(self.rows["stock_balances"], key=lot_order):
            place, sku = row["warehouse_id"], row["sku"]
            pool = pools.setdefault((place, sku), Supply(place, sku, self.night))
            is_expired = (seen[place, sku, row["lot_id"]]["expiry_on"] or self.night) < self.night
            if row["account"] == "FREE" and not is_expired:
                pool.lots.append([row["lot_id"], row["bin_id"], row["qty"]])
            elif row["account"] != "RELEASED":
                pool.aside["shelf_life" if row["account"] == "FREE" else "lot_hold"] += row["qty"]
        for pool in pools.values():
            units = sum(qty for _, _, qty in pool.lots)
            pool.aside["safety_stock"] = min(units, self.items[pool.sku]["safety_stock_qty"])
            pool.left = units - pool.aside["safety_stock"]
        return pools

    def expect_goods(self) -> Iterator[Supply]:
        """Announced units that may be promised, with the day on which they can ship."""
        for row in self.rows["inbound_lines"]:
            warehouse = self.warehouses[row["warehouse_id"]]
            day = working_day(row["expected_on"], warehouse, warehouse.dock_to_stock_days)
            until = working_day(row["expected_on"], warehouse, self.policy.overdue_grace_days)
            if row["last_received_on"]:
                until = max(until, working_day(row["last_received_on"], warehouse, self.policy.asn_rest_days))
            if self.night <= until and row["status"] not in {"closed", "cancelled", "received"}:
                asn = {"asn_id": row["asn_id"], "asn_line_no": row["asn_line_no"]}
                yield Supply(row["warehouse_id"], row["sku"], day, row["remaining_qty"], asn)

    def serve_group(self, group: list[Piece]) -> None:
        """The group's turn at tonight's stock."""
        self.turns += 1
        for piece in group:
            piece.turn = self.turns
            for pool in (pool for pool in self.pools.values() if pool.serves(piece.line)):
                piece.at_turn.update(left=pool.left, taken=pool.taken.total() - pool.taken[piece.line["key"]])
        for piece, pool, qty, _ in self.choose_draws(group, list(self.pools.values()), future=False):
            piece.taken[pool.place] += qty
            pool.last_turn = self.turns
            pool.taken[piece.line["key"]] += qty
            pool.left -= qty

    def choose_draws(self, group: list[Piece], supplies: list[Supply], *, future: bool) -> Draws:
        """All it wants, as early as can be, else what it finds, or nothing; from one place if not `split`."""
        if group[0].is_any("is_fill"):
            return []
        is_complete, lists = group[0].line["is_complete"], [piece.line["places"] for piece in group]
        shared = [place for place in lists[0] if all(place in places for places in lists)]
        begun = [p for p in shared if any(piece.kept[p] + piece.taken[p] for piece in group)]
        sites = [[place] for place in (begun[:1] or shared)]
        if self.policy.split or (future and not is_complete):
            sites = [[place for places in lists for place in places]]
        trials = [draw_units(group, supplies, site) for site in sites]
        wanted = sum(piece.want for piece in group)
        if whole := [draws for draws in trials if sum(qty for _, _, qty, _ in draws) == wanted]:
            return min(whole, key=lambda draws: max((day for *_, day in draws), default=date.min))
        takes_part = future or not is_complete or not self.lets_pass(group)
        return next((draws for draws in trials if draws and takes_part), [])

    def lets_pass(self, group: list[Piece]) -> bool:
        """Incomplete, it takes nothing: always under `none`, under `bounded` until it was patient enough."""
        nights, days = (self.policy.holdback_nights or inf, self.policy.holdback_days or inf)
        waited = [(piece.line["overtaken_nights"], piece.line["waited"]) for piece in group]
        is_ripe = any(overtaken >= nights or days_short >= days for overtaken, days_short in waited)
        return self.policy.holdback == "none" or (self.policy.holdback == "bounded" and not is_ripe)

    def is_overtaken(self, group: list[Piece]) -> bool:
        """A group served later took units of a pool in which this one has a want unmet."""
        pools = [
            pool for piece in group if piece.want for pool in self.pools.values() if pool.serves(piece.line)
        ]
        took_part = group[0].turn and not group[0].is_any("is_fill")
        return bool(took_part) and any(pool.last_turn > group[0].turn for pool in pools)

    def hand_out(self, piece: Piece) -> Iterator[Row]:
        """Releases take lots by rank, kept units first; of reservations only the new units are told."""
        for place in piece.kept | piece.taken:
            ships = place in piece.ships
            row = {"sku": piece.line["sku"], "warehouse_id": place, "lot_id": None, "bin_id": None}
            kept, rest = piece.kept[place] + piece.again(place), piece.kept[place] + piece.taken[place]
            if not ships:
                yield row | {"allocated_qty": rest - kept, "from_reserved_qty": 0, "kind": "reserve"}
            for lot in self.pools[place, piece.line["sku"]].lots if ships else []:
                qty = min(rest, lot[2])
                found = {"lot_id": lot[0], "bin_id": lot[1], "from_reserved_qty": min(kept, qty)}
                yield row | found | {"allocated_qty": qty, "kind": "release"}
                kept, rest, lot[2] = max(kept - qty, 0), rest - qty, lot[2] - qty
