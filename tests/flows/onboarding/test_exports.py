"""Files of well-known programs, each to settings under which it reads right."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest

from schemas.vocabulary.words import Feed
from tests.flows.onboarding import exports
from tests.flows.onboarding.newcomers import client_of, make_place, onboard, rows_read, to_decide
from tests.trials.defects.writing import write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_place(tmp_path)


def test_shopify_fills_what_is_said_once_an_order_and_its_name_is_the_order(place: Workspace) -> None:
    found = onboard(place, {"orders_export.csv": exports.SHOPIFY})
    assert to_decide(found) == []
    assert rows_read(found) == [
        [
            ("#1001", "CARD-M", "2", "2026-03-02 09:14"),
            ("#1001", "CARD-L", "1", "2026-03-02 09:14"),
            ("#1002", "CARD-M", "1", "2026-03-03 16:00"),
        ]
    ]
    orders = client_of(place, found).feeds.orders
    assert orders.columns["ship_to_name"] == "Shipping Name"
    assert orders.fill_down[0] == "Name"
    assert {"Shipping Name", "Created at", "Cancelled at"} <= set(orders.fill_down)
    assert not {"Lineitem sku", "Lineitem quantity", "Lineitem price"} & set(orders.fill_down)


def test_orders_that_a_shop_has_fulfilled_or_cancelled_are_a_question(place: Workspace) -> None:
    text = exports.SHOPIFY.replace("#1002", "#1002", 1).replace("pending,Ben", "fulfilled,Ben")
    found = onboard(place, {"orders_export.csv": text})
    assert to_decide(found) == ["orders.routes"]
    (file,) = found.files
    assert file.as_written is not None
    assert file.as_written.verdicts["accepted"] == 3
    assert file.as_decided is not None
    assert file.as_decided.verdicts["set_aside"] == 1


def test_an_order_that_is_cancelled_once_is_so_in_all_its_lines(place: Workspace) -> None:
    cancelled = exports.SHOPIFY.replace("GB,,,,,card,c1", "GB,,,,2026-03-04 10:00:00 +0000,card,c1")
    assert cancelled.count("2026-03-04") == 1
    found = onboard(place, {"orders_export.csv": cancelled})
    (file,) = found.files
    assert file.as_decided is not None
    sent = {to.to: to.rows for to in file.as_decided.understood.destinations}
    assert sent["cancellations"] == 2


def test_woocommerce_numbers_lines_where_others_number_items(place: Workspace) -> None:
    found = onboard(place, {"orders.csv": exports.WOOCOMMERCE})
    columns = client_of(place, found).feeds.orders.columns
    assert columns["line_no"] == "Item #"
    assert columns["sku"] == "SKU"
    assert columns["ship_to_city"] == "City (Shipping)"
    assert to_decide(found) == ["orders.routes"]
    assert rows_read(found)[0][1] == ("881", "CARD-L", "1", "2026-03-02 09:14")


def test_amazon_is_divided_by_tabs_and_brings_its_offset(place: Workspace) -> None:
    found = onboard(place, {"orders.txt": exports.AMAZON})
    assert client_of(place, found).feeds.orders.delimiter == "\t"
    assert to_decide(found) == []
    assert rows_read(found) == [
        [("202-1-1", "CARD-M", "2", "2026-03-02 09:14"), ("202-1-2", "CARD-L", "1", "2026-03-03 16:00")]
    ]


def test_what_amazon_ships_itself_is_a_question(place: Workspace) -> None:
    found = onboard(place, {"all.txt": exports.AMAZON_ALL})
    assert to_decide(found) == ["orders.routes"]
    (section,) = found.sections
    assert (
        section.open[0].value[0]["where"]
        == "\"order-status\" = 'Shipped' OR \"fulfillment-channel\" = 'Amazon'"
    )
    assert "channel" in dict(section.mapped)


def test_square_has_day_and_time_in_two_columns(place: Workspace) -> None:
    found = onboard(place, {"items.csv": exports.SQUARE})
    assert to_decide(found) == []
    assert rows_read(found)[0][0] == ("T1", "CARD-M", "2", "2026-03-02 09:14")


def test_a_german_report_from_a_spreadsheet(place: Workspace) -> None:
    """In cp1252 by semicolons, with a title above, a total below, and marks of numbers changed over."""
    content = exports.GERMAN_RECEIPTS.encode("cp1252")
    found = onboard(place, {"bericht.csv": content})
    assert to_decide(found) == []
    receipts = client_of(place, found).feeds.receipts
    assert (receipts.encoding, receipts.delimiter, receipts.leave_out) == ("cp1252", ";", ("Summe",))
    assert (receipts.decimal_mark, receipts.thousands_mark) == (",", ".")
    assert receipts.date_format == "%d.%m.%Y"
    assert receipts.columns["received_on"] == "Lieferdatum"
    assert [row[:3] for row in rows_read(found)[0]] == [
        ("LS-771", "CARD-M", "1200"),
        ("LS-771", "CARD-L", "48"),
        ("LS-772", "CARD-S", "1000"),
    ]


@pytest.mark.parametrize("total", ["Summe;;1.298;;", "Summe;1.298"])
def test_a_total_says_what_a_point_means_before_any_quantity_has_one(place: Workspace, total: str) -> None:
    head = "Lieferschein;Artikel;Menge;Lieferdatum;Preis\n"
    rows = "LS-1;CARD-M;900;14.02.2026;5\nLS-1;CARD-L;398;14.02.2026;7\n"
    found = onboard(place, {"receipts=bericht.csv": f"{head}{rows}{total}\n"})
    assert to_decide(found) == []
    receipts = client_of(place, found).feeds.receipts
    assert (receipts.decimal_mark, receipts.thousands_mark) == (",", ".")


def test_numbers_of_a_workbook_say_nothing_of_texts(place: Workspace) -> None:
    rows = [("1", "A", 1.125, "2026-03-02"), ("2", "B", 2.5, "2026-03-02")]
    found = onboard(place, {"orders.xlsx": write_xlsx([("Order", "SKU", "Quantity", "Date"), *rows])})
    assert to_decide(found) == []
    assert not client_of(place, found).feeds.orders.says_marks


def test_a_french_count_asks_what_it_means(place: Workspace) -> None:
    found = onboard(place, {"stock_2026-03-12.csv": exports.FRENCH_STOCK.encode("cp1252")})
    assert to_decide(found) == ["stock.count_basis", "stock.count_scope", "stock.counted_at_time"]
    stock = client_of(place, found).feeds.stock
    assert stock.count_basis is None
    assert stock.counted_at_pattern == "stock_%Y-%m-%d"
    assert stock.columns["lot_id"] == "Lot"
    assert stock.date_format == "%d/%m/%Y"
    (file,) = found.files
    assert file.as_written is not None
    assert file.as_written.refusal is not None
    assert [row[1:3] for row in rows_read(found, decided=True)[0]] == [
        ("CARD-M", "1200"),
        ("CARD-L", "48"),
        ("CARD-S", "7"),
    ]


def test_who_says_when_counts_are_made_is_asked_nothing(place: Workspace) -> None:
    files: dict[str, str | bytes] = {"stock_2026-03-12.csv": exports.FRENCH_STOCK.encode("cp1252")}
    found = onboard(place, files, counted_at=time(6))
    assert to_decide(found) == []
    assert rows_read(found)[0][0][1:] == ("CARD-M", "1200", "2026-03-12 06:00")


def test_days_that_may_be_months_stay_a_question(place: Workspace) -> None:
    found = onboard(place, {"receipts.csv": exports.AMBIGUOUS_RECEIPTS})
    assert to_decide(found) == ["receipts.date_format"]
    assert client_of(place, found).feeds.receipts.date_format == "%Y-%m-%d"
    (file,) = found.files
    assert file.as_written is not None
    assert file.as_written.verdicts["rejected"] == 2
    (guess,) = found.sections[0].open
    # of goods that have come, what leads to fewer days to come stands first
    assert [choice.value for choice in guess.choices] == ["%m/%d/%Y", "%d/%m/%Y"]
    assert "Date Received, line 2" in guess.why


def test_two_files_at_once_know_each_other(place: Workspace) -> None:
    files: dict[str, str | bytes] = {
        "orders_export.csv": exports.SHOPIFY,
        "bericht.csv": exports.GERMAN_RECEIPTS.encode("cp1252"),
    }
    found = onboard(place, files)
    assert to_decide(found) == []
    assert [section.feed for section in found.sections] == [Feed.ORDERS, Feed.RECEIPTS]
    assert [file.known_skus for file in found.files] == [(2, 2), (2, 3)]
    client = client_of(place, found)
    assert client.feeds.orders.delimiter == ","
    assert client.feeds.receipts.delimiter == ";"


def test_a_column_without_a_known_name_is_found_by_the_skus_of_another_file(place: Workspace) -> None:
    strange = "Zamówienie,Towar,Ile,Order Date\n1,CARD-M,2,2026-03-02\n2,CARD-L,2,2026-03-02\n"
    found = onboard(
        place,
        {"orders_export.csv": exports.SHOPIFY, "orders.csv": strange},
        feeds={"orders.csv": Feed.ORDERS},
    )
    match = found.files[1].match
    assert match is not None
    assert match.sources["sku"].headers == ("Towar",)
    assert match.sources["qty"].headers == ("Ile",)
    assert match.lacks == ("order_id",)
    assert found.files[1].has_other_form(found.sections)
