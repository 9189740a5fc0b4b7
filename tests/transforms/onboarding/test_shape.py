"""Tests of the shape of tables: totals, lines side by side, groups."""

from __future__ import annotations

from schemas.vocabulary.words import Feed
from tests.transforms.onboarding.tables import KNOWN, raw_of
from transforms.onboarding.names import Source
from transforms.onboarding.shape import find_groups, find_no_rows, find_totals, find_wide

Row = dict[str, str | None]


def row(first: str | None, second: str | None, third: str | None, fourth: str | None = None) -> Row:
    """A row of four columns."""
    return {"Order": first, "SKU": second, "Qty": third, "City": fourth}


def sources(**columns: str) -> dict[str, Source]:
    """Columns of ours, each read from one of theirs."""
    return {ours: Source((theirs,), "") for ours, theirs in columns.items()}


MAPPED = sources(order_id="Order", sku="SKU", qty="Qty", ship_to_city="City")


def test_totals_and_comments_are_left_out_by_their_longest_beginning() -> None:
    rows = [
        row("1", "A", "2", "Leeds"),
        row("Summe:", None, "2"),
        row("# end", None, None),
        row(None, "Gesamt", None),
    ]
    (guess,) = find_no_rows(raw_of(rows), KNOWN)
    assert guess.value == ["Gesamt", "Summe", "#"]


def test_a_broken_line_that_begins_so_is_left_out() -> None:
    rows = [row("1", "A", "2", "Leeds"), row("", "", "")]
    (guess,) = find_no_rows(raw_of(rows, {2: "Total 2"}), KNOWN)
    assert guess.value == ["Total"]


def test_the_cells_of_totals_are_told_whole_or_in_a_broken_line() -> None:
    rows = [
        row("1", "A", "900", "Leeds"),
        row("2", "B", "350"),
        row("Total:", None, "1.250"),
        row("", "", ""),
    ]
    raw = raw_of(rows, {4: '"Total", ;1.250 ;pcs'})
    assert find_totals(raw, ["Total"], ";") == (("1.250", 4), ("1.250", 5), ("pcs", 5))


def test_an_order_whose_number_begins_like_a_comment_is_a_row() -> None:
    rows = [row("#1001", "A", "2", "Leeds"), row("#1002", "B", "2", "York"), row("# end", None, None)]
    assert find_no_rows(raw_of(rows), KNOWN) == []


def test_lines_side_by_side_are_found_by_sku_and_quantity() -> None:
    headers = ["Order", "Item 1", "Qty 1", "Item 2", "Qty 2", "Price 1", "Price 2", "Address 1", "Address 2"]
    (guess,) = find_wide(headers, KNOWN)
    assert guess.value == {"Item": "Item {n}", "Qty": "Qty {n}", "Price": "Price {n}"}


def test_two_lines_of_an_address_are_no_lines_of_an_order() -> None:
    assert (
        find_wide(["Order", "SKU", "Qty", "Address 1", "Address 2", "Tax 1 Name", "Tax 2 Name"], KNOWN) == []
    )


def test_what_is_empty_below_the_first_row_of_an_order_is_filled_down() -> None:
    rows = [row("1", "A", "2", "Leeds"), row("1", "B", "1"), row("2", "A", "1", "York")]
    (guess,) = find_groups(raw_of(rows).frame, Feed.ORDERS, MAPPED, grouped=False)
    assert guess.value == ["Order", "City"]


def test_an_order_number_that_stands_once_is_filled_down() -> None:
    rows = [row("1", "A", "2", "Leeds"), row(None, "B", "1", "Leeds"), row("2", "A", "1", "York")]
    (guess,) = find_groups(raw_of(rows).frame, Feed.ORDERS, MAPPED, grouped=False)
    assert guess.value == ["Order"]


def test_quantity_and_sku_are_never_filled_down() -> None:
    rows = [row("1", "A", "2", "Leeds"), row("1", None, None, "Leeds")]
    assert find_groups(raw_of(rows).frame, Feed.ORDERS, MAPPED, grouped=False) == []


def test_a_program_that_is_known_to_group_is_grouped_even_where_no_order_has_two_lines() -> None:
    rows = [row("1", "A", "2", "Leeds"), row("2", "A", "1", "York")]
    (guess,) = find_groups(raw_of(rows).frame, Feed.ORDERS, MAPPED, grouped=True)
    assert guess.value == ["Order", "City"]


def test_a_receipt_is_a_group_of_its_own_columns() -> None:
    rows: list[Row] = [
        {"GRN": "R1", "Day": "2026-03-02", "SKU": "A", "Lot": "L1"},
        {"GRN": None, "Day": None, "SKU": "B", "Lot": None},
        {"GRN": "R2", "Day": "2026-03-03", "SKU": "B", "Lot": "L2"},
    ]
    mapped = sources(receipt_id="GRN", received_on="Day", sku="SKU", lot_id="Lot")
    (guess,) = find_groups(raw_of(rows).frame, Feed.RECEIPTS, mapped, grouped=False)
    assert guess.value == ["GRN", "Day"]
    assert find_groups(raw_of(rows).frame, Feed.ITEMS, sources(sku="SKU"), grouped=False) == []
