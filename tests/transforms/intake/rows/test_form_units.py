"""Tests of SKUs, units and quantities at the door."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from schemas.books.catalogue import ItemUnit
from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import CATALOGUE, ORDER, client_of, read, reasons
from transforms.intake.file_form import Catalogue

if TYPE_CHECKING:
    from tests.transforms.intake.door import Row


def test_cells_are_trimmed_and_an_empty_cell_is_no_value() -> None:
    row = read({**ORDER, "order_id": "  O1\t", "channel": "   "}).rows.orders.row(0, named=True)
    assert (row["order_id"], row["channel"]) == ("O1", None)


@pytest.mark.parametrize(
    ("rule", "sent", "sku"),
    [
        ("exact", "old-a", "old-a"),
        ("upper", "old-a", "A"),
        ("upper_trim", " old-a ", "A"),
        ("exact", "OLD-A", "A"),
    ],
)
def test_a_sku_is_spelled_by_the_clients_rule_and_an_alias_resolves(rule: str, sent: str, sku: str) -> None:
    row = read({**ORDER, "sku": sent}, client=client_of(client_sku_rule=rule)).rows.orders.row(0, named=True)
    assert (row["sku"], row["sent_sku"]) == (sku, sent.strip())


def test_a_sku_of_the_catalogue_is_never_an_alias_of_another() -> None:
    assert read(ORDER).rows.orders["sku"].to_list() == ["A"]


@pytest.mark.parametrize(
    ("sku", "qty", "uom", "read_as"),
    [
        ("A", "2", "CA", 48), ("A", "2", "ca", 48), ("A", "0.5", "CA", 12), ("A", "2", "each", 2),
        ("A", "2", "EA", 2),
        ("A", "2.00", "", 2), ("A", "2.000", "", "ambiguous_number"),
        ("KG", "1.25", None, 1250), ("KG", "1", "BAG", 5000), ("NEW", "3", "ea", 3),
        ("A", "1.5", None, "not_whole"), ("KG", "1.2345", None, "not_whole"),
        ("A", "1", "BOX", "unknown_unit"), ("NEW", "1", "CA", "unknown_unit"),
        ("A", "1", "HUGE", "out_of_range"),
    ],
)  # fmt: skip
def test_a_quantity_is_converted_by_the_items_units(
    sku: str, qty: str, uom: str | None, read_as: object
) -> None:
    form = read({**ORDER, "sku": sku, "qty": qty, "uom": uom})
    told = form.rows.orders["qty"].item() if form.rows.orders.height else form.rejected["reason_code"][0]
    assert told == read_as
    if form.rows.orders.height:
        assert form.rows.orders.select("sent_qty", "sent_uom").row(0) == (qty, uom or None)


def test_a_unit_that_has_two_meanings_is_unknown() -> None:
    twice = pl.concat(
        [CATALOGUE.item_units, CATALOGUE.item_units.with_columns(each_qty=pl.col("each_qty") + 1)]
    )
    form = read(
        {**ORDER, "uom": "CA"}, catalogue=replace(CATALOGUE, item_units=twice.pipe(ItemUnit.validate))
    )
    assert reasons(form) == [(1, "uom", "unknown_unit")]


def test_a_quantity_of_no_item_is_not_guessed_where_items_have_decimals() -> None:
    row: Row = {"release_id": "R1", "shipped_qty": "3"}
    assert reasons(read(row, feed=Feed.SHIPMENTS)) == [(1, "sku", "missing")]
    assert read(row, feed=Feed.SHIPMENTS, catalogue=Catalogue.blank()).rows.shipments[
        "shipped_qty"
    ].to_list() == [3]


@pytest.mark.parametrize("uoms", ["EA:2", "CA:24|each:12", "ea : 010", "EACH:100"])
def test_the_base_unit_is_one_of_itself(uoms: str) -> None:
    form = read({"sku": "A", "uoms": uoms}, feed=Feed.ITEMS)
    assert reasons(form) == [(1, "uoms", "out_of_range")]


@pytest.mark.parametrize("uoms", ["EA:1|CA:24", "each:01", "PEA:2|TEACH:3|EAX:2"])
def test_a_base_unit_of_one_and_units_with_a_name_like_it_are_taken(uoms: str) -> None:
    assert read({"sku": "A", "uoms": uoms, "kit": "EA:2"}, feed=Feed.ITEMS).rows.items["uoms"].to_list() == [
        uoms
    ]
