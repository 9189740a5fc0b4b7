"""Tests of which orders a file's rows name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from schemas.errors import ConfigurationError
from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import ORDER, SOURCE, client_of, raw_of
from transforms.intake.rows.naming import find_named_orders

if TYPE_CHECKING:
    import polars as pl


def named_in(raw: pl.DataFrame, feed: Feed = Feed.ORDERS, **settings: Any) -> list[tuple[int, str]]:  # noqa: ANN401 -- settings of any feed
    """Row and order of what is named."""
    client = client_of(feed.value, **settings)
    found = find_named_orders(raw, source=replace(SOURCE, feed=feed), client=client)
    assert found is not None
    return found.rows()


def test_a_row_names_its_order_also_where_it_would_be_rejected() -> None:
    rows = [ORDER, {**ORDER, "order_id": " O2 ", "qty": "many"}, {**ORDER, "order_id": ""}]
    assert named_in(raw_of(rows)) == [(1, "O1"), (2, "O2")]


def test_an_order_is_named_as_the_clients_mapping_reads_it() -> None:
    columns = {"order_id": "CONCAT('X-', Number)"}
    raw = raw_of([{"Number": "7", "sku": "A", "qty": "1", "ordered_at": "2026-03-01"}])
    assert named_in(raw, columns=columns) == [(1, "X-7")]


def test_a_row_that_a_route_sets_aside_or_reads_in_its_own_way_names_both() -> None:
    rows = [{**ORDER, "sku": "POST", "other": "O9"}]
    routes = [
        {"to": "set_aside", "where": "sku = 'POST'"},
        {"to": "cancellations", "where": "qty = '0'", "columns": {"order_id": "other"}},
    ]
    assert named_in(raw_of(rows), routes=routes) == [(1, "O1"), (1, "O9")]


def test_every_value_in_the_text_of_a_broken_row_may_be_its_order() -> None:
    raw = raw_of([ORDER, dict.fromkeys(ORDER)], [None, "column_count"], [None, '"O5", A ,5'])
    assert named_in(raw) == [(1, "O1"), (2, "5"), (2, "A"), (2, "O5")]


def test_a_quarantined_row_is_read_with_what_was_put_before_its_values() -> None:
    row = {**ORDER, "order_id": "'=O1", "bo_file": "f" * 64, "bo_row": "3"}
    broken: dict[str, str | None] = {**dict.fromkeys(row), "bo_text": "O6,A"}
    assert named_in(raw_of([row, broken])) == [(1, "=O1"), (2, "A"), (2, "O6")]


def test_a_feed_without_orders_names_none() -> None:
    raw = raw_of([{"sku": "A", "name": "Anorak"}]).drop("bo_line")
    assert named_in(raw, Feed.ITEMS) == []


def test_nobody_can_say_what_a_file_without_the_mapped_column_names() -> None:
    client = client_of(columns={"order_id": "Number"})
    assert find_named_orders(raw_of([ORDER]), source=SOURCE, client=client) is None


@pytest.mark.parametrize(
    ("feed", "row"),
    [
        (Feed.ORDERS, {"O1": "O2", "A": "A", "1": "2"}),
        (Feed.CANCELLATIONS, {"order": "O1"}),
        (Feed.SHIPMENTS, {"release_id": "r1", "note": "O1"}),
    ],
)
def test_nobody_can_say_what_a_file_of_orders_without_a_column_for_them_names(
    feed: Feed, row: dict[str, str | None]
) -> None:
    assert find_named_orders(raw_of([row]), source=replace(SOURCE, feed=feed), client=client_of()) is None


def test_a_mapping_that_cannot_be_used_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="has no column"):
        find_named_orders(raw_of([ORDER]), source=SOURCE, client=client_of(columns={"ordr": "x"}))
