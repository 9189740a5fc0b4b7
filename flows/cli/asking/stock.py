"""`backorders stock`: what the books say of a SKU, and how they came to it; without one, of all shelves."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flows.cli.asking.holds import print_said, print_ways_out, read_said
from flows.cli.asking.open_findings import print_about, read_about
from flows.cli.asking.shelves import ShelfList, list_shelves
from flows.cli.options import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
)
from flows.cli.printing.as_of import print_as_of, read_as_of
from flows.cli.printing.paper import count_of, in_words, make_table, open_console, print_json
from flows.cli.reading import Row, find_rows, open_published, require_known
from flows.pasting import say_workspace
from flows.workspace import Workspace

if TYPE_CHECKING:
    from rich.console import Console

WhoseArgument = Annotated[
    str | None, typer.Argument(metavar="CLIENT", help="Name of the client's file.", show_default=False)
]
WhatArgument = Annotated[
    str | None,
    typer.Argument(metavar="SKU", help="Stock-keeping unit, as in the item master.", show_default=False),
]
WarehouseOption = Annotated[
    str | None, typer.Option("--warehouse", metavar="WAREHOUSE", help="Without a SKU: this warehouse alone.")
]
ShelvesOption = Annotated[
    ShelfList, typer.Option("--list", help="Without a SKU: a row a SKU, a row a bin, or the units on hold.")
]

BALANCE = """
    SELECT warehouse_id, lot_id, bin_id, expiry_on, on_hand_qty, available_qty, hold_qty, hold_reasons,
           released_qty, decimals
    FROM stock LEFT JOIN items USING (client_id, sku) WHERE client_id = $client_id AND sku = $sku
    ORDER BY warehouse_id, expiry_on NULLS LAST, lot_id NULLS FIRST, bin_id
"""
RESERVED = """
    SELECT coalesce(sum(reserved_qty), 0)::BIGINT AS reserved_qty, any_value(decimals) AS decimals
    FROM order_lines LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND sku = $sku
"""
RESERVED_KITS = """
    SELECT kit.sku, sum(reserved_qty)::BIGINT AS reserved_qty
    FROM items AS kit JOIN order_lines USING (client_id, sku)
    WHERE client_id = $client_id
        AND list_contains(list_transform(split(kit.kit, '|'), lambda part: split_part(part, ':', 1)), $sku)
    GROUP BY kit.sku HAVING sum(reserved_qty) > 0 ORDER BY kit.sku
"""
MOVEMENTS = """
    SELECT business_date, run_no, effective_on, warehouse_id, lot_id, bin_id, from_account, to_account, qty,
           cause, order_id, line_no, file_hash, file_name, row_no, decimals
    FROM movements LEFT JOIN items USING (client_id, sku) LEFT JOIN (
        SELECT client_id, file_hash, min(feed || '/' || file_name) AS file_name FROM files
        WHERE file_hash <> '' GROUP BY client_id, file_hash
    ) USING (client_id, file_hash)
    WHERE ledger = 'stock' AND client_id = $client_id AND sku = $sku
    ORDER BY business_date DESC, run_no DESC, seq DESC LIMIT 20
