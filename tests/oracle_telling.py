"""What the oracle tells of a night that it served: the tables of a plan, as plain rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from tests.oracle import GIVING_UP, ClientNight
from tests.oracle_cancelling import serve_until_settled
from tests.oracle_drawing import date_of
from tests.oracle_shipping import choose_shipments
from tests.oracle_standing import stand_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.night import AsOf, Books
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse
    from tests.oracle_drawing import Piece
    from tests.oracle_supply import Row, Shelf


PLACE = ("kit_sku", "warehouse_id", "sku", "lot_id", "bin_id")
"""Where the units of an allocation stand, and of which kit they are parts."""


def explain_shortage(night: ClientNight, piece: Piece) -> Iterator[tuple[str, int]]:
    """Units that got nothing, by reason; each explains at most what those before it left over."""
    line, want = piece.line, piece.want
    near = [pool for pool in night.pools if pool.is_near(line)]
    mine = [pool for pool in near if pool.serves(line)]
    shelves = product(line["places"], line["skus"])
    aside = sum((night.shelves.aside[shelf] for shelf in shelves), Counter[str]())
    usable_elsewhere = [p for p in night.pools if p.suits(line) and p.place not in line["places"]]
    coming = [lot for lot in night.supplies if lot.asn and lot.is_near(line)]
    late_qty = sum(lot.over for lot in coming if date_of(lot, line) > line["last_ship_on"])
    twins = [p for p in piece.group if p.line["sku"] == line["sku"] and p.line["key"] < line["key"]]
    unfit = unfit_units(piece)
    unused = sum(pool.over for pool in mine) - unfit
    behind = sum(piece.seen.values()) - sum(p.units - p.kept.total() for p in twins) - piece.taken.total()
    if piece.is_any("is_blocked"):
        behind = want * (not line["is_item_held"])
    measures = {
        "order_hold": want * piece.is_any("is_held"),
        "not_due": want * (not piece.is_due),
        "parcel_may_follow": want * piece.is_any("is_withheld"),
        "past_cancel_date": want if piece.is_any("is_past") else min(piece.unfound, late_qty),
        "not_asking": want * piece.is_any("is_fill"),
        "not_a_multiple": unfit,
        "group_incomplete": max(0, behind) * line["is_complete"],
        "kept_by_reservation": sum(pool.kept_qty - pool.kept[line["key"]] for pool in mine),
        "ring_fence": sum(p.gross for p in near if not p.is_open(line) and p.lasts(line)),
        "safety_stock": aside["safety_stock"],
        "shelf_life": aside["shelf_life"] + sum(pool.gross for pool in near if not pool.lasts(line)),
        "lot_hold": aside["lot_hold"],
        "item_hold": want * line["is_item_held"],
        "other_warehouse": sum(p.over for p in usable_elsewhere) + max(0, unused) * (not line["is_complete"]),
        "rank": piece.ahead_qty,
        "not_counted": want * piece.is_any("is_uncounted"),
        "no_stock": want,
    }
    for code, measure in measures.items():
        yield code, min(want, measure)
        want -= min(want, measure)


def unfit_units(piece: Piece) -> int:
    """What a line in parts found, fewer than a multiple; if it may not split, where it has begun."""
    if max(piece.line["multiples"].values()) == 1 or piece.line["is_complete"]:
        return 0
    may_split = piece.line["policy"].split is not False
    begun = set() if may_split else {pool.place for pool in piece.kept + piece.taken}
    sighted = sum(left for pool, left in piece.seen.items() if not begun or pool.place in begun)
    return max(0, sighted - piece.taken.total())


def find_overtakers(night: ClientNight, pieces: list[Piece]) -> Iterator[Row]:
    """By place: what worse ranks got where the first short and due piece of the line could have used it."""
    asking = [p for p in pieces if p.want and p.is_due and not p.is_any("is_fill")]
    for piece in sorted(asking, key=lambda p: p.rank)[:1]:
        line, is_complete = piece.line, piece.line["is_complete"]
        rules = {
            "order_hold": piece.is_any("is_held"),
            "past_cancel_date": piece.is_any("is_past"),
            "item_hold": piece.is_any("is_blocked"),
            "group_incomplete": is_complete and night.lets_pass(piece.group),
            "one_warehouse": night.is_bound(piece.group),
            "shared": True,
        }
        newly = next(rule for rule, holds in rules.items() if holds)
        behind = [p for p in night.pieces if p.rank > piece.rank]
        serving = [pool for pool in night.pools if pool.serves(line)]
        near = list(dict.fromkeys(supply for source in serving for supply in source.sources()))
        for place, sku in dict.fromkeys(pool.shelf for pool in near):
            mine = [pool for pool in near if pool.shelf == (place, sku)]
            for rule, got in (("kept_by_reservation", "kept"), (newly, "taken")):
                had = [(p.line["key"], sum(p.drawn(got)[pool] for pool in mine)) for p in behind]
                units = [(key, qty) for key, qty in had if qty]
                if units:
                    by = dict(zip(("by_order_id", "by_line_no"), units[0][0], strict=True))
                    told = {"warehouse_id": place, "sku": sku, "rule": rule} | by
                    yield told | {"qty": sum(qty for _, qty in units)}


def tell_loss(night: ClientNight, piece: Piece, shelf: Shelf) -> Row:
    """Why the line lost units there, and the best-ranked other line that has some."""
    line = piece.line
    others = (piece for piece in night.pieces if piece.line["key"] != line["key"])
    has = (p.line["key"] for p in others if any(pool.shelf == shelf for pool in p.kept + p.taken))
    to = next(has, (None, None))
    gives_up = line["standing"] in GIVING_UP and to[0] is not None
    reason = "given_up" if gives_up else "stock_fell"
    if line["standing"] not in GIVING_UP and night.is_scattered(piece.group):
        reason = "not_together"
    reason = "too_early" if piece.is_any("is_far") else reason
    may_hold = shelf[0] in line["places"] and shelf[1] in line["skus"]
    return {
        "lost_reason": reason if may_hold else "no_longer_allowed",
        "to_order_id": to[0],
        "to_line_no": to[1],
    }


def hand_out(piece: Piece) -> Iterator[Row]:
    """Releases take lots by rank, kept units first; of reservations only the new units are told."""
    for shelf in {pool.shelf for pool in piece.taken if pool.place not in piece.ships}:
        taken = sum(qty for pool, qty in piece.taken.items() if pool.shelf == shelf)
        new = {"allocated_qty": taken - piece.again(shelf), "from_reserved_qty": 0, "kind": "reserve"}
        yield new | dict(zip(PLACE, (None, *shelf, None, None), strict=True))
    picks = [pick for pick in piece.pick() if pick[1].place in piece.ships]
    given: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for was_reserved in (True, False):
        for kit_sku, pool, had, new_qty in picks:
            for lot, qty in pool.pick_lots(had if was_reserved else new_qty):
                units = given[kit_sku, *pool.shelf, lot.lot_id, lot.bin_id]
                units[:] = units[0] + qty, units[1] + qty * was_reserved
    for key, (qty, reserved_qty) in given.items():
        released = {"allocated_qty": qty, "from_reserved_qty": reserved_qty, "kind": "release"}
        yield released | dict(zip(PLACE, key, strict=True))


def use_fences(piece: Piece) -> Iterator[Row]:
    """What fences newly gave it: not what it had reserved before, gave up and took again."""
    for _, pool, _, new in piece.pick():
        use = {"warehouse_id": pool.place, "sku": pool.sku, "taken_qty": new}
        yield from [{"fence": pool.fence.name} | use] if pool.fence else []


def tell(night: ClientNight) -> Iterator[tuple[str, Row]]:
    """Rows of the plan, each with its table."""
    yield from (("standings", row) for row in stand_lines(night))
    for pieces in night.lines:
        line = {name: pieces[0].line[name] for name in ("order_id", "line_no")}
        yield from (("overtakings", line | row) for row in find_overtakers(night, pieces))
    for piece in night.pieces:
        yield from (("fence_uses", use) for use in use_fences(piece))
        line = {name: piece.line[name] for name in ("order_id", "line_no")}
        yield from (("allocations", line | row) for row in hand_out(piece))
        for shelf, held in piece.reserved.items():
            lost = {
                "warehouse_id": shelf[0],
                "sku": shelf[1],
                "lost_qty": held - piece.keeps(shelf) - piece.again(shelf),
            }
            yield "lost_reservations", line | lost | tell_loss(night, piece, shelf)
        for pool, qty in (piece.kept + piece.taken).items():
            kept = {
                "warehouse_id": pool.place,
                "sku": pool.sku,
                "reason_code": piece.stays.get(pool.place),
                "qty": qty,
            }
            yield from [("reservations", line | kept)] if pool.place not in piece.ships else []
        for asn, qty, day in ((lot.asn, qty, day) for lot, qty, day in piece.found_of if lot.asn):
            yield "pegs", line | asn | {"pegged_qty": qty, "eta_on": day}
        for code, qty in explain_shortage(night, piece):
            yield "decisions", line | {"reason_code": code, "qty": qty}


def serve_night(
    books: Books, *, as_of: AsOf, clients: dict[str, Client], warehouses: dict[str, Warehouse]
) -> dict[str, list[Row]]:
    """Tonight's plan by table; parts of equal keys are still to be added up, and zeros to be dropped."""
    rows: Any = defaultdict(lambda: defaultdict(list))
    for name, frame in books.tables().items():
        for row in frame.to_dicts():
            rows[row["client_id"]][name].append(row)
            rows[row["client_id"]][name, row.get("order_id"), row.get("line_no")].append(row)
    plan: dict[str, list[Row]] = defaultdict(list)
    for client_id, mine in rows.items():
        serve = partial(ClientNight, client=clients[client_id], warehouses=warehouses, as_of=as_of)
        night, cancelled = serve_until_settled(
            mine, clients[client_id].policy, serve, explain_shortage, tell_loss
        )
        choose_shipments(night)
        for table, told in [*cancelled, *tell(night)]:
            plan[table].append({"client_id": client_id} | told)
    return plan
