"""Tests of kits that are made of parts: the releases of parts, and what their line makes of the answers."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.vocabulary.words import Cause
from tests.transforms.posting.kit_nights import (
    PARTS,
    answers,
    kits_ordered,
    of_the_line,
    plan_posted,
    six_released,
)
from tests.transforms.posting.nights import (
    client_with,
    confirmed,
    found,
    line,
    moves,
    night,
    nights_later,
    reserve,
    rows_of,
    stock,
)

pytestmark = pytest.mark.usefixtures("lived_together")

EACH_RELEASE: list[dict[str, Any]] = [
    {"release_id": "a1", "shipped_qty": 8},
    {"release_id": "a2", "shipped_qty": 4},
    {"release_id": "b", "shipped_qty": 6},
]


def test_parts_leave_the_shelf_row_by_row_and_the_line_counts_kits_under_one_effect() -> None:
    posting = plan_posted(kits_ordered(), *PARTS)
    names = ("ledger", "from_account", "sku", "qty", "effect_id")
    assert posting.movements.select(names).rows() == [
        ("line", "OPEN", "K", 6, "k1"),
        ("stock", "FREE", "A", 8, "a1"),
        ("stock", "FREE", "A", 4, "a2"),
        ("stock", "FREE", "B", 6, "b"),
    ]
    assert line(posting.books) == {"ordered": 10, "open": 4, "released": 6}
    assert posting.books.releases.select("release_id", "kit_id", "kit_qty").rows() == [
        ("a1", "k1", 6),
        ("a2", "k1", 6),
        ("b", "k1", 6),
    ]


def test_kits_that_were_reserved_leave_the_reservation_of_the_kit() -> None:
    books = reserve(kits_ordered(), {"sku": "K", "allocated_qty": 4})
    kept = [0, 8, 4]
    parts = [part | {"from_reserved_qty": qty} for part, qty in zip(PARTS, kept, strict=True)]
    posting = plan_posted(books, *parts)
    assert of_the_line(posting) == [("RESERVED", "RELEASED", "K", 4), ("OPEN", "RELEASED", "K", 2)]
    assert posting.books.line_balances.filter(account="RESERVED").is_empty()


def test_kits_in_stock_are_released_as_such_beside_those_that_are_made() -> None:
    own = {"sku": "K", "bin_id": "K1", "lot_id": "", "allocated_qty": 3, "release_id": "own"}
    posting = plan_posted(kits_ordered(own=3), own, *PARTS)
    assert of_the_line(posting) == [("OPEN", "RELEASED", "K", 6), ("OPEN", "RELEASED", "K", 3)]
    assert line(posting.books) == {"ordered": 10, "open": 1, "released": 9}


def test_a_kit_is_shipped_when_all_its_parts_are() -> None:
    posting = confirmed(six_released(), *EACH_RELEASE)
    assert of_the_line(posting) == [("RELEASED", "SHIPPED", "K", 6)]
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert stock(posting.books) == {("A", "L1", "A1", "FREE"): 1, ("B", "", "B1", "FREE"): 3}
    assert found(posting) == []


def test_the_kits_are_moved_by_the_row_that_made_them_whole() -> None:
    posting = confirmed(six_released(), *EACH_RELEASE)
    of_kits = posting.movements.filter(ledger="line").select("row_no", "effect_id").row(0)
    shipment = posting.shipments.filter(release_id="b")["shipment_id"].item()
    assert of_kits == (3, shipment)


def test_parts_of_one_kit_may_be_confirmed_in_different_nights() -> None:
    first = confirmed(six_released(), *EACH_RELEASE[:2])
    assert of_the_line(first) == []
    assert line(first.books) == {"ordered": 10, "open": 4, "released": 6}
    later = night(first.books, rows_of(shipments=EACH_RELEASE[2:]), as_of=nights_later(1))
    assert of_the_line(later) == [("RELEASED", "SHIPPED", "K", 6)]


def test_a_part_confirmed_in_pieces_makes_the_kits_whole_that_it_can() -> None:
    open_still = EACH_RELEASE[2] | {"shipped_qty": 4, "is_final": False}
    first = confirmed(six_released(), *EACH_RELEASE[:2], open_still)
    assert of_the_line(first) == [("RELEASED", "SHIPPED", "K", 4)]
    rest = [EACH_RELEASE[2] | {"shipped_qty": 2}]
    later = night(first.books, rows_of(shipments=rest), as_of=nights_later(1))
    assert of_the_line(later) == [("RELEASED", "SHIPPED", "K", 2)]


def test_one_part_short_puts_kits_back_and_tells_of_the_parts_that_left_alone() -> None:
    posting = confirmed(six_released(), *EACH_RELEASE[:2], EACH_RELEASE[2] | {"shipped_qty": 4})
    assert of_the_line(posting) == [("RELEASED", "SHIPPED", "K", 4), ("RELEASED", "OPEN", "K", 2)]
    assert line(posting.books) == {"ordered": 10, "open": 6, "shipped": 4}
    assert found(posting) == [("loose_parts", "o1")]
    told = posting.findings.filter(code="loose_parts")["detail"].item()
    assert told == "line 1: 4 of A beyond the whole kits"


def test_kits_are_short_as_soon_as_a_part_cannot_come() -> None:
    """Nobody waits for the other parts; where these left all the same, a person hears of it then."""
    first = confirmed(six_released(), {"release_id": "b", "shipped_qty": 0})
    assert of_the_line(first) == [("RELEASED", "OPEN", "K", 6)]
    assert found(first) == []
    later = night(first.books, rows_of(shipments=EACH_RELEASE[:2]), as_of=nights_later(1))
    assert of_the_line(later) == []
    assert ("loose_parts", "o1") in found(later)


def test_a_part_from_another_lot_counts_as_the_part() -> None:
    other = EACH_RELEASE[0] | {"lot_id": "L2", "bin_id": "A2"}
    posting = confirmed(six_released(), other, *EACH_RELEASE[1:])
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert ("other_lot", "o1") in found(posting)


def test_loose_parts_beyond_a_release_leave_the_shelf_and_charge_the_line_nothing() -> None:
    more = EACH_RELEASE[2] | {"shipped_qty": 7}
    posting = confirmed(six_released(), *EACH_RELEASE[:2], more)
    assert ("FREE", "SHIPPED", "over_shipped", 1) in moves(posting)
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert posting.findings.select("code", "detail").rows() == [
        ("over_shipped", "line 1: 1 of B more than released")
    ]


def test_whole_kits_beyond_a_release_are_charged_to_the_line() -> None:
    more = [row | {"shipped_qty": qty} for row, qty in zip(EACH_RELEASE, (9, 5, 7), strict=True)]
    posting = confirmed(six_released(), *more)
    assert of_the_line(posting) == [("RELEASED", "SHIPPED", "K", 6), ("OPEN", "SHIPPED", "K", 1)]
    assert line(posting.books) == {"ordered": 10, "open": 3, "shipped": 7}


def test_parts_that_are_assumed_to_have_shipped_make_their_kits() -> None:
    posting = night(six_released(), rows_of(), as_of=nights_later(1), client=client_with(confirm="assume"))
    assert of_the_line(posting) == [("RELEASED", "SHIPPED", "K", 6)]
    assert {row["cause"] for row in posting.movements.rows(named=True)} == {Cause.ASSUMED}
    assert posting.shipments.select("sku", "shipped_qty").sort("sku", "shipped_qty").rows() == [
        ("A", 4),
        ("A", 8),
        ("B", 6),
    ]


def test_the_rest_that_is_assumed_may_leave_parts_without_their_kit() -> None:
    client = client_with(confirm="assume", short="explicit")
    short = {"release_id": "b", "shipped_qty": 0, "short_qty": 2}
    books = confirmed(six_released(), short, client=client).books
    posting = night(books, rows_of(), as_of=nights_later(1), client=client)
    assert line(posting.books) == {"ordered": 10, "open": 6, "shipped": 4}
    assert ("loose_parts", "o1") in found(posting)


@pytest.mark.parametrize("answered", [1, 2])
def test_kits_of_two_nights_are_counted_by_themselves_also_where_the_kit_was_changed(answered: int) -> None:
    one_more = {"kit_id": "k2", "kit_qty": 1, "allocated_qty": 1}
    again = (PARTS[0] | one_more | {"release_id": "a3"}, PARTS[2] | one_more | {"release_id": "b3"})
    books = plan_posted(six_released(), *again, as_of=nights_later(1)).books
    assert line(books) == {"ordered": 10, "open": 3, "released": 7}
    rows = EACH_RELEASE + [{"release_id": name, "shipped_qty": 1} for name in ("a3", "b3")]
    posting = night(books, rows_of(shipments=rows[: 3 + answered]), as_of=nights_later(2))
    assert line(posting.books)["shipped"] == 5 + answered


def test_answers_of_closed_kits_are_refused_as_of_any_release() -> None:
    closed = confirmed(six_released(), *EACH_RELEASE).books
    late = night(closed, rows_of(shipments=EACH_RELEASE[:1]), as_of=nights_later(1))
    assert late.rejected_rows["reason_code"].to_list() == ["release_closed"]
    assert answers(late)["a1"] == (8, 0, False)
