"""The meaning of an allocation, as a plain program: slow, readable, and independent of the engine.

Orders are served one after the other in rank order, each takes what its rule lets it take from what is
left. Reads policies and rows only, never the compiler's tables. `tests/oracle_telling.py` makes rows of it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import groupby, product
from math import inf
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.oracle_days import shipping_days
from tests.oracle_drawing import ANNOUNCED, FREED, TONIGHT, Piece, draw_units, share_units, soonest
from tests.oracle_earliest import set_earliest_days
from tests.oracle_homes import draw_from_home
from tests.oracle_kits import make_kits, make_later_kits
from tests.oracle_segments import first_lines, may_ship_early, read_policies, say
from tests.oracle_shipping import cap_shipments
from tests.oracle_supplies import Shelves

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.night import AsOf
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse
    from tests.oracle_drawing import Draws
    from tests.oracle_kits import Source
    from tests.oracle_supply import Row


Layer = tuple[int, Any, int]
"""Place of units on the axis of their line, since when they are asked for, and how many."""

GIVING_UP = {"redistribute", "lose"}
"""Standings that keep no reservation."""


def keep_back(
    aged: list[Layer], withheld_qty: int, *, is_whole: bool
) -> Iterator[tuple[int, Any, int, bool]]:
    """Layers with whether they stay tonight: the oldest units, behind their like; or a whole layer."""
    for n, at, qty in aged:
        stays = min(qty, withheld_qty)
        withheld_qty -= stays
        own = qty if is_whole and stays else stays
        parts = [(2 * n, at, qty - own, False), (2 * n + 1, at, own, True)]
        yield from (part for part in parts if part[2])


class ClientNight:
    """One client's night: keep, serve, then promise the future."""

    def __init__(self, rows: Row, client: Client, warehouses: dict[str, Warehouse], as_of: AsOf) -> None:
        self.rows, self.client, self.policy = rows, client, client.policy
        self.homes: dict[str, str | None] = {}
        self.warehouses, self.night, self.turns = warehouses, as_of.business_date, 0
        self.as_of = as_of
        self.next_ships_on = {name: shipping_days(place, as_of)[1] for name, place in warehouses.items()}
        self.shelves = Shelves(rows, client, warehouses, as_of)
        self.ships_on = self.shelves.ships_on
        self.items, self.shares = self.shelves.items, client.policy.fair_share != "none"
        self.policies, self.firsts = read_policies(rows, client.policy), first_lines(rows)
        self.lines = [pieces for row in cap_shipments(rows, self.policies) if (pieces := self.cut_line(row))]
        self.groups = groups = self.rank_groups([piece for pieces in self.lines for piece in pieces])
        self.pieces = [piece for group in groups for piece in group]
        set_earliest_days(self)
        self.shelves.set_lives([piece.line for piece in self.pieces])
        stands = self.shelves.fill_pools()
        announced = list(self.shelves.expect_goods(stands))
        lines = {piece.line["key"]: piece.line for piece in self.pieces}.values()
        self.pools: list[Source] = [
            *stands,
            *(kit for line in lines for kit in make_kits(line, self.shelves, stands)),
        ]
        for piece in self.pieces:
            self.keep_reserved(piece)
        for pool in self.pools:
            pool.began, pool.kept_qty = pool.left, pool.gross - pool.left
        asking = [group for group in groups if self.may_serve(group)]
        for _, tier in groupby(sorted(asking, key=self.name_tier), self.name_tier):
            self.serve_tier(list(tier))
        supplies = [*stands, *announced]
        kits = [kit for line in lines for kit in make_later_kits(line, self.shelves, supplies)]
        self.supplies: list[Source] = [*supplies, *kits]
        for supply in {*self.pools, *supplies}:
            supply.over = supply.left
        hopeful = [group for group in groups if not group[0].is_any("is_hopeless")]
        for phase in (ANNOUNCED, FREED):
            for supply in self.supplies:
                supply.began = supply.left
            for _, tier in groupby(hopeful, lambda group: self.name_tier(group)[1:]):
                self.promise_tier(list(tier), phase)

    def read_line(self, row: Row, layer: int, since: Any) -> Row:  # noqa: ANN401 -- an instant of a row
        """The line, or the part of it asked for `since` then, with what follows from its columns and item."""
        item, night = self.items[row["sku"]], self.night
        leave_by = row["deliver_by"] and row["deliver_by"] - timedelta(days=row["transit_days"])
        stated, line = row["promised_on"] or row["ship_by"] or leave_by, row | {"ordered_at": since}
        for name, asked_at in (("due_on", since), ("line_due_on", row["ordered_at"])):
            due_on = stated or asked_at.astimezone(ZoneInfo(self.client.time_zone)).date()
            line[name] = max(due_on, row["ship_not_before"] or due_on)
        line["key"] = row["order_id"], row["line_no"]
        line["policy"] = self.policies[row["order_id"]]
        line["standing"] = say(row, self.policy, "standing")
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
        line["places"] = self.places_in_time(row["warehouse_ids"], line["last_ship_on"])
        counted = {row["warehouse_id"] for row in self.rows["first_counts"]}
        awaited = {*line["places"]} & {*self.client.warehouses} - counted
        line["awaits"] = sorted(awaited) if self.client.sends_counts else []
        line["is_uncounted"] = bool(line["awaits"])
        line["fences"] = [fence for fence in self.shelves.fences if row["channel"] in fence.channel]
        line["skus"] = self.shelves.stand_ins(row["sku"], line["places"])
        line["sold_on"] = {sku: self.items[sku]["available_from"] or date.min for sku in line["skus"]}
        line["multiples"] = {sku: self.shelves.multiple(sku) for sku in line["skus"]}
        line["sold_from"] = item["available_from"] or date.min
        line["is_fill"] = line["standing"] == "fill"
        line["is_complete"] = row["ship_rule"] != "partial"
        days = [self.ships_on[place] for place in line["places"]]
        waits_until = self.next_ships_on[line["places"][0]] + timedelta(days=line["policy"].horizon_days)
        line["is_undue"] = line["due_on"] >= waits_until
        line["is_held"], line["is_past"] = row["hold_reason"] is not None, line["last_ship_on"] < min(days)
        is_ended = not item["is_active"] and not self.shelves.has_heir(row["sku"], line["places"])
        ahead = max(days) + timedelta(days=line["policy"].reserve_ahead_days)
        line["is_item_held"] = is_ended or line["sold_from"] > ahead
        release_on = max(row["ship_not_before"] or date.min, line["sold_from"])
        line["is_far"] = release_on > ahead and (line["is_undue"] or line["is_item_held"])
        is_due_then = (line["due_on"] - release_on).days <= line["policy"].horizon_days
        line["is_idle"] = line["is_undue"] and not (release_on > max(days) and is_due_then)
        line["is_punctual"] = not may_ship_early(row, self.firsts[row["order_id"]], self.policy)
        line["is_hopeless"] = line["is_held"] or line["is_past"] or is_ended
        return line | {"is_blocked": line["is_hopeless"] or line["is_item_held"]}

    def places_in_time(self, warehouse_ids: str, last_on: date) -> list[str]:
        """Its warehouses that ship by its last ship day; all, if none does."""
        places = list(dict.fromkeys(warehouse_ids.split("|")))
        return [place for place in places if self.ships_on[place] <= last_on] or places

    def cut_line(self, row: Row) -> list[Piece]:
        """Its waiting units by age: what shipped was the oldest, cancelled the newest, reserved the next."""
        of_line = row["order_id"], row["line_no"]
        is_layered = row["ship_rule"] == "partial" and self.shelves.multiple(row["sku"]) == 1
        raises = self.rows["order_raises", *of_line] if is_layered else []
        first, end = row["released_qty"] + row["shipped_qty"], row["ordered_qty"]
        layers, open_to = [], end - row["cancelled_qty"]
        for added in sorted(raises, key=lambda added: added["raised_at"], reverse=True):
            layers.append((added["raised_at"], min(end, open_to) - max(end - added["qty"], first)))
            end -= added["qty"]
        layers.append((row["ordered_at"], min(end, open_to) - first))
        aged = [(n, at, qty) for n, (at, qty) in enumerate(layers[::-1]) if qty > 0]
        pieces = [
            Piece(self.read_line(row, n, at) | {"is_withheld": stays}, qty)
            for n, at, qty, stays in keep_back(
                aged, self.withheld_qty(row), is_whole=self.shares or not is_layered
            )
        ]
        balances = self.rows["line_balances", *of_line]
        held = {(b["warehouse_id"], b["sku"]): b["qty"] for b in balances if b["account"] == "RESERVED"}
        own = [
            (place, sku)
            for sku in (pieces[0].line["skus"] if pieces else ())
            for place in pieces[0].line["places"]
        ]
        for shelf in dict.fromkeys([*own, *sorted(held)]):
            for piece in pieces:
                piece.reserved[shelf] = min(held.get(shelf, 0), piece.units - piece.reserved.total())
                held[shelf] = held.get(shelf, 0) - piece.reserved[shelf]
        return pieces

    def withheld_qty(self, row: Row) -> int:
        """Its units that tonight's confirmation left out: they may still be told as shipped."""
        told = self.rows["withheld", row["order_id"], row["line_no"]]
        return sum(unit["qty"] for unit in told if unit["judged_on"] == self.night)

    def rank_groups(self, pieces: list[Piece]) -> list[list[Piece]]:
        """All groups, the first to be served first; ranked as its first member, due with its latest."""
        together = defaultdict(list)
        for piece in sorted(pieces, key=lambda piece: piece.line["key"]):
            is_whole_order = piece.line["ship_rule"] == "order_complete"
            together[piece.line["key"][:1] if is_whole_order else piece.line["place"]].append(piece)
        ranked = sorted(together.values(), key=lambda group: min(piece.line["place"] for piece in group))
        for rank, group in enumerate(ranked, 1):
            is_due = not any(piece.line["is_undue"] for piece in group)
            for piece in group:
                piece.group, piece.rank, piece.is_due = group, rank, is_due
        return ranked

    def keep_reserved(self, piece: Piece) -> None:
        """The piece takes back what it holds, warehouse by warehouse and common stock first."""
        gives_up = piece.line["standing"] in GIVING_UP or piece.is_any("is_far")
        keeps = not gives_up and not self.is_scattered(piece.group)
        for shelf in piece.reserved if keeps else ():
            mine = [pool for pool in self.pools if pool.shelf == shelf and pool.serves(piece.line)]
            for pool in sorted(mine, key=lambda pool: (pool.cut_turn, pool.life)):
                qty = min(piece.reserved[shelf] - piece.keeps(shelf), pool.left)
                piece.kept[pool] += qty
                pool.kept[piece.line["key"]] += qty
                piece.kept_of[pool].update(dict(pool.common_first().take(qty)))

    def share_places(self, group: list[Piece]) -> list[str]:
        """The warehouses from which all of the group may ship."""
        lists = [piece.line["places"] for piece in group]
        return [place for place in lists[0] if all(place in places for places in lists)]

    def is_scattered(self, group: list[Piece]) -> bool:
        """It must be one shipment, and what it keeps cannot leave from one warehouse."""
        keeping = [piece for piece in group if piece.line["standing"] not in GIVING_UP]
        holds = {
            shelf for p in keeping for shelf in product(p.line["places"], p.line["skus"]) if p.reserved[shelf]
        }
        places = {place for place, _ in holds}
        is_one = group[0].line["policy"].max_shipments and group[0].line["is_complete"]
        return bool(is_one and places) and not (len(places) == 1 and places <= set(self.share_places(group)))

    def is_bound(self, group: list[Piece]) -> bool:
        """It must come from one warehouse: it may not split, or must be one shipment."""
        policy = group[0].line["policy"]
        is_one_shipment = policy.max_shipments and group[0].line["is_complete"]
        return policy.split is False or bool(is_one_shipment)

    def may_serve(self, group: list[Piece]) -> bool:
        """The group takes part in what is given out tonight."""
        waits = group[0].line["policy"].not_due == "wait" and group[0].is_any("is_idle")
        return not (waits or group[0].is_any("is_blocked") or group[0].is_any("is_far"))

    def name_tier(self, group: list[Piece]) -> tuple[Any, ...]:
        """Who is served together: due lines of equal priority where the client shares, else a group alone."""
        return not group[0].is_due, *(group[0].line["place"][:2] if self.shares else (group[0].rank,))

    def serve_tier(self, tier: list[list[Piece]]) -> None:
        """The tier's turn at tonight's stock."""
        self.turns += 1
        pieces = [piece for group in tier for piece in group]
        before = {pool: (pool.left, pool.taken.copy()) for pool in self.pools}
        for piece, pool, qty, _ in self.draw_tier(tier, self.pools, phase=TONIGHT):
            piece.taken[pool] += qty
            pool.taken[piece.line["key"]] += qty
            for supply, units in pool.take(qty):
                piece.taken_of[pool][supply] += units
                supply.last_turn = self.turns
        for piece in pieces:
            piece.turn = self.turns
            for pool in (pool for pool in self.pools if pool.serves(piece.line)):
                left, taken = before[pool]
                gone = pool.began - left
                if self.shares:
                    left, taken, gone = pool.left + piece.taken[pool], pool.taken, pool.began - pool.left
                piece.seen[pool] = left
                piece.ahead_qty += gone - taken[piece.line["key"]]

    def promise_tier(self, tier: list[list[Piece]], phase: str) -> None:
        """The tier's turn at what is left and at the announced goods."""
        for piece, supply, qty, day in self.draw_tier(tier, self.supplies, phase=phase):
            piece.found.append((supply, qty, day))
            piece.found_of += [(part, units, day) for part, units in supply.take(qty)]

    def draw_tier(self, tier: list[list[Piece]], supplies: Sequence[Source], *, phase: str) -> Draws:
        """What a group takes, or what lines of equal priority share."""
        asking = [group for group in tier if not group[0].is_any("is_fill")]
        if self.shares:
            return share_units(
                [piece for group in asking for piece in group], supplies, self.policy, phase=phase
            )
        if phase == TONIGHT:
            return [draw for group in asking for draw in draw_from_home(self, group, supplies)]
        return [
            draw
            for group in asking
            for draw in self.choose_draws(group, supplies, self.list_sites(group, phase), phase=phase)
        ]

    def list_sites(self, group: list[Piece], phase: str) -> list[list[str]]:
        """From where it may come: all of its warehouses together, or one of them."""
        shared = self.share_places(group)
        begun = [place for place in shared if any(piece.counts_on(place) for piece in group)]
        if self.is_bound(group) and (phase == TONIGHT or group[0].line["is_complete"]):
            return [[place] for place in (begun[:1] or shared)]
        return [[place for piece in group for place in piece.line["places"]]]

    def choose_draws(
        self, group: list[Piece], supplies: Sequence[Source], sites: list[list[str]], *, phase: str
    ) -> Draws:
        """All it wants, as early as can be, else what it finds, or nothing; from one of the sites."""
        trials = [draw_units(group, supplies, site, phase=phase) for site in sites]
        wanted = sum(piece.unfound for piece in group)
        if whole := [draws for draws in trials if sum(qty for _, _, qty, _ in draws) == wanted]:
            return soonest(whole, phase)
        takes_part = phase != TONIGHT or not group[0].line["is_complete"] or not self.lets_pass(group)
        return next((draws for draws in trials if draws and takes_part), [])

    def lets_pass(self, group: list[Piece]) -> bool:
        """Incomplete, it takes nothing: always under `none`, under `bounded` until it was patient enough."""
        nights, days = (self.policy.holdback_nights or inf, self.policy.holdback_days or inf)
        waited = [(piece.line["overtaken_nights"], piece.line["waited"]) for piece in group]
        is_ripe = any(overtaken >= nights or days_short >= days for overtaken, days_short in waited)
        is_patient = self.policy.holdback == "bounded" and not is_ripe
        return self.policy.holdback == "none" or is_patient or group[0].is_any("is_cancelling")
