"""Tests of order lines on hold, and of the item master."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.books.orders import PendingRow
from schemas.night import Books
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import (
    at,
    found,
    night,
    nights_later,
    ordered,
    reasons,
    release,
    rows_of,
    verdicts,
)

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from transforms.posting.core.posting import Posting


pytestmark = pytest.mark.usefixtures("lived_together")


def pending() -> DataFrame[PendingRow]:
    return frame_of(PendingRow, {"order_id": "o1", "file_hash": "bad", "row_no": 7})


def holds(posting: Posting) -> list[tuple[object, ...]]:
    return posting.books.order_lines.select("order_id", "hold_reason", "hold_since").rows()


def items(*rows: dict[str, Any], books: Books | None = None) -> Posting:
    return night(books or Books.blank(), rows_of(items=list(rows)))


def test_a_rejected_row_holds_its_order_for_two_nights_and_then_lets_it_go() -> None:
    rows = rows_of(orders=[{"qty": 1}, {"qty": 1, "order_id": "o2"}])
    first = night(Books.blank(), rows, pending_rows=pending())
    assert holds(first) == [("o1", "incomplete_intake", NIGHT), ("o2", None, None)]
    assert found(first) == [("incomplete_intake", "o1")]
    second = night(first.books, rows_of(), as_of=nights_later(1))
    assert holds(second)[0] == ("o1", "incomplete_intake", NIGHT)
    assert found(second) == [("incomplete_intake", "o1")]
    until = nights_later(2).business_date
    assert second.findings["detail"].to_list() == [
        f"data row 7 of file bad was rejected on {NIGHT} and is not corrected; it can be until {until}"
    ]
    third = night(second.books, rows_of(), as_of=nights_later(2))
    assert holds(third)[0] == ("o1", None, None)
    assert found(third) == [("intake_wait_over", "o1")]
    assert third.books.pending_rows.is_empty()


def test_an_order_with_several_rejected_rows_is_listed_once() -> None:
    rows = [{"order_id": "o1", "file_hash": "bad", "row_no": row_no} for row_no in (7, 8)]
    assert found(night(Books.blank(), rows_of(), pending_rows=frame_of(PendingRow, *rows))) == [
        ("incomplete_intake", "o1")
    ]


def test_the_accepted_second_try_of_a_row_lets_its_order_go() -> None:
    first = night(Books.blank(), rows_of(orders=[{"qty": 1}]), pending_rows=pending())
    second_try = {"line_no": 2, "qty": 1, "origin_hash": "bad", "origin_row": 7}
    posting = night(first.books, rows_of(orders=[second_try]), as_of=nights_later(1))
    assert [reason for _, reason, _ in holds(posting)] == [None, None]


def test_another_row_of_its_line_on_a_later_night_corrects_a_rejected_one() -> None:
    rejected = frame_of(PendingRow, {"order_id": "o1", "line_no": 2, "file_hash": "bad", "row_no": 7})
    rows = rows_of(orders=[{"qty": 1}, {"qty": 1, "line_no": 2}])
    first = night(Books.blank(), rows, pending_rows=rejected)
    assert [reason for _, reason, _ in holds(first)] == ["incomplete_intake", "incomplete_intake"]
    posting = night(first.books, rows_of(orders=[{"qty": 3, "line_no": 2}]), as_of=nights_later(1))
    assert [reason for _, reason, _ in holds(posting)] == [None, None]


def test_a_row_of_another_line_corrects_nothing() -> None:
    rejected = frame_of(PendingRow, {"order_id": "o1", "line_no": 2, "file_hash": "bad", "row_no": 7})
    first = night(Books.blank(), rows_of(orders=[{"qty": 1}]), pending_rows=rejected)
    posting = night(first.books, rows_of(orders=[{"qty": 3}]), as_of=nights_later(1))
    assert [reason for _, reason, _ in holds(posting)] == ["incomplete_intake"]


def test_a_second_try_that_is_rejected_again_keeps_the_order_waiting() -> None:
    first = night(Books.blank(), rows_of(orders=[{"qty": 1}]), pending_rows=pending())
    second_try = {"line_no": 2, "qty": None, "origin_hash": "bad", "origin_row": 7}
    posting = night(first.books, rows_of(orders=[second_try]), as_of=nights_later(1))
    assert holds(posting)[0][1] == "incomplete_intake"


def test_an_unknown_sku_holds_its_line_only_for_a_client_with_an_item_master() -> None:
    assert holds(night(Books.blank(), rows_of(orders=[{"qty": 1}]))) == [("o1", None, None)]
    books = items({"sku": "B"}).books
    posting = night(books, rows_of(orders=[{"qty": 1}, {"order_id": "o2", "sku": "B", "qty": 1}]))
    assert holds(posting) == [("o1", "unknown_sku", NIGHT), ("o2", None, None)]
    named = items({"sku": "A"}, books=posting.books)
    assert [reason for _, reason, _ in holds(named)] == [None, None]


def test_a_closed_line_is_on_no_hold() -> None:
    books = items({"sku": "B"}).books
    posting = night(books, rows_of(orders=[{"qty": 1}], cancellations=[{"order_id": "o1"}]))
    assert holds(posting) == [("o1", None, None)]


def test_stock_of_an_unknown_sku_is_accepted() -> None:
    books = items({"sku": "B"}).books
    posting = night(books, rows_of(receipts=[{"receipt_id": "g", "received_qty": 1}]))
    assert verdicts(posting) == ["accepted"]


def test_the_first_row_that_names_a_sku_makes_its_item() -> None:
    made = ordered({"qty": 1}).items
    assert made.select("sku", "sell_multiple", "decimals", "is_active", "is_listed").rows() == [
        ("A", 1, 0, True, False)
    ]


def test_an_empty_cell_of_an_item_leaves_what_is_known() -> None:
    books = items({"sku": "A", "sell_multiple": 6, "description": "cup"}).books
    posting = items({"sku": "A", "active": False}, {"sku": "A", "safety_stock_qty": 3}, books=books)
    names = ("sell_multiple", "description", "is_active", "safety_stock_qty", "is_listed")
    assert posting.books.items.select(names).rows() == [(6, "cup", False, 3, True)]


def test_units_and_aliases_are_read_from_their_lists() -> None:
    posting = items({"sku": "A", "uoms": "CA:24|PL:960", "aliases": "X|Y"}, {"sku": "B", "aliases": "Y"})
    assert posting.books.item_units.select("uom", "each_qty").rows() == [("CA", 24), ("PL", 960)]
    assert posting.books.item_aliases.select("alias", "sku").rows() == [("X", "A"), ("Y", "B")]
    fewer = items({"sku": "A", "uoms": "CA:12"}, books=posting.books)
    assert fewer.books.item_units.select("uom", "each_qty").rows() == [("CA", 12)]


def test_a_list_of_units_that_makes_no_sense_rejects_the_row() -> None:
    posting = items({"sku": "A", "uoms": "CA"}, {"sku": "B", "uoms": "CA:0"}, {"sku": "C"})
    assert verdicts(posting) == ["rejected", "rejected", "accepted"]
    assert reasons(posting) == ["out_of_range", "out_of_range"]


def test_successors_that_lead_back_to_their_item_are_refused_where_they_stand() -> None:
    known = items({"sku": "A", "replaced_by": "B"}, {"sku": "B"}).books
    told = [{"sku": "B", "replaced_by": "C"}, {"sku": "C", "replaced_by": "A"}, {"sku": "D"}]
    posting = items(*told, {"sku": "E", "replaced_by": "E"}, {"sku": "F", "replaced_by": "A"}, books=known)
    assert verdicts(posting) == ["rejected", "rejected", "accepted", "rejected", "accepted"]
    assert reasons(posting) == ["replaces_itself"] * 3
    assert set(posting.rejected_rows["column"]) == {"replaced_by"}
    followed = posting.books.items.drop_nulls("replaced_by")
    assert dict(followed.select("sku", "replaced_by").iter_rows()) == {"A": "B", "F": "A"}


def test_a_successor_that_makes_room_for_another_is_no_circle() -> None:
    known = items({"sku": "A", "replaced_by": "B"}, {"sku": "B"}).books
    posting = items({"sku": "B", "replaced_by": "A"}, {"sku": "A", "replaced_by": "C"}, books=known)
    assert verdicts(posting) == ["accepted", "accepted"]


def test_what_a_refused_successor_leaves_is_looked_at_again() -> None:
    known = items({"sku": "A", "replaced_by": "B"}, {"sku": "B"}).books
    told = {"A": "C", "C": "A", "B": "A"}
    posting = items(*({"sku": sku, "replaced_by": name} for sku, name in told.items()), books=known)
    assert verdicts(posting) == ["rejected"] * 3


def test_the_places_of_a_fraction_are_fixed_once_the_item_stands_in_the_books() -> None:
    free = items({"sku": "A", "decimals": 2}, books=items({"sku": "A"}).books)
    assert free.books.items["decimals"].to_list() == [2]
    used = items({"sku": "A", "decimals": 2}, books=ordered({"qty": 1}))
    assert reasons(used) == ["not_supported"]


def test_the_books_of_a_release_stay_when_nothing_is_dropped() -> None:
    books = release(ordered({"qty": 1}, received=1), {"allocated_qty": 1})
    posting = night(books, rows_of())
    assert all(frame.equals(posting.books.tables()[name]) for name, frame in books.tables().items())


def test_a_row_that_posting_rejects_holds_its_order_if_a_correction_can_mend_it() -> None:
    posting = night(ordered({"qty": 1}), rows_of(orders=[{"qty": 2, "sku": "B"}]))
    assert reasons(posting) == ["sku_changed"]
    assert holds(posting) == [("o1", "incomplete_intake", NIGHT)]
    unknown = night(ordered({"qty": 1}), rows_of(orders=[{"qty": 2, "line_no": 9, "action": "change"}]))
    assert holds(unknown) == [("o1", None, None)]


def doubts(posting: Posting) -> list[tuple[str, str]]:
    """Findings of orders on hold for a doubt."""
    return [each for each in found(posting) if each[0] in ("cancelled_before", "rows_disagree")]


def test_an_order_that_comes_after_its_cancellation_is_held_until_a_row_of_it_says_otherwise() -> None:
    early = night(Books.blank(), rows_of(cancellations=[{"order_id": "o1"}]))
    assert reasons(early) == ["unknown_order"]
    came = night(early.books, rows_of(orders=[{"qty": 4}, {"qty": 2, "line_no": 2}]), as_of=nights_later(2))
    assert came.books.order_lines["hold_reason"].to_list() == ["cancelled_before", "cancelled_before"]
    assert doubts(came) == [("cancelled_before", "o1")]
    still = night(came.books, rows_of(), as_of=nights_later(4))
    assert (doubts(still), holds(still)) == ([("cancelled_before", "o1")], holds(came))
    change = {"qty": 4, "action": "change", "changed_at": at(9)}
    freed = night(still.books, rows_of(orders=[change]), as_of=nights_later(5))
    assert freed.books.order_lines["hold_reason"].to_list() == [None, None]


def test_a_cancellation_that_comes_again_after_its_order_ends_the_hold() -> None:
    early = night(Books.blank(), rows_of(orders=[{"qty": None, "sku": "A", "action": "cancel"}]))
    assert (reasons(early), early.outcomes["verdict"].to_list()) == ([], ["set_aside"])
    came = night(early.books, rows_of(orders=[{"qty": 4}]), as_of=nights_later(1))
    assert came.books.order_lines["hold_reason"].to_list() == ["cancelled_before"]
    again = night(came.books, rows_of(cancellations=[{"order_id": "o1"}]), as_of=nights_later(2))
    assert again.books.order_lines.select("cancelled_qty", "hold_reason").rows() == [(4, None)]


def test_a_cancellation_is_remembered_for_seven_nights_and_only_for_its_line() -> None:
    early = night(Books.blank(), rows_of(cancellations=[{"order_id": "o1", "line_no": 2}]))
    other = night(early.books, rows_of(orders=[{"qty": 4}]), as_of=nights_later(6))
    assert other.books.order_lines["hold_reason"].to_list() == [None]
    meant = night(other.books, rows_of(orders=[{"qty": 4, "line_no": 2}]), as_of=nights_later(6))
    assert meant.books.order_lines["hold_reason"].to_list() == ["cancelled_before"] * 2
    late = night(early.books, rows_of(), as_of=nights_later(7))
    assert late.books.pending_rows.is_empty()


def test_a_cancellation_whose_order_number_is_corrected_is_forgotten() -> None:
    early = night(Books.blank(), rows_of(cancellations=[{"order_id": "o9"}], orders=[{"qty": 4}]))
    (row,) = early.books.pending_rows.rows(named=True)
    mended = {"order_id": "o1", "origin_hash": row["file_hash"], "origin_row": row["row_no"]}
    posting = night(early.books, rows_of(cancellations=[mended]), as_of=nights_later(1))
    assert posting.books.pending_rows.is_empty()


def test_an_order_whose_rows_disagree_is_held_until_it_is_sent_again() -> None:
    rows = [{"qty": 4, "disagrees": "ship_to_name"}, {"qty": 2, "line_no": 2, "disagrees": "ship_to_name"}]
    came = night(Books.blank(), rows_of(orders=rows))
    assert came.books.order_lines["hold_reason"].to_list() == ["rows_disagree"] * 2
    assert came.findings["detail"].to_list() == ["its rows disagree on ship_to_name"]
    change = {"qty": 4, "action": "change", "changed_at": at(9)}
    freed = night(came.books, rows_of(orders=[change]), as_of=nights_later(1))
    assert freed.books.order_lines["hold_reason"].to_list() == [None, None]
