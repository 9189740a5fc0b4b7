"""Tests of a file's form: mapping, routes, units, reasons, and one fate for every row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from schemas.errors import ConfigurationError, InvariantError
from schemas.feeds import OrderRow
from schemas.vocabulary import Feed
from tests.frames import frame_of
from tests.transforms.intake.door import CATALOGUE, HASH, ORDER, SOURCE, client_of, raw_of, read, reasons
from transforms.intake.checks import find_impossible
from transforms.intake.file_form import Catalogue
from transforms.intake.form import read_form

RETAIL = {
    "columns": {
        "order_id": "InvoiceNo",
        "sku": "StockCode",
        "qty": "Quantity",
        "ordered_at": "InvoiceDate",
        "consignee_id": r"REGEXP_REPLACE(CustomerID, '\.0$', '')",
    },
    "routes": [
        {
            "to": "cancellations",
            "where": "InvoiceNo LIKE 'C%'",
            "columns": {"qty": "-CAST(Quantity AS BIGINT)", "cancelled_at": "InvoiceDate"},
            "match": ["consignee_id", "sku"],
        },
        {"to": "set_aside", "where": "StockCode = 'POST' OR CAST(Quantity AS BIGINT) = 0"},
    ],
}


def retail(invoice: str, code: str, quantity: str) -> dict[str, str | None]:
    """A row of a shop's own export."""
    when = "2010-12-01 08:26:00"
    return {
        "InvoiceNo": invoice,
        "StockCode": code,
        "Quantity": quantity,
        "InvoiceDate": when,
        "CustomerID": "17850.0",
    }


def test_a_file_with_our_column_names_needs_no_mapping() -> None:
    form = read(ORDER)
    row = form.rows.orders.row(0, named=True)
    assert (row["order_id"], row["sku"], row["qty"], row["action"]) == ("O1", "A", 5, "new")
    assert row["ordered_at"] == row["effective_at"] == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (row["client_id"], row["file_feed"], row["file_hash"], row["row_no"]) == (
        "acme",
        "orders",
        HASH,
        1,
    )
    assert (form.refusal, form.rows_read, form.qty_read, form.rejected.height) == (None, 1, 5, 0)


def test_a_shops_own_file_is_mapped_and_routed() -> None:
    form = read(
        retail("1", "A", "5"), retail("C2", "A", "-3"), retail("3", "POST", "1"), retail("C4", "POST", "-1"),
        client=client_of(**RETAIL),
    )  # fmt: skip
    order, cancellations = form.rows.orders.row(0, named=True), form.rows.cancellations
    assert (order["order_id"], order["consignee_id"]) == ("1", "17850")
    assert cancellations["row_no"].to_list() == [2, 4]
    assert cancellations["qty"].to_list() == [3, 1]
    assert cancellations["match_on"].to_list() == ["consignee_id|sku"] * 2
    assert cancellations["effective_at"].to_list() == [datetime(2010, 12, 1, 8, 26, tzinfo=UTC)] * 2
    assert set(cancellations["file_feed"]) == {"orders"}
    assert form.outcomes.select("row_no", "verdict", "feed").rows() == [(3, "set_aside", "orders")]
    assert form.qty_read == 5 + 3 + 1


def test_a_row_whose_route_cannot_be_decided_is_rejected() -> None:
    form = read(retail("1", "A", "five"), retail("C2", "A", "x"), client=client_of(**RETAIL))
    assert reasons(form) == [
        (1, None, "cast_failed"),
        (1, "qty", "not_a_number"),
        (2, "qty", "cast_failed"),
    ]


def test_a_route_inherits_columns_that_the_file_names_as_we_do() -> None:
    client = client_of(routes=[{"to": "adjustments", "where": "sku = 'X'", "columns": {"reason": "'found'"}}])
    form = read(ORDER, {**ORDER, "sku": "X"}, client=client)
    assert form.rows.adjustments.select("row_no", "qty", "reason").rows() == [(2, 5, "found")]


def test_every_reason_of_a_row_is_reported_and_each_cell_once() -> None:
    form = read(
        {"order_id": "", "sku": "A", "qty": "x", "ordered_at": "y", "priority": "12", "promised_on": "z",
         "order_type": "retail", "unit_price": "free", "line_no": "0"}
    )  # fmt: skip
    assert reasons(form) == [
        (1, "line_no", "out_of_range"),
        (1, "order_id", "missing"),
        (1, "order_type", "not_a_choice"),
        (1, "ordered_at", "not_a_time"),
        (1, "priority", "out_of_range"),
        (1, "promised_on", "not_a_date"),
        (1, "qty", "not_a_number"),
        (1, "unit_price", "not_a_number"),
    ]


