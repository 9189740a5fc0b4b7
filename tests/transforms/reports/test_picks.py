"""The rows of pick files."""

from __future__ import annotations

from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from schemas.books import OrderLine
from schemas.catalogue import Item
from schemas.night import Books
from schemas.people import ShipTo
from schemas.results import Allocation
from schemas.stock import StockLot
from schemas.warehouse import Warehouse
from tests.frames import NIGHT, frame_of
from transforms.reports.picks import build_picks


def release(number: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of an allocation
    """A release of 2 units for line 1 of order O1."""
    return {
        "order_id": "O1",
        "allocated_qty": 2,
        "release_id": f"r{number}",
        "lot_id": "",
        "bin_id": "B1",
    } | values


def picks(
    *releases: dict[str, Any],
    lines: tuple[dict[str, Any], ...] = ({},),
    item: dict[str, Any] | None = None,
    warehouse: dict[str, Any] | None = None,
    person: dict[str, Any] | None = None,
) -> pl.DataFrame:
    """The picks of one client's releases."""
    books = Books.of(
        {
            "order_lines": frame_of(OrderLine, *({"order_id": "O1", **row} for row in lines)),
            "items": frame_of(Item, {"sku": "A"} | (item or {}), {"sku": "B"}),
            "stock_lots": frame_of(StockLot, {"lot_id": "L1", "expiry_on": NIGHT}),
        }
    )
    house = Warehouse(warehouse_id="W1", allocator="us", **(warehouse or {}))
    people = frame_of(ShipTo, {"order_id": "O1", "ship_to_name": "Ann"} | (person or {}))
    return pl.DataFrame(build_picks(frame_of(Allocation, *releases), books, people, warehouses={"W1": house}))


def column(frame: pl.DataFrame, name: str) -> list[object]:
    return frame[name].to_list()


def test_rows_follow_the_picker_named_bins_first_then_natural_order() -> None:
    bins = ["B10", "B2", "Z9", "B1"]
    rows = [release(n, bin_id=bin_id) for n, bin_id in enumerate(bins)]
    assert column(picks(*rows, warehouse={"bin_order": ("Z9",)}), "bin_id") == ["Z9", "B1", "B2", "B10"]


def test_within_a_bin_rows_follow_by_sku_order_line_and_lot() -> None:
    rows = [
        release(1, sku="B"),
        release(2, line_no=2),
        release(3, lot_id="L2"),
        release(4, lot_id="L1"),
    ]
    built = picks(*rows, lines=({}, {"line_no": 2}))
    assert column(built, "release_id") == ["r4", "r3", "r2", "r1"]
    again = picks(*reversed(rows), lines=({}, {"line_no": 2}))
    assert_frame_equal(built, again)


def test_reservations_are_not_picked() -> None:
    kept = release(1, kind="reserve", release_id=None, bin_id=None, lot_id=None)
    assert picks(kept).is_empty()


def test_a_pick_carries_what_a_warehouse_system_needs() -> None:
    row = picks(
        release(1, lot_id="L1"),
        lines=({"po_number": "PO7", "ship_method": "road", "sent_sku": "a ", "cancel_after": NIGHT},),
        item={"description": "Cardigan", "upc": "0123", "gtin_case": "1012"},
    ).to_dicts()[0]
    expected = {
        "sku": "A",
        "sent_sku": "a",
        "upc": "0123",
        "gtin_case": "1012",
        "description": "Cardigan",
        "lot_id": "L1",
        "expiry_on": NIGHT,
        "qty": "2",
        "unit": "EA",
        "ship_to_name": "Ann",
        "po_number": "PO7",
        "ship_method": "road",
        "cancel_after": NIGHT,
    }
    assert {name: row[name] for name in expected} == expected


def test_goods_without_lots_have_no_lot() -> None:
    assert column(picks(release(1)), "lot_id") == [None]


def test_quantities_have_the_items_decimals() -> None:
    built = picks(release(1, allocated_qty=125), lines=({"open_qty": 5},), item={"decimals": 1})
    assert (column(built, "qty"), column(built, "rest_qty")) == (["12.5"], ["0.5"])


def test_an_order_is_complete_when_nothing_of_any_line_waits() -> None:
    assert column(picks(release(1), lines=({}, {"line_no": 2, "released_qty": 3})), "completes_order") == [
        True
    ]
    assert column(picks(release(1), lines=({}, {"line_no": 2, "open_qty": 1})), "completes_order") == [False]
    assert column(picks(release(1), lines=({}, {"line_no": 2, "reserved_qty": 1})), "completes_order") == [
        False
    ]


def test_a_warehouse_that_picks_by_line_finds_the_bins_itself() -> None:
    rows = [release(1, bin_id="B2", sku="A"), release(2, bin_id="B1", sku="B")]
    built = picks(*rows, warehouse={"pick_level": "line"})
    assert built.select("release_id", "bin_id").rows() == [("r1", None), ("r2", None)]


def test_an_address_stays_on_one_line_and_is_otherwise_as_sent() -> None:
    built = picks(release(1), person={"ship_to_name": "=Ann", "ship_to_address": "1 Mill Lane\nFloor 2"})
    assert built.select("ship_to_name", "ship_to_address").row(0) == ("=Ann", "1 Mill Lane Floor 2")


def test_an_order_without_an_address_is_picked_all_the_same() -> None:
    assert column(picks(release(1), person={"order_id": "other"}), "ship_to_name") == [None]


def test_a_part_says_for_which_kit_it_is_picked_and_how_many_of_it_are_made() -> None:
    """Each row counts its own SKU; what is left to release counts kits, whatever the part is counted in."""
    books = Books.of(
        {
            "order_lines": frame_of(OrderLine, {"order_id": "O1", "sku": "K", "open_qty": 4}),
            "items": frame_of(
                Item, {"sku": "K", "kit": "A:2|B:1"}, {"sku": "A", "decimals": 1}, {"sku": "B"}
            ),
        }
    )
    kit = {"kit_id": "k", "kit_qty": 6, "kit_sku": "K"}
    parts = [release(1, allocated_qty=120, **kit), release(2, sku="B", bin_id="B2", **kit)]
    rows = frame_of(Allocation, *parts, release(3, sku="K"))
    house = {"W1": Warehouse(warehouse_id="W1", allocator="us")}
    built = build_picks(rows, books, frame_of(ShipTo), warehouses=house)
    assert built.select("sku", "qty", "rest_qty", "kit_sku", "kit_qty").rows() == [
        ("A", "12.0", "4", "K", "6"),
        ("K", "2", "4", None, None),
        ("B", "2", "4", "K", "6"),
    ]
