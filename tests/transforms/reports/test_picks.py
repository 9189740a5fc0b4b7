"""The rows of pick files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from schemas.books.catalogue import Item, ItemUnit
from schemas.books.orders import OrderLine
from schemas.books.people import ShipTo
from schemas.books.stock import StockLot
from schemas.night import Books
from schemas.results import Allocation
from schemas.settings.client import Client
from schemas.settings.warehouse import Warehouse
from tests.frames import MORNING, NIGHT, frame_of
from transforms.reports.picks import PickFacts, build_picks


def release(number: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of an allocation
    """A release of 2 units for line 1 of order O1."""
    return {
        "order_id": "O1",
        "allocated_qty": 2,
        "release_id": f"r{number}",
        "lot_id": "",
        "bin_id": "B1",
        "ships_on": NIGHT + timedelta(days=1),
    } | values


def picks(
    *releases: dict[str, Any],
    lines: tuple[dict[str, Any], ...] = ({},),
    item: dict[str, Any] | None = None,
    warehouse: dict[str, Any] | None = None,
    person: dict[str, Any] | None = None,
    client: dict[str, Any] | None = None,
    units: tuple[dict[str, Any], ...] = (),
) -> pl.DataFrame:
    """The picks of one client's releases."""
    books = Books.of(
        {
            "order_lines": frame_of(OrderLine, *({"order_id": "O1", **row} for row in lines)),
            "items": frame_of(Item, {"sku": "A"} | (item or {}), {"sku": "B"}),
            "item_units": frame_of(ItemUnit, *units),
            "stock_lots": frame_of(StockLot, {"lot_id": "L1", "expiry_on": NIGHT}),
        }
    )
    people = frame_of(ShipTo, {"order_id": "O1", "ship_to_name": "Ann"} | (person or {}))
    facts = PickFacts(frame_of(Allocation, *releases), books, people)
    return built(facts, warehouse=warehouse, client=client)


def built(
    facts: PickFacts, warehouse: dict[str, Any] | None = None, client: dict[str, Any] | None = None
) -> pl.DataFrame:
    """The rows of one warehouse and client."""
    house = Warehouse(warehouse_id="W1", allocator="us", **(warehouse or {}))
    acme = Client(client_id="acme", name="Acme", warehouses=("W1",), **(client or {}))
    rows = build_picks(facts, warehouses={"W1": house}, clients={"acme": acme})
    return pl.DataFrame(rows)


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
    found = picks(*rows, lines=({}, {"line_no": 2}))
    assert column(found, "release_id") == ["r4", "r3", "r2", "r1"]
    again = picks(*reversed(rows), lines=({}, {"line_no": 2}))
    assert_frame_equal(found, again)


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
    found = picks(release(1, allocated_qty=125), lines=({"open_qty": 5},), item={"decimals": 1})
    assert (column(found, "qty"), column(found, "rest_qty")) == (["12.5"], ["0.5"])


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
    found = picks(*rows, warehouse={"pick_level": "line"})
    assert found.select("release_id", "bin_id").rows() == [("r1", None), ("r2", None)]


def test_an_address_stays_on_one_line_and_is_otherwise_as_sent() -> None:
    found = picks(release(1), person={"ship_to_name": "=Ann", "ship_to_address": "1 Mill Lane\nFloor 2"})
    assert found.select("ship_to_name", "ship_to_address").row(0) == ("=Ann", "1 Mill Lane Floor 2")


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
    found = built(PickFacts(rows, books, frame_of(ShipTo)))
    assert found.select("sku", "qty", "rest_qty", "kit_sku", "kit_qty").rows() == [
        ("A", "12.0", "4", "K", "6"),
        ("K", "2", "4", None, None),
        ("B", "2", "4", "K", "6"),
    ]


