"""A night replayed: facts as they came, shipments in full, counts by their difference, each client alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
from polars.testing import assert_frame_equal

from schemas.books.journal import Movement
from schemas.books.orders import PendingRow
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowKey, RowOutcome
from schemas.night import AsOf, Books, FeedRows, NightInputs
from schemas.settings.client import Client
from schemas.settings.policy import Policy
from schemas.table import empty
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import ACME, WAREHOUSES, at, line, ordered, release, rows_of, stock
from transforms.simulation.courses import begin_course, plan_kept_night
from transforms.simulation.replay import KeptNight, join_books, replay_night, split_books

if TYPE_CHECKING:
    from tests.transforms.simulation.nights import Row
    from transforms.simulation.courses import Course

TUESDAY = AsOf(NIGHT + timedelta(days=1))
COUNTED = {
    "ledger": "stock",
    "cause": "counted",
    "effective_on": NIGHT,
    "file_hash": "file-stock",
    "row_no": 1,
}


def kept(
    rows: FeedRows | None = None,
    *,
    clients: dict[str, Client] | None = None,
    books: Books | None = None,
    movements: tuple[Row, ...] = (),
    rejected: tuple[Row, ...] = (),
) -> KeptNight:
    """Tuesday as it was kept."""
    inputs = NightInputs(
        as_of=TUESDAY,
        clients={"acme": ACME} if clients is None else clients,
        warehouses=WAREHOUSES,
        books=books or Books.blank(),
        rows=rows or FeedRows.blank(),
        row_keys=empty(RowKey),
        pending_rows=empty(PendingRow),
        files=empty(FileOutcome),
        outcomes=empty(RowOutcome),
        rejected_rows=empty(RejectedRow),
    )
    return KeptNight(inputs, frame_of(Movement, *movements), frame_of(RejectedRow, *rejected))


def replayed(books: Books, night: KeptNight, policy: Policy | None = None) -> Course:
    """The course after Tuesday."""
    course = begin_course("tried", policy, books, night.inputs.clients)
    return replay_night(course, empty(RowKey), night)[0]


def test_a_release_ships_in_full_whatever_the_warehouse_reported() -> None:
    """Really two of three were found; the report belongs to another course of things."""
    books = release(ordered({"qty": 3}, received=3), {"allocated_qty": 3})
    reported = rows_of(shipments=[{"release_id": "r1", "shipped_qty": 2}])
    assert line(replayed(books, kept(reported)).books) == {"ordered": 3, "shipped": 3}


def test_orders_and_receipts_are_those_of_the_night() -> None:
    rows = rows_of(
        orders=[{"order_id": "o2", "qty": 4}],
        receipts=[{"receipt_id": "g2", "received_qty": 3, "received_on": TUESDAY.business_date}],
    )
    course = replayed(Books.blank(), kept(rows))
    assert line(course.books, "o2") == {"ordered": 4, "released": 3, "open": 1}


def test_a_count_that_did_not_see_simulated_shipments_does_not_undo_them() -> None:
    """Ten on the shelf, counted as ten: the real night changed nothing, and neither does the replay."""
    books = release(ordered({"qty": 4}, received=10), {"allocated_qty": 4})
    rows = rows_of(stock=[{"qty": 10, "counted_at": at(20, TUESDAY.business_date)}])
    course = replayed(books, kept(rows))
    assert sum(stock(course.books).values()) == 6


def test_a_count_posts_the_difference_that_it_really_posted() -> None:
    books = release(ordered({"qty": 4}, received=10), {"allocated_qty": 4})
    missing = {**COUNTED, "from_account": "FREE", "to_account": "ADJUSTED", "bin_id": "DOCK", "qty": 1}
    other = {**missing, "cause": "adjusted", "qty": 3}
    rows = rows_of(stock=[{"qty": 5, "counted_at": at(20, TUESDAY.business_date)}])
    course = replayed(books, kept(rows, movements=(missing, other)))
    assert stock(course.books) == {("A", "", "DOCK", "FREE"): 5}
    assert course.books.counts.height == 1


def test_a_count_that_was_held_is_held_again() -> None:
    rejection = {"feed": "stock", "file_hash": "file-stock", "row_no": 1, "reason_code": "count_held"}
    rows = rows_of(stock=[{"qty": 1, "counted_at": at(20, TUESDAY.business_date)}])
    course = replayed(ordered(received=10), kept(rows, rejected=(rejection,)))
    assert course.books.counts.is_empty()
    assert stock(course.books) == {("A", "", "DOCK", "FREE"): 10}


def test_facts_of_earlier_nights_are_known() -> None:
    rows = rows_of(receipts=[{"receipt_id": "g1", "line_no": 1, "received_qty": 3, "received_on": NIGHT}])
    night = kept(rows)
    first, keys, _ = replay_night(
        begin_course("tried", None, Books.blank(), {"acme": ACME}), empty(RowKey), night
    )
    again, _, _ = replay_night(first, keys, night)
    assert stock(again.books) == stock(first.books) == {("A", "", "DOCK", "FREE"): 3}


def test_a_client_for_which_the_night_decided_nothing_stays_as_it_was() -> None:
    bolt = Client(client_id="bolt", name="Bolt", warehouses=("W1",))
    acme = release(ordered({"qty": 3}, received=3), {"allocated_qty": 3})
    others = {
        name: table.with_columns(pl.lit("bolt").alias("client_id")) for name, table in acme.tables().items()
    }
    course = replayed(join_books(acme, Books.of(others)), kept(clients={"bolt": bolt}))
    mine, rest = split_books(course.books, ["acme"])
    for name, table in acme.tables().items():
        assert_frame_equal(mine.tables()[name], table)
    assert line(rest)["shipped"] == 3


def test_the_other_policy_decides_on_waiting_and_on_new_lines() -> None:
    """Two units for a line of five: partly they leave, complete they stay."""
    rows = rows_of(receipts=[{"receipt_id": "g2", "received_qty": 2, "received_on": TUESDAY.business_date}])
    whole = Policy(ship_rule="line_complete")
    assert line(replayed(ordered({"qty": 5}), kept(rows)).books)["released"] == 2
    assert "released" not in line(replayed(ordered({"qty": 5}), kept(rows), whole).books)


def test_a_kept_night_is_planned_with_what_was_really_reported() -> None:
    books = release(ordered({"qty": 3}, received=3), {"allocated_qty": 3})
    night = kept(rows_of(shipments=[{"release_id": "r1", "shipped_qty": 2}]), books=books)
    course, plan = plan_kept_night(begin_course("own", None, books, {"acme": ACME}), night.inputs)
    assert line(course.books) == {"ordered": 3, "shipped": 2, "open": 1}
    assert len(course.nights) == 1
    assert plan.shipments["short_qty"].to_list() == [1]


def test_a_kept_night_under_another_policy_starts_from_restated_rules() -> None:
    books, whole = ordered({"qty": 5}), Policy(ship_rule="line_complete")
    night = kept(books=books)
    course, _ = plan_kept_night(begin_course("whole", whole, books, {"acme": ACME}), night.inputs)
    assert course.books.order_lines["ship_rule"].to_list() == ["line_complete"]
