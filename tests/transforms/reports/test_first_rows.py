"""The first rows of a file as they were understood."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import CATALOGUE, ORDER, SOURCE, client_of, raw_of, read
from transforms.intake.rows.places import sent_cells
from transforms.reports.first_rows import SHOWN, FirstRow, list_first_rows

if TYPE_CHECKING:
    from tests.transforms.intake.door import Row


def first_rows(*rows: Row, feed: Feed = Feed.ORDERS) -> list[FirstRow]:
    """What is shown of a file of a client in New York."""
    client = client_of(client_time_zone="America/New_York")
    form = read(*rows, feed=feed, client=client)
    assert form.rejected.is_empty()
    return list_first_rows(form.rows, client=client, items=CATALOGUE.items)


def test_an_order_has_its_quantity_in_single_units_its_local_time_and_its_due_day() -> None:
    weighed = {**ORDER, "sku": "KG", "qty": "2", "uom": "BAG", "promised_on": "2026-03-08"}
    assert first_rows(ORDER, weighed) == [
        FirstRow(1, "orders", "O1", "A", "5", "5", "2026-03-01 10:00", date(2026, 3, 1)),
        FirstRow(2, "orders", "O1", "KG", "10.000", "2 BAG", "2026-03-01 10:00", date(2026, 3, 8)),
    ]


def test_a_change_shows_what_it_says() -> None:
    change = {"order_id": "O1", "line_no": "1", "action": "change", "deliver_by": "2026-03-09", "sku": None}
    assert first_rows({**change, "qty": None, "ordered_at": None}) == [
        FirstRow(1, "orders", "O1", None, None, None, None, date(2026, 3, 9))
    ]


@pytest.mark.parametrize(
    ("feed", "row", "shown"),
    [
        (
            Feed.RECEIPTS,
            {
                "receipt_id": "R1",
                "sku": "OLD-A",
                "received_qty": "2",
                "uom": "CA",
                "received_on": "2026-03-02",
            },
            ("R1", "A", "48", "2 CA", "2026-03-02"),
        ),
        (
            Feed.ASNS,
            {"asn_id": "P1", "sku": "A", "qty": "1", "expected_on": "2026-03-09"},
            ("P1", "A", "1", "1", "2026-03-09"),
        ),
        (
            Feed.ADJUSTMENTS,
            {"sku": "A", "qty": "-1", "reason": "x", "adjusted_at": "2026-03-02 10:00"},
            (None, "A", "-1", "-1", "2026-03-02 10:00"),
        ),
        (
            Feed.SHIPMENTS,
            {"order_id": "O1", "sku": "A", "shipped_qty": "1", "shipped_at": "2026-03-02"},
            ("O1", "A", "1", "1", "2026-03-02"),
        ),
        (Feed.CANCELLATIONS, {"order_id": "O1"}, ("O1", None, None, None, None)),
        (Feed.ITEMS, {"sku": "A", "available_from": "2026-04-01"}, (None, "A", None, None, "2026-04-01")),
    ],
)
def test_every_feed_shows_what_it_is_about(feed: Feed, row: Row, shown: tuple[str | None, ...]) -> None:
    assert [tuple(first) for first in first_rows(row, feed=feed)] == [(1, feed.value, *shown, None)]


def test_the_first_rows_of_all_feeds_together_are_shown() -> None:
    rows = [{**ORDER, "order_id": f"O{n}", "qty": None if n == 2 else "1"} for n in range(1, SHOWN + 3)]
    client = client_of(routes=[{"to": "cancellations", "where": "qty IS NULL"}])
    form = read(*rows, client=client)
    listed = list_first_rows(form.rows, client=client, items=CATALOGUE.items)
    assert [row.row_no for row in listed] == list(range(1, SHOWN + 1))
    assert [row.feed for row in listed][:3] == ["orders", "cancellations", "orders"]


def test_the_texts_of_all_feeds_stand_under_our_names() -> None:
    routes = [
        {"to": "set_aside", "where": "Kind = 'note'"},
        {"to": "cancellations", "where": "Kind = 'off'", "columns": {"reason": "Remark"}},
    ]
    client = client_of(columns={"order_id": "Number"}, routes=routes)
    said = [("1", "off", "r"), ("2", "note", None), ("3", "x", None)]
    rows: list[Row] = [{"Number": number, "Kind": kind, "Remark": remark} for number, kind, remark in said]
    sent = sent_cells(raw_of(rows), source=SOURCE, client=client).sort("row_no")
    assert sent.select("row_no", "order_id", "reason").rows() == [(1, "1", "r"), (3, "3", None)]
