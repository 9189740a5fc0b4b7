"""An order on the page of `why` that files name and the books do not have: where it lies; what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.cli.reading import Row, find_rows
from flows.pasting import say_command, say_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

    from flows.unbooked.mentions import Mention
    from flows.workspace import Workspace

FILES = """
    SELECT feed, file_name, file_hash, verdict, reason_code, detail, rows_rejected, rows_set_aside,
           business_date
    FROM files WHERE client_id = $client_id ORDER BY business_date, run_no
"""
REJECTED = """
    SELECT file_hash, row_no, "column", reason_code, origin_hash, origin_row
    FROM rejected_rows WHERE client_id = $client_id ORDER BY file_hash, row_no, "column", reason_code
"""


def read_elsewhere(
    connection: DuckDBPyConnection, place: Workspace, client_id: str, order_id: str, *, is_known: bool
) -> list[Row]:
    """Where files name the order and the books do not have it for that; nothing where settings are broken."""
    from flows.configuration import read_configuration  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.unbooked.mentions import Answers, find_mentions  # noqa: PLC0415 -- likewise

    try:
        configuration = read_configuration(place)
    except ConfigurationError:
        return []
    answers = Answers(*(find_rows(connection, query, client_id=client_id) for query in (FILES, REJECTED)))
    found = find_mentions(place, configuration, client_id, order_id, answers, is_known=is_known)
    return [_shown(mention, client_id, say_workspace(place.root)) for mention in found]


def _shown(mention: Mention, client_id: str, workspace: str) -> Row:
    """A place with its words, and what shows it."""
    from flows.unbooked.mentions import FATES  # noqa: PLC0415 -- as above

    path = str(mention.path.absolute())
    command = say_command("check", client_id, mention.feed, path, workspace=workspace)
    return {**mention._asdict(), "path": path, "meaning": FATES[mention.fate], "command": command}


def print_elsewhere(console: Console, subject: str, rows: list[Row], *, is_known: bool) -> None:
    """The places, each with its reason and what shows it."""
    if not rows:
        return
    known, unknown = "Named in files, and not in the books for that", "is not in the books. Files name it:"
    heading = known if is_known else f"{subject} {unknown}"
    console.print(heading, style="bold yellow", soft_wrap=True)
    for row in rows:
        line = f", line {row['line']}" if row["line"] else ""
        night = f", night of {row['night']}" if row["night"] else ""
        where = f"{row['feed']}/{row['file_name']}{line}{night}: {row['meaning']}"
        console.print(f"  {where}", soft_wrap=True)
        if row["why"]:
            console.print(f"      {row['why']}", soft_wrap=True)
        console.print(f"      {row['command']}", style="cyan", soft_wrap=True)
