"""The meaning of an allocation, as a plain program: slow, readable, and independent of the engine.

Orders are served one after the other in rank order, each takes what its rule lets it take from what is
left. Reads policies and rows only, never the compiler's tables. `tests/plan_tables.py` adds up its rows.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from schemas.client import Client
    from schemas.night import AsOf, Books
    from schemas.warehouse import Warehouse

Row = dict[str, Any]
Key = tuple[str, int]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_ITEM: Row = {"is_active": True, "available_from": None, "safety_stock_qty": 0}


@dataclass
class Supply:
    """Units of a SKU in a warehouse (a pool), or announced for it (`asn`); `over`: left when pass 2 begins."""

    place: str
    sku: str
    available_on: date
    left: int = 0
    asn: Key | None = None
    over: int = 0
    lots: list[list[Any]] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)
    kept: Counter[Key] = field(default_factory=Counter)
    taken: Counter[Key] = field(default_factory=Counter)


@dataclass
class Piece:
    """Units of a line that stand at one place of the queue: all of it, or under `partial` one layer."""

    line: Row
    layer: int
    units: int
    ordered_at: datetime
    due_on: date
    reserved: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    found: list[tuple[Supply, int, date]] = field(default_factory=list)
    left_at_turn: int = 0
    taken_ahead: int = 0
    group: list[Piece] = field(default_factory=list)
    is_due: bool = False
    rank: int = 0

    @property
    def want(self) -> int:
        """Units that it has neither kept nor taken tonight."""
        return self.units - self.kept.total() - self.taken.total()

    @property
    def unfound(self) -> int:
        """Units of these for which there is no date either."""
        return self.want - sum(qty for _, qty, _ in self.found)


Group = list[Piece]
Draws = list[tuple[Piece, Supply, int, date]]


def has(group: Group, trait: str) -> bool:
    """A member has the trait."""
    return any(piece.line[trait] for piece in group)


def place_in(names: Sequence[str], name: str) -> int:
    """Its place among the names, behind all if it is none of them."""
    return names.index(name) if name in names else len(names)


def working_day(day: date, warehouse: Warehouse, after: int) -> date:
    """`day`, or the next on which the warehouse works; then so many working days after it."""
    while WEEK[day.weekday()] not in warehouse.working_days or day in warehouse.holidays:
        day += timedelta(days=1)
    return working_day(day + timedelta(days=1), warehouse, after - 1) if after else day


def draw_units(group: Group, supplies: list[Supply], site: list[str]) -> Draws:
    """Member by member: tonight's units before announced ones, then by date, then by warehouse."""
    draws: Draws = []
    left = {id(supply): supply.left for supply in supplies}
    for piece in group:
        line, want = piece.line, piece.want
        places = [place for place in line["places"] if place in site]
        mine = [supply for supply in supplies if supply.sku == line["sku"] and supply.place in places]
        mine.sort(key=lambda s: (s.available_on if s.asn else date.min, places.index(s.place), s.asn))
        for supply in mine:
            day = max(supply.available_on, line["sold_from"])
            qty = min(want, left[id(supply)]) if day <= line["last_ship_on"] else 0
            left[id(supply)] -= qty
            want -= qty
            draws += [(piece, supply, qty, day)] if qty else []
    return draws