def test_broken_rows_of_the_reader_are_rejected_with_its_reason() -> None:
    raw = raw_of([ORDER, {}], [None, "column_count"])
    form = read_form(raw, source=SOURCE, client=client_of(), catalogue=CATALOGUE)
    assert reasons(form) == [(2, None, "column_count")]
    assert (form.rows_read, form.rows.orders.height, form.pending.height) == (2, 1, 0)


def test_a_file_without_rows_has_a_form() -> None:
    raw = raw_of([ORDER]).clear()
    form = read_form(raw, source=SOURCE, client=client_of(), catalogue=CATALOGUE)
    assert (form.refusal, form.rows_read, form.qty_read) == (None, 0, 0)


@pytest.mark.parametrize(
    ("feed", "row", "named"),
    [
        (Feed.ORDERS, {"order_id": "1", "SKU": "A", "qty": "1"}, "'sku' is needed; did you mean 'SKU'?; 'ordered_at'"),
        (Feed.RECEIPTS, {"receipt_id": "1", "sku": "A", "received_qty": "1"}, "'received_on' is needed"),
        (Feed.SHIPMENTS, {"order_id": "1", "sku": "A", "shipped_qty": "1"}, "'release_id' is needed"),
        (Feed.CANCELLATIONS, {"sku": "A"}, "'order_id' is needed"),
        (Feed.ASNS, {"asn_id": "1", "sku": "A", "qty": "1"}, "'expected_on' is needed"),
        (Feed.ITEMS, {"SKU": "A"}, "'sku' is needed; did you mean 'SKU'?"),
    ],
)  # fmt: skip
def test_a_file_without_a_needed_column_is_refused(
    feed: Feed, row: dict[str, str | None], named: str
) -> None:
    form = read(row, feed=feed)
    assert form.refusal is not None
    assert form.refusal.code == "missing_column"
    assert named in form.refusal.detail


def test_a_mapped_column_that_the_file_lacks_refuses_the_file_and_names_the_nearest() -> None:
    form = read(ORDER, client=client_of(columns={"order_id": "order_nr"}))
    assert form.refusal is not None
    assert form.refusal.code == "missing_column"
    assert "clients/acme.toml: feeds.orders.columns.order_id = 'order_nr'" in form.refusal.detail
    assert "did you mean 'order_id'?" in form.refusal.detail


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"columns": {"ordr_id": "order_id"}}, "no column 'ordr_id'; did you mean 'order_id'?"),
        ({"columns": {"qty": "SUM(qty)"}}, "the function SUM is not allowed"),
        ({"routes": [{"to": "set_aside", "where": "UPPER(sku)"}]}, "is not a condition"),
        (
            {"routes": [{"to": "set_aside", "where": "sku = 'X'", "columns": {"qty": "1"}}]},
            "drop one of them",
        ),
        ({"routes": [{"to": "items", "where": "sku = 'X'", "columns": {"qty": "1"}}]}, "has no column 'qty'"),
        ({"date_format": "%H"}, "feeds.orders.date_format"),
    ],
)
def test_a_contradiction_in_the_clients_file_is_a_configuration_error(
    settings: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigurationError, match="clients/acme.toml: feeds.orders") as caught:
        read(ORDER, client=client_of(**settings))
    assert named in str(caught.value)


def test_a_column_of_a_routes_feed_may_be_mapped_for_the_whole_file() -> None:
    client = client_of(columns={"reason": "'lost'"}, routes=[{"to": "adjustments", "where": "sku = 'X'"}])
    assert read({**ORDER, "sku": "X"}, client=client).rows.adjustments["reason"].to_list() == ["lost"]


def test_cells_are_trimmed_and_an_empty_cell_is_no_value() -> None:
    row = read({**ORDER, "order_id": "  O1\t", "channel": "   "}).rows.orders.row(0, named=True)
    assert (row["order_id"], row["channel"]) == ("O1", None)


@pytest.mark.parametrize(
    ("rule", "sent", "sku"),
    [
        ("exact", "old-a", "old-a"),
        ("upper", "old-a", "A"),
        ("upper_trim", " old-a ", "A"),
        ("exact", "OLD-A", "A"),
    ],
)
def test_a_sku_is_spelled_by_the_clients_rule_and_an_alias_resolves(rule: str, sent: str, sku: str) -> None:
    row = read({**ORDER, "sku": sent}, client=client_of(client_sku_rule=rule)).rows.orders.row(0, named=True)
    assert (row["sku"], row["sent_sku"]) == (sku, sent.strip())


def test_a_sku_of_the_catalogue_is_never_an_alias_of_another() -> None:
    assert read(ORDER).rows.orders["sku"].to_list() == ["A"]


