"""Held units on the pages: what ends a hold, and what was said to come off hold, by whom and why."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING

from flows.cli.printing.paper import count_of
from flows.cli.reading import Row, Units, find_rows
from flows.pasting import say_command
from schemas.vocabulary.words import UNHOLD, HoldReason

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

    from flows.workspace import Workspace

FOLLOWED = "SELECT unhold_id, released_qty, business_date FROM unholds"
KNOWS_UNHOLDS = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'unholds'"
FRACTIONS = "SELECT client_id, sku, decimals FROM items WHERE decimals > 0"
SHOWN = 5


def read_said(connection: DuckDBPyConnection, place: Workspace) -> list[Row]:
    """What was ever said to come off hold, the newest first.

    `business_date` is the night that had the units free; it is null until a night is published that did.
    """
    from flows.ledger.databases.control import find_format, open_reading  # noqa: PLC0415 -- Polars takes time
    from flows.ledger.runs.unholds import find_unholds  # noqa: PLC0415 -- as above

    if find_format(place.ledger) == 0 or not connection.execute(KNOWS_UNHOLDS).fetchone():
        return []  # made by hand, or published by an older program
    with closing(open_reading(place.ledger)) as control:
        said = find_unholds(control)
    if not said:
        return []
    followed = {row["unhold_id"]: row for row in find_rows(connection, FOLLOWED)}
    places = {(client, sku): decimals for client, sku, decimals in connection.execute(FRACTIONS).fetchall()}
    none = {"released_qty": None, "business_date": None}
    return [
        _in_units(
            unhold._asdict() | none | followed.get(unhold.unhold_id, {}),
            places.get((unhold.client_id, unhold.sku), 0),
        )
        for unhold in reversed(said)
    ]


def with_waiting(findings: list[Row], said: list[Row]) -> list[Row]:
    """Findings of held units, each with what the next run has free of them."""
    waiting = [row for row in said if row["business_date"] is None]
    return [_noted(finding, waiting) for finding in findings]


def print_said(console: Console, said: list[Row]) -> None:
    """The last things that were said to come off hold, below the page of their sku or order."""
    if said:
        console.print("Off hold", style="bold")
    for row in said[:SHOWN]:
        console.print(f"  {tell_unhold(row)}", soft_wrap=True)


def print_ways_out(console: Console, page: Row, workspace: str) -> None:
    """What ends each hold of a stock page; where somebody's judgement does, what he types for each place."""
    held = [
        (reason, row)
        for row in page["balance"]
        for reason in (row["hold_reasons"] or "").split("|")
        if reason
    ]
    ends = {reason.value: reason.way_out for reason in HoldReason}
    for reason in sorted({reason for reason, _ in held}):
        way_out = ends.get(reason, UNHOLD)
        console.print(f"  {reason} ends by: {way_out}", soft_wrap=True)
        for row in [row for why, row in held if why == reason and way_out == UNHOLD]:
            command = tell_command(page, row, reason, workspace)
            console.print(f"      {command}", soft_wrap=True)


def tell_command(page: Row, row: Row, reason: str, workspace: str) -> str:
    """What to type where somebody judged the units of a place to be good; he fills in who and why."""
    of_lot = ("--lot", row["lot_id"]) if row["lot_id"] else ()
    where = (page["client_id"], row["warehouse_id"], page["sku"])
    options = (*of_lot, "--bin", row["bin_id"], "--reason", reason, "--by", "NAME", "--why", "REASON")
    return say_command("unhold", *where, options=options, workspace=workspace)


def tell_unhold(row: Row) -> str:
    """What came off hold or will, and who said so, when and why."""
    where = f"{row['hold_reason']} in {row['bin_id']} at {row['warehouse_id']}"
    units = count_of(row["qty"], "unit")
    if row["business_date"] is None:
        fate = f"{units} of {row['sku']} ({where}) come free with the next run"
    else:
        some = f"{row['released_qty']:,} of " if row["released_qty"] < row["qty"] else ""
        fate = f"{some}{units} of {row['sku']} ({where}) came free on {row['business_date']}"
    return f"{fate}; {row['said_by']}, {row['said_at']:%Y-%m-%d %H:%M} UTC: {row['why']}"


def _noted(finding: Row, waiting: list[Row]) -> Row:
    """A finding with what comes free of the units that it is about."""
    about = [row for row in waiting if _is_about(finding, row)]
    if not about:
        return finding
    note = f"; {count_of(sum(row['qty'] for row in about), 'unit')} of it come free with the next run"
    return finding | {"detail": finding["detail"] + note}


def _is_about(finding: Row, row: Row) -> bool:
    """Whether an unhold is of the units of a finding: of a warehouse and reason, or all over-receipts."""
    if (finding["client_id"], finding["subject"]) != (row["client_id"], row["sku"]):
        return False
    if finding["code"] == "over_receipt":
        return bool(row["hold_reason"] == HoldReason.OVER_RECEIPT)
    cause = f"{row['warehouse_id']} {row['hold_reason']}"
    return (finding["code"], finding["cause"]) == ("stock_held", cause)


def _in_units(row: Row, decimals: int) -> Row:
    """A row with its quantities as people know them."""
    scaled = {name: row[name] for name in ("qty", "released_qty") if decimals and row[name] is not None}
    return row | {name: Units(Decimal(qty).scaleb(-decimals)) for name, qty in scaled.items()}
