"""Tests of what names of columns mean."""

from __future__ import annotations

import pytest

from schemas.vocabulary.words import Feed
from tests.transforms.onboarding.tables import KNOWN
from transforms.onboarding.names import ColumnWord, Export, KnownNames, find_export, fold, match_words


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Order No.", "order no"),
        ("ORDER_NUMBER", "order no"),
        ("Order #", "order no"),
        ("N° commande", "no commande"),
        ("Quantité", "quantite"),
        ("Größe", "grosse"),
        ("ReferenceNum", "reference no"),
        ("ShipToAddress1", "ship to address 1"),
        ("SKU", "sku"),
    ],
)
def test_what_does_not_count_of_a_name_is_folded_away(name: str, folded: str) -> None:
    assert fold(name) == folded


def mapped(headers: list[str], feed: Feed) -> dict[str, str]:
    """Ours and theirs."""
    return {ours: source.headers[0] for ours, source in match_words(headers, feed, KNOWN).items()}


def test_a_word_means_what_it_means_in_the_feed() -> None:
    headers = ["Bestellnummer", "Artikelnummer", "Menge", "Lieferdatum"]
    assert mapped(headers, Feed.ORDERS) == {
        "order_id": "Bestellnummer",
        "sku": "Artikelnummer",
        "qty": "Menge",
        "deliver_by": "Lieferdatum",
    }
    assert mapped(headers, Feed.RECEIPTS) == {
        "asn_id": "Bestellnummer",
        "sku": "Artikelnummer",
        "received_qty": "Menge",
        "received_on": "Lieferdatum",
    }


def test_our_own_names_come_first_and_need_no_mapping() -> None:
    found = match_words(["Quantity", "qty", "sku"], Feed.STOCK, KNOWN)
    assert found["qty"].headers == ("qty",)
    assert found["qty"].is_ours


def test_the_name_that_says_more_comes_before_the_one_that_all_files_have() -> None:
    assert mapped(["Qty", "Qty Ordered", "Date", "Order Date"], Feed.ORDERS) == {
        "qty": "Qty Ordered",
        "ordered_at": "Order Date",
    }


def test_a_name_alone_is_no_order_number() -> None:
    """Shopify calls it so, and nobody else."""
    assert "order_id" not in mapped(["Name", "SKU", "Quantity"], Feed.ORDERS)
    assert find_export(["Name", "SKU", "Quantity"], KNOWN) is None


def test_a_value_within_a_record_has_the_name_of_its_end_where_no_other_ends_so() -> None:
    assert mapped(["id", "line_items.sku", "line_items.quantity"], Feed.ORDERS) == {
        "sku": "line_items.sku",
        "qty": "line_items.quantity",
    }
    assert "sku" not in mapped(["line_items.sku", "bundle.sku"], Feed.ORDERS)
    assert mapped(["line_items.sku", "SKU"], Feed.ORDERS)["sku"] == "SKU"


def test_every_name_that_is_known_is_told_also_those_of_joined_columns() -> None:
    export = Export("Shop", Feed.ORDERS, ("Mark",), {"sku": (("Code",), ("Style", "Size"))})
    word = ColumnWord({Feed.ORDERS: "qty"}, {}, ("Qty", "Menge"))
    known = KnownNames((export,), (word,), {}, (), ())
    assert set(known.all_names()) == {"Mark", "Code", "Style", "Size", "Qty", "Menge"}
