"""Tests of rows that name the order of a kit: they count kits, or a part where they name one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.transforms.posting.kit_nights import (
    OF_LINE,
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
    night,
    nights_later,
    reasons,
    rows_of,
)

if TYPE_CHECKING:
    from schemas.night import Books

pytestmark = pytest.mark.usefixtures("lived_together")

KITS = OF_LINE | {"sku": "K"}


def kits(qty: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a row
    """A row that counts kits."""
    return KITS | {"shipped_qty": qty} | values


@pytest.mark.parametrize("named", [KITS, OF_LINE, {"order_id": "o1", "sku": "K"}])
def test_a_row_of_the_order_counts_kits_and_answers_all_their_parts(named: dict[str, Any]) -> None:
    posting = confirmed(six_released(), named | {"shipped_qty": 6})
    assert answers(posting) == {"a1": (8, 0, False), "a2": (4, 0, False), "b": (6, 0, False)}
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert found(posting) == []


def test_fewer_kits_close_every_release_of_their_parts() -> None:
    posting = confirmed(six_released(), kits(3))
    assert answers(posting) == {"a1": (6, 2, False), "a2": (0, 4, False), "b": (3, 3, False)}
    assert line(posting.books) == {"ordered": 10, "open": 7, "shipped": 3}


def test_no_kit_shipped_answers_all_of_them() -> None:
    posting = confirmed(six_released(), kits(0))
    assert of_the_line(posting) == [("RELEASED", "OPEN", "K", 6)]
    assert not posting.books.releases["is_open"].any()


def test_several_rows_of_a_file_are_one_confirmation() -> None:
    posting = confirmed(six_released(), kits(2, tracking_no="T1"), kits(3, tracking_no="T2"))
    assert answers(posting) == {"a1": (8, 0, False), "a2": (2, 2, False), "b": (5, 1, False)}
    assert line(posting.books) == {"ordered": 10, "open": 5, "shipped": 5}
    sent = posting.shipments.filter(sku="B").select("tracking_no", "shipped_qty", "short_qty")
    assert sorted(sent.rows()) == [("T1", 2, 0), ("T2", 3, 1)]


def test_kits_that_are_not_all_leave_the_rest_open() -> None:
    posting = confirmed(six_released(), kits(2, is_final=False))
    assert answers(posting) == {"a1": (4, 0, True), "a2": (0, 0, True), "b": (2, 0, True)}
    last = night(posting.books, rows_of(shipments=[kits(4)]), as_of=nights_later(1))
    assert line(last.books) == {"ordered": 10, "open": 4, "shipped": 6}


def test_kits_said_to_be_short_are_short_of_every_part() -> None:
    posting = confirmed(six_released(), kits(4, short_qty=1), client=client_with(short="explicit"))
    assert answers(posting) == {"a1": (8, 0, False), "a2": (0, 2, True), "b": (4, 1, True)}
    assert line(posting.books) == {"ordered": 10, "open": 5, "released": 1, "shipped": 4}


def test_more_kits_than_were_released_are_charged_to_the_line() -> None:
    posting = confirmed(six_released(), kits(7))
    assert line(posting.books) == {"ordered": 10, "open": 3, "shipped": 7}
    told = posting.findings.filter(code="over_shipped")["detail"].item()
    assert told == "line 1: 1 of B more than released; line 1: 2 of A more than released"


def test_what_was_said_of_a_part_before_is_not_said_again_by_a_row_of_kits() -> None:
    of_a = [{"release_id": "a1", "shipped_qty": 8}, {"release_id": "a2", "shipped_qty": 4}]
    books = confirmed(six_released(), *of_a).books
    posting = night(books, rows_of(shipments=[kits(6)]), as_of=nights_later(1))
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert found(posting) == []


def test_a_row_of_a_part_and_a_row_of_kits_share_what_was_released() -> None:
    posting = confirmed(six_released(), {"release_id": "a1", "shipped_qty": 8}, kits(6))
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert found(posting) == []


def test_the_place_that_a_row_of_kits_names_is_none_of_its_parts() -> None:
    posting = confirmed(six_released(), kits(6, lot_id="L9", bin_id="PACK", warehouse_id="W1"))
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert found(posting) == []


def test_kits_of_another_warehouse_are_not_meant() -> None:
    posting = confirmed(six_released(), kits(6, warehouse_id="W2"))
    assert reasons(posting) == ["release_closed"]
    assert line(posting.books) == {"ordered": 10, "open": 4, "released": 6}


@pytest.mark.parametrize("line_no", [1, None])
def test_a_row_that_names_a_part_counts_that_part(line_no: int | None) -> None:
    named = {"order_id": "o1", "line_no": line_no}
    first = confirmed(six_released(), named | {"sku": "A", "shipped_qty": 12})
    assert answers(first) == {"a1": (8, 0, False), "a2": (4, 0, False), "b": (0, 0, True)}
    assert of_the_line(first) == []
    rows = rows_of(shipments=[named | {"sku": "B", "shipped_qty": 6}])
    assert of_the_line(night(first.books, rows, as_of=nights_later(1))) == [("RELEASED", "SHIPPED", "K", 6)]


def test_a_part_that_the_order_also_wants_by_itself_means_that_line() -> None:
    books = plan_posted(
        kits_ordered(10, {"sku": "A", "line_no": 2, "qty": 1}),
        *PARTS,
        {"line_no": 2, "sku": "A", "lot_id": "L1", "bin_id": "A1", "allocated_qty": 1, "release_id": "own"},
    ).books
    posting = confirmed(books, {"order_id": "o1", "sku": "A", "shipped_qty": 1})
    assert answers(posting)["own"] == (1, 0, False)
    assert answers(posting)["a1"] == (0, 0, True)


def test_a_part_that_is_answered_already_is_refused_and_no_other_part_is_meant() -> None:
    books = confirmed(six_released(), {"release_id": "b", "shipped_qty": 6}).books
    rows = rows_of(shipments=[OF_LINE | {"sku": "B", "shipped_qty": 6}])
    posting = night(books, rows, as_of=nights_later(1))
    assert reasons(posting) == ["release_closed"]
    assert answers(posting)["a1"] == (0, 0, True)


def test_a_sku_that_is_no_part_is_an_unknown_line() -> None:
    assert reasons(confirmed(six_released(), OF_LINE | {"sku": "Z", "shipped_qty": 1})) == ["unknown_order"]


def released_on_two_nights() -> Books:
    """Six kits made of parts, and the night after two that were in stock."""
    own = {"sku": "K", "bin_id": "K1", "lot_id": "", "allocated_qty": 2, "release_id": "own"}
    made = plan_posted(kits_ordered(own=2), *PARTS).books
    return plan_posted(made, own, as_of=nights_later(1)).books


@pytest.mark.parametrize(
    ("qty", "own", "of_b"),
    [(5, (0, 0, True), (5, 1, False)), (6, (0, 0, True), (6, 0, False)), (8, (2, 0, False), (6, 0, False))],
)
def test_kits_in_stock_and_kits_of_parts_are_reached_oldest_first(
    qty: int, own: tuple[int, int, bool], of_b: tuple[int, int, bool]
) -> None:
    rows = rows_of(shipments=[kits(qty)])
    posting = night(released_on_two_nights(), rows, as_of=nights_later(2))
    assert (answers(posting)["own"], answers(posting)["b"]) == (own, of_b)
    assert line(posting.books)["shipped"] == qty


@pytest.mark.parametrize(("sku", "qty", "kits"), [("K", 6, 6), ("X", 6, 6), ("A", 12, 0)])
def test_kits_that_stand_in_for_another_sku_are_named_as_they_are_or_as_ordered(
    sku: str, qty: int, kits: int
) -> None:
    """The line ordered X; the kit K was made in its place."""
    books = kits_ordered(1, {"order_id": "o2", "sku": "X", "qty": 6})
    released = plan_posted(books, *({**part, "order_id": "o2"} for part in PARTS)).books
    posting = confirmed(released, {"order_id": "o2", "line_no": 1, "sku": sku, "shipped_qty": qty})
    assert answers(posting)["b"] == (kits, 0, kits == 0)
    assert sum(moved for *_, moved in of_the_line(posting)) == kits
