"""`backorders stock` without a SKU: a client's goods or a whole warehouse, and how they came there."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from flows.cli.printing.as_of import print_as_of, read_as_of
from flows.cli.printing.paper import count_of, make_table, open_console, print_json
from flows.cli.reading import Row, find_rows, open_published, require_known
from flows.pasting import say_command, say_workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

    from flows.workspace import Workspace


class ShelfList(StrEnum):
    """What a list of stock has a row for."""

    SKUS = "skus"
    BINS = "bins"
    HOLDS = "holds"


LISTS = {
    ShelfList.SKUS: """
        SELECT client_id, warehouse_id, sku, sum(on_hand_qty)::BIGINT AS on_hand_qty,
               sum(available_qty)::BIGINT AS available_qty, sum(hold_qty)::BIGINT AS hold_qty,
               sum(released_qty)::BIGINT AS released_qty, count(DISTINCT bin_id) AS bins, decimals
        FROM stock LEFT JOIN items USING (client_id, sku) WHERE client_id = coalesce($client_id, client_id)
            AND warehouse_id = coalesce($warehouse_id, warehouse_id)
        GROUP BY client_id, warehouse_id, sku, decimals ORDER BY client_id, warehouse_id, sku
    """,
    ShelfList.BINS: """
        SELECT client_id, warehouse_id, bin_id, sku, lot_id, expiry_on, on_hand_qty, available_qty, hold_qty,
               released_qty, decimals
        FROM stock LEFT JOIN items USING (client_id, sku) WHERE client_id = coalesce($client_id, client_id)
            AND warehouse_id = coalesce($warehouse_id, warehouse_id)
        ORDER BY warehouse_id, bin_id, client_id, sku, lot_id NULLS FIRST
    """,
    ShelfList.HOLDS: """
        SELECT client_id, warehouse_id, sku, lot_id, bin_id, hold_qty, hold_reasons, on_hand_qty, decimals
        FROM stock LEFT JOIN items USING (client_id, sku) WHERE client_id = coalesce($client_id, client_id)
            AND warehouse_id = coalesce($warehouse_id, warehouse_id) AND hold_qty > 0
        ORDER BY client_id, warehouse_id, hold_reasons, sku, bin_id, lot_id NULLS FIRST
    """,
}
RECONCILED = """
    SELECT * FROM reconciliation
    WHERE client_id = coalesce($client_id, client_id) AND warehouse_id = coalesce($warehouse_id, warehouse_id)
        AND business_date = (SELECT max(business_date) FROM nights) ORDER BY client_id, warehouse_id
"""
DIFFERENCES = """
    SELECT * FROM count_differences
    WHERE client_id = coalesce($client_id, client_id) AND warehouse_id = coalesce($warehouse_id, warehouse_id)
        AND shelf_difference_qty <> 0
    ORDER BY abs(difference_qty) DESC, client_id, warehouse_id, sku, lot_id, business_date LIMIT 10
"""
HEADINGS = {
    "client_id": "client",
    "warehouse_id": "where",
    "bin_id": "bin",
    "bin_ids": "bins",
    "lot_id": "lot",
    "expiry_on": "expiry",
    "on_hand_qty": "on hand",
    "available_qty": "free",
    "hold_qty": "hold",
    "released_qty": "picked",
    "hold_reasons": "held because",
    "business_date": "night",
    "opening_qty": "opening",
    "received_qty": "received",
    "shipped_qty": "shipped",
    "adjusted_qty": "adjusted",
    "counted_qty": "counted",
    "gap_qty": "gap",
    "closing_qty": "closing",
    "counted_on": "counted on",
    "difference_qty": "difference",
}
HIDDEN = frozenset({"shelf_difference_qty"})


def list_shelves(
    place: Workspace, client_id: str | None, warehouse_id: str | None, shelves: ShelfList, *, as_json: bool
) -> None:
    """Print the reconciliation of last night, the largest differences of counts, and the stock."""
    with open_published(place) as connection:
        night = read_as_of(connection, place)
        for kind, name in (("client", client_id), ("warehouse", warehouse_id)):
            if name is not None:
                require_known(connection, kind, name)
        page: Row = {"night": night, "client_id": client_id, "warehouse_id": warehouse_id}
        page |= _read(connection, client_id, warehouse_id, shelves)
    if as_json:
        print_json(page)
        return
    console = open_console()
    print_as_of(console, night)
    _print(console, page, shelves, place)


def _read(
    connection: DuckDBPyConnection, client_id: str | None, warehouse_id: str | None, shelves: ShelfList
) -> Row:
    """The three lists of the page."""
    questions = {"reconciliation": RECONCILED, "differences": DIFFERENCES, "stock": LISTS[shelves]}
    return {
        name: find_rows(connection, question, client_id=client_id, warehouse_id=warehouse_id)
        for name, question in questions.items()
    }


def _print(console: Console, page: Row, shelves: ShelfList, place: Workspace) -> None:
    """The page: last night's reconciliation, what counts differed by, and the list."""
    _print_rows(
        console, "Last night: opening + received - shipped + the rest = closing", page["reconciliation"]
    )
    if page["differences"]:
        _print_rows(
            console, "Largest differences of counts that nothing explained since", page["differences"]
        )
        row = page["differences"][0]
        command = say_command("stock", row["client_id"], row["sku"], workspace=say_workspace(place.root))
        console.print(f"Their movements: {command}\n", soft_wrap=True)
    owner = " · ".join(name for name in (page["client_id"], page["warehouse_id"]) if name) or "all clients"
    what = "Units on hold" if shelves == ShelfList.HOLDS else "Stock"
    _print_rows(console, f"{what} of {owner}", page["stock"])
    console.print(count_of(len(page["stock"]), "row"))


def _print_rows(console: Console, title: str, rows: list[Row]) -> None:
    """A table of rows, or its title and that there is none."""
    if not rows:
        console.print(f"{title}: none")
        return
    columns = [name for name in rows[0] if name not in HIDDEN]
    headings = [HEADINGS.get(name, name) for name in columns]
    console.print(make_table(title, headings, [[row[name] for name in columns] for row in rows]))
