"""Tests of which feed a sample is."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.vocabulary.words import Feed
from tests.transforms.onboarding.tables import KNOWN, sample_of
from transforms.onboarding.feeds import lacking, match_feed, match_feeds, runner_up

TODAY = date(2026, 3, 20)

Row = dict[str, str | None]


def rows(headers: str, *lines: str) -> list[Row]:
    """Rows of cells between bars."""
    names = headers.split("|")
    return [dict(zip(names, [cell or None for cell in line.split("|")], strict=True)) for line in lines]


@pytest.mark.parametrize(
    ("table", "name", "feed"),
    [
        (rows("order_id|sku|qty|ordered_at", "1|A|2|2026-03-02"), "a.csv", Feed.ORDERS),
        (rows("Auftragsnummer|Artikelnummer|Menge|Bestelldatum", "1|A|2|02.03.2026"), "a.csv", Feed.ORDERS),
        (rows("GRN|SKU|Qty|Date", "1|A|2|2026-03-02"), "a.csv", Feed.RECEIPTS),
        (rows("Référence|Emplacement|Quantité", "A|B1|2", "B|B2|7"), "a.csv", Feed.STOCK),
        (rows("SKU|Quantity", "A|3"), "stock.csv", Feed.STOCK),
        (rows("SKU|Quantity|Reason|Date", "A|-3|broken|2026-03-02"), "a.csv", Feed.ADJUSTMENTS),
        (rows("Order No|SKU|Qty Shipped|Tracking Number", "1|A|3|T1"), "a.csv", Feed.SHIPMENTS),
        (rows("Order No|SKU|Cancelled At", "1|A|2026-03-02"), "a.csv", Feed.CANCELLATIONS),
        (rows("SKU|Description|Barcode", "A|Card|5012345678900"), "a.csv", Feed.ITEMS),
        (rows("PO Number|SKU|Qty|Delivery Date", "P1|A|2|2026-04-02"), "a.csv", Feed.ASNS),
        (rows("PO Number|Receipt No|SKU|Qty|Delivery Date", "P1|R1|A|2|2026-03-02"), "a.csv", Feed.RECEIPTS),
    ],
)
def test_a_sample_is_of_the_feed_that_its_columns_name_and_values_speak_for(
    table: list[Row], name: str, feed: Feed
) -> None:
    best = match_feeds(sample_of(table, name), KNOWN, skus=(), today=TODAY)[0]
    assert best.feed == feed
    assert best.fits
    assert best.lacks == ()


def test_a_feed_that_is_nearly_as_likely_is_the_runner_up() -> None:
    coming = rows("PO Number|SKU|Qty|Delivery Date", "P1|A|2|03/04/2026")
    matches = match_feeds(sample_of(coming, "receiving.csv"), KNOWN, skus=(), today=TODAY)
    assert [match.feed for match in matches[:2]] == [Feed.ASNS, Feed.RECEIPTS]
    assert runner_up(matches) == matches[1]
    clear = rows("order_id|sku|qty|ordered_at|ship_to_name", "1|A|2|2026-03-02|Ann")
    assert runner_up(match_feeds(sample_of(clear), KNOWN, skus=(), today=TODAY)) is None


def test_what_has_no_column_of_ours_fits_nothing() -> None:
    matches = match_feeds(sample_of(rows("Colour|Size", "red|L")), KNOWN, skus=(), today=TODAY)
    assert not any(match.fits for match in matches)


def test_needed_columns_without_a_known_name_are_found_by_their_values() -> None:
    table = rows("Zlecenie|Towar|Ile|Kiedy", "Z1|A|2|2026-03-02", "Z2|B|2|2026-03-03")
    match = match_feed(sample_of(table), Feed.ORDERS, KNOWN, skus={"A", "B", "C"})
    assert {ours: source.headers for ours, source in match.sources.items()} == {
        "sku": ("Towar",),
        "qty": ("Ile",),
        "ordered_at": ("Kiedy",),
    }
    assert match.lacks == ("order_id",)
    assert "SKUs of the other files" in match.sources["sku"].why


def test_of_two_columns_with_such_values_none_is_taken() -> None:
    table = rows("Order No|Towar|Ile|Sztuk|Kiedy", "Z1|A|2|1|2026-03-02", "Z2|B|2|1|2026-03-03")
    assert "qty" in match_feed(sample_of(table), Feed.ORDERS, KNOWN, skus=()).lacks


def test_of_columns_that_serve_alike_the_nearest_is_missed() -> None:
    assert list(lacking(Feed.RECEIPTS, ["receipt_id", "sku", "received_qty"])) == ["received_on"]
    assert list(lacking(Feed.RECEIPTS, ["receipt_id", "sku", "received_qty", "received_at"])) == []
    assert list(lacking(Feed.SHIPMENTS, ["order_id", "shipped_qty"])) == ["sku"]
    assert list(lacking(Feed.SHIPMENTS, ["shipped_qty"])) == ["release_id"]
    assert list(lacking(Feed.CANCELLATIONS, ["sku"])) == ["order_id"]


def test_a_person_may_say_the_feed_of_a_known_export() -> None:
    table = rows("Name|Lineitem sku|Lineitem quantity|Created at", "#1|A|1|2026-03-02")
    assert match_feed(sample_of(table), Feed.ORDERS, KNOWN, skus=()).export is not None
    assert match_feed(sample_of(table), Feed.ITEMS, KNOWN, skus=()).export is None


def test_a_known_export_is_that_and_nothing_else() -> None:
    table = rows("Name|Lineitem sku|Lineitem quantity|Created at|SKU|Qty", "#1|A|1|2026-03-02|B|7")
    (match,) = match_feeds(sample_of(table, "stock.csv"), KNOWN, skus=(), today=TODAY)
    assert (match.feed, match.lacks, match.fits) == (Feed.ORDERS, (), True)
    assert match.export is not None
    assert match.export.name == "Shopify, orders"
    assert match.sources["sku"].headers == ("Lineitem sku",)
    lacking_sku = rows("Name|Lineitem sku|Lineitem quantity", "#1|A|1")
    (other,) = match_feeds(sample_of(lacking_sku), KNOWN, skus=(), today=TODAY)
    assert other.lacks == ("ordered_at",)
