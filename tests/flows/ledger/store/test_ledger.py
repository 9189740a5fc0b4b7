"""A night's way through the ledger: frozen, committed, delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.ledger.runs.deliveries import Delivery, PickState, find_deliveries
from flows.ledger.runs.runs import InputFile
from flows.ledger.store.writing import Settled
from schemas.errors import ConfigurationError, InvariantError
from schemas.night import AsOf, Books
from schemas.vocabulary.words import RunState
from tests.flows.ledger.nights import FIRST, NO_FILES, POLICIES, SECOND, run_night
from tests.frames import MORNING, NIGHT
from tests.plans import books_before, commit_plan, lawful_files, lawful_plan, plan_of

if TYPE_CHECKING:
    from flows.ledger.store.ledger import Ledger


def test_a_new_ledger_is_before_its_first_night(ledger: Ledger) -> None:
    assert ledger.last_committed() is None
    assert ledger.run(FIRST) is None
    assert ledger.missed_dates(NIGHT) == [NIGHT]
    assert all(rows.is_empty() for rows in ledger.load_books().tables().values())
    assert ledger.verify() == 0


def test_a_frozen_run_keeps_its_files_in_an_order_that_no_name_decides(ledger: Ledger) -> None:
    files = [
        InputFile("bolt", "orders", "b2", "1.csv", MORNING),
        InputFile("acme", "orders", "a9", "0.csv", MORNING),
        InputFile("acme", "orders", "a1", "9.csv", MORNING),
    ]
    frozen = ledger.freeze(FIRST, files, POLICIES, MORNING)
    assert [file.file_hash for file in frozen.files] == ["a1", "a9", "b2"]
    assert frozen.policies == POLICIES
    assert frozen == ledger.freeze(FIRST, [], {}, MORNING), "what is frozen is not looked for again"


def test_a_run_is_frozen_anew_only_before_it_is_committed(ledger: Ledger) -> None:
    with pytest.raises(ConfigurationError, match="not waiting to be committed"):
        ledger.refreeze(FIRST, [], POLICIES, MORNING)
    ledger.freeze(FIRST, [], {"clients/acme.toml": b"wrong"}, MORNING)
    assert ledger.refreeze(FIRST, [], POLICIES, MORNING).policies == POLICIES
    commit_plan(ledger, FIRST, lawful_plan("acme"), lawful_files("acme"), {}, MORNING)
    with pytest.raises(ConfigurationError, match="not waiting to be committed"):
        ledger.refreeze(FIRST, [], POLICIES, MORNING)


@pytest.mark.parametrize(
    ("as_of", "why"),
    [
        (AsOf(NIGHT - timedelta(days=1)), "lies before the last committed night"),
        (AsOf(NIGHT, 3), "has number 2, not 3"),
        (AsOf(NIGHT + timedelta(days=1), 2), "has number 1, not 2"),
    ],
)
def test_nothing_is_posted_into_the_past_and_no_run_is_skipped(ledger: Ledger, as_of: AsOf, why: str) -> None:
    run_night(ledger)
    with pytest.raises(ConfigurationError, match=why):
        ledger.freeze(as_of, [], {}, MORNING)


def test_a_night_waits_for_the_one_before_it(ledger: Ledger) -> None:
    ledger.freeze(FIRST, [], {}, MORNING)
    with pytest.raises(ConfigurationError, match="frozen and not committed"):
        ledger.freeze(SECOND, [], {}, MORNING)


def test_a_run_that_never_was_has_no_frozen_set(ledger: Ledger) -> None:
    with pytest.raises(ConfigurationError, match="never started"):
        ledger.frozen(FIRST)


def test_a_committed_night_is_read_back_as_it_was_decided(ledger: Ledger) -> None:
    plan = lawful_plan("acme", "bolt")
    assert run_night(ledger) == 1
    for table, rows in plan.books.tables().items():
        assert_frame_equal(ledger.load_table(table), rows, check_row_order=False)
    assert_frame_equal(ledger.load_history("movements"), plan.movements, check_row_order=False)
    assert_frame_equal(ledger.load_table("outcomes"), plan.outcomes, check_row_order=False)
    assert ledger.load_books(["acme"]).order_lines["client_id"].unique().to_list() == ["acme"]
    seen = ledger.seen_files()
    for client in ("acme", "bolt"):
        for file in (("orders", "f0"), ("receipts", "f1")):
            assert seen.get((client, *file)) == f"a file of the night of {NIGHT}"
            assert ledger.seen_files(FIRST).get((client, *file)) is None
    assert seen.get(("acme", "orders", "f1")) is None


def test_a_night_is_committed_once(ledger: Ledger) -> None:
    assert (run_night(ledger), run_night(ledger)) == (1, 1)
    assert [run.state for run in ledger.all_runs()] == [RunState.COMMITTED]


def test_a_night_that_was_not_frozen_is_not_committed(ledger: Ledger) -> None:
    with pytest.raises(InvariantError, match="never frozen"):
        commit_plan(ledger, FIRST, lawful_plan("acme"), lawful_files("acme"), {}, MORNING)


def test_a_client_with_nothing_new_keeps_its_segments(ledger: Ledger) -> None:
    run_night(ledger)
    before = set(ledger.segment_folder.glob("order_lines/*"))
    assert run_night(ledger, SECOND) == 2
    assert set(ledger.segment_folder.glob("order_lines/*")) == before
    rows = ledger.connection.execute("SELECT * FROM segments WHERE table_name = 'order_lines'").fetchall()
    assert [row[2:4] for row in rows] == [(1, None), (1, None)]


@pytest.mark.parametrize(("is_older", "versions"), [(False, [1]), (True, [1, 2])])
def test_what_is_said_to_be_unchanged_is_written_anew_only_in_todays_format(
    ledger: Ledger, versions: list[int], *, is_older: bool
) -> None:
    run_night(ledger)
    if is_older:
        ledger.connection.execute("UPDATE versions SET format = format - 1")
    ledger.freeze(SECOND, [], {}, MORNING)
    settled = Settled(
        lawful_plan("acme", night=SECOND.business_date), NO_FILES, {}, frozenset({("order_lines", "acme")})
    )
    ledger.commit(SECOND, [ledger.write(settled)], MORNING)
    rows = ledger.connection.execute(
        "SELECT first_version FROM segments WHERE table_name = 'order_lines' AND client_id = 'acme'"
    )
    assert sorted(version for (version,) in rows) == versions


def test_a_table_that_became_empty_has_no_segment_any_more(ledger: Ledger) -> None:
    run_night(ledger)
    ledger.freeze(SECOND, [], {}, MORNING)
    books = replace(lawful_plan("acme").books, stock_lots=Books.blank().stock_lots)
    commit_plan(ledger, SECOND, plan_of(books), NO_FILES, {}, MORNING)
    assert ledger.load_table("stock_lots")["client_id"].to_list() == ["bolt"]
    assert ledger.load_table("stock_lots", version=1).height == 2


def test_a_held_client_keeps_its_books_and_makes_no_effect(ledger: Ledger) -> None:
    ledger.freeze(FIRST, [], {}, MORNING)
    commit_plan(ledger, FIRST, plan_of(books_before("acme", "bolt")), NO_FILES, {}, MORNING)
    run_night(ledger, SECOND, "acme", "bolt", held="bolt")
    books = ledger.load_books()
    quantities = books.order_lines.filter(pl.col("order_id") == "1").select("client_id", "open_qty").rows()
    assert quantities == [("acme", 4), ("bolt", 8)]
    assert find_deliveries(ledger.connection, 2) == [Delivery(2, "W1", 1, PickState.TO_SEND)]
    seen = ledger.seen_files()
    assert seen.get(("acme", "orders", "f0")) is not None
    assert seen.get(("bolt", "orders", "f0")) is None
    assert ledger.load_history("movements")["client_id"].unique().to_list() == ["acme"]
    new_orders = books.order_lines.with_columns(order_id=pl.lit("2"))
    assert ledger.read_people(new_orders)["client_id"].to_list() == ["acme"]


def test_why_a_client_is_held_is_kept(ledger: Ledger) -> None:
    run_night(ledger, held="bolt")
    assert ledger.load_history("violations")["subject"].to_list() == ["line 1/1"]
    held_files = ledger.load_history("files").filter(pl.col("client_id") == "bolt")
    assert held_files["verdict"].unique().to_list() == ["held"]
    assert held_files["rows_read"].sum() == 0
    last = ledger.last_committed()
    assert last is not None
    assert last.clients_held == ("bolt",)


def test_an_effect_is_made_once_in_all_history(ledger: Ledger) -> None:
    run_night(ledger)
    ledger.freeze(SECOND, [], {}, MORNING)
    again = lawful_plan("acme")
    with pytest.raises(
        InvariantError, match=f"2 of another run or made twice, for example m-{NIGHT}-acme, r-"
    ):
        commit_plan(ledger, SECOND, again, NO_FILES, {}, MORNING)
    assert [run.state for run in ledger.all_runs()] == [RunState.COMMITTED, RunState.FROZEN]


def test_an_effect_without_an_id_stops_the_night(ledger: Ledger) -> None:
    ledger.freeze(FIRST, [], {}, MORNING)
    plan = lawful_plan("acme")
    nameless = replace(
        plan,
        allocations=plan.allocations.with_columns(release_id=pl.lit(None, pl.String)),  # type: ignore[arg-type]
    )
    with pytest.raises(InvariantError, match="1 effects without an id"):
        commit_plan(ledger, FIRST, nameless, lawful_files("acme"), {}, MORNING)
    assert ledger.last_committed() is None


def test_an_effect_that_is_made_twice_stops_the_night(ledger: Ledger) -> None:
    ledger.freeze(FIRST, [], {}, MORNING)
    plan = lawful_plan("acme")
    twice = replace(plan, messages=pl.concat([plan.messages, plan.messages]))  # type: ignore[arg-type]
    with pytest.raises(InvariantError, match=f"1 of another run or made twice, for example m-{NIGHT}-acme;"):
        commit_plan(ledger, FIRST, twice, lawful_files("acme"), {}, MORNING)
    assert ledger.last_committed() is None


def test_a_pick_file_waits_for_its_delivery_from_its_commit_on(ledger: Ledger) -> None:
    run_night(ledger)
    assert find_deliveries(ledger.connection, 1) == [Delivery(1, "W1", 2, PickState.TO_SEND)]
