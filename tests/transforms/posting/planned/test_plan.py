"""Tests of posting tonight's plan."""

from __future__ import annotations

import pytest

from schemas.results import Allocation, LostReservation, QueuePosition
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import AS_OF, TUESDAY, allocated, found, line, ordered, reserve, stock
from transforms.posting.planned.plan import find_unserved, post_plan

RELEASE = {"order_id": "o1", "bin_id": "DOCK", "lot_id": "", "release_id": "r1"}


def test_a_release_moves_both_ledgers_under_one_effect_and_takes_its_reserved_part_first() -> None:
    books = reserve(ordered({"qty": 5}, received=9), {"allocated_qty": 2})
    allocation = RELEASE | {"allocated_qty": 5, "from_reserved_qty": 2}
    posting = post_plan(
        books,
        allocations=allocated(allocation),
        lost_reservations=frame_of(LostReservation),
        as_of=AS_OF,
    )
    names = ("seq", "ledger", "from_account", "to_account", "warehouse_id", "qty", "effect_id")
    assert posting.movements.select(names).rows() == [
        (1, "line", "RESERVED", "RELEASED", "W1", 2, "r1"),
        (2, "line", "OPEN", "RELEASED", "", 3, "r1"),
        (3, "stock", "FREE", "RELEASED", "W1", 5, "r1"),
    ]
    assert line(posting.books) == {"ordered": 5, "released": 5}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 4, ("A", "", "DOCK", "RELEASED"): 5}
    kept = posting.books.releases.select(
        "release_id", "released_qty", "released_on", "run_no", "ships_on", "is_open"
    )
    assert kept.rows() == [("r1", 5, NIGHT, 1, TUESDAY, True)]


def test_a_reservation_leaves_the_stock_free() -> None:
    books = reserve(ordered({"qty": 5}, received=9), {"allocated_qty": 4})
    assert line(books) == {"ordered": 5, "open": 1, "reserved": 4}
    assert stock(books) == {("A", "", "DOCK", "FREE"): 9}


def test_lost_units_are_open_again_and_can_be_released_elsewhere_the_same_night() -> None:
    books = reserve(ordered({"qty": 5}, received=9), {"allocated_qty": 5, "warehouse_id": "W2"})
    posting = post_plan(
        books,
        allocations=allocated(RELEASE | {"allocated_qty": 3}),
        lost_reservations=frame_of(LostReservation, {"order_id": "o1", "warehouse_id": "W2", "lost_qty": 4}),
        as_of=AS_OF,
    )
    assert line(posting.books) == {"ordered": 5, "open": 1, "reserved": 1, "released": 3}
    assert found(posting) == [("lost_reservation", "o1")]


@pytest.mark.parametrize(
    ("standing", "says"), [("win", 1), ("fill", 1), ("gain", 1), ("redistribute", 0), ("lose", 0)]
)
def test_a_person_is_told_of_lost_units_unless_the_policy_gave_them_up(standing: str, says: int) -> None:
    books = reserve(ordered({"qty": 5}, received=9), {"allocated_qty": 4})
    posting = post_plan(
        books,
        allocations=frame_of(Allocation),
        lost_reservations=frame_of(LostReservation, {"order_id": "o1", "lost_qty": 4, "standing": standing}),
        as_of=AS_OF,
    )
    assert found(posting) == [("lost_reservation", "o1")] * says


@pytest.mark.parametrize(
    ("standing", "backordered_qty", "says"), [("win", 2, 1), ("win", 0, 0), ("gain", 2, 0)]
)
def test_who_comes_before_all_others_and_lacks_units_is_a_finding(
    standing: str, backordered_qty: int, says: int
) -> None:
    books = ordered({"qty": 5})
    row = {"order_id": "o1", "standing": standing, "backordered_qty": backordered_qty, "due_on": NIGHT}
    told = find_unserved(books, frame_of(QueuePosition, row), as_of=AS_OF)
    assert (
        told.select("code", "subject", "detail").rows()
        == [("win_unserved", "o1", "line 1 still lacks 2 of A")] * says
    )
