"""`backorders check`: what a night would make of a file, before it is dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from flows.cli.options import DEFAULT_WORKSPACE, ClientArgument, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, make_table, open_console, print_json
from flows.cli.printing.watching import watched_steps
from flows.workspace import Workspace, require_workspace
from schemas.errors import AdmissionError, SourceError
from schemas.intake.refusal import column_at
from schemas.vocabulary.codes import ReasonCode

if TYPE_CHECKING:
    from rich.console import Console

    from flows.rehearsal import Destination, RefusedBefore, Rehearsal
    from transforms.reports.first_rows import FirstRow

MAX_LISTED = 10
FORM_ONLY = (
    "Read by form, and compared with the facts of earlier nights. Files that come with it, and what the "
    "rows then do, are not foreseen."
)
REFUSED_BEFORE = (
    "These rows can be read, and a night refused them, perhaps for what it knows beside them. What stands "
    "under `to do` comes before they are dropped, unless it is done. Only reading was tried here."
)
ABOUT_COLUMNS = (ReasonCode.MISSING_COLUMN, ReasonCode.NO_HEADER, ReasonCode.DUPLICATE_COLUMN)
"""Refusals whose page shows what the file has. The terminal may show it; nothing keeps it."""

FIRST_COLUMNS = {
    "line": "line",
    "to": "to",
    "about": "about",
    "sku": "sku",
    "qty": "quantity",
    "as sent": "sent",
    "when": "when",
    "due": "due_on",
}
REJECTION_COLUMNS = {
    "line": "line",
    "about": "about",
    "column": "column",
    "code": "code",
    "why": "meaning",
    "to do": "hint",
}
"""Headings of the page's tables, and what stands below them."""

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
    with watched_steps("reading the file"):
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
            f"{_where_to_correct(rehearsal)}."
        )
        raise AdmissionError(message)


def _where_to_correct(rehearsal: Rehearsal) -> str:
    """Where a person corrects rejected rows: what is published, as quarantine files are, is read-only."""
    if rehearsal.is_quarantine:
        return "in a copy of this file, and drop the copy"
    return "before you drop the file, or afterwards in a copy of the quarantine file that the night writes"


def describe_rehearsal(rehearsal: Rehearsal) -> dict[str, Any]:
    """A rehearsal as machines read it."""
    refusal, understood = rehearsal.refusal, rehearsal.understood
    meanings = {code.value: code.meaning for code in ReasonCode}
    return {
        "refused": {"code": refusal.code.value, "detail": refusal.detail} if refusal else None,
        "file_columns": rehearsal.headers,
        "read_as": list(understood.read_as),
        "patterns": understood.patterns,
        "destinations": [_describe(destination) for destination in understood.destinations],
        "first_rows": [_describe_row(row, rehearsal) for row in understood.first_rows],
        "rows": {"read": rehearsal.rows_read, **rehearsal.verdicts},
        "twin_rows": understood.twin_rows,
        "compared_with_books": rehearsal.knows_books,
        "rejections": [
            _describe_rejection(row, rehearsal, meanings) for row in rehearsal.rejected.iter_rows(named=True)
        ],
        "refused_before": [_describe_refused(row, rehearsal, meanings) for row in understood.refused_before],
    }


def _describe(destination: Destination) -> dict[str, Any]:
    """A destination as machines read it."""
    return {
        "to": destination.to,
        "where": destination.where or None,
        "rows": destination.rows,
        "first_lines": destination.lines,
        "columns": dict(destination.columns),
    }


def _describe_row(row: FirstRow, rehearsal: Rehearsal) -> dict[str, Any]:
    """A row as it was understood."""
    place = rehearsal.understood.places[row.row_no]
    told = {"row": row.row_no, "line": place.line, "to": row.feed, "about": row.name, "sku": row.sku}
    when = {"when": row.when, "due_on": row.due_on}
    return {**told, "quantity": row.quantity, "sent": row.sent, **when}


def _describe_rejection(
    row: dict[str, Any], rehearsal: Rehearsal, meanings: dict[str, str]
) -> dict[str, Any]:
    """A reason for which a row would be rejected, where it stands, and what to do."""
    from transforms.intake.rows.advice import advise  # noqa: PLC0415 -- Polars takes time; help need not wait

    place = rehearsal.understood.places[row["row_no"]]
    code, column = row["reason_code"], row["column"]
    return {
        "row": row["row_no"],
        "line": place.line,
        "about": {place.column: place.name} if place.name else {},
        "column": column,
        "code": code,
        "meaning": meanings[code],
        "hint": advise(code, column, rehearsal.desk),
    }