"""
BALANCE_HEADINGS = ("where", "lot", "bin", "expiry", "on hand", "free", "hold", "picked", "held because")
COUNT_HEADINGS = ("where", "lot", "bin", "counted at", "counted", "night")
MOVEMENT_HEADINGS = ("night", "where", "from", "to", "qty", "cause", "order or file")


def stock(
    client_id: WhoseArgument = None,
    sku: WhatArgument = None,
    warehouse: WarehouseOption = None,
    shelves: ShelvesOption = ShelfList.SKUS,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """What the books say of a SKU: balance by bin and lot, and its last 20 movements.

    Without a SKU: all goods of a client or warehouse, how last night's opening came to its closing, and the
    largest differences of counts.
    """
    place = Workspace(workspace)
    if client_id is not None and sku is not None:
        show_sku(place, client_id, sku, as_json=as_json)
    else:
        list_shelves(place, client_id, warehouse, shelves, as_json=as_json)


def show_sku(place: Workspace, client_id: str, sku: str, *, as_json: bool) -> None:
    """Print what the books say of a SKU."""
    with open_published(place) as connection:
        night = read_as_of(connection, place)
        require_known(connection, "client", client_id)
        require_known(connection, "sku", sku, client_id=client_id)
        balance, reserved, kits, movements = (
            find_rows(connection, query, client_id=client_id, sku=sku)
            for query in (BALANCE, RESERVED, RESERVED_KITS, MOVEMENTS)
        )
        said = [
            row for row in read_said(connection, place) if (row["client_id"], row["sku"]) == (client_id, sku)
        ]
    page = {
        "night": night,
        "client_id": client_id,
        "sku": sku,
        "balance": balance,
        "reserved_qty": reserved[0]["reserved_qty"],
        "reserved_kits": kits,
        "counts": read_counts(place, client_id, sku),
        "movements": movements,
        "off_hold": said,
        "findings": read_about(place, client_id, sku),
    }
    if as_json:
        print_json(page)
    else:
        console = open_console()
        print_as_of(console, night)
        print_stock(console, page, say_workspace(place.root))
        print_said(console, page["off_hold"])
        print_about(console, page["findings"])


def print_stock(console: Console, page: Row, workspace: str = "") -> None:
    """The page: positions with their sum, then movements, the newest first."""
    subject, balance = f"{page['client_id']} · {page['sku']}", page["balance"]
    if balance:
        console.print(make_table(f"Stock of {subject}", BALANCE_HEADINGS, map(_position, balance)))
    else:
        console.print(Text.assemble((f"Stock of {subject}", "bold"), "\n\nNothing on hand.\n"))
    free = sum(position["available_qty"] for position in balance)
    on_hand = sum(position["on_hand_qty"] for position in balance)
    reserved = f"of which {page['reserved_qty']:,} reserved for lines"
    console.print(f"{count_of(on_hand, 'unit')} on hand; {free:,} free, {reserved}")
    for kit in page["reserved_kits"]:
        kits = f"{count_of(kit['reserved_qty'], 'kit')} of {kit['sku']}"
        console.print(f"{kits} reserved, which take parts of it")
    print_ways_out(console, page, workspace)
    console.print()
    if page["counts"]:
        console.print(make_table("Last counts", COUNT_HEADINGS, map(_count, page["counts"])))
    if page["movements"]:
        console.print(make_table("Last movements", MOVEMENT_HEADINGS, map(_movement, page["movements"])))


def read_counts(place: Workspace, client_id: str, sku: str) -> list[Row]:
    """When each bin of a SKU was last counted and what was seen there, also where that changed nothing.

    What was seen in a count before the facts that are kept is null.
    """
    from flows.ledger.databases.control import find_format, open_reading  # noqa: PLC0415 -- Polars takes time
    from flows.ledger.migrations.chain import todays_format  # noqa: PLC0415 -- as above
    from flows.ledger.store.ledger import Ledger  # noqa: PLC0415 -- as above
    from flows.ledger.store.shelves import last_counts  # noqa: PLC0415 -- as above

    if find_format(place.ledger) != todays_format():
        return []
    with closing(open_reading(place.ledger)) as connection:
        ledger = Ledger(place.ledger, connection)
        return last_counts(ledger, client_id, sku) if ledger.last_committed() else []


def _count(count: Row) -> tuple[object, ...]:
    """A count as the table shows it."""
    at = f"{count['counted_at']:%Y-%m-%d %H:%M} UTC"
    return (count["warehouse_id"], count["lot_id"], count["bin_id"], at, count["qty"], count["counted_on"])


def _position(position: Row) -> tuple[object, ...]:
    """A bin and lot as the table shows it."""
    return (
        position["warehouse_id"],
        position["lot_id"],
        position["bin_id"],
        position["expiry_on"],
        position["on_hand_qty"],
        position["available_qty"],
        position["hold_qty"],
        position["released_qty"],
        position["hold_reasons"],
    )


def _movement(movement: Row) -> tuple[object, ...]:
    """A movement as the table shows it: where, and which order or file it belongs to."""
    places = (movement["warehouse_id"], movement["bin_id"], movement["lot_id"])
    belongs = f"{movement['order_id']}/{movement['line_no']}" if movement["order_id"] else None
    if belongs is None and movement["file_hash"]:
        belongs = movement["file_name"] or f"file {movement['file_hash'][:12]}"
    return (
        movement["business_date"],
        " ".join(place for place in places if place),
        movement["from_account"],
        movement["to_account"],
        movement["qty"],
        in_words(movement["cause"]),
        belongs,
    )
