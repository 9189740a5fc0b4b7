"""`backorders why`: what was decided about an order, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flows.cli.asking.elsewhere import print_elsewhere, read_elsewhere
from flows.cli.asking.holds import print_said, read_said
from flows.cli.asking.open_findings import print_about, read_about
from flows.cli.asking.sentences import Sentence, tell_line, tell_notice
from flows.cli.numbers import MAX_LINE_NO, whole_from
from flows.cli.options import DEFAULT_WORKSPACE, ClientArgument, JsonOption, WorkspaceOption
from flows.cli.printing.as_of import print_as_of, read_as_of
from flows.cli.printing.listing import Trimmed
from flows.cli.printing.paper import make_table, open_console, print_json
from flows.cli.reading import (
    Row,
    describe_unknown,
    find_rows,
    has_column,
    is_known,
    open_published,
    require_known,
)
from flows.pasting import say_workspace
from flows.workspace import Workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console
    from rich.table import Table

LINES = """
    SELECT line.* REPLACE (strftime(ordered_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M') AS ordered_at),
           decimals, kit, replaced_by
    FROM order_lines AS line LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id ORDER BY line_no
"""
DECISIONS = """
    SELECT line_no, reason_code, qty, decimals FROM decisions
    JOIN order_lines USING (client_id, order_id, line_no) LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id ORDER BY line_no, qty DESC, reason_code
"""
PEGS = """
    SELECT pegs.line_no, asn_id, asn_line_no, pegged_qty, pegs.eta_on, expected_on, inbound.status, decimals,
           coalesce(inbound.sku, line.sku) AS sku
    FROM pegs LEFT JOIN inbound USING (client_id, asn_id, asn_line_no)
    JOIN order_lines AS line USING (client_id, order_id, line_no)
    LEFT JOIN items ON items.client_id = line.client_id AND items.sku = coalesce(inbound.sku, line.sku)
    WHERE pegs.client_id = $client_id AND pegs.order_id = $order_id
    ORDER BY pegs.line_no, pegs.eta_on, asn_id, asn_line_no
"""
RESERVATIONS = """
    SELECT line_no, warehouse_id, sku, reason_code, qty, decimals
    FROM reservations LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id ORDER BY line_no, warehouse_id, reason_code
"""
OVERTAKINGS = """
    SELECT line_no, warehouse_id, sku, rule, qty, by_order_id, by_line_no, decimals
    FROM overtakings LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id ORDER BY line_no, warehouse_id, rule
"""
OVERTOOK = """
    SELECT by_line_no AS line_no, warehouse_id, sku, rule, order_id AS before_order_id,
           overtakings.line_no AS before_line_no
    FROM overtakings WHERE client_id = $client_id AND by_order_id = $order_id
    ORDER BY by_line_no, warehouse_id, before_order_id, before_line_no
"""
LOSSES = """
    WITH left_the_shelf AS (
        SELECT client_id, warehouse_id, sku, cause, sum(qty)::BIGINT AS left_qty
        FROM movements JOIN (SELECT max(business_date) AS business_date FROM nights) USING (business_date)
        WHERE ledger = 'stock' AND from_account = 'FREE' AND to_account <> 'RELEASED'
        GROUP BY ALL)
    SELECT line_no, warehouse_id, sku, lost_qty, lost_reason, to_order_id, to_line_no, cause, left_qty,
           decimals
    FROM lost_reservations LEFT JOIN left_the_shelf USING (client_id, warehouse_id, sku)
    LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id ORDER BY line_no, warehouse_id, cause
"""
LOST_BEFORE = """
    SELECT line_no, business_date, warehouse_id, sum(qty)::BIGINT AS lost_qty, any_value(decimals) AS decimals
    FROM movements LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id AND cause = 'lost_reservation'
      AND business_date < (SELECT max(business_date) FROM nights)
    GROUP BY ALL ORDER BY line_no, business_date, warehouse_id
"""
KITS = """
    SELECT line_no, business_date, warehouse_id, kit_id, any_value(kit_sku) AS kit_sku,
           any_value(kit_qty) AS kits, sku, sum(allocated_qty)::BIGINT AS qty, any_value(decimals) AS decimals
    FROM allocations LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id AND kit_id IS NOT NULL
    GROUP BY line_no, business_date, warehouse_id, kit_id, sku
    ORDER BY line_no, business_date, warehouse_id, kit_id, sku
"""
RELEASES = """
    SELECT line_no, business_date, warehouse_id, ships_on, sum(allocated_qty)::BIGINT AS qty,
           any_value(decimals) AS decimals
    FROM allocations LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id AND kind = 'release' AND kit_id IS NULL
    GROUP BY line_no, business_date, warehouse_id, ships_on
    ORDER BY line_no, business_date, warehouse_id, ships_on
"""
SHIPMENTS = """
    SELECT line_no, sku, shipped_on, shipped_qty, short_qty, warehouse_id, tracking_no, basis, decimals
    FROM shipments LEFT JOIN items USING (client_id, sku)
    WHERE client_id = $client_id AND order_id = $order_id ORDER BY line_no, shipped_on, shipment_id
"""
CANCELLATIONS = """
    SELECT line_no, business_date, cause, sum(qty)::BIGINT AS qty, any_value(decimals) AS decimals
    FROM movements JOIN order_lines USING (client_id, order_id, line_no)
    LEFT JOIN items ON items.client_id = order_lines.client_id AND items.sku = order_lines.sku
    WHERE ledger = 'line' AND to_account = 'CANCELLED'
        AND client_id = $client_id AND order_id = $order_id
    GROUP BY line_no, business_date, cause ORDER BY line_no, business_date, cause
"""
NOTICES = """
    SELECT business_date, kind, eta_on, state, message_id FROM notices
    WHERE client_id = $client_id AND order_id = $order_id ORDER BY business_date, run_no, message_id
"""
FACTS = {
    "decisions": DECISIONS,
    "reservations": RESERVATIONS,
    "overtakings": OVERTAKINGS,
    "overtook": OVERTOOK,
    "lost_reservations": LOSSES,
    "lost_before": LOST_BEFORE,
    "pegs": PEGS,
    "kits": KITS,
    "shipments": SHIPMENTS,
    "cancellations": CANCELLATIONS,
}
"""What `why` asks about the lines of an order."""

HEADINGS = ("line", "sku", "qty", "open", "kept", "released", "shipped", "cancelled", "status")


def why(
    client_id: ClientArgument,
    order_id: Annotated[str, typer.Argument(metavar="ORDER", help="The client's order number.")],
    line_no: Annotated[
        int | None,
        typer.Argument(metavar="LINE", help="One line of it.", parser=whole_from(1, MAX_LINE_NO)),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Why an order stands where it stands: units, rank, reasons, promise, what was told; or where it lies."""
    place = Workspace(workspace)
    with open_published(place) as connection:
        night = read_as_of(connection, place)
        is_there = is_known(connection, "order", order_id, client_id=client_id)
        elsewhere = read_elsewhere(connection, place, client_id, order_id, is_known=is_there)
        if not is_there and not elsewhere:
            require_known(connection, "client", client_id)
            require_known(connection, "order", order_id, client_id=client_id)
        lines = read_lines(connection, client_id, order_id, say_workspace(workspace))
        notices = find_rows(connection, NOTICES, client_id=client_id, order_id=order_id)
        said = read_said(connection, place)
    found = read_about(place, client_id, order_id)
    chosen = [line for line in lines if line_no in {None, line["line_no"]}]
    if is_there and not chosen:
        numbers = [str(line["line_no"]) for line in lines]
        message = describe_unknown("line", str(line_no), numbers[:3], f"{client_id}, order {order_id}")
        raise ConfigurationError(message)
    skus = {(client_id, line["sku"]) for line in chosen}
    coming = [row for row in said if row["business_date"] is None and (row["client_id"], row["sku"]) in skus]
    if as_json:
        page: Row = {"night": night, "client_id": client_id, "order_id": order_id}
        page |= {"lines": chosen, "notices": notices, "elsewhere": elsewhere}
        print_json({**page, "off_hold": coming, "findings": found})
        return
    console, subject = open_console(), f"{client_id} · {order_id}"
    print_as_of(console, night)
    if is_there:
        print_order(console, subject, chosen, notices)
    print_elsewhere(console, subject, elsewhere, is_known=is_there)
    print_said(console, coming)
    print_about(console, found)


def read_lines(
    connection: DuckDBPyConnection, client_id: str, order_id: str, workspace: str = ""
) -> list[Row]:
    """The order's lines, each with all that was decided about it, and the sentences about it."""
    key = {"client_id": client_id, "order_id": order_id}
    queries = FACTS | ({"releases": RELEASES} if has_column(connection, "allocations", "ships_on") else {})
    facts = {name: find_rows(connection, query, **key) for name, query in queries.items()}
    lines = find_rows(connection, LINES, **key)
    for line in lines:
        of_line = {
            name: [row for row in rows if row["line_no"] == line["line_no"]] for name, rows in facts.items()
        }
        sentences = tell_line(line, of_line, workspace)
        line.update(of_line, sentences=[f"{label}: {text}" for label, text in sentences])
    return lines


def print_order(console: Console, subject: str, lines: list[Row], notices: list[Row]) -> None:
    """The page: an overview where there are several lines, the waiting ones in words, the messages."""
    if len(lines) > 1:
        console.print(make_table(f"Order {subject}", HEADINGS, map(_overview, lines)))
    waiting = [line for line in lines if len(lines) == 1 or line["open_qty"] + line["reserved_qty"] > 0]
    for line in waiting:
        console.print(Text.assemble((f"{subject} line {line['line_no']}", "bold"), f" {line['status']}"))
        console.print(_words([_split(sentence) for sentence in line["sentences"]]), "")
    if notices:
        console.print("Messages", style="bold")
        console.print(_words([("", tell_notice(notice)) for notice in notices]))
    else:
        console.print("No message was written about this order.")


def _split(sentence: str) -> Sentence:
    """Label and words of a sentence."""
    label, _, words = sentence.partition(": ")
    return label, words


def _words(sentences: list[Sentence]) -> Table:
    """Sentences behind their labels; a repeated label stands once."""
    grid = Trimmed.grid(padding=(0, 2))
    grid.add_column(min_width=2, style="dim")
    grid.add_column(overflow="fold")
    previous = ""
    for label, words in sentences:
        grid.add_row(Text(f"  {label}" if label != previous else ""), Text(words))
        previous = label
    return grid


def _overview(line: Row) -> tuple[object, ...]:
    """A line as the overview shows it; a zero is left empty."""
    names = ("open_qty", "reserved_qty", "released_qty", "shipped_qty", "cancelled_qty")
    return (
        line["line_no"],
        line["sku"],
        line["ordered_qty"],
        *(line[name] or None for name in names),
        line["status"],
    )
