"""`backorders files`: what came, when, what became of it, and where it lies now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, in_words, make_table, open_console, print_json
from flows.cli.reading import Row, find_rows, open_published
from flows.pasting import say_command, say_workspace
from flows.workspace import Workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from flows.inbound.taking.arrival import Arrival

OUTCOMES = """
    SELECT business_date, run_no, client_id, feed, file_name, file_hash, verdict, reason_code, detail,
           rows_read, rows_accepted, rows_duplicate, rows_set_aside, rows_rejected
    FROM files
    WHERE ($client_id IS NULL OR client_id = $client_id) AND ($since IS NULL OR business_date >= $since)
    ORDER BY business_date DESC, run_no DESC, client_id, feed, file_name, file_hash
"""
LAST = "SELECT max(business_date) AS last FROM nights"
HEADINGS = ("night", "file", "verdict", "rows", "bad", "why", "lies in")
DAYS = 14
"""Days before the last night that are shown without `--since`."""


def files(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only files of this client.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help=f"From this night on; default: the last {DAYS} days."),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Show what came: when, what became of it, and where it lies now; what waits in inbound comes first."""
    place = Workspace(workspace.absolute())
    rows = read_files(place, client, _day_of(since))
    if as_json:
        print_json({"files": rows})
    else:
        print_files(open_console(), rows, place)


def read_outcomes(place: Workspace, client_id: str | None = None, since: date | None = None) -> list[Row]:
    """What the published nights say of files, the newest first."""
    with open_published(place) as connection:
        return find_rows(connection, OUTCOMES, client_id=client_id, since=since)


def read_files(place: Workspace, client_id: str | None, since: date | None) -> list[Row]:
    """Files with the place in which each lies now (`lies_in`, `path`), and their quarantine if there is any.

    Raises:
        ConfigurationError: nothing was published yet, or the settings of the workspace are broken.
    """
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.configuration import read_configuration  # noqa: PLC0415 -- as above
    from flows.inbound.taking.scan import scan_inbound  # noqa: PLC0415 -- as above
    from flows.unbooked.releasing import find_held  # noqa: PLC0415 -- as above

    configuration = read_configuration(place)
    with open_published(place) as connection:
        last = find_rows(connection, LAST)[0]["last"]
    outcomes = read_outcomes(place, client_id, since or (last - timedelta(days=DAYS) if last else None))
    held = {
        (file.client_id, file.feed, file.file_name, file.file_hash): file.reason
        for file in find_held(place, list(configuration.clients), outcomes)
    }
    arrivals = scan_inbound(place, configuration, now=SYSTEM_CLOCK.now())
    told = {(row["client_id"], row["feed"], row["file_name"]) for row in outcomes if row["verdict"] == "held"}
    waiting = [
        _waiting(arrival)
        for arrival in arrivals
        if client_id in {None, arrival.client_id}
        and (arrival.client_id, arrival.feed, arrival.file_name) not in told
    ]
    return [*waiting, *(_located(place, row, held) for row in outcomes)]


def print_files(console: Console, rows: list[Row], place: Workspace) -> None:
    """A row a file; below it what releases those that are held."""
    if not rows:
        console.print("No file came.")
        return
    console.print(make_table("Files", HEADINGS, map(_cells, rows)))
    for row in rows:
        if row["held_for"]:
            command = say_command(
                "release",
                _label(row) if _is_only(row, rows) else row["file_hash"],
                options=("--by", "NAME", "--why", "REASON"),
                workspace=say_workspace(place.root),
            )
            console.print(f"{_label(row)} is held ({row['held_for']}). If it is meant:", soft_wrap=True)
            console.print(f"    {command}", style="cyan", soft_wrap=True)
    waiting = sum(row["business_date"] is None for row in rows)
    console.print(f"{count_of(len(rows), 'file')}, {waiting} of them not taken yet.")


def _is_only(row: Row, rows: list[Row]) -> bool:
    """Whether no other held file has the name."""
    return sum(bool(other["held_for"]) and _label(other) == _label(row) for other in rows) == 1


def _label(row: Row) -> str:
    return f"{row['client_id']}/{row['feed']}/{row['file_name']}"


def _cells(row: Row) -> tuple[object, ...]:
    """A file as the table shows it."""
    why = row["detail"] or in_words(row["held_for"] or row["reason_code"])
    return (
        row["business_date"],
        _label(row),
        row["verdict"],
        row["rows_read"],
        row["rows_rejected"],
        why,
        " and ".join(row["lies_in"]) or "nowhere any more",
    )


def _waiting(arrival: Arrival) -> Row:
    """What lies in inbound and no night has taken."""
    problem = arrival.problem
    return {
        "business_date": None,
        "run_no": None,
        "client_id": arrival.client_id,
        "feed": arrival.feed,
        "file_name": arrival.file_name,
        "file_hash": None,
        "verdict": "waits",
        "reason_code": problem.code.value if problem else None,
        "detail": problem.detail if problem else "",
        **dict.fromkeys(("rows_read", "rows_accepted", "rows_duplicate", "rows_set_aside", "rows_rejected")),
        "held_for": None,
        "lies_in": ["inbound"],
        "path": str(arrival.path),
        "quarantine": None,
    }


def _located(place: Workspace, row: Row, held: dict[Any, str]) -> Row:
    """A file that a night took, with where it lies now."""
    archived = _archived(place, row)
    waiting = place.inbound / row["client_id"] / row["feed"] / row["file_name"]
    is_waiting = row["verdict"] == "held" and waiting.is_file()
    path = archived or (waiting if is_waiting else None)
    quarantine = _quarantine(place, row) if row["rows_rejected"] else None
    lies_in = [
        name
        for name, is_there in (("inbound", is_waiting), ("archive", archived), ("quarantine", quarantine))
        if is_there
    ]
    return {
        **{name: value for name, value in row.items() if name != "qty_decimals"},
        "held_for": held.get(tuple(row[name] for name in ("client_id", "feed", "file_name", "file_hash"))),
        "lies_in": lies_in,
        "path": str(path) if path else None,
        "quarantine": str(quarantine) if quarantine else None,
    }


def _archived(place: Workspace, row: Row) -> Path | None:
    """Where its bytes lie in the archive; they are read only where several files had its name."""
    from flows.inbound.taking.archive import find_archived  # noqa: PLC0415 -- Polars takes time

    if not row["file_hash"]:
        return None
    path = place.archive / row["client_id"] / row["feed"] / row["file_name"]
    second = path.with_name(f"{path.stem}.2{path.suffix}")
    if second.exists():
        path = find_archived(path, row["file_hash"])
    return path if path.is_file() else None


def _quarantine(place: Workspace, row: Row) -> Path | None:
    """The newest kept file of its rejected rows."""
    from flows.outbound.documents import path_label  # noqa: PLC0415 -- Polars takes time

    folder = f"quarantine/{path_label(row['client_id'])}/{row['feed']}/{row['file_hash'][:12]}"
    return max(place.published.glob(f"v[0-9]*/{folder}/*"), default=None)


def _day_of(text: str | None) -> date | None:
    """The day that somebody typed.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = f"--since {text!r} is no date; write it as 2026-03-02."
        raise ConfigurationError(message) from None