@pytest.mark.parametrize(
    ("sku", "qty", "uom", "read_as"),
    [
        ("A", "2", "CA", 48), ("A", "2", "ca", 48), ("A", "0.5", "CA", 12), ("A", "2", "each", 2), ("A", "2", "EA", 2),
        ("A", "2.000", "", 2), ("KG", "1.25", None, 1250), ("KG", "1", "BAG", 5000), ("NEW", "3", "ea", 3),
        ("A", "1.5", None, "not_whole"), ("KG", "1.2345", None, "not_whole"),
        ("A", "1", "BOX", "unknown_unit"), ("NEW", "1", "CA", "unknown_unit"), ("A", "1", "HUGE", "out_of_range"),
    ],
)  # fmt: skip
def test_a_quantity_is_converted_by_the_items_units(
    sku: str, qty: str, uom: str | None, read_as: object
) -> None:
    form = read({**ORDER, "sku": sku, "qty": qty, "uom": uom})
    told = form.rows.orders["qty"].item() if form.rows.orders.height else form.rejected["reason_code"][0]
    assert told == read_as
    if form.rows.orders.height:
        assert form.rows.orders.select("sent_qty", "sent_uom").row(0) == (qty, uom or None)


def test_a_unit_that_has_two_meanings_is_unknown() -> None:
    twice = pl.concat(
        [CATALOGUE.item_units, CATALOGUE.item_units.with_columns(each_qty=pl.col("each_qty") + 1)]
    )
    form = read({**ORDER, "uom": "CA"}, catalogue=replace(CATALOGUE, item_units=twice))
    assert reasons(form) == [(1, "uom", "unknown_unit")]


def test_a_quantity_of_no_item_is_not_guessed_where_items_have_decimals() -> None:
    row: dict[str, str | None] = {"release_id": "R1", "shipped_qty": "3"}
    assert reasons(read(row, feed=Feed.SHIPMENTS)) == [(1, "sku", "missing")]
    assert read(row, feed=Feed.SHIPMENTS, catalogue=Catalogue.blank()).rows.shipments[
        "shipped_qty"
    ].to_list() == [3]


def test_a_change_or_cancel_may_leave_quantity_and_time_empty() -> None:
    form = read(
        {**ORDER, "action": "Change", "qty": "", "ordered_at": "", "changed_at": "2026-03-02 08:00"},
        {**ORDER, "action": "cancel", "qty": "", "ordered_at": ""},
        {**ORDER, "action": "new", "qty": "", "ordered_at": ""},
    )
    assert form.rows.orders["action"].to_list() == ["change", "cancel"]
    assert form.rows.orders["effective_at"].to_list() == [datetime(2026, 3, 2, 8, tzinfo=UTC), None]
    assert reasons(form) == [(3, "ordered_at", "missing"), (3, "qty", "missing")]


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


def test_warehouses_that_the_client_does_not_use_are_rejected() -> None:
    form = read({**ORDER, "warehouse_ids": "W2 | W1"}, {**ORDER, "warehouse_ids": "W1|W9"})
    assert form.rows.orders["warehouse_ids"].to_list() == ["W2|W1"]
    assert reasons(form) == [(2, "warehouse_ids", "unknown_warehouse")]
    receipt: dict[str, str | None] = {
        "receipt_id": "1",
        "sku": "A",
        "received_on": "2026-03-02",
        "received_qty": "1",
    }
    stray = read({**receipt, "warehouse_id": "W9"}, feed=Feed.RECEIPTS)
    assert reasons(stray) == [(1, "warehouse_id", "unknown_warehouse")]


def test_receipts_get_their_defaults_and_their_place_in_the_file() -> None:
    row: dict[str, str | None] = {
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
    assert rows["line_no"].to_list() == [1, 3, 9]
    assert rows["is_final"].to_list() == [None, True, None]
    assert rows.select("warehouse_id", "lot_id", "bin_id", "status", "damaged_qty", "rejected_qty").row(0) == (
        "W1", "", "DOCK", "available", 0, 0,
    )  # fmt: skip
    assert rows.select("received_on", "effective_at").row(0) == (date(2026, 3, 2), None)


def test_a_receipt_without_any_time_is_rejected() -> None:
    row: dict[str, str | None] = {"receipt_id": "R1", "sku": "A", "received_on": "", "received_qty": "4"}
    assert reasons(read(row, feed=Feed.RECEIPTS)) == [(1, "received_on", "missing")]


def test_a_shipment_needs_a_release_or_a_line() -> None:
    row: dict[str, str | None] = {
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
    assert reasons(form) == [(3, "uoms", "not_a_number"), (4, "kit", "not_a_number")]


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
