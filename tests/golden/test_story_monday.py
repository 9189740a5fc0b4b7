"""The sample's story in literal numbers, its first night: who got what and why. No golden file changes it.

The order of the tests is that of `data/sample/README.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.golden.published import MONDAY
from tests.golden.story import MARCH, NEEDS_A_PERSON, SHELF, WHY, released, reserved, told

if TYPE_CHECKING:
    from tests.golden.published import PublishedNights


def test_monday_six_cardigans_go_by_time_of_order(nights: PublishedNights) -> None:
    assert released(nights, MONDAY, "larkmoor") == [
        ("LM1001", 1, "LEEDS", None, "A-01-1", 2),
        ("LM1001", 2, "LEEDS", None, "A-02-3", 1),
        ("LM1002", 1, "LEEDS", None, "A-01-1", 3),
        ("LM1003", 1, "LEEDS", None, "A-01-1", 1),
        ("LM1006", 1, "LEEDS", None, "B-01-1", 12),
    ]


def test_monday_who_gets_no_cardigan_knows_why_and_when(nights: PublishedNights) -> None:
    assert nights.rows(MONDAY, WHY, "larkmoor") == [
        ("LM1003", 1, "rank", 3),
        ("LM1004", 1, "rank", 2),
        ("LM1005", 1, "rank", 1),
        ("LM1005", 2, "group_incomplete", 1),
    ]
    assert told(nights, MONDAY, "larkmoor") == [
        (order, "on_back_order", MARCH[9]) for order in ("LM1003", "LM1004", "LM1005")
    ]


def test_monday_a_beanie_that_waits_for_its_order_stays_free(nights: PublishedNights) -> None:
    assert nights.rows(MONDAY, SHELF, "larkmoor", "LM-BEAN-RUST") == [("A-02-1", 10, 0, 0, 10)]


def test_monday_food_goes_out_by_expiry(nights: PublishedNights) -> None:
    assert released(nights, MONDAY, "fennelworth") == [
        ("FW-301", 1, "BRISTOL", "L2511", "C-02", 8),
        ("FW-301", 1, "BRISTOL", "L2601", "C-10", 2),
        ("FW-303", 1, "BRISTOL", "L2601", "C-10", 5),
        ("FW-304", 1, "BRISTOL", "P121", "K-02", 10),
        ("FW-305", 1, "BRISTOL", None, "D-01", 28),
        ("FW-306", 1, "BRISTOL", "H77", "A-05", 24),
    ]


def test_monday_what_is_not_due_is_kept_after_all_that_is(nights: PublishedNights) -> None:
    assert reserved(nights, MONDAY, "fennelworth") == [("FW-302", 1, "BRISTOL", 5)]


def test_monday_expired_and_kept_back_units_are_the_reasons(nights: PublishedNights) -> None:
    assert nights.rows(MONDAY, WHY, "fennelworth") == [
        ("FW-304", 1, "shelf_life", 2),
        ("FW-305", 1, "safety_stock", 2),
    ]
    assert told(nights, MONDAY, "fennelworth") == [
        ("FW-304", "on_back_order", None),
        ("FW-305", "on_back_order", None),
    ]


def test_monday_a_line_is_split_over_both_warehouses(nights: PublishedNights) -> None:
    assert released(nights, MONDAY, "torquebarn") == [
        ("TB-2001", 1, "BRISTOL", None, "S1-04", 2),
        ("TB-2001", 1, "LEEDS", None, "R10-A", 4),
    ]


def test_monday_a_strict_order_keeps_what_is_there(nights: PublishedNights) -> None:
    assert reserved(nights, MONDAY, "torquebarn") == [
        ("TB-2002", 1, "LEEDS", 2),
        ("TB-2002", 2, "LEEDS", 2),
    ]
    assert nights.rows(MONDAY, WHY, "torquebarn") == [
        ("TB-2002", 1, "no_stock", 3),
        ("TB-2003", 1, "order_hold", 1),
        ("TB-2008", 1, "rank", 1),
    ]
    assert told(nights, MONDAY, "torquebarn") == [
        ("TB-2002", "on_back_order", MARCH[6]),
        ("TB-2008", "on_back_order", MARCH[6]),
    ]


def test_monday_five_rows_are_refused_each_by_its_name(nights: PublishedNights) -> None:
    assert nights.rows(MONDAY, 'SELECT row_no, "column", reason_code FROM rejected_rows ORDER BY ALL') == [
        (5, "qty", "not_whole"),
        (6, "sku", "missing"),
        (7, "promised_on", "not_a_date"),
        (8, "order_type", "not_a_choice"),
        (9, "priority", "out_of_range"),
    ]


def test_monday_every_row_has_one_verdict(nights: PublishedNights) -> None:
    counts = (
        "SELECT client_id, sum(rows_read), sum(rows_accepted), sum(rows_duplicate), sum(rows_set_aside), "
        "sum(rows_rejected) FROM files WHERE business_date = DATE '2026-03-02' GROUP BY 1 ORDER BY 1"
    )
    assert nights.rows(MONDAY, counts) == [
        ("fennelworth", 18, 17, 0, 1, 0),
        ("larkmoor", 20, 20, 0, 0, 0),
        ("torquebarn", 26, 20, 0, 1, 5),
    ]


def test_monday_a_person_is_asked_to_correct_rows(nights: PublishedNights) -> None:
    assert nights.rows(MONDAY, NEEDS_A_PERSON, MONDAY) == [
        *(("torquebarn", "incomplete_intake", f"TB-200{number}") for number in range(3, 8)),
        ("torquebarn", "rows_rejected", "orders/orders.csv"),
        ("torquebarn", "stock_held", "TB-BLT-M8X40"),
    ]
