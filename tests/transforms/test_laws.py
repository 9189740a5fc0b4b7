"""Each law holds for a lawful night, and names what breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest

from schemas.books import Release
from schemas.intake import FileOutcome
from schemas.journal import Movement
from schemas.night import AsOf, Books, NightPlan
from schemas.results import Allocation
from tests.frames import NIGHT, frame_of
from tests.plans import books_before, lawful_files, lawful_plan, plan_of
from transforms.laws import check_laws, split_by_reach
from transforms.laws_of_effects import check_picks

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.laws import Violation

TONIGHT = AsOf(NIGHT)


def broken_by(
    plan: NightPlan, *, before: Books | None = None, files: pl.DataFrame | None = None
) -> list[tuple[Any, ...]]:
    """Law and subject of what the plan breaks."""
    outcomes = lawful_files("acme") if files is None else files.pipe(FileOutcome.validate)
    violations = check_laws(before or books_before("acme"), plan, outcomes, TONIGHT)
    return violations.select("law", "subject").unique(maintain_order=True).rows()


def changed(rows: pl.DataFrame, where: pl.Expr, **values: object) -> pl.DataFrame:
    """`rows` with other values where the condition holds."""
    return rows.with_columns(
        pl.when(where).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def with_books(plan: NightPlan, **tables: pl.DataFrame) -> NightPlan:
    """The plan with other tables in its books."""
    return replace(plan, books=in_books(plan.books, **tables))


def in_books(books: Books, **tables: pl.DataFrame) -> Books:
    """Books with other tables; a broken one need not keep its contract."""
    return replace(books, **cast("dict[str, Any]", tables))


def with_tables(plan: NightPlan, **tables: pl.DataFrame) -> NightPlan:
    """The plan with other tables of its own."""
    return replace(plan, **cast("dict[str, Any]", tables))


def everything() -> pl.Expr:
    return pl.lit(True)


def test_a_lawful_night_of_two_clients_breaks_nothing() -> None:
    clients = ("acme", "bolt")
    assert check_laws(
        books_before(*clients), lawful_plan(*clients), lawful_files(*clients), TONIGHT
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


def test_law_1_a_line_stands_once() -> None:
    plan = lawful_plan("acme")
    lines = pl.concat([plan.books.order_lines, plan.books.order_lines.head(1)])
    assert broken_by(with_books(plan, order_lines=lines)) == [(1, "line 1/1")]


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


@pytest.mark.parametrize(("days", "broken"), [(-1, [(2, "W1 A")]), (0, []), (1, [])])
def test_law_2_a_reservation_needs_units_usable_through_their_expiry_date(
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


@pytest.mark.parametrize("missing", [None, ""])
def test_law_4_a_release_has_an_id(missing: str | None) -> None:
    plan = lawful_plan("acme")
    allocations = changed(plan.allocations, everything(), release_id=missing)
    assert (4, "effect ") in broken_by(with_tables(plan, allocations=allocations))


def test_law_4_no_effect_is_made_twice_tonight() -> None:
    plan = lawful_plan("acme")
    twice = with_tables(plan, messages=pl.concat([plan.messages, plan.messages]))
    assert broken_by(twice) == [(4, f"effect m-{NIGHT}-acme")]


def test_law_4_no_release_of_an_earlier_night_is_made_again() -> None:
    before = books_before("acme")
    release = {"release_id": f"r-{NIGHT}-acme", "order_id": "1", "released_qty": 6}
    known = in_books(before, releases=frame_of(Release, release))
    assert broken_by(lawful_plan("acme"), before=known) == [(4, f"effect r-{NIGHT}-acme")]


@pytest.mark.parametrize("ledger", ["stock", "line"])
def test_law_4_a_pick_has_its_movement_in_both_ledgers(ledger: str) -> None:
    plan = lawful_plan("acme")
    is_release = (pl.col("ledger") == ledger) & (pl.col("to_account") == "RELEASED")
    assert broken_by(with_tables(plan, movements=plan.movements.filter(~is_release))) == [(4, "line 1/1")]


def test_law_4_a_release_movement_has_its_pick() -> None:
    plan = lawful_plan("acme")
    allocations = plan.allocations.filter(pl.col("kind") == "reserve")
    assert broken_by(with_tables(plan, allocations=allocations)) == [(4, "line 1/1")]


def test_law_4_a_pick_says_how_much_of_it_was_reserved() -> None:
    plan = lawful_plan("acme")
    allocations = changed(plan.allocations, pl.col("kind") == "release", from_reserved_qty=3)
    assert broken_by(with_tables(plan, allocations=allocations)) == [(4, "line 1/1")]


def test_law_4_a_pick_without_a_lot_is_a_movement_without_one() -> None:
    release = {"order_id": "1", "release_id": "r", "allocated_qty": 1, "bin_id": "B1"}
    movement = {"order_id": "1", "effect_id": "r", "qty": 1, "to_account": "RELEASED", "cause": "allocated"}
    movements = frame_of(
        Movement,
        {**movement, "ledger": "stock", "from_account": "FREE"},
        {**movement, "ledger": "line", "from_account": "OPEN", "seq": 2},
    )
    assert all(broken.is_empty() for broken in check_picks(movements, frame_of(Allocation, release)))


@pytest.mark.parametrize(
    "column", ["rows_read", "rows_accepted", "rows_duplicate", "rows_set_aside", "rows_rejected"]
)
def test_law_5_rows_read_are_accounted_for(column: str) -> None:
    files = changed(lawful_files("acme"), pl.col("feed") == "orders", **{column: 7})
    assert broken_by(lawful_plan("acme"), files=files) == [(5, "orders file f0")]


def test_law_5_a_row_has_one_verdict() -> None:
    plan = lawful_plan("acme")
    other = changed(plan.outcomes.head(1), everything(), verdict="duplicate")
    twice = with_tables(plan, outcomes=pl.concat([plan.outcomes, other]))
    assert broken_by(twice) == [(5, "orders file f0")]


def test_law_5_a_files_counts_are_those_of_its_rows() -> None:
    plan = lawful_plan("acme")
    rejected = changed(plan.outcomes, everything(), verdict="rejected")
    assert broken_by(with_tables(plan, outcomes=rejected)) == [(5, "orders file f0"), (5, "receipts file f1")]
    fewer = with_tables(plan, outcomes=plan.outcomes.tail(1))
    assert broken_by(fewer) == [(5, "orders file f0")]


def test_law_6_no_effect_joins_two_clients() -> None:
    plan = lawful_plan("acme", "bolt")
    movements = changed(plan.movements, pl.col("effect_id") != "", effect_id="r")
    broken = broken_by(
        with_tables(plan, movements=movements),
        before=books_before("acme", "bolt"),
        files=lawful_files("acme", "bolt"),
    )
    assert {(6, "movement 3"), (6, "movement 4"), (6, "movement 5")} <= set(broken)


def test_law_6_no_movement_comes_from_another_clients_file() -> None:
    files = pl.concat([lawful_files("acme").filter(pl.col("feed") == "orders"), lawful_files("bolt")])
    named = pl.col("client_id") == "bolt"
    files = changed(files, named & (pl.col("feed") == "orders"), file_hash="f9")
    broken = broken_by(lawful_plan("acme"), files=files)
    assert [row for row in broken if row[0] == 6] == [(6, "movement 1")]


def test_law_6_no_movement_is_of_another_clients_line() -> None:
    plan = lawful_plan("acme", "bolt")
    is_ours = (pl.col("client_id") == "acme") & (pl.col("order_id") == "2")
    lines = plan.books.order_lines.filter(~is_ours)
    broken = broken_by(with_books(plan, order_lines=lines), files=lawful_files("acme", "bolt"))
    assert {(6, "movement 2"), (6, "movement 6")} <= set(broken)


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
    return check_laws(books_before(*clients), plan, lawful_files(*clients), TONIGHT)
