"""Tests of findings and of the order in which rows are posted."""

from __future__ import annotations

import polars as pl

from schemas.intake.feeds import AdjustmentRow
from schemas.night import Books
from schemas.vocabulary.findings import FindingCode
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import TERMS, at, night, rows_of
from transforms.findings import findings_of
from transforms.posting.core.rows import in_posting_order


def test_rows_are_ordered_by_time_then_file_then_row_and_undated_ones_stand_at_the_start_of_the_day() -> None:
    rows = frame_of(
        AdjustmentRow,
        *(
            {"qty": 1, "file_hash": name, "row_no": number, "effective_at": hour and at(hour)}
            for name, number, hour in (("b", 1, 9), ("a", 2, 9), ("a", 1, 9), ("c", 1, 8), ("d", 1, None))
        ),
    )
    ordered = in_posting_order(rows, TERMS)
    assert ordered.select("file_hash", "row_no", "row").rows() == [
        ("d", 1, 0),
        ("c", 1, 1),
        ("a", 1, 2),
        ("a", 2, 3),
        ("b", 1, 4),
    ]
    assert ordered["effective_on"].unique().to_list() == [NIGHT]


def test_findings_of_one_subject_are_one_line_that_says_how_many_more() -> None:
    facts = pl.DataFrame({"client_id": ["acme"] * 6, "sku": ["A"] * 5 + ["B"], "n": [1, 2, 3, 4, 4, 5]})
    findings = findings_of(
        facts, FindingCode.NEGATIVE_STOCK, TERMS, subject=pl.col("sku"), detail=pl.format("{} units", "n")
    )
    assert findings.select("subject", "detail", "owner", "command").rows() == [
        ("A", "1 units; 2 units; 3 units; and 1 more", "supervisor", "backorders stock acme A --workspace ."),
        ("B", "5 units", "supervisor", "backorders stock acme B --workspace ."),
    ]


def test_movements_are_numbered_from_one_for_each_client() -> None:
    receipts = [
        {"receipt_id": "g", "received_qty": 1, "client_id": name} for name in ("acme", "bell", "acme")
    ]
    posting = night(Books.blank(), rows_of(receipts=receipts))
    assert posting.movements.select("client_id", "seq").rows() == [("acme", 1), ("acme", 2), ("bell", 1)]
