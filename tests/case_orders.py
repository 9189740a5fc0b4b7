"""Random orders: a few lines that share most of their terms, and what became of them before the night."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.case_days import instant, maybe, near
from tests.case_settings import CANCELLING, WAREHOUSES, make_on_short
from tests.frames import NIGHT

if TYPE_CHECKING:
    from random import Random

    from schemas.settings.client import Client

Row = dict[str, Any]
Tables = dict[str, list[Row]]
WITHHELD = 0.15
"""Share of lines of which a confirmation left units out."""

SHIP_RULES = ("partial", "partial", "line_complete", "order_complete")


def make_order(
    chance: Random, client: Client, order_id: str, skus: list[str], tables: Tables, *, is_calm: bool
) -> None:
    """An order of one to four lines that share their terms, mostly."""
    usual = list(client.warehouses)
    places = chance.sample(usual, chance.randint(1, len(usual))) if chance.random() < 0.3 else usual
    order = {
        "client_id": client.client_id,
        "order_id": order_id,
        "warehouse_ids": "|".join(places),
        "ship_rule": chance.choice(SHIP_RULES) if client.policy.fair_share == "none" else "partial",
        "on_short": own_word(chance, client),
        "priority": chance.choice((1, 5, 5, 5, 9)),
        "ordered_at": instant(chance, near(chance, -4, 0)),
        "order_type": chance.choice(("dtc", "dtc", "b2b", "marketplace")),
        "channel": chance.choice(("shop", "web", "fair", None)),
        "client_rank": chance.choice((None, None, 1, 2, 3)),
        "first_short_on": maybe(chance, 0.5, -35, -1),
        "next_deadline_on": maybe(chance, 0.1, -1, 4),
        "ship_by": maybe(chance, 0.1, -2, 2),
        "deliver_by": maybe(chance, 0.15, 0, 5),
        "transit_days": chance.choice((0, 1, 3)),
        "hold_reason": "client_hold" if not is_calm and chance.random() < 0.1 else None,
    }
    for line_no in range(1, chance.randint(1, 4) + 1):
        line = order | {"line_no": line_no} | make_terms(chance, skus, is_calm=is_calm)
        if client.policy.fair_share == "none" and chance.random() < 0.05:
            line["ship_rule"] = chance.choice(SHIP_RULES)
        if chance.random() < 0.05:
            line["warehouse_ids"] = "|".join(chance.sample(usual, chance.randint(1, len(usual))))
        fill_line(chance, line, tables)
    for number in range(chance.choice((0, 0, 0, 1, 2, 3))):
        tables["releases"].append(make_release(chance, order, number))


def make_terms(chance: Random, skus: list[str], *, is_calm: bool) -> Row:
    """What a line of an order says of itself."""
    return {
        "sku": chance.choice(skus),
        "overtaken_nights": chance.choice((0, 0, 1, 2, 3)),
        "min_shelf_life_days": chance.choice((None, None, None, None, 0, 1, 2)),
        "unit_price": chance.choice((None, Decimal("1.5"), Decimal(4))),
        "promised_on": maybe(chance, 0.2, -2, 4),
        "ship_not_before": maybe(chance, 0.1, -1, 3),
        "cancel_after": None if is_calm else maybe(chance, 0.15, -1, 6),
    }


def make_release(chance: Random, order: Row, number: int) -> Row:
    """Units of the order's first line that were handed to a warehouse on one of few nights."""
    released, shipped = chance.randint(1, 4), chance.choice((0, 0, 1, 4))
    return {
        "client_id": order["client_id"],
        "release_id": f"{order['order_id']}-{number}",
        "order_id": order["order_id"],
        "line_no": 1,
        "warehouse_id": chance.choice(order["warehouse_ids"].split("|")),
        "released_qty": released,
        "shipped_qty": min(shipped, released),
        "short_qty": chance.choice((0, 0, released - min(shipped, released))),
        "released_on": NIGHT - timedelta(days=chance.choice((1, 1, 2))),
        "is_open": chance.random() < 0.5,
    }


def withhold_units(chance: Random, lines: list[Row], *, share: float = WITHHELD) -> list[Row]:
    """Units of some lines that a confirmation of tonight, or of last night, left out."""
    return [
        {
            "client_id": line["client_id"],
            "release_id": f"{line['order_id']}-{line['line_no']}",
            "order_id": line["order_id"],
            "line_no": line["line_no"],
            "qty": chance.choice((1, 2, 2, 4)),
            "judged_on": NIGHT - timedelta(days=chance.choice((0, 0, 0, 0, 1))),
        }
        for line in lines
        if chance.random() < share
    ]


def own_word(chance: Random, client: Client) -> str | None:
    """What an order says of its short lines; mostly nothing."""
    return make_on_short(chance, client.policy.allowed_on_short) if chance.random() < CANCELLING else None


def fill_line(chance: Random, line: Row, tables: Tables) -> None:
    """The line's six quantities, what it holds where, and what was added to it later."""
    key = {name: line[name] for name in ("client_id", "order_id", "line_no")}
    accounts = {
        "OPEN": chance.choice((0, 1, 2, 3, 5, 8)),
        "RELEASED": chance.choice((0, 0, 0, 0, 2)),
        "SHIPPED": chance.choice((0, 0, 0, 0, 1, 3)),
        "CANCELLED": chance.choice((0, 0, 0, 0, 0, 2)),
    }
    reserved: dict[str, int] = {}
    has_reservations = int(line["client_id"][1:]) % 2
    for _ in range(chance.choice((0, 0, 0, 0, 0, 1, 2)) * has_reservations):
        usual = line["warehouse_ids"].split("|")
        place = chance.choice(usual) if chance.random() < 0.93 else chance.choice(list(WAREHOUSES))
        reserved[place] = chance.randint(1, 4)
    held = sum(reserved.values())
    ordered = held + sum(accounts.values())
    quantities = {f"{name.lower()}_qty": qty for name, qty in accounts.items()}
    tables["order_lines"].append(line | quantities | {"reserved_qty": held, "ordered_qty": ordered})
    tables["line_balances"] += [
        key | {"account": name, "warehouse_id": "", "sku": "", "qty": qty}
        for name, qty in accounts.items()
        if qty
    ]
    tables["line_balances"] += [
        key
        | {"account": "RESERVED", "warehouse_id": place, "qty": qty}
        | {"sku": line["sku"] if chance.random() < 0.9 else chance.choice(("A", "B"))}
        for place, qty in reserved.items()
    ]
    rest, raised_at = ordered, line["ordered_at"]
    while rest > 1 and chance.random() < 0.25:
        qty = chance.randint(1, rest)
        raised_at += timedelta(hours=chance.choice((1, 24, 48)))
        tables["order_raises"].append(key | {"raised_at": raised_at, "qty": qty})
        rest -= qty
