"""Pick files."""

from __future__ import annotations

import csv
import io
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flows.outbound.warehouses.picks import render_bins_to_count, render_picks
from schemas.night import AsOf
from schemas.outputs.reports import BinToCount, Pick
from tests.frames import NIGHT, frame_of

if TYPE_CHECKING:
    import polars as pl

ORDER_FIELDS = ("order_id", "ordered_on", "ships_on", "ship_to_name", "ship_to_address", "ship_to_postcode")
"""What an import tool reads once for each order, from whichever of its rows."""


def pick(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a pick
    """A pick of 2 units."""
    whole = {"qty": "2", "rest_qty": "0", "loose_qty": "0", "unit": "EA"}
    return {"release_id": "r1", "order_id": "O1", **whole} | values


def by_warehouse(*rows: dict[str, Any]) -> dict[str, list[pl.DataFrame]]:
    """Picks, a row a piece."""
    return {
        warehouse_id: [frame_of(Pick, row) for row in rows if row.get("warehouse_id", "W1") == warehouse_id]
        for warehouse_id in {row.get("warehouse_id", "W1") for row in rows}
    }


def contents(*rows: dict[str, Any], warehouses: tuple[str, ...] = ("W1",)) -> dict[str, str]:
    """Each pick file by its path."""
    documents = render_picks(by_warehouse(*rows), warehouses=warehouses, as_of=AsOf(NIGHT, 2))
    return {document.path: document.content.decode() for document in documents}


def test_each_warehouse_gets_one_file_a_run() -> None:
    files = contents(pick(), pick(release_id="r2", warehouse_id="W2"), warehouses=("W1", "W2"))
    assert sorted(files) == [
        "picks/W1/picks_W1_2026-03-02_2.csv",
        "picks/W2/picks_W2_2026-03-02_2.csv",
    ]
    assert [text.count("\n") for text in files.values()] == [2, 2]


def test_rows_keep_the_walking_order_they_have() -> None:
    (text,) = contents(pick(release_id="z"), pick(release_id="a")).values()
    assert [line.split(",")[0] for line in text.splitlines()] == ["release_id", "z", "a"]


def test_a_night_without_a_release_says_so_with_a_header_alone() -> None:
    (text,) = contents().values()
    assert text == ",".join(Pick.names()) + "\n"


def test_a_warehouse_without_a_file_of_its_own_still_gets_its_releases() -> None:
    assert "picks/W9/picks_W9_2026-03-02_2.csv" in contents(pick(warehouse_id="W9"))


def test_values_go_to_the_warehouse_as_they_are() -> None:
    (text,) = contents(pick(sent_sku="=A", ship_to_name='Ann "A", Ltd')).values()
    assert ",=A," in text
    assert '"Ann ""A"", Ltd"' in text


def import_orders(content: bytes) -> list[tuple[dict[str, str], list[tuple[str, int]]]]:
    """Orders and their goods, as import tools read a file: a row is an order line, an order ends at another.

    Like them it knows commas, quotation marks and UTF-8, takes columns by the names of the header, and would
    make a second order of rows that stand apart, or of rows that say something else of their order.
    """
    text = content.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    return [
        (dict(zip(ORDER_FIELDS, fields, strict=True)), [(row["sku"], int(row["qty"])) for row in of_order])
        for fields, of_order in groupby(rows, key=lambda row: tuple(row[name] for name in ORDER_FIELDS))
    ]


def test_an_import_tool_reads_orders_with_their_lines() -> None:
    ann: dict[str, Any] = {
        "order_id": "0017",
        "ship_to_name": 'Ann "Annie" Ö.',
        "ship_to_address": "1, Mill Lane",
    }
    ann |= {"ordered_on": NIGHT, "ships_on": NIGHT, "ship_to_postcode": "01234"}
    bob = {**ann, "order_id": "0018", "ship_to_name": "Bob", "ship_to_address": None}
    rows = [
        pick(**ann, sku="A", qty="2"),
        pick(**ann, sku="=B", qty="1", line_no=2, release_id="r2"),
        pick(**bob, sku="0003", qty="7", release_id="r3"),
    ]
    (document,) = render_picks(by_warehouse(*rows), warehouses=("W1",), as_of=AsOf(NIGHT, 1))
    (first, first_goods), (second, second_goods) = import_orders(document.content)
    assert first == {
        "order_id": "0017",
        "ordered_on": "2026-03-02",
        "ships_on": "2026-03-02",
        "ship_to_name": 'Ann "Annie" Ö.',
        "ship_to_address": "1, Mill Lane",
        "ship_to_postcode": "01234",
    }
    assert first_goods == [("A", 2), ("=B", 1)]
    assert (second["ship_to_name"], second["ship_to_address"], second_goods) == ("Bob", "", [("0003", 7)])


def test_a_file_begins_with_its_header_and_every_row_has_a_cell_for_each_column() -> None:
    """A mark of the encoding would be taken for a part of the first column's name."""
    picks = by_warehouse(pick(ship_to_name="A, B"))
    (document,) = render_picks(picks, warehouses=("W1",), as_of=AsOf(NIGHT, 1))
    assert document.content.startswith(b"release_id,")
    assert {len(row) for row in csv.reader(io.StringIO(document.content.decode()))} == {len(Pick.names())}


def test_each_warehouse_gets_a_list_of_bins_to_count_that_may_be_empty() -> None:
    row = {"bin_id": "=B1", "expected_qty": "7", "reason": "gap", "since_on": NIGHT, "next_step": "count it"}
    found = frame_of(BinToCount, {"lot_id": None, "sku": "A", **row})
    documents = render_bins_to_count(found, warehouses=("W1", "W2"))
    header = ",".join(BinToCount.names()) + "\n"
    assert {document.path: document.content.decode() for document in documents} == {
        "picks/W1/bins_to_count.csv": f"{header}W1,=B1,acme,A,,7,gap,2026-03-02,count it\n",
        "picks/W2/bins_to_count.csv": header,
    }
