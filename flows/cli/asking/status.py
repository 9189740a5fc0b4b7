"""`backorders status`: what needs a person, how the last nights went, and what waits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flows.cli.asking.open_findings import print_list, read_open
from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.ages import read_max_age
from flows.cli.printing.as_of import print_as_of, read_as_of
from flows.cli.printing.paper import count_of, make_table, open_console, print_json
from flows.cli.reading import Row, find_rows, open_published
from flows.own_places import refuse_misplaced
from flows.pasting import say_workspace
from flows.workspace import Workspace, is_published, require_workspace
from schemas.errors import NightsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from pathlib import Path

    from rich.console import Console


NIGHTS = "SELECT * FROM nights ORDER BY business_date DESC, run_no DESC LIMIT 7"
NIGHT_COLUMNS = ("business_date", "run_no", "version", "seconds", "laws_checked", "clients_held")
BACKLOG = """
    WITH parts AS (
        SELECT client_id, coalesce(decimals, 0) AS own, sum(backordered_qty) AS qty,
               count(*) FILTER (open_qty + reserved_qty > 0) AS lines,
               max(days_waiting) FILTER (open_qty + reserved_qty > 0) AS days
        FROM order_lines LEFT JOIN items USING (client_id, sku) GROUP BY ALL
    ),
    shown AS (
        SELECT *, coalesce(max(own) FILTER (qty > 0) OVER (PARTITION BY client_id), 0) AS places FROM parts
    )
    SELECT client_id, sum(lines)::BIGINT AS waiting_lines,
           sum(qty * 10 ^ (places - own))::BIGINT AS backordered_qty,
           coalesce(max(days), 0) AS days_waiting, max(places) AS decimals
    FROM shown GROUP BY client_id ORDER BY client_id
