"""Tests of the analyst's order lines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from schemas.books.catalogue import Item, ItemUnit
from schemas.books.orders import OrderLine
from schemas.books.stock import FirstCount
from schemas.night import Books
from schemas.results import Decision, QueuePosition
from schemas.settings.client import Feeds, StockFeed
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import AS_OF, CLIENTS, line_row, version_of
from transforms.reports.analyst_lines import line_status, main_reasons, tabulate_lines

TUESDAY = date(2026, 3, 3)
QUANTITIES = ("open_qty", "reserved_qty", "released_qty", "shipped_qty", "cancelled_qty")


def line(**columns: object) -> dict[str, object]:
    """The analyst's row of one line without standings."""
    books = Books.of({"order_lines": frame_of(OrderLine, line_row(**columns))})
    return tabulate_lines(version_of(books=books), as_of=AS_OF, clients=CLIENTS).row(0, named=True)


@pytest.mark.parametrize(
    ("quantities", "status"),
    [
        ((1, 1, 1, 1, 1), "released"),
        ((1, 1, 0, 1, 1), "reserved"),
        ((1, 0, 0, 1, 1), "open"),
        ((0, 0, 0, 1, 1), "shipped"),
        ((0, 0, 0, 0, 1), "cancelled"),
        ((0, 0, 0, 0, 0), "cancelled"),
    ],
)
def test_status_is_the_first_quantity_that_is_there(quantities: tuple[int, ...], status: str) -> None:
    row = pl.DataFrame([dict(zip(QUANTITIES, quantities, strict=True))])
    assert row.select(status=line_status).item() == status


def test_a_line_with_nothing_open_has_no_place_in_the_queue() -> None:
    kept = {"open_qty": 0, "reserved_qty": 10}
    books = Books.of({"order_lines": frame_of(OrderLine, line_row(**kept))})
    standings = frame_of(QueuePosition, {"order_id": "O1", "rank": 7, "queue_place": 3})
    version = version_of(books=books, standings=standings)
    row = tabulate_lines(version, as_of=AS_OF, clients=CLIENTS).row(0, named=True)
    assert (row["rank"], row["queue_place"]) == (7, None)


def test_the_short_reason_is_the_code_with_the_largest_quantity() -> None:
    decisions = frame_of(
        Decision,
        {"order_id": "O1", "reason_code": "order_hold", "qty": 2},
        {"order_id": "O1", "reason_code": "rank", "qty": 5},
    )
    assert main_reasons(decisions)["short_reason"].to_list() == ["rank"]


def test_of_equal_quantities_the_code_attributed_first_stands_for_the_line() -> None:
    decisions = frame_of(
        Decision,
        {"order_id": "O1", "reason_code": "no_stock", "qty": 3},
        {"order_id": "O1", "reason_code": "safety_stock", "qty": 3},
        {"order_id": "O1", "reason_code": "rank", "qty": 3},
    )
    assert main_reasons(decisions)["short_reason"].to_list() == ["safety_stock"]


def test_every_line_has_its_own_short_reason() -> None:
    decisions = frame_of(
        Decision,
        {"order_id": "O2", "reason_code": "rank", "qty": 1},
        {"order_id": "O1", "line_no": 2, "reason_code": "no_stock", "qty": 1},
        {"order_id": "O1", "reason_code": "not_due", "qty": 1},
    )
    assert main_reasons(decisions).rows() == [
        ("acme", "O1", 1, "not_due"),
        ("acme", "O1", 2, "no_stock"),
        ("acme", "O2", 1, "rank"),
    ]


def test_a_line_shows_where_it_stands_tonight() -> None:
    standings = frame_of(
        QueuePosition,
        {
            "order_id": "O1",
            "rank": 7,
            "queue_place": 3,
            "ahead_qty": 40,
            "backordered_qty": 10,
            "eta_on": date(2026, 3, 9),
            "eta_reason": "ASN A1 line 1",
        },
    )
    row = tabulate_lines(version_of(standings=standings), as_of=AS_OF, clients=CLIENTS).row(0, named=True)
    assert (row["rank"], row["queue_place"], row["ahead_qty"], row["backordered_qty"]) == (7, 3, 40, 10)
    assert (row["eta_on"], row["eta_reason"]) == (date(2026, 3, 9), "ASN A1 line 1")


def test_a_line_that_waits_for_nothing_has_no_place_and_no_date() -> None:
    row = line(open_qty=0, shipped_qty=10, eta_on=date(2026, 2, 1))
    assert (row["rank"], row["queue_place"], row["eta_on"], row["backordered_qty"]) == (None, None, None, 0)


def test_the_warehouse_is_the_first_of_the_lines_list() -> None:
    assert line(warehouse_ids="W2|W1")["warehouse_id"] == "W2"


def test_a_line_waits_since_its_first_short_night() -> None:
    assert line(first_short_on=date(2026, 2, 20))["days_waiting"] == 10


