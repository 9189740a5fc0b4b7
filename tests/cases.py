"""Random nights: hundreds of small clients whose numbers are so small that ties and shortages are common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING

from schemas.night import STATE_TABLES, AsOf, Books
from schemas.settings.client import StockFeed
from tests.case_days import maybe, near
from tests.case_orders import Row, Tables, make_order, withhold_units
from tests.case_segments import SEGMENTING, attribute_lines, with_more_segments
from tests.case_settings import WAREHOUSES, make_client, make_run, make_warehouses
from tests.frames import NIGHT, frame_of

if TYPE_CHECKING:
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse

KITTING, ODD_KITS = 0.4, 0.1
"""Share of clients that sell a kit, and of the items of others that are kits of anything."""

COUNTING, COUNTED = 0.2, 0.6
"""Share of clients that send counts, and of their warehouses that were counted."""


FOLLOWED, ENDED = 0.2, 0.3
"""Share of items that have a successor, and of those that are no longer active for it."""

TONIGHT = AsOf(NIGHT)


@dataclass(frozen=True)
class Case:
    """What one allocation depends on, as rows that a test can drop one by one."""

    clients: dict[str, Client]
    warehouses: dict[str, Warehouse]
    tables: Tables
    as_of: AsOf = TONIGHT

    @cached_property
    def books(self) -> Books:
        """The rows as books."""
        return Books.of({name: frame_of(STATE_TABLES[name], *rows) for name, rows in self.tables.items()})

    def only(self, client_id: str) -> Case:
        """The case of one client."""
        mine = {
            name: [row for row in rows if row["client_id"] == client_id] for name, rows in self.tables.items()
        }
        return replace(self, clients={client_id: self.clients[client_id]}, tables=mine)


def make_case(seed: int, clients: int) -> Case:
    """A night of so many random clients."""
    chance = Random(seed)
    tables: Tables = {
        name: []
        for name in (
            "items",
            "order_lines",
            "fence_balances",
            "order_raises",
            "releases",
            "line_balances",
            "stock_balances",
            "stock_lots",
            "inbound_lines",
            "first_counts",
        )
    }
    made = {}
    for number in range(clients):
        client = make_client(chance, f"c{number:04d}")
        made[client.client_id] = client
        fill_client(chance, client, tables)
    tables["withheld"] = withhold_units(chance, tables["order_lines"])
    apart = Random(seed)  # so that a seed stays the night that it was but for the counts and segments
    for client_id, client in made.items():
        if apart.random() < COUNTING:
            made[client_id] = send_counts(client)
            tables["first_counts"] += [
                {"client_id": client_id, "warehouse_id": name, "counted_on": near(apart, -9, 0)}
                for name in WAREHOUSES
                if apart.random() < COUNTED
            ]
    attribute_lines(apart, tables["order_lines"])
    for client_id, client in made.items():
        if apart.random() < SEGMENTING:
            made[client_id] = with_more_segments(apart, client)
    warehouses, run = make_warehouses(apart), make_run(apart)
    for item in tables["items"]:
        replace_item(apart, item)
    return Case(made, warehouses, tables, run)


def replace_item(chance: Random, item: Row) -> None:
    """Some items have a successor, and of those some are no longer active."""
    others = sorted({"A", "B", "C"} - {item["sku"]})
    item["replaced_by"] = chance.choice(others) if chance.random() < FOLLOWED else None
    item["is_active"] = item["is_active"] and not (item["replaced_by"] and chance.random() < ENDED)


def send_counts(client: Client) -> Client:
    """The client, whose stock is told by counts."""
    stock = StockFeed(count_basis="physical", count_scope="rows")
    return client.model_copy(update={"feeds": client.feeds.model_copy(update={"stock": stock})})


def fill_client(chance: Random, client: Client, tables: Tables) -> None:
    """A client's catalogue, stock, announcements and orders."""
    sells_kit = client.policy.fair_share == "none" and chance.random() < KITTING
    kit = chance.choice(("A", "B", "C")) if sells_kit else None
    skus = ["A", "B", "C"][: 3 if kit else chance.randint(1, 3)]
    is_calm, plenty = chance.random() < 0.4, chance.choice((1, 2, 2, 4))
    for sku in skus:
        if kit or chance.random() < 0.95:
            tables["items"].append(make_item(chance, client, sku, kit, is_calm=is_calm))
        for warehouse_id in [*client.warehouses, chance.choice(list(WAREHOUSES))]:
            if chance.random() < (0.3 if sku == kit else 0.75):
                stock_shelf(chance, client, (warehouse_id, sku), tables, plenty=plenty)
    tables["fence_balances"] += [
        {
            "client_id": client.client_id,
            "fence": fence.name,
            "warehouse_id": place,
            "sku": sku,
            "left_qty": left_qty,
        }
        for fence in client.policy.fences
        for place in fence.warehouse or client.warehouses
        for sku in fence.sku
        if (left_qty := chance.choice((0, 1, 2, 4, 6)))
    ]
    for number in range(chance.randint(0, 5)):
        tables["inbound_lines"].append(
            make_inbound(chance, client, chance.choice(skus), number, plenty=plenty)
        )
    for number in range(1, chance.randint(1, 12) + 1):
        make_order(chance, client, f"O{number}", skus, tables, is_calm=is_calm)


