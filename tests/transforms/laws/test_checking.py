"""Each law of quantities holds for a lawful night, and names what breaks it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from schemas.books.orders import Release
from schemas.night import Books, NightPlan
from tests.frames import NIGHT, frame_of
from tests.plans import books_before, lawful_files, lawful_plan, plan_of
from tests.transforms.breaking import (
    TONIGHT,
    broken_by,
    changed,
    everything,
    in_books,
    with_books,
    with_tables,
)
from tests.transforms.posting.nights import WAREHOUSES
from transforms.laws.checking import check_laws, split_by_reach

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.laws import Violation


def test_a_lawful_night_of_two_clients_breaks_nothing() -> None:
    clients = ("acme", "bolt")
    assert check_laws(
        books_before(*clients), lawful_plan(*clients), lawful_files(*clients), TONIGHT, warehouses=WAREHOUSES
    ).is_empty()


def test_a_night_without_anything_breaks_nothing() -> None:
    assert broken_by(plan_of(), before=Books.blank(), files=lawful_files("acme").clear()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to_account", "OPEN"),  # of the other ledger
        ("to_account", "SUPPLIER"),  # where it came from
        ("business_date", NIGHT - timedelta(days=1)),
        ("run_no", 2),
    ],
)
def test_law_1_a_movement_joins_two_accounts_of_one_ledger_tonight(name: str, value: object) -> None:
    plan = lawful_plan("acme")
    movements = changed(plan.movements, pl.col("seq") == 1, **{name: value})
    assert (1, "movement 1") in broken_by(with_tables(plan, movements=movements))


def test_law_1_the_quantities_of_a_line_are_the_sums_of_its_balances() -> None:
    plan = lawful_plan("acme")
    balances = plan.books.line_balances.filter(pl.col("account") != "RESERVED")
    assert broken_by(with_books(plan, line_balances=balances)) == [(1, "line 2/1")]


def test_law_1_a_balance_belongs_to_a_line() -> None:
    plan = lawful_plan("acme")
    stray = plan.books.line_balances.with_columns(order_id=pl.lit("9")).head(1)
    balances = pl.concat([plan.books.line_balances, stray])
    assert broken_by(with_books(plan, line_balances=balances)) == [(1, "line 9/1")]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("order_lines", "1/1"),
        ("stock_lots", "W1/A/L1"),
        ("line_balances", "1/1/OPEN//"),
    ],
)
def test_law_1_a_row_of_the_books_stands_once(table: str, row: str) -> None:
    plan = lawful_plan("acme")
    rows = plan.books.tables()[table]
    twice = with_books(plan, **{table: pl.concat([rows, rows.head(1)])})
    assert (1, f"{table} {row}") in broken_by(twice)


def test_law_2_no_inner_account_is_below_zero() -> None:
    plan = lawful_plan("acme")
    stock = changed(plan.books.stock_balances, pl.col("account") == "RELEASED", qty=-6)
    lines = changed(plan.books.line_balances, pl.col("account") == "RELEASED", qty=-6)
    assert broken_by(with_books(plan, stock_balances=stock, line_balances=lines)) == [
        (1, "line 1/1"),
        (2, "W1 A lot L1 bin B1"),
        (2, "line 1/1"),
    ]


def test_law_2_no_more_is_picked_from_a_bin_than_was_free_there() -> None:
    before = books_before("acme")
    poorer = in_books(before, stock_balances=changed(before.stock_balances, everything(), qty=0))
    assert broken_by(lawful_plan("acme"), before=poorer) == [(2, "W1 A lot L1 bin B1")]


def test_law_2_what_was_taken_away_tonight_cannot_be_picked() -> None:
    plan = lawful_plan("acme")
    moved_away = changed(
        plan.movements.head(1), everything(), from_account="FREE", to_account="ADJUSTED", qty=3, seq=7
    )
    movements = pl.concat([plan.movements, moved_away, moved_away])
    assert (2, "W1 A lot L1 bin B1") not in broken_by(with_tables(plan, movements=movements))
    movements = pl.concat([movements, moved_away])  # 8 + 5 - 9 < 6
    assert (2, "W1 A lot L1 bin B1") in broken_by(with_tables(plan, movements=movements))


@pytest.mark.parametrize(
    ("days", "broken"), [(0, [(2, "W1 A"), (2, "W1 A lot L1 bin B1")]), (1, []), (2, [])]
)
def test_law_2_what_is_reserved_or_picked_has_not_expired_when_its_warehouse_ships(
    days: int, broken: list[tuple[int, str]]
) -> None:
    plan = lawful_plan("acme")
    lots = plan.books.stock_lots.with_columns(expiry_on=NIGHT + timedelta(days=days))
    assert broken_by(with_books(plan, stock_lots=lots)) == broken


def test_law_2_reserved_units_lie_free_on_the_shelf() -> None:
    plan = lawful_plan("acme")
    stock = changed(plan.books.stock_balances, pl.col("account") == "FREE", qty=2)
    assert broken_by(with_books(plan, stock_balances=stock)) == [(2, "W1 A")]


def test_law_3_ordered_is_the_sum_of_the_other_five() -> None:
    plan = lawful_plan("acme")
    lines = changed(plan.books.order_lines, pl.col("order_id") == "2", ordered_qty=5)
    assert broken_by(with_books(plan, order_lines=lines)) == [(3, "line 2/1")]


@pytest.mark.parametrize(("shipped", "broken"), [(2, [(3, "line 3/1")]), (6, [])])
def test_law_3_a_closed_line_holds_no_release(shipped: int, broken: list[tuple[int, str]]) -> None:
    plan = lawful_plan("acme")
    shipped_line = changed(
        plan.books.order_lines.head(1),
        everything(),
        order_id="3",
        ordered_qty=6,
        open_qty=0,
        released_qty=0,
        shipped_qty=6,
    )
    balance = changed(plan.books.line_balances.head(1), everything(), order_id="3", account="SHIPPED", qty=6)
    release = {"release_id": "r3", "order_id": "3", "released_qty": 6, "shipped_qty": shipped}
    books = with_books(
        plan,
        order_lines=pl.concat([plan.books.order_lines, shipped_line]),
        line_balances=pl.concat([plan.books.line_balances, balance]),
        releases=frame_of(Release, release),
    )
    assert broken_by(books) == broken


def test_only_laws_across_clients_stop_the_night() -> None:
    plan = lawful_plan("acme", "bolt")
    lines = changed(
        plan.books.order_lines, (pl.col("client_id") == "bolt") & (pl.col("order_id") == "2"), ordered_qty=5
    )
    wrong = with_tables(with_books(plan, order_lines=lines), messages=pl.concat([plan.messages] * 2))
    held, stops = split_by_reach(laws_of(wrong))
    assert {client: violations["law"].to_list() for client, violations in held.items()} == {"bolt": [3]}
    assert set(stops["law"]) == {4}


def laws_of(plan: NightPlan) -> DataFrame[Violation]:
    """What a plan of acme and bolt breaks."""
    clients = ("acme", "bolt")
    return check_laws(books_before(*clients), plan, lawful_files(*clients), TONIGHT, warehouses=WAREHOUSES)
