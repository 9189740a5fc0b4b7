"""What needs a person after the last night, less what was said to be done since: as rows, and as a list."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from flows.cli.asking.holds import read_said, with_waiting
from flows.cli.printing.paper import count_of
from flows.cli.reading import Row, find_rows, open_published

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from flows.workspace import Workspace

OPEN = """
    SELECT * FROM findings WHERE (business_date, run_no)
        = (SELECT (business_date, run_no) FROM nights ORDER BY version DESC LIMIT 1)
"""
OPEN_BEFORE = "SELECT * FROM findings WHERE business_date = (SELECT max(business_date) FROM nights)"
"""Where an older program published them, who numbered no runs of findings."""

HAS_RUNS = "SELECT 1 FROM duckdb_columns() WHERE table_name = 'findings' AND column_name = 'run_no'"
DONE = "SELECT client_id, code, subject, cause FROM done_findings"
KNOWS_DONE = "SELECT 1 FROM sqlite_master WHERE name = 'done_findings'"
KEY = ("client_id", "code", "subject", "cause")


def read_open(place: Workspace) -> list[Row]:
    """What was open after the last night, less what is done since, with commands for where one stands.

    Raises:
        ConfigurationError: no night was published yet.
    """
    from flows.outbound.open_list import place_command  # noqa: PLC0415 -- takes time that help need not wait for

    with open_published(place) as connection:
        is_todays = connection.execute(HAS_RUNS).fetchone()
        found, said = find_rows(connection, OPEN if is_todays else OPEN_BEFORE), read_said(connection, place)
    if any("cause" not in row for row in found):  # an older program published them: no cause, no workspace
        return [{"cause": "", "opened_on": row["business_date"], **row} for row in found]
    closed, root = _read_done(place.ledger / "control.sqlite"), place.root.absolute()
    return [
        {**row, "command": place_command(row["command"], root, row["cause"])}
        for row in with_waiting(found, said)
        if tuple(row[name] for name in KEY) not in closed
    ]


def read_about(place: Workspace, client_id: str, *subjects: str) -> list[Row]:
    """What is open about an order, a sku, an announcement or a warehouse of a client, the newest first."""
    about = [row for row in read_open(place) if row["client_id"] == client_id and row["subject"] in subjects]
    return sorted(about, key=lambda row: (row["business_date"] - row["opened_on"], row["code"], row["cause"]))


def print_about(console: Console, rows: list[Row]) -> None:
    """What is open about the subject of a page, below it."""
    if rows:
        console.print("Needs a person", style="bold yellow")
    for row in rows:
        console.print(f"  {row['code']} since {row['opened_on']}: {row['detail']}", soft_wrap=True)


def _read_done(control: Path) -> set[tuple[str, ...]]:
    """What was said to be done, at any time; a night in progress is not disturbed."""
    if not control.is_file():
        return set()
    with closing(sqlite3.connect(f"{control.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        is_known = connection.execute(KNOWS_DONE).fetchone()
        return set(connection.execute(DONE)) if is_known else set()


def print_list(console: Console, entries: list[Row]) -> None:
    """What needs a person: an entry for each code and client, the new ones first, with what to type."""
    from flows.outbound.open_list import tell_age, tell_examples  # noqa: PLC0415 -- as above

    if not entries:
        console.print("Nothing needs a person.\n", style="bold green")
        return
    total = sum(entry["count"] for entry in entries)
    new = sum(entry["count"] for entry in entries if entry["is_new"])
    console.print(f"{count_of(total, 'thing')} for a person, {new:,} of them new:", style="bold yellow")
    for entry in entries:
        who = f"for the {entry['owner'].replace('_', ' ')} · {tell_age(entry)}"
        console.print(
            f"  {entry['count']:,} x {entry['code']} · {entry['client_id']} · {who}", soft_wrap=True
        )
        console.print(f"      {entry['meaning']}", soft_wrap=True)
        console.print(f"      {tell_examples(entry)}", soft_wrap=True)
        console.print(f"      {entry['command']}", style="cyan", soft_wrap=True)
    console.print()