"""
"""Units of goods with different fractions are added up in the finest of them."""

NIGHT_HEADINGS = ("night", "run", "version", "seconds", "laws checked", "held", "")
BACKLOG_HEADINGS = ("client", "waiting lines", "back-ordered qty", "oldest, days")
WAITING_HEADINGS = ("client", "feed", "files", "oldest")


def status(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    max_age: Annotated[
        str, typer.Option(metavar="AGE", help="How long ago the last night may have run: 26h, 90m, 2d.")
    ] = "36h",
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """What needs a person, how the last nights went, and what waits; ends with 4 if nights are not well."""
    place, oldest = Workspace(workspace), read_max_age(max_age)
    require_workspace(place)
    page = read_status(place, datetime.now(UTC), oldest)
    if as_json:
        print_json(page)
    else:
        print_status(open_console(), page, say_workspace(workspace))
    if troubles := page["troubles"]:
        message = f"{count_of(len(troubles), 'trouble')} with the nights, told on top of the page."
        raise NightsError(message)


def _tell_night(night: Row, took: Mapping[int, float]) -> Row:
    """What the page says of a night; of one that an older program published, not whether it caught up.

    `took` are the seconds of nights by version, as the books have them: those that a night published of
    itself lack its delivery.
    """
    note = "posted only: caught up" if night.get("only_posts") else ""
    seconds = took.get(night["version"], night["seconds"])
    return {name: night[name] for name in NIGHT_COLUMNS} | {"seconds": seconds, "note": note}


def read_status(place: Workspace, now: datetime, max_age: timedelta | None = None) -> Row:
    """All that the page shows, by section; `max_age` is what `find_troubles` says, by default its own."""
    from flows.configuration import read_configuration  # noqa: PLC0415 -- takes time; help need not wait
    from flows.night.standing import read_seconds, read_tonight  # noqa: PLC0415 -- likewise
    from flows.night.troubles import DAY_AND_A_HALF, find_troubles  # noqa: PLC0415 -- likewise

    refuse_misplaced(place)
    configuration = read_configuration(place)
    tonight = read_tonight(place, configuration, now)
    page: Row = {
        "troubles": find_troubles(place, tonight, configuration, now, max_age or DAY_AND_A_HALF),
        "night": None,
        "needs_a_person": [],
        "nights": [],
        "backlog": [],
    }
    if is_published(place):
        page["needs_a_person"] = _read_list(place)
        with open_published(place) as connection:
            page["night"] = read_as_of(connection, place)
            took = read_seconds(place)
            page["nights"] = [_tell_night(night, took) for night in find_rows(connection, NIGHTS)]
            page["backlog"] = find_rows(connection, BACKLOG)
    page["tonight"] = tonight
    page["inbound"] = list_waiting(place.inbound)
    return page


def _read_list(place: Workspace) -> list[Row]:
    """What needs a person now, as the summary of the last night tells it."""
    from flows.outbound.open_list import group_findings  # noqa: PLC0415 -- takes time; help need not wait

    found = read_open(place)
    return group_findings(found, found[0]["business_date"]) if found else []


def list_waiting(inbound: Path) -> list[Row]:
    """Files that lie in inbound, by client and feed, with the age of the oldest."""
    found: dict[tuple[str, str], list[float]] = {}
    for entry in inbound.glob("*/*/*"):
        found.setdefault((entry.parent.parent.name, entry.parent.name), []).append(entry.lstat().st_mtime)
    return [
        {
            "client_id": client_id,
            "feed": feed,
            "files": len(times),
            "oldest_at": datetime.fromtimestamp(min(times), UTC).strftime("%Y-%m-%d %H:%M UTC"),
        }
        for (client_id, feed), times in sorted(found.items())
    ]


def print_status(console: Console, page: Row, workspace: str = "") -> None:
    """The page, what needs a person first; `workspace` is what its commands say of where they mean."""
    print_as_of(console, page["night"])
    for trouble in page["troubles"]:
        console.print(trouble, style="bold red", soft_wrap=True)
    if page["needs_a_person"] or not page["troubles"]:
        print_list(console, page["needs_a_person"])
    else:
        console.print()
    _print_tonight(console, page["tonight"], workspace)
    if page["nights"]:
        console.print(make_table("Last nights", NIGHT_HEADINGS, (row.values() for row in page["nights"])))
    if page["backlog"]:
        console.print(make_table("Back orders", BACKLOG_HEADINGS, (row.values() for row in page["backlog"])))
    if page["inbound"]:
        console.print(
            make_table("Waiting in inbound", WAITING_HEADINGS, (row.values() for row in page["inbound"]))
        )
    else:
        console.print("No file waits in inbound.")


def _print_tonight(console: Console, tonight: Row, workspace: str) -> None:
    """Which night is next, and what to type."""
    if unseen := tonight["unseen_releases"]:
        console.print(
            Text.assemble(
                ("Taken as fetched without having been seen: ", "bold red"),
                (f"{count_of(unseen, 'release')} of the last night.", "bold red"),
                " Ask the warehouse; its file lies in published/current/picks/.",
            )
        )
    if found := tonight["older_format"]:
        console.print(
            f"The books are of format {found}, of an older program: the next run brings them to today's, "
            "after a backup.",
            style="yellow",
        )
    if found := tonight["open_inbound"]:
        console.print(
            f"Every user of this machine may read what lies in {count_of(len(found), 'folder')} of inbound/ "
            f"({', '.join(found[:3])}): it holds people. Let their senders alone read it (runbook, Who may "
            "read what).",
            style="yellow",
            soft_wrap=True,
        )
    if tonight["is_running"]:
        console.print(
            "A night runs at this moment, or something else that writes to the books.", style="yellow"
        )
    if tonight["nights_to_run"] == 0:
        console.print(f"Nights are done up to {tonight['last_date']}.\n")
    else:
        console.print(
            f"{count_of(tonight['nights_to_run'], 'night')} to run, up to {tonight['business_date']}: "
            f"`backorders run{workspace}`\n",
            soft_wrap=True,
        )
