"""Tests of the numbers that rejected receipts keep for their correction."""

from __future__ import annotations

from schemas.books.orders import PendingRow
from schemas.night import Books
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import night, nights_later, rows_of, verdicts

WAITS = {
    "feed": "receipts",
    "order_id": "g1",
    "line_no": 2,
    "file_hash": "bad",
    "row_no": 7,
    "since_on": NIGHT,
}


def test_a_receipt_that_posting_rejects_is_remembered_with_its_number() -> None:
    wrong = {"receipt_id": "g1", "received_qty": 1, "damaged_qty": 2}
    rows = rows_of(
        receipts=[wrong | {"line_no": 1}, wrong | {"line_no": 2, "origin_hash": "f", "origin_row": 9}]
    )
    posting = night(Books.blank(), rows)
    assert verdicts(posting) == ["rejected", "rejected"]
    waits = posting.books.pending_rows.select("feed", "order_id", "line_no", "file_hash", "row_no").rows()
    assert waits == [("receipts", "g1", 2, "f", 9), ("receipts", "g1", 1, "file-receipts", 1)]


def test_a_number_is_remembered_for_thirty_days_and_holds_no_order() -> None:
    rows = rows_of(orders=[{"order_id": "g1", "qty": 1}])
    first = night(Books.blank(), rows, pending_rows=frame_of(PendingRow, WAITS))
    assert first.findings.is_empty()
    assert first.books.order_lines["hold_reason"].to_list() == [None]
    for nights, height in ((29, 1), (30, 0)):
        assert night(first.books, rows_of(), as_of=nights_later(nights)).books.pending_rows.height == height
