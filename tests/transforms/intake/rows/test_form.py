"""Tests of a file's form: mapping, routes, refusals, and all reasons of a row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from schemas.errors import ConfigurationError
from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import CATALOGUE, HASH, ORDER, SOURCE, client_of, raw_of, read, reasons
from transforms.intake.mapping.expressions import OTHER_CAPITALS
from transforms.intake.mapping.routes import FREE, MAX_MAPPING
from transforms.intake.rows.form import read_form

if TYPE_CHECKING:
    from tests.transforms.intake.door import Row


RETAIL: dict[str, Any] = {
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


def retail(invoice: str, code: str, quantity: str) -> Row:
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


SKU_IN_CAPITALS = f"'sku' is needed; column 2 (B) {OTHER_CAPITALS}; 'ordered_at' is needed"


def test_a_file_without_rows_has_a_form() -> None:
    raw = raw_of([ORDER]).clear()
    form = read_form(raw, source=SOURCE, client=client_of(), catalogue=CATALOGUE)
    assert (form.refusal, form.rows_read, form.qty_read) == (None, 0, 0)


@pytest.mark.parametrize(
    ("feed", "row", "named"),
    [
        (Feed.ORDERS, {"order_id": "1", "SKU": "A", "qty": "1"}, SKU_IN_CAPITALS),
        (Feed.ITEMS, {"note": "x", "skus": "A"}, "'sku' is needed; column 2 (B) may be it"),
        (Feed.RECEIPTS, {"receipt_id": "1", "sku": "A", "received_qty": "1"}, "'received_on' is needed"),
        (Feed.SHIPMENTS, {"order_id": "1", "shipped_qty": "1"}, "'release_id' is needed"),
        (Feed.CANCELLATIONS, {"sku": "A"}, "'order_id' is needed"),
        (Feed.ASNS, {"asn_id": "1", "sku": "A", "qty": "1"}, "'expected_on' is needed"),
        (Feed.ITEMS, {"SKU": "A"}, f"'sku' is needed; column 1 (A) {OTHER_CAPITALS}"),
    ],
)  # fmt: skip
def test_a_file_without_a_needed_column_is_refused(
    feed: Feed, row: dict[str, str | None], named: str
) -> None:
    form = read(row, feed=feed)
    assert form.refusal is not None
    assert form.refusal.code == "missing_column"
    assert named in form.refusal.detail


def test_a_mapped_column_that_the_file_lacks_refuses_the_file_and_says_which_may_be_it() -> None:
    form = read(ORDER, client=client_of(columns={"order_id": "order_nr"}))
    assert form.refusal is not None
    assert form.refusal.code == "missing_column"
    assert "clients/acme.toml: feeds.orders.columns.order_id = 'order_nr'" in form.refusal.detail
    assert "; column 1 (A) may be it" in form.refusal.detail


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
    ],
)
def test_a_contradiction_in_the_clients_file_is_a_configuration_error(
    settings: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"clients/acme\.toml: feeds\.orders") as caught:
        read(ORDER, client=client_of(**settings))
    assert named in str(caught.value)


ADDRESS = [f"ship_to_{part}" for part in ("name", "company", "address", "city", "region")]
NAMES = [*ADDRESS, "order_note", "phone", "email", "consignee_id", "channel"]
LONG = dict.fromkeys(NAMES, f"'{'x' * (MAX_MAPPING // len(NAMES) - 2)}'")
"""Mappings that together are as long as those of a feed may be."""


def test_the_expressions_of_columns_and_routes_have_an_end_together() -> None:
    route = {"to": "set_aside", "where": "sku = 'X'"}
    assert read(ORDER, client=client_of(columns=LONG)).refusal is None
    with pytest.raises(ConfigurationError, match=r"at most 20,000 .* together, these have 20,009"):
        read(ORDER, client=client_of(columns=LONG, routes=[route]))
    computing = route | {"to": "adjustments", "columns": {"reason": "CONCAT('a', sku)"}}
    with pytest.raises(ConfigurationError, match=r"at most 20,000 .* together, these have 20,025"):
        read(ORDER, client=client_of(columns=LONG, routes=[computing]))


def test_a_file_of_which_mappings_would_make_too_much_is_refused_before_they_do() -> None:
    longer = f"REPLACE(REPLACE(order_note, 'x', '{'y' * 8}'), 'y', '{'z' * 8}')"
    note = "x" * (FREE // 300)
    columns = dict.fromkeys(ADDRESS, longer)
    form = read({**ORDER, "order_note": note}, client=client_of(columns=columns))
    assert form.refusal is not None
    assert form.refusal.code == "too_large"
    assert form.rows_read == 0
    assert read({**ORDER, "order_note": note[1:100]}, client=client_of(columns=columns)).refusal is None


def test_a_column_of_a_routes_feed_may_be_mapped_for_the_whole_file() -> None:
    client = client_of(columns={"reason": "'lost'"}, routes=[{"to": "adjustments", "where": "sku = 'X'"}])
    assert read({**ORDER, "sku": "X"}, client=client).rows.adjustments["reason"].to_list() == ["lost"]


def test_a_broken_row_waits_for_the_order_that_its_text_names() -> None:
    lines = [None, 'O9,x,"O1",A,5,Smith, John', None]
    raw = raw_of([ORDER, {}, {**ORDER, "order_id": "O2"}], [None, "column_count", None], lines)
    form = read_form(raw, source=SOURCE, client=client_of(), catalogue=CATALOGUE)
    assert form.pending.select("order_id", "line_no", "row_no").rows() == [("O1", None, 2)]


def test_a_broken_row_that_names_no_order_of_the_file_holds_none() -> None:
    raw = raw_of([ORDER, {}], [None, "bad_quotes"], [None, '"O10,A'])
    form = read_form(raw, source=SOURCE, client=client_of(), catalogue=CATALOGUE)
    assert form.pending.is_empty()