@pytest.mark.parametrize(
    ("columns", "awaits", "counted_on"),
    [
        ({}, None, TUESDAY),
        ({"first_due_on": TUESDAY, "first_short_on": date(2026, 3, 9)}, None, TUESDAY),
        ({"first_due_on": NIGHT}, None, None),
        ({"accepted_on": TUESDAY}, None, None),
        ({"warehouse_ids": "W2"}, None, None),
        ({}, "W2", None),
    ],
)
def test_a_line_that_waited_for_a_first_count_shows_when_it_came(
    columns: dict[str, object], awaits: str | None, counted_on: date | None
) -> None:
    row = {"warehouse_ids": "W1|W2", "accepted_on": NIGHT} | columns
    counts = frame_of(FirstCount, {"warehouse_id": "W1", "counted_on": TUESDAY}, {"warehouse_id": "W2"})
    version = version_of(
        books=Books.of({"order_lines": frame_of(OrderLine, line_row(**row)), "first_counts": counts}),
        standings=frame_of(QueuePosition, {"order_id": "O1", "awaits_count": awaits}),
    )
    sends = CLIENTS["acme"].model_copy(update={"feeds": Feeds(stock=StockFeed(count_scope="rows"))})
    told = tabulate_lines(version, as_of=AS_OF, clients={"acme": sends}).row(0, named=True)
    assert (told["awaits_count"], told["counted_on"]) == (awaits, counted_on)


def test_a_line_that_was_never_short_does_not_wait() -> None:
    assert line()["days_waiting"] is None


@pytest.mark.parametrize(
    ("columns", "due_on"),
    [
        ({"promised_on": date(2026, 3, 5)}, date(2026, 3, 5)),
        ({"promised_on": date(2026, 3, 5), "ship_not_before": date(2026, 3, 7)}, date(2026, 3, 7)),
        ({}, NIGHT),
    ],
)
def test_closed_lines_have_a_due_date_too(columns: dict[str, date], due_on: date) -> None:
    assert line(open_qty=0, shipped_qty=10, **columns)["due_on"] == due_on


def test_the_value_of_what_is_open_is_its_units_at_their_price() -> None:
    assert line(unit_price=Decimal("2.55"))["open_value"] == Decimal("25.5")


def test_a_line_without_a_price_has_no_value() -> None:
    assert line()["open_value"] is None


def test_a_price_of_a_case_is_spread_over_its_eaches() -> None:
    books = Books.of(
        {
            "order_lines": frame_of(
                OrderLine, line_row(open_qty=48, ordered_qty=48, sent_uom="CA", unit_price=Decimal(36))
            ),
            "items": frame_of(Item, {}),
            "item_units": frame_of(ItemUnit, {"uom": "CA", "each_qty": 24}, {"uom": "PL", "each_qty": 960}),
        }
    )
    lines = tabulate_lines(version_of(books=books), as_of=AS_OF, clients=CLIENTS)
    assert lines["open_value"].to_list() == [Decimal(72)]
    assert lines.select("unit_price", "uom_eaches", "each_price").rows() == [
        (Decimal(36), 24, Decimal("1.5")),
    ]


def test_weight_goods_are_valued_by_the_whole_unit() -> None:
    books = Books.of(
        {
            "order_lines": frame_of(
                OrderLine, line_row(open_qty=125, ordered_qty=125, unit_price=Decimal(4))
            ),
            "items": frame_of(Item, {"decimals": 1}),
        }
    )
    lines = tabulate_lines(version_of(books=books), as_of=AS_OF, clients=CLIENTS)
    assert lines["open_value"].to_list() == [Decimal(50)]


def test_a_price_of_a_unit_that_nobody_knows_is_that_of_an_each() -> None:
    told = line(sent_uom="BOX", unit_price=Decimal("2.55"))
    assert (told["sent_uom"], told["uom_eaches"], told["each_price"]) == ("BOX", 1, Decimal("2.55"))


@pytest.mark.parametrize(("consignee", "shown"), [("ACC-17", "ACC-17"), ("jo@example.com", None)])
def test_a_mail_address_is_no_id_of_a_buyer(consignee: str, shown: str | None) -> None:
    assert line(consignee_id=consignee)["consignee_id"] == shown


def test_the_day_of_an_order_is_its_clients() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    version = version_of(books=Books.of({"order_lines": frame_of(OrderLine, line_row(ordered_at=late))}))
    berlin = {"acme": CLIENTS["acme"].model_copy(update={"time_zone": "Europe/Berlin"})}
    told = tabulate_lines(version, as_of=AS_OF, clients=berlin)
    assert told["ordered_on"].to_list() == [date(2026, 3, 2)]


def test_a_line_of_a_client_without_a_file_is_still_shown() -> None:
    assert tabulate_lines(version_of(), as_of=AS_OF, clients={}).height == 1


def test_times_are_in_utc_and_do_not_say_so() -> None:
    lines = tabulate_lines(version_of(), as_of=AS_OF, clients=CLIENTS)
    assert lines.schema["ordered_at"] == pl.Datetime("us")