class ClientNight:
    """One client's night."""

    def __init__(
        self, rows: dict[str, list[Row]], client: Client, warehouses: dict[str, Warehouse], night: date
    ) -> None:
        self.rows, self.client, self.policy = rows, client, client.policy
        self.warehouses, self.night = warehouses, night
        self.items = {row["sku"]: row for row in rows["items"]}
        self.groups = self.rank_groups([piece for row in rows["order_lines"] for piece in self.cut_line(row)])
        self.pools = self.fill_pools()
        self.inbound = self.expect_goods()

    def decide(self) -> None:
        """Keep, serve, then promise the future."""
        self.keep_reservations()
        for group in sorted(self.groups, key=lambda group: not group[0].is_due):
            if not has(group, "is_blocked") and (group[0].is_due or self.policy.not_due == "reserve"):
                self.serve_group(group)
        supplies = [*self.pools.values(), *self.inbound]
        for supply in supplies:
            supply.over = supply.left
        for group in (group for group in self.groups if not has(group, "is_hopeless")):
            for piece, supply, qty, day in self.choose_draws(group, supplies, future=True):
                supply.left -= qty
                piece.found.append((supply, qty, day))

    def due_day(self, line: Row, ordered_at: datetime) -> date:
        """The day on which the line should ship."""
        stated = line["promised_on"] or line["ship_by"] or line["leave_by"]
        due_on: date = stated or ordered_at.astimezone(ZoneInfo(self.client.time_zone)).date()
        return max(due_on, line["ship_not_before"] or due_on)

    def read_line(self, row: Row) -> Row:
        """The line with what follows from its own columns and its item."""
        item = self.items.get(row["sku"], NO_ITEM)
        leave_by = row["deliver_by"] - timedelta(days=row["transit_days"]) if row["deliver_by"] else None
        line = row | {"leave_by": leave_by, "key": (row["order_id"], row["line_no"])}
        line["last_ship_on"] = min((day for day in (row["cancel_after"], leave_by) if day), default=date.max)
        line["places"] = list(dict.fromkeys(row["warehouse_ids"].split("|")))
        line["sold_from"] = item["available_from"] or date.min
        line["is_complete"] = row["ship_rule"] != "partial"
        line["is_held"] = row["hold_reason"] is not None
        line["is_past"] = line["last_ship_on"] < self.night
        line["is_item_held"] = not item["is_active"] or line["sold_from"] > self.night
        line["is_early"] = (row["ship_not_before"] or self.night) > self.night
        line["is_blocked"] = line["is_held"] or line["is_past"] or line["is_item_held"]
        line["is_hopeless"] = line["is_held"] or line["is_past"] or not item["is_active"]
        return line | {"due_on": self.due_day(line, row["ordered_at"])}

    def cut_line(self, row: Row) -> list[Piece]:
        """The line's waiting units by the time they were asked for, oldest first.

        What shipped was the oldest, what was cancelled the newest; what is reserved is the oldest of the rest.
        """
        line = self.read_line(row)
        mine: dict[str, list[Row]] = {
            name: [other for other in self.rows[name] if (other["order_id"], other["line_no"]) == line["key"]]
            for name in ("order_raises", "line_balances")
        }
        raises = mine["order_raises"] if row["ship_rule"] == "partial" else []
        first, last = row["released_qty"] + row["shipped_qty"], row["ordered_qty"]
        layers, open_to = [], last - row["cancelled_qty"]
        for added in sorted(raises, key=lambda added: added["raised_at"], reverse=True):
            start = max(last - added["qty"], 0)
            layers.append((added["raised_at"], min(last, open_to) - max(start, first)))
            last = start
        layers.append((row["ordered_at"], min(last, open_to) - first))
        pieces = [
            Piece(line, number, units, since, self.due_day(line, since))
            for number, (since, units) in enumerate(reversed(layers))
            if units > 0
        ]
        held = {b["warehouse_id"]: b["qty"] for b in mine["line_balances"] if b["account"] == "RESERVED"}
        for place in sorted(held, key=lambda place: (place_in(line["places"], place), place)):
            for piece in pieces:
                piece.reserved[place] = min(held[place], piece.units - piece.reserved.total())
                held[place] -= piece.reserved[place]
        return pieces

    def rank_groups(self, pieces: list[Piece]) -> list[Group]:
        """All groups, the first to be served first; ranked as its first member, due with its latest."""

        def rank_key(piece: Piece) -> tuple[object, ...]:
            values = piece.line | {"due_on": piece.due_on, "ordered_at": piece.ordered_at}
            keys = ((values[key] is None, values[key]) for key in self.policy.rank)
            return *keys, *piece.line["key"], piece.layer

        together = defaultdict(list)
        for piece in sorted(pieces, key=lambda piece: (piece.line["key"], piece.layer)):
            whole_order = piece.line["ship_rule"] == "order_complete"
            together[piece.line["key"][:1] if whole_order else (piece.line["key"], piece.layer)].append(piece)
        horizon = self.night + timedelta(days=self.policy.horizon_days)
        ranked = sorted(together.values(), key=lambda group: min(map(rank_key, group)))
        for rank, group in enumerate(ranked, 1):
            is_due = max(piece.due_on for piece in group) <= horizon
            for piece in group:
                piece.group, piece.rank, piece.is_due = group, rank, is_due
        return ranked

    def fill_pools(self) -> dict[tuple[str, str], Supply]:
        """Tonight's units by warehouse and SKU; safety stock is cut from the end of the lot order."""
        seen = {(lot["warehouse_id"], lot["sku"], lot["lot_id"]): lot for lot in self.rows["stock_lots"]}

        def lot_order(row: Row) -> tuple[object, ...]:
            lot = seen[row["warehouse_id"], row["sku"], row["lot_id"]]
            expiry_on = date.max if self.policy.lot_order == "fifo" else lot["expiry_on"] or date.max
            named = place_in(self.warehouses[row["warehouse_id"]].bin_order, row["bin_id"])
            parts = re.split("([0-9]+)", row["bin_id"])
            natural = [int(part) if at % 2 else part for at, part in enumerate(parts)]
            return expiry_on, lot["first_seen_on"], row["lot_id"], named, natural, row["bin_id"]

        pools: dict[tuple[str, str], Supply] = {}
        for row in sorted(self.rows["stock_balances"], key=lot_order):
            place, sku = row["warehouse_id"], row["sku"]
            pool = pools.setdefault((place, sku), Supply(place, sku, self.night))
            is_expired = (seen[place, sku, row["lot_id"]]["expiry_on"] or self.night) < self.night
            if row["account"] == "FREE" and not is_expired:
                pool.lots.append([row["lot_id"], row["bin_id"], row["qty"]])
            elif row["account"] != "RELEASED":
                pool.aside["shelf_life" if row["account"] == "FREE" else "lot_hold"] += row["qty"]
        for (_, sku), pool in pools.items():
            units = sum(qty for _, _, qty in pool.lots)
            pool.aside["safety_stock"] = min(units, self.items.get(sku, NO_ITEM)["safety_stock_qty"])
            pool.left = units - pool.aside["safety_stock"]
        return pools

    def expect_goods(self) -> list[Supply]:
        """Announced units that may be promised, with the day on which they can ship."""
        inbound = []
        for row in self.rows["inbound_lines"]:
            warehouse = self.warehouses[row["warehouse_id"]]
            available_on = working_day(row["expected_on"], warehouse, warehouse.dock_to_stock_days)
            until = working_day(row["expected_on"], warehouse, self.policy.overdue_grace_days)
            if row["last_received_on"]:
                until = max(until, working_day(row["last_received_on"], warehouse, self.policy.asn_rest_days))
            if self.night <= until and row["status"] not in {"closed", "cancelled", "received"}:
                asn = row["asn_id"], row["asn_line_no"]
                inbound.append(
                    Supply(warehouse.warehouse_id, row["sku"], available_on, row["remaining_qty"], asn)
                )
        return inbound

    def keep_reservations(self) -> None:
        """By rank, lines take back what they hold where they may still use it."""
        for piece in (piece for group in self.groups for piece in group):
            for place in piece.line["places"]:
                if pool := self.pools.get((place, piece.line["sku"])):
                    piece.kept[place] = min(piece.reserved[place], pool.left)
                    pool.left -= piece.kept[place]
                    pool.kept[piece.line["key"]] += piece.kept[place]

    def pools_of(self, line: Row) -> list[Supply]:
        """Where the line may take tonight's units."""
        return [
            pool
            for (place, sku), pool in self.pools.items()
            if sku == line["sku"] and place in line["places"]
        ]

    def serve_group(self, group: Group) -> None:
        """The group's turn at tonight's stock."""
        for piece in group:
            mine, key = self.pools_of(piece.line), piece.line["key"]
            piece.left_at_turn = sum(pool.left for pool in mine)
            piece.taken_ahead = sum(pool.taken.total() - pool.taken[key] for pool in mine)
        for piece, pool, qty, _ in self.choose_draws(group, list(self.pools.values()), future=False):
            piece.taken[pool.place] += qty
            pool.taken[piece.line["key"]] += qty
            pool.left -= qty

    def choose_draws(self, group: Group, supplies: list[Supply], *, future: bool) -> Draws:
        """What the rule lets the group take: all it wants, as early as can be; else what it finds, or nothing.

        The future is taken as if partial. Without `split` all comes from one warehouse: where the group has
        units already, else the first that serves it whole, else the first with a unit.
        """
        places = [piece.line["places"] for piece in group]
        shared = [place for place in places[0] if all(place in others for others in places)]
        begun = [p for p in shared if any(piece.kept[p] + piece.taken[p] for piece in group)]
        sites = [[place] for place in (begun[:1] or shared)]
        if self.policy.split or (future and not group[0].line["is_complete"]):
            sites = [[place for others in places for place in others]]
        trials = [draw_units(group, supplies, site) for site in sites]
        wanted = sum(piece.want for piece in group)
        if whole := [draws for draws in trials if sum(qty for _, _, qty, _ in draws) == wanted]:
            return min(whole, key=lambda draws: max((day for *_, day in draws), default=date.min))
        may_take_part = future or not group[0].line["is_complete"] or self.policy.holdback == "strict"
        return next((draws for draws in trials if draws and may_take_part), [])

    def hand_out(self, group: Group) -> list[Row]:
        """Releases take lots by rank, kept units first; of reservations only the new units are told."""
        rows: list[Row] = []
        may_ship = not group[0].line["is_complete"] or not any(piece.want for piece in group)
        ships = may_ship and group[0].is_due and not has(group, "is_blocked") and not has(group, "is_early")
        for piece in group:
            for place in piece.kept | piece.taken:
                kept, rest = piece.kept[place], piece.kept[place] + piece.taken[place]
                row = {name: piece.line[name] for name in ("order_id", "line_no", "sku")} | {
                    "warehouse_id": place
                }
                if not ships:
                    bare = {"lot_id": None, "bin_id": None, "from_reserved_qty": 0, "kind": "reserve"}
                    rows.append(row | bare | {"allocated_qty": rest - kept})
                for lot in self.pools[place, piece.line["sku"]].lots if ships else []:
                    qty = min(rest, lot[2])
                    found = {"lot_id": lot[0], "bin_id": lot[1], "from_reserved_qty": min(kept, qty)}
                    rows.append(row | found | {"kind": "release", "allocated_qty": qty})
                    kept, rest, lot[2] = max(kept - qty, 0), rest - qty, lot[2] - qty
        return rows

    def explain_shortage(self, piece: Piece) -> Counter[str]:
        """Units that got nothing, by reason; each explains at most what those before it left over."""
        line, want = piece.line, piece.want
        mine, stock = self.pools_of(line), [pool for pool in self.pools.values() if pool.sku == line["sku"]]
        aside = sum((pool.aside for pool in mine), Counter[str]())
        twins = [p for p in piece.group if p.line["sku"] == line["sku"] and p.line["key"] < line["key"]]
        behind = piece.left_at_turn - sum(p.units - p.kept.total() for p in twins) - piece.taken.total()
        late = [
            lot.over
            for lot in self.inbound
            if lot.sku == line["sku"] and lot.place in line["places"]
            if max(lot.available_on, line["sold_from"]) > line["last_ship_on"]
        ]
        if has(piece.group, "is_blocked"):
            behind = want * (not line["is_item_held"])
        measures = {
            "order_hold": want * has(piece.group, "is_held"),
            "not_due": want * (not piece.is_due),
            "past_cancel_date": want if has(piece.group, "is_past") else min(piece.unfound, sum(late)),
            "group_incomplete": max(0, behind) * line["is_complete"],
            "kept_by_reservation": sum(pool.kept.total() - pool.kept[line["key"]] for pool in mine),
            "safety_stock": aside["safety_stock"],
            "shelf_life": aside["shelf_life"],
            "lot_hold": aside["lot_hold"],
            "item_hold": want * line["is_item_held"],
            "other_warehouse": sum(
                pool.over for pool in stock if not line["is_complete"] or pool not in mine
            ),
            "rank": piece.taken_ahead,
            "no_stock": want,
        }
        reasons: Counter[str] = Counter()
        for code, measure in measures.items():
            reasons[code] = min(want - reasons.total(), measure)
        return reasons

    def own_eta(self, pieces: list[Piece]) -> date | None:
        """Date of the last unit; units in hand do not move an announced date."""
        if has(pieces[0].group, "is_hopeless") or any(piece.unfound for piece in pieces):
            return None
        days = [day for piece in pieces for lot, _, day in piece.found if lot.asn] or [self.night]
        floors: list[date] = [pieces[0].line["due_on"], pieces[0].line["sold_from"]]
        return max(days + floors)

    def stand_lines(self) -> list[Row]:
        """Where each line stands in the queue of its first warehouse and SKU."""
        standings = []
        lines: dict[Key, list[Piece]] = defaultdict(list)
        queues: dict[Key, list[int]] = defaultdict(list)
        for piece in (piece for group in self.groups for piece in group):
            lines[piece.line["key"]].append(piece)
        for pieces in lines.values():
            first = pieces[0]
            queue = queues[first.line["places"][0], first.line["sku"]]
            together = [[piece] for piece in first.group] if first.line["is_complete"] else [pieces]
            etas = [self.own_eta(members) for members in together]
            short_qty = sum(piece.want for piece in pieces)
            standings.append(
                {name: first.line[name] for name in ("order_id", "line_no", "due_on")}
                | {
                    "warehouse_id": first.line["places"][0],
                    "is_due": any(piece.is_due for piece in pieces),
                    "rank": first.rank,
                    "queue_place": len(queue) + 1,
                    "ahead_qty": sum(queue),
                    "short_qty": short_qty,
                    "backordered_qty": sum(piece.want for piece in pieces if piece.is_due),
                    "eta_on": None if None in etas else max(eta for eta in etas if eta),
                    "may_be_overtaken": self.policy.holdback == "none"
                    and first.line["is_complete"]
                    and short_qty > 0,
                }
            )
            queue += [short_qty] if short_qty else []
        return standings

    def tables(self) -> dict[str, list[Row]]:
        """The plan, a row for each part of it."""
        plan: dict[str, list[Row]] = defaultdict(list)
        for piece in (piece for group in self.groups for piece in group):
            line = {name: piece.line[name] for name in ("order_id", "line_no")}
            for place, held in piece.reserved.items():
                lost = {"warehouse_id": place, "sku": piece.line["sku"], "lost_qty": held - piece.kept[place]}
                plan["lost_reservations"].append(line | lost)
            for lot, qty, day in piece.found:
                asn = dict(zip(("asn_id", "asn_line_no"), lot.asn or (), strict=False))
                plan["pegs"] += [line | asn | {"pegged_qty": qty, "eta_on": day}] if asn else []
            for code, qty in self.explain_shortage(piece).items():
                plan["decisions"].append(line | {"reason_code": code, "qty": qty})
        plan["standings"] = self.stand_lines()
        plan["allocations"] = [row for group in self.groups for row in self.hand_out(group)]
        return plan


def serve_night(
    books: Books, *, as_of: AsOf, clients: dict[str, Client], warehouses: dict[str, Warehouse]
) -> dict[str, list[Row]]:
    """Tonight's plan by table; parts of equal keys are still to be added up, and zeros to be dropped."""
    rows: Any = defaultdict(lambda: defaultdict(list))
    for name, table in books.tables().items():
        for row in table.to_dicts():
            rows[row["client_id"]][name].append(row)
    plan: dict[str, list[Row]] = defaultdict(list)
    for client_id in sorted(rows):
        night = ClientNight(rows[client_id], clients[client_id], warehouses, as_of.business_date)
        night.decide()
        for name, part in night.tables().items():
            plan[name] += [{"client_id": client_id} | row for row in part]
    return plan