def test_a_row_repeats_what_is_of_its_order() -> None:
    line = {"consignee_id": "C7", "order_type": "b2b", "priority": 2, "ordered_at": MORNING}
    store = {"ship_to_company": "Ann Ltd", "ship_to_address_2": "Floor 2", "ship_to_store_no": "0042"}
    (row,) = picks(
        release(1), lines=(line | {"ship_by": NIGHT + timedelta(days=3)},), person=store
    ).to_dicts()
    expected = {
        "business_date": NIGHT,
        "ships_on": NIGHT + timedelta(days=1),
        "ship_to_company": "Ann Ltd",
        "ship_to_address_2": "Floor 2",
        "ship_to_store_no": "0042",
        "consignee_id": "C7",
        "order_type": "b2b",
        "priority": 2,
        "ordered_on": NIGHT,
        "due_on": NIGHT + timedelta(days=3),
    }
    assert {name: row[name] for name in expected} == expected


def test_the_day_of_an_order_is_that_of_its_client() -> None:
    late = {"ordered_at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC)}
    assert column(picks(release(1), lines=(late,), client={"time_zone": "Europe/Paris"}), "ordered_on") == [
        NIGHT
    ]
    assert column(picks(release(1), lines=(late,)), "ordered_on") == [NIGHT - timedelta(days=1)]


def test_a_warehouse_has_of_a_consignee_only_what_the_client_lets_it_have() -> None:
    ann = {"phone": "0113", "email": "ann@mail.test"}

    def contacts(*shared: str) -> tuple[object, ...]:
        found = picks(release(1), person=ann, client={"pick_contacts": shared})
        return found.select("phone", "email").row(0)

    assert contacts() == (None, None)
    assert contacts("email") == (None, "ann@mail.test")
    assert contacts("phone", "email") == ("0113", "ann@mail.test")


CASES = ("case_uom", "units_per_case", "cases", "loose_qty")


def test_whole_cases_stand_beside_the_units_and_the_rest_is_loose() -> None:
    units = ({"uom": "PL", "each_qty": 960}, {"uom": "Ca", "each_qty": 24})
    rows = [release(1, allocated_qty=53), release(2, allocated_qty=24, bin_id="B2"), release(3, bin_id="B3")]
    assert picks(*rows, units=units).select("qty", *CASES).rows() == [
        ("53", "Ca", "24", 2, "5"),
        ("24", "Ca", "24", 1, "0"),
        ("2", "Ca", "24", 0, "2"),
    ]


def test_of_two_units_that_are_a_case_the_one_that_says_so_first_counts() -> None:
    units = ({"uom": "CTN", "each_qty": 6}, {"uom": "CS", "each_qty": 12})
    assert picks(release(1, allocated_qty=13), units=units).select(CASES).rows() == [("CS", "12", 1, "1")]


def test_goods_without_a_case_are_loose() -> None:
    found = picks(release(1), units=({"uom": "PL", "each_qty": 2},))
    assert found.select(CASES).rows() == [(None, None, None, "2")]


def test_cases_of_weighed_goods_hold_whole_units() -> None:
    """12.5 kg of a case of 5 kg are two cases and 2.5 kg."""
    found = picks(release(1, allocated_qty=125), item={"decimals": 1}, units=({"uom": "CA", "each_qty": 5},))
    assert found.select("qty", *CASES).rows() == [("12.5", "CA", "5", 2, "2.5")]


def test_order_by_order_the_rows_of_an_order_follow_each_other_in_rank_order() -> None:
    lines = ({"line_no": 1}, {"line_no": 2}, {"order_id": "O2"}, {"order_id": "O0"})
    rows = [
        release(1, bin_id="B9", rank=2),
        release(2, line_no=2, bin_id="B1", rank=4),
        release(3, order_id="O2", bin_id="B1", rank=3),
        release(4, order_id="O0", bin_id="B2", rank=5),
        release(5, bin_id="B2", rank=2),
    ]
    found = picks(*rows, lines=lines, warehouse={"pick_order": "order"})
    assert column(found, "release_id") == ["r5", "r1", "r2", "r3", "r4"]
    walked = picks(*rows, lines=lines)
    assert column(walked, "release_id") == ["r2", "r3", "r4", "r5", "r1"]
