"""A rejection says what its cell may hold: the allowed words, the range, the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import client_of
from transforms.hints import hint_of
from transforms.intake.rows.advice import Desk, advise, allowed_in

if TYPE_CHECKING:
    from schemas.settings.client import Client

ROUTED = [{"to": "cancellations", "where": "qty IS NULL"}, {"to": "set_aside", "where": "sku IS NULL"}]


@pytest.mark.parametrize(
    ("code", "feed", "column", "allowed"),
    [
        ("not_a_choice", "orders", "action", "new, change, cancel"),
        ("not_a_choice", "stock", "status", "available, hold, damaged"),
        ("not_a_choice", "items", "active", "true, yes, y, t, 1, false, no, n, f, 0"),
        ("out_of_range", "orders", "priority", "1 to 9"),
        ("out_of_range", "orders", "line_no", "1 to 999999999999"),
        ("out_of_range", "orders", "qty", "0 to 1000000000000"),
        ("out_of_range", "adjustments", "qty", "-1000000000000 to 1000000000000, but not 0"),
        ("out_of_range", "items", "safety_stock_qty", "0 to 1000000000000"),
        ("out_of_range", "orders", "promised_on", "1970-01-01 to 2199-12-31"),
        (
            "out_of_range",
            "receipts",
            "received_at",
            "1970-01-01 to 2199-12-31, and no later than 1 day after the night",
        ),
        ("out_of_range", "orders", "unit_price", "12 digits, and 4 behind the decimal mark"),
        ("out_of_range", "orders", "uom", "1 to 1000000000 eaches in a unit; each and ea are 1"),
        ("out_of_range", "orders", "sku", ""),
        ("not_a_number", "orders", "line_no", "12"),
        ("not_a_number", "orders", "qty", '12 or 12.5; decimal_mark = "."'),
        ("not_a_number", "orders", "unit_price", '12 or 12.5; decimal_mark = "."'),
        ("not_a_number", "items", "uoms", "CA:24|PL:960"),
        ("not_a_number", "items", "kit", "SKU:2|SKU2:1"),
        ("not_a_date", "orders", "ship_by", '2026-12-31; date_format = "%Y-%m-%d"'),
        ("not_a_time", "orders", "ordered_at", "2026-12-31 14:30, with or without seconds, or ISO 8601"),
        ("time_needed", "stock", "counted_at", "2026-12-31 14:30, with or without seconds, or ISO 8601"),
        ("unknown_warehouse", "receipts", "warehouse_id", "W1, W2"),
        ("unknown_unit", "orders", "uom", "each and ea are always known"),
        ("key_twice", "orders", "qty", ""),
    ],
)
def test_what_a_cell_may_hold_follows_the_hint(code: str, feed: str, column: str, allowed: str) -> None:
    desk = Desk(Feed(feed), client_of())
    assert allowed_in(code, column, desk) == allowed
    hint = hint_of(code, feed)
    assert advise(code, column, desk) == (f"{hint} ({allowed})" if allowed else hint)


@pytest.mark.parametrize(
    ("code", "column", "allowed"),
    [
        ("not_a_date", "ship_by", '31/12/2026; date_format = "%d/%m/%Y"'),
        ("not_a_time", "ordered_at", '31.12.2026 14.30; time_format = "%d.%m.%Y %H.%M"'),
        ("not_a_number", "qty", '12 or 12,5; decimal_mark = ","'),
        ("cast_failed", "qty", "CAST(Pieces AS INT)"),
        ("cast_failed", "sku", ""),
    ],
)
def test_it_is_said_as_the_clients_file_has_it(code: str, column: str, allowed: str) -> None:
    client = client_of(
        date_format="%d/%m/%Y",
        time_format="%d.%m.%Y %H.%M",
        decimal_mark=",",
        columns={"qty": "CAST(Pieces AS INT)"},
    )
    assert allowed_in(code, column, Desk(Feed.ORDERS, client)) == allowed


@pytest.mark.parametrize("offset", ["%z", "%#z"])
def test_a_time_with_its_offset_is_said_as_it_is_written(offset: str) -> None:
    desk = Desk(Feed.ORDERS, client_of(time_format=f"%Y-%m-%d %H:%M {offset}"))
    said = allowed_in("not_a_time", "ordered_at", desk)
    assert said == f'2026-12-31 14:30 +0000; time_format = "%Y-%m-%d %H:%M {offset}"'


def test_rows_that_a_route_moved_are_held_to_the_contract_of_their_feed() -> None:
    desk = Desk(Feed.ORDERS, client_of(routes=ROUTED))
    assert allowed_in("out_of_range", "cancelled_at", desk) == "1970-01-01 to 2199-12-31"
    assert allowed_in("out_of_range", "qty", desk) == "0 to 1000000000000"


@pytest.mark.parametrize(("column", "client"), [(None, client_of()), ("action", None)])
def test_of_a_whole_row_and_without_settings_there_is_the_hint_alone(
    column: str | None, client: Client | None
) -> None:
    assert advise("not_a_choice", column, Desk(Feed.ORDERS, client)) == hint_of("not_a_choice", "orders")


def test_every_code_and_column_has_an_answer() -> None:
    from schemas.intake.feeds import FEED_TABLES  # noqa: PLC0415 -- read here only
    from transforms.intake.mapping.feed_columns import sent_columns  # noqa: PLC0415 -- as above

    for feed in FEED_TABLES:
        desk = Desk(feed, client_of())
        for code in ReasonCode:
            for column in sent_columns(feed):
                assert advise(code, column, desk).startswith(hint_of(code, feed))
