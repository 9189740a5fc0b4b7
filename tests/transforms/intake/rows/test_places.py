"""A rejected row is found again: by its line as a spreadsheet counts it, and by what names it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import SOURCE, client_of, raw_of
from transforms.intake.rows.places import MAX_NAME, Place, locate_rows

if TYPE_CHECKING:
    from schemas.settings.client import Client
    from tests.transforms.intake.door import Row


def place_of(row: Row, feed: Feed = Feed.ORDERS, client: Client | None = None) -> Place:
    """Where the one row of a file stands."""
    raw = raw_of([row]).with_columns(bo_sheet_row=pl.lit(2, pl.Int64))
    (place,) = locate_rows(raw, source=replace(SOURCE, feed=feed), client=client or client_of()).values()
    return place


@pytest.mark.parametrize(
    ("feed", "row", "name"),
    [
        (Feed.ORDERS, {"order_id": " O1 "}, ("order_id", "O1")),
        (Feed.CANCELLATIONS, {"order_id": "O1", "sku": "A"}, ("order_id", "O1")),
        (Feed.CANCELLATIONS, {"order_id": None, "sku": "A"}, ("sku", "A")),
        (Feed.SHIPMENTS, {"release_id": "r1", "order_id": "O1"}, ("release_id", "r1")),
        (Feed.SHIPMENTS, {"order_id": "O1"}, ("order_id", "O1")),
        (Feed.RECEIPTS, {"receipt_id": "R1", "sku": "A"}, ("receipt_id", "R1")),
        (Feed.ASNS, {"asn_id": "P1", "sku": "A"}, ("asn_id", "P1")),
        (Feed.STOCK, {"sku": "A"}, ("sku", "A")),
        (Feed.ADJUSTMENTS, {"sku": "A"}, ("sku", "A")),
        (Feed.ITEMS, {"sku": "A"}, ("sku", "A")),
    ],
)
def test_a_row_is_named_by_what_it_is_about(feed: Feed, row: Row, name: tuple[str, str]) -> None:
    assert place_of(row, feed) == Place(2, *name)


@pytest.mark.parametrize("order_id", [None, "  ", "O\u200b1", "x" * (MAX_NAME + 1)])
def test_what_nobody_could_read_or_type_names_nothing(order_id: str | None) -> None:
    assert place_of({"order_id": order_id, "sku": "A"}) == Place(2)


def test_a_name_is_read_as_the_route_reads_it_that_took_the_row() -> None:
    routes = [
        {"to": "set_aside", "where": "Kind = 'note'"},
        {"to": "asns", "where": "Kind = 'asn'", "columns": {"asn_id": "UPPER(Number)"}},
    ]
    client = client_of(columns={"order_id": "Number"}, routes=routes)
    names = [place_of({"Number": "n1", "Kind": kind}, client=client)[1:] for kind in ("note", "asn", "sale")]
    assert names == [("", ""), ("asn_id", "N1"), ("order_id", "n1")]


def test_each_row_has_the_line_that_the_reader_gave_it() -> None:
    raw = raw_of([{"order_id": "O1"}, {"order_id": "O2"}]).with_columns(bo_sheet_row=pl.Series([2, 5]))
    assert locate_rows(raw, source=SOURCE, client=client_of()) == {
        1: Place(2, "order_id", "O1"),
        2: Place(5, "order_id", "O2"),
    }