def make_item(chance: Random, client: Client, sku: str, kit: str | None, *, is_calm: bool) -> Row:
    """An item; a calm client sells all of it. Of a client with a `kit` only that one is made of parts."""
    is_kit = sku == kit if kit else chance.random() < ODD_KITS
    return {
        "client_id": client.client_id,
        "sku": sku,
        "is_active": is_calm or chance.random() < 0.93,
        "available_from": None if is_calm else maybe(chance, 0.12, -1, 4),
        "safety_stock_qty": chance.choice((0, 0, 0, 1, 2, 5)),
        "decimals": int(chance.random() < (0.05 if kit else 0.25)),
        "sell_multiple": chance.choice((1, 1, 1, 1, 2, 3)),
        "substitutes": chance.choice((None, None, "A", "B", "C|A", "B|C")),
        "kit": make_kit(chance, sku) if is_kit else None,
    }


def make_kit(chance: Random, sku: str) -> str:
    """The parts of a kit, mostly of other SKUs; a part that is named twice goes into it twice."""
    one, other = chance.sample([name for name in ("A", "B", "C") if name != sku], 2)
    kits = (f"{one}:2", f"{one}:1|{other}:1", f"{one}:1|{other}:1", f"{one}:1|{other}:2|{one}:1", "A:1")
    return chance.choice(kits)


def stock_shelf(
    chance: Random, client: Client, pool: tuple[str, str], tables: Tables, *, plenty: int
) -> None:
    """Some lots and bins of a SKU in a warehouse; nothing if it is stocked already."""
    place = {"client_id": client.client_id, "warehouse_id": pool[0], "sku": pool[1]}
    if any(place.items() <= row.items() for row in tables["stock_lots"][-40:]):
        return
    balances: dict[tuple[str, ...], int] = {}
    for _ in range(chance.randint(1, 5)):
        account = chance.choice(("FREE", "FREE", "FREE", "FREE", "HOLD", "RELEASED"))
        reason = chance.choice(("damaged", "qc")) if account == "HOLD" else ""
        key = (
            chance.choice(("", "L1", "L2", "L10")),
            chance.choice(("B2", "B10", "A-7", "DOCK")),
            account,
            reason,
        )
        balances[key] = chance.randint(1, 6 * plenty)
    for (lot_id, bin_id, account, reason), qty in balances.items():
        row = {"lot_id": lot_id, "bin_id": bin_id, "account": account, "hold_reason": reason, "qty": qty}
        tables["stock_balances"].append(place | row)
    for lot_id in sorted({key[0] for key in balances}):
        seen_on, expiry_on = near(chance, -2, 0), maybe(chance, 0.5, -1, 3)
        tables["stock_lots"].append(
            place | {"lot_id": lot_id, "expiry_on": expiry_on, "first_seen_on": seen_on}
        )


def make_inbound(chance: Random, client: Client, sku: str, number: int, *, plenty: int) -> Row:
    """An announced line: to come, late, begun, or done with."""
    expected_on = near(chance, -8, 9)
    status = chance.choice(("expected", "expected", "expected", "overdue", "part_received", "closed"))
    has_begun = status == "part_received" or (status == "overdue" and chance.random() < 0.5)
    received_qty = chance.randint(1, 4) if has_begun else 0
    remaining_qty = chance.randint(0, 6 * plenty)
    return {
        "client_id": client.client_id,
        "warehouse_id": chance.choice(client.warehouses),
        "asn_id": f"N{1 + number // 2}",
        "asn_line_no": 1 + number % 2,
        "sku": sku,
        "first_expected_on": expected_on,
        "expected_on": expected_on,
        "announced_qty": received_qty + remaining_qty,
        "received_qty": received_qty,
        "remaining_qty": remaining_qty,
        "status": status,
        "last_received_on": near(chance, -6, 0) if has_begun else None,
    }
