"""`backorders queue`: who waits for a SKU, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from flows.cli.asking.open_findings import print_about, read_about
from flows.cli.options import DEFAULT_WORKSPACE, ClientArgument, JsonOption, SkuArgument, WorkspaceOption
from flows.cli.printing.as_of import print_as_of, read_as_of
from flows.cli.printing.paper import count_of, in_words, make_table, open_console, print_json
from flows.cli.reading import Row, find_rows, open_published, require_known
from flows.workspace import Workspace

if TYPE_CHECKING:
    from rich.console import Console

LINES = """
    SELECT warehouse_id, queue_place, rank, order_id, line_no, open_qty, reserved_qty, backordered_qty,
           due_on, days_waiting, short_reason, eta_on, told_eta_on, told_on, decimals
    FROM order_lines LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND sku = $sku AND open_qty + reserved_qty > 0
    ORDER BY warehouse_id, queue_place NULLS LAST, order_id, line_no
"""
SUPPLY = """
    WITH kept AS (
        SELECT warehouse_id, sum(qty) AS reserved_qty FROM reservations
        WHERE client_id = $client_id AND sku = $sku GROUP BY warehouse_id
    )
    SELECT warehouse_id, sum(available_qty)::BIGINT AS available_qty, sum(hold_qty)::BIGINT AS hold_qty,
           coalesce(any_value(reserved_qty), 0)::BIGINT AS reserved_qty, any_value(decimals) AS decimals
    FROM stock LEFT JOIN items USING (client_id, sku) LEFT JOIN kept USING (warehouse_id)
    WHERE client_id = $client_id AND sku = $sku GROUP BY warehouse_id ORDER BY warehouse_id
"""
INBOUND = """
    SELECT warehouse_id, asn_id, asn_line_no, expected_on, remaining_qty, status, decimals
    FROM inbound LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND sku = $sku AND remaining_qty > 0
        AND status IN ('expected', 'overdue', 'part_received')
    ORDER BY expected_on, asn_id, asn_line_no
"""


def queue(
    client_id: ClientArgument,
    sku: SkuArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Who waits for a SKU, in which order, and what is on its way."""
    place = Workspace(workspace)
    with open_published(place) as connection:
        night = read_as_of(connection, place)
        require_known(connection, "client", client_id)
        require_known(connection, "sku", sku, client_id=client_id)
        lines, supply, inbound = (
            find_rows(connection, query, client_id=client_id, sku=sku) for query in (LINES, SUPPLY, INBOUND)
        )
    places = {row["warehouse_id"] for row in (*lines, *supply, *inbound)}
    announced = (row["asn_id"] for row in inbound)
    found = read_about(place, client_id, sku, *announced, *places)
    if as_json:
        page = {"night": night, "client_id": client_id, "sku": sku, "queue": lines, "stock": supply}
        print_json({**page, "inbound": inbound, "findings": found})
    else:
        console = open_console()
        print_as_of(console, night)
        print_queue(console, f"{client_id} · {sku}", lines, supply, inbound)
        print_about(console, found)


def print_queue(
    console: Console, subject: str, lines: list[Row], supply: list[Row], inbound: list[Row]
) -> None:
    """The page: the waiting lines by place, then where units are or will come from."""
    if lines:
        console.print(make_table(f"Queue of {subject}", HEADINGS, [_cells(line) for line in lines]))
    else:
        console.print(Text.assemble((f"Queue of {subject}", "bold"), "\n\nNobody waits.\n"))
    for position in supply:
        free, kept, held = (position[f"{name}_qty"] for name in ("available", "reserved", "hold"))
        units = f"{count_of(free, 'unit')} free, of which {kept:,} reserved for lines; {held:,} on hold"
        console.print(f"{position['warehouse_id']}: {units}")
    for announced in inbound:
        units = f"{count_of(announced['remaining_qty'], 'unit')} {announced['status']}"
        source = f"{announced['asn_id']} line {announced['asn_line_no']}"
        console.print(f"{announced['warehouse_id']}: {units} on {announced['expected_on']} ({source})")


HEADINGS = ("place", "rank", "order", "open", "kept", "why", "eta", "told")


def _cells(line: Row) -> tuple[object, ...]:
    """A waiting line as the table shows it."""
    return (
        line["queue_place"],
        line["rank"],
        f"{line['order_id']}/{line['line_no']}",
        line["open_qty"],
        line["reserved_qty"],
        in_words(line["short_reason"]),
        line["eta_on"],
        _told(line),
    )


def _told(line: Row) -> str | None:
    """What was told: the same date, another one, that there is none, or nothing."""
    if line["told_on"] is None:
        return None
    if line["told_eta_on"] is None:
        return "no date"
    return "same" if line["told_eta_on"] == line["eta_on"] else str(line["told_eta_on"])
