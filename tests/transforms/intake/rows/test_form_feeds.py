"""Tests of what each feed needs, means by default, and keeps of a second try."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from schemas.errors import InvariantError
from schemas.intake.feeds import FEED_TABLES, OrderRow
from schemas.vocabulary.words import Feed
from tests.frames import frame_of
from tests.transforms.intake.door import CATALOGUE, HASH, ORDER, SOURCE, client_of, raw_of, read, reasons
from transforms.intake.mapping.feed_columns import sent_columns
from transforms.intake.rows.checks import find_impossible, too_long
from transforms.intake.rows.form import read_form

if TYPE_CHECKING:
    from tests.transforms.intake.door import Row


def test_a_change_or_cancel_may_leave_quantity_and_time_empty() -> None:
    form = read(
        {**ORDER, "action": "Change", "qty": "", "ordered_at": "", "changed_at": "2026-03-02 08:00"},
        {**ORDER, "action": "cancel", "qty": "", "ordered_at": ""},
        {**ORDER, "action": "new", "qty": "", "ordered_at": ""},
    )
    assert form.rows.orders["action"].to_list() == ["change", "cancel"]
    assert form.rows.orders["effective_at"].to_list() == [datetime(2026, 3, 2, 8, tzinfo=UTC), None]
    assert reasons(form) == [(3, "ordered_at", "missing"), (3, "qty", "missing")]


def test_an_address_may_have_a_company_a_second_line_and_a_store_number_under_any_name() -> None:
    names = {"ship_to_company": "Firma", "ship_to_address_2": "Zusatz", "ship_to_store_no": "Filiale"}
    columns = {name: name for name in ORDER} | names
    form = read(
        {**ORDER, "Firma": "Ann GmbH", "Zusatz": "Hof 2", "Filiale": "0042"},
        client=client_of(columns=columns),
    )
    assert form.rows.orders.select(*names).rows() == [("Ann GmbH", "Hof 2", "0042")]


def test_a_file_of_changes_needs_neither_column() -> None:
    assert read({"order_id": "1", "line_no": "1", "sku": "A", "action": "cancel"}).rows.orders.height == 1


def test_a_tilde_clears_an_optional_column_and_nothing_else() -> None:
    form = read(
        {**ORDER, "action": "change", "channel": "~", "promised_on": "~", "phone": "1"},
        {**ORDER, "order_id": "~", "sku": "~"},
    )
    assert form.rows.orders.select("cleared", "channel", "promised_on", "phone").rows() == [
        ("promised_on|channel", None, None, "1")
    ]
    assert reasons(form) == [(2, "order_id", "missing"), (2, "sku", "missing")]


def test_the_days_a_lot_must_last_are_read_and_cleared_and_stay_within_a_century() -> None:
    form = read(
        {**ORDER, "min_shelf_life_days": "5"},
        {**ORDER, "min_shelf_life_days": "0"},
        {**ORDER, "action": "change", "min_shelf_life_days": "~"},
        {**ORDER, "min_shelf_life_days": "-1"},
        {**ORDER, "min_shelf_life_days": "36501"},
        {**ORDER, "min_shelf_life_days": "2.5"},
    )
    assert form.rows.orders.select("min_shelf_life_days", "cleared").rows() == [
        (5, ""),
        (0, ""),
        (None, "min_shelf_life_days"),
    ]
    assert reasons(form) == [
        (4, "min_shelf_life_days", "out_of_range"),
        (5, "min_shelf_life_days", "out_of_range"),
        (6, "min_shelf_life_days", "not_whole"),
    ]


def test_warehouses_that_the_client_does_not_use_are_rejected() -> None:
    form = read({**ORDER, "warehouse_ids": "W2 | W1"}, {**ORDER, "warehouse_ids": "W1|W9"})
    assert form.rows.orders["warehouse_ids"].to_list() == ["W2|W1"]
    assert reasons(form) == [(2, "warehouse_ids", "unknown_warehouse")]
    receipt: Row = {
        "receipt_id": "1",
        "sku": "A",
        "received_on": "2026-03-02",
        "received_qty": "1",
    }
    stray = read({**receipt, "warehouse_id": "W9"}, feed=Feed.RECEIPTS)
    assert reasons(stray) == [(1, "warehouse_id", "unknown_warehouse")]


def test_receipts_get_their_defaults_and_their_place_in_the_file() -> None:
    row: Row = {
        "receipt_id": "R1",
        "sku": "A",
        "received_on": "2026-03-02",
        "received_qty": "4",
    }
    form = read(
        row,
        {**row, "received_qty": "x"},
        {**row, "is_final": "yes"},
        {**row, "line_no": "9"},
        feed=Feed.RECEIPTS,
    )
    rows = form.rows.receipts
    assert rows["line_no"].to_list() == [None, None, 9]
    assert rows["is_final"].to_list() == [None, True, None]
    defaults = rows.select("warehouse_id", "lot_id", "bin_id", "status", "damaged_qty", "rejected_qty")
    assert defaults.row(0) == ("W1", "", "DOCK", "available", 0, 0)
    assert rows.select("received_on", "effective_at").row(0) == (date(2026, 3, 2), None)


def test_a_receipt_without_any_time_is_rejected() -> None:
    row: Row = {"receipt_id": "R1", "sku": "A", "received_on": "", "received_qty": "4"}
    assert reasons(read(row, feed=Feed.RECEIPTS)) == [(1, "received_on", "missing")]


def test_a_shipment_needs_a_release_or_a_line() -> None:
    row: Row = {
        "release_id": "R",
        "order_id": None,
        "line_no": None,
        "sku": "A",
        "shipped_qty": "1",
    }
    form = read(
        row,
        {**row, "release_id": "", "order_id": "1", "line_no": "1"},
        {**row, "release_id": ""},
        feed=Feed.SHIPMENTS,
    )
    assert form.rows.shipments["row_no"].to_list() == [1, 2]
    assert reasons(form) == [(3, "release_id", "missing")]


def test_a_cancellation_needs_an_order_where_no_route_matches_lines() -> None:
    form = read({"order_id": "1"}, {"order_id": ""}, feed=Feed.CANCELLATIONS)
    assert form.rows.cancellations["row_no"].to_list() == [1]
    assert reasons(form) == [(2, "order_id", "missing")]


def test_an_adjustment_of_nothing_is_out_of_range() -> None:
    form = read(
        {"sku": "A", "qty": "0", "reason": "r"},
        {"sku": "A", "qty": "-2", "reason": "r"},
        feed=Feed.ADJUSTMENTS,
    )
    assert reasons(form) == [(1, "qty", "out_of_range")]
    assert form.qty_read == -2


def test_items_are_read_with_their_own_decimals() -> None:
    form = read(
        {
            "sku": "n",
            "decimals": "2",
            "safety_stock_qty": "1.25",
            "aliases": "x | y",
            "uoms": "ca : 24|PL:960",
        },
        {"sku": "KG", "safety_stock_qty": "1.25"},
        {"sku": "m", "uoms": "CA:0"},
        {"sku": "o", "kit": "A"},
        feed=Feed.ITEMS,
        client=client_of(client_sku_rule="upper"),
    )
    assert form.rows.items.select("sku", "safety_stock_qty", "aliases", "uoms").rows() == [
        ("N", 125, "X|Y", "ca:24|PL:960"),
        ("KG", 1250, None, None),
    ]
    assert reasons(form) == [(3, "uoms", "out_of_range"), (4, "kit", "not_a_number")]


@pytest.mark.parametrize("column", ["uoms", "kit"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("B:0", "out_of_range"), ("B:12|C:00", "out_of_range"), ("B:-1", "out_of_range"),
        ("B:1000000000", "out_of_range"), ("B:2.5", "not_whole"), ("B:2,5|C:1", "not_whole"),
        ("B:", "not_a_number"), ("B", "not_a_number"), ("B:x", "not_a_number"), ("B:1|", "not_a_number"),
        ("B.1:2", None), ("B:010", None), ("B:999999999|C:1", None), ("a,b:1", None),
    ],
)  # fmt: skip
def test_a_count_says_what_is_wrong_with_it(column: str, text: str, code: str | None) -> None:
    form = read({"sku": "A", column: text}, feed=Feed.ITEMS)
    assert reasons(form) == ([(1, column, code)] if code else [])


@pytest.mark.parametrize(
    ("column", "length"),
    [("order_id", 100), ("sku", 100), ("channel", 100), ("po_number", 100), ("uom", 100),
     ("warehouse_ids", 5_000), ("order_note", 2_000), ("ship_to_name", 2_000)],
)  # fmt: skip
def test_a_text_has_as_many_characters_as_its_column_takes(column: str, length: int) -> None:
    fits, long = read({**ORDER, column: "é" * length}), read({**ORDER, column: "é" * (length + 1)})
    assert (1, column, "too_long") not in reasons(fits)
    assert (1, column, "too_long") in reasons(long)
    assert all(len(row["order_id"]) <= 100 for row in long.pending.iter_rows(named=True))


@pytest.mark.parametrize("feed", list(Feed))
def test_every_text_of_every_feed_has_a_bound(feed: Feed) -> None:
    columns, texts = sent_columns(feed), FEED_TABLES[feed].dtypes()
    row = pl.DataFrame({"row_no": [1], **{name: ["x" * 6_000] for name in columns}})
    faults = {fault.column for fault in too_long(feed) if row.select(fault.where).item()}
    assert faults == {name for name in columns if name == "uom" or texts[name] == pl.String}


@pytest.mark.parametrize("column", ["shelf_life_days", "sell_multiple", "decimals"])
def test_numbers_of_items_have_a_bound(column: str) -> None:
    assert reasons(read({"sku": "A", column: "9" * 11}, feed=Feed.ITEMS)) == [(1, column, "out_of_range")]


def test_the_decimal_mark_holds_for_cells_and_for_what_an_expression_computes() -> None:
    client = client_of(decimal_mark=",", columns={"unit_price": "CAST(pence AS DOUBLE) / 100"})
    form = read({**ORDER, "sku": "KG", "qty": "1,5", "pence": "250"}, client=client)
    assert form.rows.orders.select("qty", pl.col("unit_price").cast(pl.String)).row(0) == (1500, "2.5000")


def test_a_second_try_brings_the_file_and_row_of_its_first() -> None:
    form = read(
        {**ORDER, "bo_file": "e" * 64, "bo_row": "7", "bo_reason": "x"},
        {**ORDER, "bo_file": "", "bo_row": "7"},
        {**ORDER, "bo_file": "e" * 64, "bo_row": "0"},
    )
    assert form.rows.orders.select("origin_hash", "origin_row").rows() == [
        ("e" * 64, 7),
        (None, None),
        (None, None),
    ]


def test_what_quarantine_put_before_a_formula_is_taken_off_a_second_try_only() -> None:
    form = read(
        {**ORDER, "po_number": "'=1+1", "bo_file": "e" * 64, "bo_row": "7"},
        {**ORDER, "po_number": "'=1+1"},
    )
    assert form.rows.orders["po_number"].to_list() == ["=1+1", "'=1+1"]


def test_a_rejected_row_holds_its_order_under_the_place_it_had() -> None:
    form = read(
        ORDER,
        {**ORDER, "qty": "x"},
        {**ORDER, "qty": "x", "line_no": "7"},
        {**ORDER, "qty": "x", "order_id": ""},
        {**ORDER, "qty": "x", "bo_file": "e" * 64, "bo_row": "3"},
        {**ORDER, "qty": "x"},
    )
    assert form.pending.select("order_id", "line_no", "file_hash", "row_no", "since_on").rows() == [
        ("O1", None, "e" * 64, 3, date(2026, 3, 2)),
        ("O1", 2, HASH, 2, date(2026, 3, 2)),
        ("O1", 7, HASH, 3, date(2026, 3, 2)),
        ("O1", 4, HASH, 6, date(2026, 3, 2)),
    ]


def test_rows_of_another_feed_hold_no_order() -> None:
    assert read({"order_id": "1", "qty": "x"}, feed=Feed.CANCELLATIONS).pending.height == 0


def test_rows_of_a_file_may_come_in_any_order() -> None:
    raw = raw_of([ORDER, {**ORDER, "qty": "x"}, {**ORDER, "sku": "B"}])
    there = read_form(raw, source=SOURCE, client=client_of(), catalogue=CATALOGUE)
    back = read_form(raw.reverse(), source=SOURCE, client=client_of(), catalogue=CATALOGUE)
    assert there.rows.orders.equals(back.rows.orders)
    assert there.rejected.equals(back.rejected)
    assert there.pending.equals(back.pending)


def test_a_frame_that_is_not_the_contracts_is_our_fault() -> None:
    with pytest.raises(InvariantError):
        find_impossible(frame_of(OrderRow).drop("sku"), Feed.ORDERS)


FACTS: dict[Feed, Row] = {
    Feed.RECEIPTS: {"receipt_id": "1", "sku": "A", "received_qty": "1"},
    Feed.SHIPMENTS: {"release_id": "1", "sku": "A", "shipped_qty": "1"},
    Feed.ADJUSTMENTS: {"sku": "A", "qty": "-1", "reason": "broken"},
}


@pytest.mark.parametrize(
    ("feed", "column"),
    [
        (Feed.RECEIPTS, "received_on"),
        (Feed.RECEIPTS, "received_at"),
        (Feed.SHIPMENTS, "shipped_at"),
        (Feed.ADJUSTMENTS, "adjusted_at"),
    ],
)
def test_what_happened_on_the_shelf_lies_no_further_ahead_than_the_morning_after(
    feed: Feed, column: str
) -> None:
    rows = [{**FACTS[feed], column: day} for day in ("2026-03-03", "2026-03-04", "2027-03-02")]
    assert reasons(read(*rows, feed=feed)) == [(2, column, "out_of_range"), (3, column, "out_of_range")]


def test_an_order_of_more_rows_than_an_order_has_is_rejected_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.intake.rows.checks.MAX_ORDER_ROWS", 2)
    rows = [ORDER | {"order_id": order_id, "qty": str(qty)} for qty, order_id in enumerate("AABBB", start=1)]
    nameless = [ORDER | {"order_id": ""}] * 3
    found = [row_no for row_no, _, code in reasons(read(*rows, *nameless)) if code == "order_too_long"]
    assert found == [3, 4, 5]
