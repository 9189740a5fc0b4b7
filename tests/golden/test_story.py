"""The sample's story in literal numbers, the nights after: who got what and why. No golden file changes it.

The order of the tests is that of `data/sample/README.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.golden.published import TUESDAY, WEDNESDAY
from tests.golden.story import MARCH, NEEDS_A_PERSON, SHELF, TOTALS, WAITS, WHY, released, told

if TYPE_CHECKING:
    from tests.golden.published import PublishedNights


def test_tuesday_the_same_file_again_does_nothing(nights: PublishedNights) -> None:
    query = "SELECT verdict, rows_read, rows_duplicate FROM files WHERE file_name = 'orders_monday_again.csv'"
    assert nights.rows(TUESDAY, query) == [("duplicate", 8, 8)]


def test_tuesday_a_late_supplier_moves_three_dates(nights: PublishedNights) -> None:
    assert told(nights, TUESDAY, "larkmoor") == [
        ("LM1003", "eta_changed", MARCH[16]),
        ("LM1004", "eta_changed", MARCH[16]),
        ("LM1005", "eta_changed", MARCH[16]),
        ("LM1006", "on_back_order", None),
        ("LM1008", "on_back_order", None),
    ]


def test_tuesday_a_short_pick_holds_its_bin_and_returns_to_the_queue(nights: PublishedNights) -> None:
    assert nights.rows(TUESDAY, SHELF, "larkmoor", "LM-SOCK-3PK") == [("B-01-1", 11, 11, 0, 0)]
    assert nights.rows(TUESDAY, WHY, "larkmoor")[-2:] == [
        ("LM1006", 1, "lot_hold", 3),
        ("LM1008", 1, "lot_hold", 2),
    ]
    assert ("larkmoor", "short_pick", "LM-SOCK-3PK") in nights.rows(TUESDAY, NEEDS_A_PERSON, TUESDAY)
    assert released(nights, TUESDAY, "larkmoor") == [("LM1007", 1, "LEEDS", None, "A-01-2", 1)]


def test_tuesday_good_units_of_a_delivery_go_on_in_the_queue(nights: PublishedNights) -> None:
    assert released(nights, TUESDAY, "fennelworth") == [
        ("FW-304", 1, "BRISTOL", "P125", "K-03", 2),
        ("FW-308", 1, "BRISTOL", "P125", "K-03", 2),
    ]
    assert ("K-03", 6, 2, 4, 0) in nights.rows(TUESDAY, SHELF, "fennelworth", "FP-PATE-180")


def test_tuesday_a_reservation_is_the_reason_of_another_line(nights: PublishedNights) -> None:
    assert nights.rows(TUESDAY, WHY, "fennelworth") == [
        ("FW-305", 1, "safety_stock", 2),
        ("FW-307", 1, "kept_by_reservation", 4),
        ("FW-308", 1, "shelf_life", 4),
    ]


def test_tuesday_corrected_rows_become_the_lines_that_they_were(nights: PublishedNights) -> None:
    assert released(nights, TUESDAY, "torquebarn") == [
        ("TB-2003", 1, "BRISTOL", None, "S4-01", 1),
        ("TB-2003", 2, "LEEDS", None, "R22-B", 2),
        ("TB-2004", 1, "LEEDS", None, "R22-B", 10),
        ("TB-2005", 1, "LEEDS", None, "R30-A", 4),
        ("TB-2006", 1, "LEEDS", None, "R22-B", 1),
        ("TB-2007", 1, "LEEDS", None, "R30-A", 2),
        ("TB-2011", 1, "BRISTOL", None, "S1-04", 1),
    ]


def test_tuesday_a_wait_of_two_days_is_not_told(nights: PublishedNights) -> None:
    assert told(nights, TUESDAY, "torquebarn") == [
        ("TB-2001", "shipping_now", None),
        ("TB-2002", "eta_changed", MARCH[12]),
        ("TB-2008", "eta_changed", MARCH[12]),
        ("TB-2011", "on_back_order", None),
    ]
    expected = "SELECT eta_on, told_eta_on FROM order_lines WHERE order_id = 'TB-2010'"
    assert nights.rows(TUESDAY, expected) == [(MARCH[5], None)]


def test_tuesday_a_moved_date_names_the_one_before(nights: PublishedNights) -> None:
    text = nights.message(TUESDAY, "TB-2002")["text"]
    assert "Expected to ship by Thursday 12 March\n      We had told you Friday 6 March" in text
    assert "3 of these are out of stock" in text


def test_wednesday_the_cardigans_that_came_early_go_to_those_who_waited(nights: PublishedNights) -> None:
    assert released(nights, WEDNESDAY, "larkmoor") == [
        ("LM1003", 1, "LEEDS", None, "A-01-1", 3),
        ("LM1004", 1, "LEEDS", None, "A-01-1", 2),
        ("LM1005", 1, "LEEDS", None, "A-01-1", 1),
        ("LM1005", 2, "LEEDS", None, "A-02-1", 1),
        ("LM1006", 1, "LEEDS", None, "B-01-1", 3),
        ("LM1008", 1, "LEEDS", None, "B-01-1", 2),
    ]
    assert nights.rows(WEDNESDAY, WAITS, "larkmoor") == []
    assert told(nights, WEDNESDAY, "larkmoor") == []


def test_wednesday_a_recount_writes_off_three_and_frees_the_rest(nights: PublishedNights) -> None:
    assert nights.rows(WEDNESDAY, SHELF, "larkmoor", "LM-SOCK-3PK") == [("B-01-1", 8, 0, 5, 3)]


def test_wednesday_cancelled_units_feed_the_next_in_the_queue(nights: PublishedNights) -> None:
    assert released(nights, WEDNESDAY, "fennelworth") == [("FW-307", 1, "BRISTOL", "L2601", "C-10", 4)]
    assert told(nights, WEDNESDAY, "fennelworth") == [("FW-302", "cancelled", None)]


def test_wednesday_parts_that_came_are_handed_out(nights: PublishedNights) -> None:
    assert released(nights, WEDNESDAY, "torquebarn") == [
        ("TB-2010", 1, "BRISTOL", None, "S4-01", 2),
        ("TB-2011", 1, "LEEDS", None, "R10-A", 1),
        ("TB-2013", 1, "LEEDS", None, "R10-A", 3),
    ]
    assert nights.rows(WEDNESDAY, SHELF, "torquebarn", "TB-ALT-90A") == [("S4-01", 5, 1, 2, 2)]


def test_wednesday_shipments_are_told_and_a_hopeless_wait_too(nights: PublishedNights) -> None:
    assert told(nights, WEDNESDAY, "torquebarn") == [
        *((f"TB-200{number}", "shipping_now", None) for number in range(3, 8)),
        ("TB-2011", "shipping_part", None),
        ("TB-2012", "on_back_order", None),
    ]


def test_wednesday_only_damaged_goods_still_wait_for_a_person(nights: PublishedNights) -> None:
    assert nights.rows(WEDNESDAY, NEEDS_A_PERSON, WEDNESDAY) == [
        ("fennelworth", "stock_held", "FP-PATE-180"),
        ("torquebarn", "stock_held", "TB-ALT-90A"),
        ("torquebarn", "stock_held", "TB-BLT-M8X40"),
    ]


def test_in_the_end_five_lines_wait_and_one_keeps_units_for_its_order(nights: PublishedNights) -> None:
    assert nights.rows(WEDNESDAY, WAITS, "torquebarn") == [
        ("TB-2002", 1, 3, 2, MARCH[12]),
        ("TB-2002", 2, 0, 2, MARCH[12]),
        ("TB-2008", 1, 1, 0, MARCH[12]),
        ("TB-2012", 1, 20, 0, None),
    ]
    assert nights.rows(WEDNESDAY, WAITS, "fennelworth") == [
        ("FW-305", 1, 2, 0, None),
        ("FW-308", 1, 4, 0, None),
    ]


def test_in_the_end_a_delivery_is_promised_to_the_last_unit(nights: PublishedNights) -> None:
    query = "SELECT order_id, asn_id, pegged_qty, eta_on FROM pegs ORDER BY order_id"
    assert nights.rows(WEDNESDAY, query) == [
        ("TB-2002", "SUP-9001", 3, MARCH[12]),
        ("TB-2008", "SUP-9001", 1, MARCH[12]),
        ("TB-2012", "SUP-9001", 6, MARCH[12]),
    ]


def test_in_the_end_every_ordered_unit_stands_somewhere(nights: PublishedNights) -> None:
    """Ordered = open + reserved + released + shipped + cancelled, counted by hand from the sample's files."""
    assert nights.rows(WEDNESDAY, TOTALS, "larkmoor") == [(29, 0, 0, 12, 17, 0)]
    assert nights.rows(WEDNESDAY, TOTALS, "fennelworth") == [(96, 6, 0, 4, 81, 5)]
    assert nights.rows(WEDNESDAY, TOTALS, "torquebarn") == [(61, 24, 4, 6, 27, 0)]
