"""Each law of effects, files and clients holds for a lawful night, and names what breaks it."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.books.journal import Movement
from schemas.books.orders import Release
from schemas.results import Allocation
from tests.frames import NIGHT, frame_of
from tests.plans import books_before, lawful_files, lawful_plan
from tests.transforms.breaking import (
    broken_by,
    changed,
    everything,
    in_books,
    with_books,
    with_tables,
)
from transforms.laws.of_effects import check_picks


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


def test_law_4_what_an_order_was_told_last_is_not_told_again() -> None:
    before = books_before("acme")
    told = in_books(
        before, order_lines=before.order_lines.with_columns(told_message_id=pl.lit(f"m-{NIGHT}-acme"))
    )
    assert broken_by(lawful_plan("acme"), before=told) == [(4, f"effect m-{NIGHT}-acme")]


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
