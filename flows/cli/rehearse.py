"""`backorders check`: what a night would make of a file, before it is dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from flows.cli.options import DEFAULT_WORKSPACE, ClientArgument, JsonOption, WorkspaceOption
from flows.cli.paper import count_of, make_table, open_console, print_json
from flows.workspace import Workspace, require_workspace
from schemas.errors import AdmissionError, SourceError

if TYPE_CHECKING:
    from rich.console import Console

    from flows.rehearsal import Destination, Rehearsal

MAX_LISTED = 10
FORM_ONLY = (
    "Read by form, and compared with the facts of earlier nights. Files that come with it, and what the "
    "rows then do, are not foreseen."
)
REFUSED_BEFORE = (
    "These rows can be read, and a night refused them for what it knew beside them. Only reading was tried "
    "here: correct them as it says before you drop them again."
)
NO_BOOKS = "Read by form only: there are no books yet to compare with."


def check(
    client_id: ClientArgument,
    feed: Annotated[str, typer.Argument(metavar="FEED", help="Feed whose file it is, such as orders.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file, wherever it lies.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Try a file without taking it: how columns are read, where rows go, which would be rejected."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.configuration import read_configuration  # noqa: PLC0415 -- takes time; help need not wait
    from flows.rehearsal import rehearse_file  # noqa: PLC0415 -- likewise

    zone = ZoneInfo(read_configuration(place).settings.time_zone)
    today = datetime.now(UTC).astimezone(zone).date()
    rehearsal = rehearse_file(place, client_id, feed, file, business_date=today)
    page = describe_rehearsal(rehearsal)
    if as_json:
        print_json({"client_id": client_id, "feed": feed, "file": str(file), **page})
    else:
        print_rehearsal(open_console(), f"{client_id} · {feed} · {file.name}", rehearsal, page)
    refuse_faults(rehearsal)


def refuse_faults(rehearsal: Rehearsal) -> None:
    """See to it that a night would take the file whole.

    Raises:
        SourceError: it would refuse the file.
        AdmissionError: it would reject rows.
    """
    if rehearsal.refusal:
        message = f"{rehearsal.refusal.code}: {rehearsal.refusal.detail}. {rehearsal.refusal.code.meaning}"
        raise SourceError(message)
    if rejected := rehearsal.verdicts["rejected"]:
        message = (
            f"{rejected} of {count_of(rehearsal.rows_read, 'row')}; the others would be taken. Correct them "
            "here, or in quarantine after the night."
        )
        raise AdmissionError(message)


def describe_rehearsal(rehearsal: Rehearsal) -> dict[str, Any]:
    """A rehearsal as machines read it."""
    from schemas.codes import ReasonCode  # noqa: PLC0415 -- beside the others that only this page needs
    from transforms.reports.reasons import hint_of  # noqa: PLC0415 -- Polars takes time; help need not wait

    refusal = rehearsal.refusal
    meanings = {code.value: code.meaning for code in ReasonCode}
    return {
        "refused": {"code": refusal.code.value, "detail": refusal.detail} if refusal else None,
        "destinations": [_describe(destination) for destination in rehearsal.destinations],
        "rows": {"read": rehearsal.rows_read, **rehearsal.verdicts},
        "twin_rows": rehearsal.twin_rows,
        "compared_with_books": rehearsal.knows_books,
        "rejections": [
            {
                "row": row["row_no"],
                "column": row["column"],
                "code": row["reason_code"],
                "meaning": meanings[row["reason_code"]],
                "hint": hint_of(row["reason_code"], row["feed"]),
            }
            for row in rehearsal.rejected.iter_rows(named=True)
        ],
        "refused_before": [
            {
                "row": row.row,
                "column": row.column or None,
                "code": row.codes,
                "meaning": "; ".join(meanings[code] for code in row.codes.split("|") if code in meanings),
                "hint": row.hint,
            }
            for row in rehearsal.refused_before
        ],
    }


def _describe(destination: Destination) -> dict[str, Any]:
    """A destination as machines read it."""
    return {
        "to": destination.to,
        "where": destination.where or None,
        "rows": destination.rows,
        "columns": dict(destination.columns),
    }


def print_rehearsal(console: Console, subject: str, rehearsal: Rehearsal, page: dict[str, Any]) -> None:
    """The page: columns, routes, verdicts, and the first rows that would be rejected."""
    console.print(f"{subject}\n", style="bold")
    for destination in rehearsal.destinations:
        if destination.rows and destination.columns:
            console.print(make_table(f"Rows to {destination.to}", ("ours", "read from"), destination.columns))
    if len(rehearsal.destinations) > 1:
        routed = [(to.rows, to.to, to.where or "all others") for to in rehearsal.destinations]
        console.print(make_table("Routes", ("rows", "to", "where"), routed))
    words = {"accepted": "can be read"} if page["refused_before"] else {}
    counts = [
        f"{count:,} {words.get(verdict, verdict.replace('_', ' '))}"
        for verdict, count in rehearsal.verdicts.items()
    ]
    console.print(f"{count_of(rehearsal.rows_read, 'row')}: {', '.join(counts)}")
    if rehearsal.twin_rows:
        console.print(f"{count_of(rehearsal.twin_rows, 'row')} repeat another row of the file in every cell")
    _print_reasons(console, "Would be rejected", page["rejections"])
    _print_reasons(console, "Rejected when they came", page["refused_before"])
    if page["refused_before"]:
        console.print(REFUSED_BEFORE, style="bold yellow")
    console.print(f"\n{FORM_ONLY if rehearsal.knows_books else NO_BOOKS}", style="dim")


def _print_reasons(console: Console, title: str, rows: list[dict[str, Any]]) -> None:
    """The first rows of a list of rejections, with what is wrong and what to do."""
    if not rows:
        return
    console.print()
    listed = [tuple(row.values()) for row in rows[:MAX_LISTED]]
    console.print(make_table(title, ("row", "column", "code", "why", "to do"), listed))
    if (more := len(rows) - MAX_LISTED) > 0:
        console.print(f"and {more:,} more; --json has them all")
