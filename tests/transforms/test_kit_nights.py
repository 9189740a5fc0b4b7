"""Whole nights with kits: they are made, posted and answered, and the laws hold."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.orders import PendingRow
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowKey, RowOutcome
from schemas.night import AsOf, Books, NightInputs
from schemas.settings.client import Client
from schemas.settings.policy import Policy
from schemas.table import empty
from tests.frames import NIGHT
from tests.nights import run_night
from tests.tiers import thorough
from tests.transforms.posting.nights import ACME, WAREHOUSES, line, rows_of, stock
from transforms.laws.checking import check_laws
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from schemas.night import NightPlan

ITEMS = [{"sku": "K", "kit": "A:2|B:1"}, {"sku": "A"}, {"sku": "B"}]
RESERVING = ACME.model_copy(update={"policy": Policy(not_due="reserve")})


def came(**units: int) -> list[dict[str, Any]]:
    """Receipts of so many units of each SKU."""
    return [{"receipt_id": f"g{sku}", "sku": sku, "received_qty": qty} for sku, qty in units.items()]


FEEDS = ("orders", "receipts", "adjustments", "shipments")


def broken_laws(before: NightPlan | None, plan: NightPlan, number: int) -> list[tuple[Any, ...]]:
    """What a plan breaks but for law 5: these nights have rows without files."""
    books = before.books if before else Books.blank()
    files = empty(FileOutcome)
    found = check_laws(books, plan, files, AsOf(NIGHT + timedelta(days=number)), warehouses=WAREHOUSES)
    return found.filter(pl.col("law") != 5).rows()


def broken_by_story(*nights: NightPlan) -> list[tuple[Any, ...]]:
    """What nights 0, 1, 2, ... break."""
    before = [None, *nights]
    return [row for number, plan in enumerate(nights) for row in broken_laws(before[number], plan, number)]


def test_kits_are_made_confirmed_and_made_again_for_what_came_short() -> None:
    first = run_night(None, 0, items=ITEMS, orders=[{"sku": "K", "qty": 10}], receipts=came(A=13, B=9))
    assert line(first.books) == {"ordered": 10, "open": 4, "released": 6}
    assert stock(first.books)["A", "", "DOCK", "RELEASED"] == 12
    answer = {"order_id": "o1", "line_no": 1, "sku": "K", "shipped_qty": 5}
    second = run_night(first, 1, shipments=[answer])
    assert line(second.books) == {"ordered": 10, "open": 5, "shipped": 5}
    third = run_night(second, 2, receipts=came(A=10, B=10))
    assert line(third.books) == {"ordered": 10, "released": 5, "shipped": 5}
    assert broken_by_story(first, second, third) == []


def test_kits_that_are_kept_until_they_are_due_leave_their_reservation_then() -> None:
    orders = [{"sku": "K", "qty": 5, "promised_on": NIGHT + timedelta(days=3)}]
    first = run_night(None, 0, RESERVING, items=ITEMS, orders=orders, receipts=came(A=7, B=9, K=1))
    assert line(first.books) == {"ordered": 5, "open": 1, "reserved": 4}
    kept = first.books.line_balances.filter(account="RESERVED").select("sku", "qty").rows()
    assert kept == [("K", 4)]
    second = run_night(first, 1, RESERVING)
    third = run_night(second, 2, RESERVING, receipts=came(A=1))
    assert line(third.books) == {"ordered": 5, "released": 5}
    given = third.allocations.sort("sku").select("sku", "allocated_qty", "from_reserved_qty", "kit_qty")
    assert given.rows() == [("A", 8, 6, 4), ("B", 4, 3, 4), ("K", 1, 1, None)]
    assert broken_by_story(first, second, third) == []


FENCE = {"name": "f", "sku": ["A"], "channel": ["high"], "qty": 4, "until": NIGHT + timedelta(days=3)}
POLICIES: tuple[dict[str, Any], ...] = (
    {},
    {"not_due": "reserve"},
    {"ship_rule": "order_complete", "holdback": "strict"},
    {"ship_rule": "line_complete", "not_due": "reserve", "standing": "redistribute"},
    {"split": False, "holdback": "strict", "ship_rule": "order_complete"},
    {"max_shipments": 2, "wait_for_rest_days": 2},
    {"fences": [FENCE]},
    {"fair_share": "water_filling"},
)
CLIENTS = {
    f"c{n:02}": Client(
        client_id=f"c{n:02}",
        name="C",
        warehouses=("W1", "W2"),
        policy=Policy.model_validate(POLICIES[n % len(POLICIES)]),
    )
    for n in range(48)
}


def random_rows(chance: random.Random, books: Books, number: int) -> dict[str, list[dict[str, Any]]]:
    """A night of every client: orders of kits and parts, goods that come and go, answers to releases."""
    feeds: dict[str, list[dict[str, Any]]] = {
        "orders": [],
        "receipts": [],
        "adjustments": [],
        "shipments": [],
    }
    night = NIGHT + timedelta(days=number)
    for client_id in CLIENTS:
        own = {"client_id": client_id, "file_hash": f"f{number}"}
        for order in range(chance.randint(0, 3)):
            key = {"order_id": f"o{number}-{order % 2}", "line_no": order + 1}
            key |= {"channel": chance.choice(["high", "low"])}
            due = {"promised_on": night + timedelta(days=chance.choice([0, 0, 2]))}
            feeds["orders"].append(
                {**own, **key, **due, "sku": chance.choice("KKABX"), "qty": chance.randint(1, 8)}
            )
        for place in range(chance.randint(0, 4)):
            cell = {"sku": chance.choice("KAAB"), "warehouse_id": chance.choice(["W1", "W1", "W2"])}
            cell |= {"bin_id": chance.choice(["B1", "B2"]), "lot_id": chance.choice(["", "L1"])}
            arrival = {"receipt_id": f"g{number}-{place}", "received_qty": chance.randint(1, 12)}
            feeds["receipts"].append({**own, **cell, **arrival})
        if chance.random() < 0.3:
            gone = {"sku": chance.choice("KAB"), "qty": -chance.randint(1, 6), "reason": "broken"}
            feeds["adjustments"].append({**own, **gone, "warehouse_id": "W1", "lot_id": None})
    for release in books.releases.filter("is_open").iter_rows(named=True):
        if chance.random() < 0.7:
            qty = max(0, release["released_qty"] - chance.choice([0, 0, 0, 1, 3]))
            named = {name: release[name] for name in ("client_id", "release_id")}
            feeds["shipments"].append({**named, "file_hash": f"f{number}", "shipped_qty": qty})
    return {
        name: [row | {"row_no": place} for place, row in enumerate(rows, 1)] for name, rows in feeds.items()
    }


@pytest.mark.parametrize("seed", [0, *thorough(1)])
def test_the_laws_hold_on_random_nights_with_kits(seed: int) -> None:
    chance = random.Random(seed)
    before: NightPlan | None = None
    made = 0
    for number in range(4):
        books = before.books if before else Books.blank()
        feeds = random_rows(chance, books, number)
        if number == 0:
            stated = [*ITEMS, {"sku": "X", "substitutes": "K"}]
            feeds["items"] = [item | {"client_id": name} for name in CLIENTS for item in stated]
        plan = plan_night(
            NightInputs(
                as_of=AsOf(NIGHT + timedelta(days=number)),
                clients=CLIENTS,
                warehouses=WAREHOUSES,
                books=books,
                rows=rows_of(**feeds),
                row_keys=before.row_keys if before else empty(RowKey),
                pending_rows=empty(PendingRow),
                files=empty(FileOutcome),
                outcomes=empty(RowOutcome),
                rejected_rows=empty(RejectedRow),
            )
        )
        assert broken_laws(before, plan, number) == []
        made += plan.allocations["kit_id"].n_unique() - 1
        before = plan
    assert made > 20, "nights that make no kits prove nothing of them"
