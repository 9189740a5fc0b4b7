"""Tests of the views of stock: by night, reconciled by warehouse, and what counts differed by."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from schemas.books.catalogue import Item
from schemas.books.inbound import PostedReceipt
from schemas.books.journal import Movement
from schemas.books.orders import Shipment
from schemas.books.stock import FirstCount, StockBalance
from schemas.night import AsOf, Books
from schemas.outputs.analyst import Night
from tests.flows.outbound.analysts.asking import ask, day
from tests.frames import frame_of
from tests.transforms.reports.analyst_world import night_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    ShowVersion = Callable[..., Path]

FACTS: list[tuple[int, str, str, str, int]] = [
    (0, "ADJUSTED", "FREE", "counted", 100),
    (1, "SUPPLIER", "FREE", "received", 20),
    (1, "FREE", "SUPPLIER", "receipt_corrected", 5),
    (1, "FREE", "RELEASED", "allocated", 40),
    (2, "RELEASED", "SHIPPED", "shipped", 40),
    (2, "SHIPPED", "FREE", "slip_taken_back", 3),
    (2, "FREE", "ADJUSTED", "adjusted", 2),
    (2, "FREE", "HOLD", "counted", 7),
    (4, "ADJUSTED", "FREE", "book_gap", 1),
    (4, "FREE", "ADJUSTED", "counted", 9),
    (5, "ADJUSTED", "FREE", "already_counted", 4),
]
"""Night, accounts, cause and tenths of units; on night 3 nothing moved."""


@pytest.fixture
def shelf(show_version: ShowVersion) -> ShowVersion:
    """A shelf of an item that is sold by tenths, six nights, of which the first counted it first."""

    def moved(number: int, fact: tuple[int, str, str, str, int]) -> dict[str, Any]:
        nights, out, into, cause, qty = fact
        return {"business_date": day(nights), "seq": number, "ledger": "stock", "warehouse_id": "W1",
                "bin_id": "B1", "from_account": out, "to_account": into, "cause": cause, "qty": qty,
                "effective_on": day(nights), "file_hash": "f", "row_no": number}  # fmt: skip

    balances = [{"account": "FREE", "qty": 65}, {"account": "HOLD", "qty": 7, "hold_reason": "counted"}]
    books = Books.of(
        {
            "items": frame_of(Item, {"decimals": 1}),
            "stock_balances": frame_of(
                StockBalance, *({"warehouse_id": "W1", "bin_id": "B1", **one} for one in balances)
            ),
            "first_counts": frame_of(FirstCount, {"warehouse_id": "W1", "counted_on": day(0)}),
        }
    )
    sent = {"order_id": "O1", "shipment_id": "S1", "business_date": day(2), "shipped_on": day(2),
            "warehouse_id": "W1", "shipped_qty": 40, "basis": "confirmed"}  # fmt: skip
    history = {
        "movements": frame_of(Movement, *(moved(number, fact) for number, fact in enumerate(FACTS, 1))),
        "shipments": frame_of(Shipment, sent),
    }
    nights = frame_of(Night, *(night_row(day(days), version=days + 1) for days in range(6)))

    def make(*receipts: dict[str, Any]) -> Path:
        given = {"receipts": frame_of(PostedReceipt, *receipts)} | history
        return show_version(version_of(books=books, history=given, nights=nights), as_of=AsOf(day(5)))

    return make


@pytest.fixture
def path(shelf: ShowVersion) -> Path:
    """The shelf, of whose receipts nothing is known."""
    return shelf()


COLUMNS = (
    "opening_qty",
    "received_qty",
    "shipped_qty",
    "adjusted_qty",
    "counted_qty",
    "gap_qty",
    "closing_qty",
)
NIGHTS = [
    (0, [0, 0, 0, 0, 10, 0, 10]),
    (1, [10, 1.5, 0, 0, 0, 0, 11.5]),
    (2, [11.5, 0, 3.7, -0.2, 0, 0, 7.6]),
    (4, [7.6, 0, 0, 0, -0.9, 0.1, 6.8]),
    (5, [6.8, 0, 0, 0, 0.4, 0, 7.2]),
]


def test_a_sku_has_a_row_a_night_that_moved_it(path: Path) -> None:
    found = ask(path, "FROM stock_nights ORDER BY business_date")
    assert [row["business_date"] for row in found] == [day(days) for days, _ in NIGHTS]
    for row, (_, values) in zip(found, NIGHTS, strict=True):
        assert [row[name] for name in COLUMNS] == pytest.approx(values)


def test_every_night_is_reconciled_also_one_on_which_nothing_moved(path: Path) -> None:
    rows = ask(path, "FROM reconciliation ORDER BY business_date")
    assert [row["business_date"] for row in rows] == [day(days) for days in range(6)]
    for before, after in pairwise(rows):
        assert before["closing_qty"] == after["opening_qty"]
    for row in rows:
        came = row["received_qty"] - row["shipped_qty"] + row["adjusted_qty"]
        found = row["counted_qty"] + row["gap_qty"]
        assert row["closing_qty"] == pytest.approx(row["opening_qty"] + came + found)
    assert (rows[3]["opening_qty"], rows[3]["closing_qty"]) == (7.6, 7.6)
    assert rows[-1]["closing_qty"] == 7.2


def test_a_first_count_is_no_difference_and_a_later_fact_explains_one(path: Path) -> None:
    found = ask(path, "FROM count_differences")
    told = [(row["business_date"], row["difference_qty"], row["shelf_difference_qty"]) for row in found]
    assert told == [(day(4), -0.8, -0.4), (day(5), 0.4, -0.4)]
    assert {row["bin_ids"] for row in found} == {"B1"}


def test_a_client_is_billed_by_what_came_lay_and_left(path: Path) -> None:
    (bill,) = ask(path, "FROM billing")
    assert (bill["month"], bill["nights"]) == ("2026-03", 6)
    assert bill["stored_unit_nights"] == pytest.approx(10 + 11.5 + 7.6 + 7.6 + 6.8 + 7.2)
    assert (bill["receipt_rows"], bill["received_qty"]) == (1, 1.5)
    assert (bill["orders"], bill["lines"], bill["shipped_qty"], bill["parcels"]) == (1, 1, 4, 1)


RECEIVED = {"business_date": day(1), "warehouse_id": "W1", "receipt_id": "R1", "file_hash": "f", "row_no": 2}


@pytest.mark.parametrize(
    ("receipts", "count"),
    [
        ([{"received_qty": 20}], 1),
        ([{"received_qty": 20}, {"received_qty": -5}], 1),
        ([{"received_qty": -5}], None),
    ],
)
def test_receipts_are_counted_where_all_rows_of_the_month_are_known(
    shelf: ShowVersion, receipts: list[dict[str, int]], count: int | None
) -> None:
    (bill,) = ask(shelf(*(RECEIVED | one for one in receipts)), "FROM billing")
    assert (bill["receipts"], bill["receipt_rows"]) == (count, 1)
