"""Tests of announced goods."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schemas.night import Books
from tests.frames import NIGHT
from tests.transforms.posting.nights import night, reasons, rows_of, verdicts

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting

SOON, LATER = NIGHT + timedelta(days=3), NIGHT + timedelta(days=9)


def announced(*rows: dict[str, Any], books: Books | None = None, **feeds: list[dict[str, Any]]) -> Posting:
    return night(books or Books.blank(), rows_of(asns=list(rows), **feeds))


def lines(posting: Posting) -> list[tuple[object, ...]]:
    names = ("asn_line_no", "announced_qty", "received_qty", "remaining_qty", "status", "expected_on")
    return posting.books.inbound_lines.select(names).rows()


def test_a_new_line_is_expected_and_remembers_its_first_date() -> None:
    posting = announced({"qty": 5})
    assert lines(posting) == [(1, 5, 0, 5, "expected", SOON)]
    moved = announced({"qty": None, "action": "change", "expected_on": LATER}, books=posting.books)
    assert lines(moved) == [(1, 5, 0, 5, "expected", LATER)]
    assert moved.books.inbound_lines["first_expected_on"].to_list() == [SOON]


def test_an_empty_cell_changes_nothing() -> None:
    books = announced({"qty": 5, "supplier_id": "S"}).books
    posting = announced({"qty": 7, "expected_on": None, "supplier_id": None}, books=books)
    assert lines(posting) == [(1, 7, 0, 7, "expected", SOON)]
    assert posting.books.inbound_lines["supplier_id"].to_list() == ["S"]


def test_a_reason_alone_does_not_open_a_closed_line_and_a_new_date_does() -> None:
    received = [{"receipt_id": "g", "received_qty": 2, "asn_id": "n1", "is_final": True}]
    books = night(announced({"qty": 5}).books, rows_of(receipts=received)).books
    told = announced({"qty": None, "expected_on": None, "delay_reason": "storm"}, books=books)
    assert lines(told) == [(1, 5, 2, 0, "closed", SOON)]
    opened = announced({"qty": None, "expected_on": LATER}, books=books)
    assert lines(opened) == [(1, 5, 2, 3, "part_received", LATER)]


def test_a_cancelled_line_expects_nothing() -> None:
    posting = announced({"qty": 5}, {"qty": None, "action": "cancel", "effective_at": None})
    assert lines(posting) == [(1, 5, 0, 0, "cancelled", SOON)]


def test_rows_that_cannot_make_a_line_are_rejected() -> None:
    posting = announced(
        {"qty": 5, "action": "cancel"},
        {"qty": None},
        {"qty": 5, "line_no": None},
        {"qty": 5, "expected_on": None, "asn_id": "n2"},
    )
    assert verdicts(posting) == ["rejected"] * 4
    assert reasons(posting) == ["missing", "missing", "missing", "unknown_order"]


def test_goods_that_came_before_their_announcement_are_not_on_their_way() -> None:
    receipts = [
        {"receipt_id": "g1", "received_qty": 2, "asn_id": "n1"},
        {"receipt_id": "g2", "received_qty": 4, "asn_id": "n1", "asn_line_no": 2, "is_final": True},
    ]
    posting = announced({"qty": 5}, {"qty": 5, "line_no": 2}, {"qty": 5, "line_no": 3}, receipts=receipts)
    assert lines(posting) == [
        (1, 5, 2, 3, "part_received", SOON),
        (2, 5, 4, 0, "closed", SOON),
        (3, 5, 0, 5, "expected", SOON),
    ]


def test_a_rejected_receipt_is_not_credited_because_its_bytes_lie_in_another_feed_too() -> None:
    wrong = {"receipt_id": "g", "received_qty": 1, "damaged_qty": 2, "asn_id": "n1", "file_hash": "f"}
    posting = announced(
        {"qty": 5, "file_hash": "x"}, receipts=[wrong], adjustments=[{"qty": 1, "file_hash": "f"}]
    )
    assert lines(posting) == [(1, 5, 0, 5, "expected", SOON)]
