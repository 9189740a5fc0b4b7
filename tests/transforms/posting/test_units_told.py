"""What findings and notes say of goods that are weighed: units, never thousandths."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.catalogue import Item
from schemas.books.stock import StockBalance
from schemas.night import Books
from schemas.results import Allocation, LostReservation
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import (
    AS_OF,
    client_with,
    night,
    nights_later,
    ordered,
    release,
    released_ten,
    rows_of,
)
from transforms.posting.planned.plan import post_plan

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting


def weighed(books: Books) -> Books:
    """The books, in which a unit of A is a thousandth of what its client calls one."""
    in_thousandths = pl.when(pl.col("sku") == "A").then(3).otherwise("decimals")
    items = books.items.with_columns(decimals=in_thousandths.cast(pl.Int64)).pipe(Item.validate)
    return replace(books, items=items)


def details(posting: Posting) -> dict[str, str]:
    """What the findings say, by their code."""
    return dict(posting.findings.select("code", "detail").iter_rows())


def notes(posting: Posting) -> list[str]:
    """What the acknowledgements add."""
    return posting.outcomes["note"].to_list()


def both_released() -> Books:
    """Ten of A, weighed, and two of B with the warehouse."""
    lines = ({"qty": 10}, {"line_no": 2, "sku": "B", "qty": 3})
    receipts = [
        {"receipt_id": f"g{sku}", "sku": sku, "received_qty": 10, "received_on": NIGHT} for sku in "AB"
    ]
    books = night(Books.blank(), rows_of(orders=list(lines), receipts=receipts)).books
    return weighed(release(books, {"allocated_qty": 10}, {"line_no": 2, "sku": "B", "allocated_qty": 2}))


def test_more_than_released_is_told_in_units() -> None:
    rows = rows_of(shipments=[{"release_id": "r1", "shipped_qty": 12}])
    told = details(night(weighed(released_ten()), rows, as_of=nights_later(1)))
    assert told["over_shipped"] == "line 1: 0.002 of A more than released"


def test_a_cancellation_of_one_item_tells_its_units() -> None:
    rows = rows_of(cancellations=[{"order_id": "o1", "line_no": 2, "qty": 9}])
    posting = night(both_released(), rows, as_of=nights_later(1))
    assert notes(posting) == ["with the warehouse or shipped: 2 units; 6 units found no open line"]
    rows = rows_of(cancellations=[{"order_id": "o1", "line_no": 1, "qty": 9}])
    posting = night(both_released(), rows, as_of=nights_later(1))
    said = details(posting)["too_late"]
    assert said.endswith("to cancel 0.009 units of line 1: 0.009 were with the warehouse or gone")


def test_a_cancellation_of_an_order_adds_up_units_of_its_items() -> None:
    posting = night(both_released(), rows_of(cancellations=[{"order_id": "o1"}]), as_of=nights_later(1))
    assert notes(posting) == ["with the warehouse or shipped: 2.01 units"]


def test_a_match_that_finds_too_little_says_how_many_units_it_lacks() -> None:
    cancellation = {
        "match_on": "consignee_id|sku",
        "order_id": None,
        "consignee_id": "C",
        "sku": "A",
        "qty": 9,
    }
    books = weighed(ordered({"qty": 5, "consignee_id": "C"}))
    posting = night(books, rows_of(cancellations=[cancellation]), as_of=nights_later(1))
    assert notes(posting) == ["0.004 units found no open line"]


def test_a_change_that_comes_too_late_tells_units() -> None:
    change = {"order_id": "o1", "line_no": 1, "qty": 4, "action": "change"}
    posting = night(weighed(released_ten()), rows_of(orders=[change]), as_of=nights_later(1))
    assert notes(posting) == ["with the warehouse or shipped, so still ordered: 0.006 units"]
    said = details(posting)["too_late"]
    assert said.endswith("of line 1: 0.006 could not be taken back")


def test_assumed_shipments_of_several_items_are_added_up_in_units() -> None:
    posting = night(both_released(), rows_of(), client=client_with(confirm="assume"), as_of=nights_later(1))
    assert details(posting)["assumed_shipment"] == "2.01 units count as shipped without a confirmation"


def test_a_lost_reservation_tells_units() -> None:
    books = weighed(ordered({"qty": 10}, received=10))
    reserved = post_plan(
        books,
        allocations=frame_of(
            Allocation, {"kind": "reserve", "bin_id": None, "order_id": "o1", "allocated_qty": 8}
        ),
        lost_reservations=frame_of(LostReservation),
        as_of=AS_OF,
    ).books
    lost = post_plan(
        reserved,
        allocations=frame_of(Allocation),
        lost_reservations=frame_of(LostReservation, {"order_id": "o1", "lost_qty": 5}),
        as_of=nights_later(1),
    )
    assert details(lost)["lost_reservation"] == "line 1: 0.005 reserved units of A are no longer in W1"


def test_a_count_is_held_for_the_units_that_would_vanish_not_for_their_fractions() -> None:
    shelf = [{"bin_id": "B1", "qty": 5_000}, {"bin_id": "B2", "sku": "B", "qty": 10}]
    items = ordered({"qty": 1}, {"line_no": 2, "sku": "B", "qty": 1}).items
    books = weighed(replace(Books.blank(), items=items, stock_balances=frame_of(StockBalance, *shelf)))
    counted = {"bin_id": "B2", "sku": "B", "qty": 4}
    held = night(books, rows_of(stock=[counted]))
    assert details(held)["count_held"].startswith("file file-stock: 6 of 15 units would vanish")
    weighed_less = {"bin_id": "B1", "sku": "A", "qty": 3_500}
    assert "count_held" not in details(night(books, rows_of(stock=[weighed_less])))