def _describe_refused(row: RefusedBefore, rehearsal: Rehearsal, meanings: dict[str, str]) -> dict[str, Any]:
    """A reason for which a night refused a row that can be read now."""
    place = rehearsal.understood.places[row.row]
    return {
        "row": row.row,
        "line": place.line,
        "about": {place.column: place.name} if place.name else {},
        "column": row.column or None,
        "code": row.codes,
        "meaning": "; ".join(meanings[code] for code in row.codes.split("|") if code in meanings),
        "hint": row.hint,
    }


def print_rehearsal(console: Console, subject: str, rehearsal: Rehearsal, page: dict[str, Any]) -> None:
    """The page: columns, routes, the first rows as understood, verdicts, and what would be rejected."""
    console.print(f"{subject}\n", style="bold")
    if page["read_as"]:
        console.print(f"Read as {'; '.join(page['read_as'])}.\n", markup=False, soft_wrap=True)
    _print_columns(console, rehearsal)
    for sentence in page["patterns"]:
        console.print(Text.assemble(("Seen:", "bold yellow"), f" {sentence}"), soft_wrap=True)
    if page["first_rows"]:
        listed = [_cells(row, FIRST_COLUMNS) for row in page["first_rows"]]
        console.print(make_table("First rows as understood", tuple(FIRST_COLUMNS), listed))
        console.print(
            f"Times are those of {rehearsal.zone}; lines as a spreadsheet counts them.\n", style="dim"
        )
    words = {"accepted": "can be read"} if page["refused_before"] else {}
    counts = [
        f"{count:,} {words.get(verdict, verdict.replace('_', ' '))}"
        for verdict, count in rehearsal.verdicts.items()
    ]
    console.print(f"{count_of(rehearsal.rows_read, 'row')}: {', '.join(counts)}")
    if page["twin_rows"]:
        console.print(f"{count_of(page['twin_rows'], 'row')} with the cells of another row of the file")
    _print_reasons(console, "Would be rejected", REJECTION_COLUMNS, page["rejections"])
    _print_reasons(console, "Rejected when they came", REJECTION_COLUMNS, page["refused_before"])
    if page["refused_before"]:
        console.print(REFUSED_BEFORE, style="bold yellow")
    console.print(f"\n{FORM_ONLY if rehearsal.knows_books else NO_BOOKS}", style="dim")


def _print_columns(console: Console, rehearsal: Rehearsal) -> None:
    """How columns are read and where rows go; of a file whose columns are the trouble, what it has."""
    destinations = rehearsal.understood.destinations
    for destination in destinations:
        if destination.rows and destination.columns:
            console.print(make_table(f"Rows to {destination.to}", ("ours", "read from"), destination.columns))
    if len(destinations) > 1:
        routed = [
            (to.rows, to.to, to.where or "all others", ", ".join(map(str, to.lines))) for to in destinations
        ]
        console.print(make_table("Routes", ("rows", "to", "where", "first lines"), routed))
    if rehearsal.refusal and rehearsal.refusal.code in ABOUT_COLUMNS:
        names = [(column_at(place), name) for place, name in enumerate(rehearsal.headers, start=1)]
        console.print(make_table("The file has", ("column", "name"), names))


def _print_reasons(console: Console, title: str, columns: dict[str, str], rows: list[dict[str, Any]]) -> None:
    """The first rows of a list of rejections, with what is wrong and what to do."""
    if not rows:
        return
    console.print()
    told = [{**row, "about": ", ".join(row.get("about", {}).values())} for row in rows[:MAX_LISTED]]
    console.print(make_table(title, tuple(columns), [_cells(row, columns) for row in told]))
    if (more := len(rows) - MAX_LISTED) > 0:
        console.print(f"and {more:,} more; --json has them all")


def _cells(row: dict[str, Any], columns: dict[str, str]) -> tuple[object, ...]:
    """What a table shows of a row; a line is a name to be typed, and has no comma."""
    return tuple(str(row[name]) if name in ("line", "row") else row[name] for name in columns.values())
