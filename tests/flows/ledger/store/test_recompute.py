"""State after is state before and the journal, also when SQL computes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import polars as pl
import pytest

from flows.ledger.store.recompute import recompute_balances
from schemas.books.journal import Movement
from schemas.night import Books
from schemas.settings.policy import Fence, Policy
from tests.frames import NIGHT
from tests.nights import order, receipt, run_night
from tests.plans import books_before, lawful_plan, plan_of
from tests.transforms.posting.kit_nights import PARTS, kits_ordered, plan_posted
from tests.transforms.posting.nights import ACME, reserve


def differences(**tables: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Law, client and subject where the books of a lawful night have these tables instead."""
    plan = lawful_plan("acme", "bolt")
    changed = replace(plan, books=replace(plan.books, **cast("dict[str, Any]", tables)))
    found = recompute_balances(books_before("acme", "bolt"), changed)
    return found.select("law", "client_id", "subject").unique(maintain_order=True).rows()


def test_a_lawful_night_agrees() -> None:
    assert differences() == []


def test_a_night_without_anything_agrees() -> None:
    assert recompute_balances(Books.blank(), plan_of()).is_empty()


@pytest.mark.parametrize(
    ("table", "account", "subject"),
    [
        ("line_balances", "RESERVED", "line 2/1"),
        ("line_balances", "RELEASED", "line 1/1"),
        ("stock_balances", "FREE", "W1 A lot L1 bin B1"),
        ("stock_balances", "RELEASED", "W1 A lot L1 bin B1"),
    ],
)
@pytest.mark.parametrize("fault", ["one too many", "lost", "of another client"])
def test_a_balance_that_the_journal_does_not_explain_is_named(
    table: str, account: str, subject: str, fault: str
) -> None:
    rows = lawful_plan("acme", "bolt").books.tables()[table]
    wrong = (pl.col("client_id") == "bolt") & (pl.col("account") == account)
    changed = {
        "one too many": rows.with_columns(qty=pl.when(wrong).then(pl.col("qty") + 1).otherwise("qty")),
        "lost": rows.filter(~wrong),
        "of another client": rows.with_columns(
            client_id=pl.when(wrong).then(pl.lit("cora")).otherwise("client_id")
        ),
    }[fault]
    assert (1, "bolt", subject) in differences(**{table: changed})


def test_only_reserved_units_of_a_line_know_their_warehouse() -> None:
    rows = lawful_plan("acme", "bolt").books.line_balances
    moved = rows.with_columns(
        warehouse_id=pl.when(pl.col("account") == "RESERVED").then(pl.lit("W2")).otherwise("warehouse_id")
    )
    assert differences(line_balances=moved) == [(1, "acme", "line 2/1"), (1, "bolt", "line 2/1")]


@pytest.mark.parametrize(
    "quantity", ["ordered_qty", "open_qty", "reserved_qty", "released_qty", "shipped_qty", "cancelled_qty"]
)
def test_a_quantity_of_a_line_that_the_journal_does_not_explain_is_named(quantity: str) -> None:
    rows = lawful_plan("acme", "bolt").books.order_lines
    wrong = (pl.col("client_id") == "acme") & (pl.col("order_id") == "1")
    changed = rows.with_columns(
        pl.when(wrong).then(pl.col(quantity) + 1).otherwise(pl.col(quantity)).alias(quantity)
    )
    assert differences(order_lines=changed) == [(1, "acme", "line 1/1")]


def test_what_fences_keep_moves_no_balance() -> None:
    fence = Fence(name="f", sku=("A",), channel=("shop",), qty=60, until=NIGHT + timedelta(days=3))
    client = ACME.model_copy(update={"policy": Policy(fences=(fence,))})
    orders = [order("o1", 50), order("o2", 30, "shop")]
    first = run_night(None, 0, client, orders=orders, receipts=[receipt("g1", 100)])
    second = run_night(first, 3, client)
    assert (first.books.fence_balances.is_empty(), second.books.fence_balances.is_empty()) == (False, True)
    assert recompute_balances(Books.blank(), first).is_empty()
    assert recompute_balances(first.books, second).is_empty()


def test_kits_that_were_released_as_parts_agree() -> None:
    before = reserve(kits_ordered(), {"sku": "K", "allocated_qty": 4})
    kept = zip(PARTS, (8, 0, 4), strict=True)
    posted = plan_posted(before, *(part | {"from_reserved_qty": qty} for part, qty in kept))
    plan = plan_of(posted.books, movements=posted.movements)
    assert recompute_balances(before, plan).is_empty()
    fewer = posted.movements.filter(pl.col("from_account") != "RESERVED").pipe(Movement.validate)
    assert recompute_balances(before, plan_of(posted.books, movements=fewer))[
        "subject"
    ].unique().to_list() == ["line o1/1"]
