"""`backorders handed-out`: what warehouses may have from before a restore, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, open_console, print_json
from flows.pasting import say_command, say_workspace
from flows.workspace import Workspace, require_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

SHOWN = 10


def handed_out(
    warehouse: Annotated[
        str | None, typer.Argument(metavar="[WAREHOUSE]", help="Of whom it is said.", show_default=False)
    ] = None,
    kept: Annotated[bool, typer.Option("--kept", help="It works on what it has: not again.")] = False,  # noqa: FBT002 -- an option of the command line
    dropped: Annotated[bool, typer.Option("--dropped", help="It has dropped it: hand it out anew.")] = False,  # noqa: FBT002 -- an option of the command line
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """List the pick files that warehouses may have from before a restore, or say what became of them."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.ledger.runs.handed_out import HandedOutVerdict, read_handed_out, say_of  # noqa: PLC0415 -- Polars takes time
    from flows.ledger.store.ledger import Ledger  # noqa: PLC0415 -- as above

    if bool(warehouse) != (kept or dropped) or (kept and dropped):
        message = "Name a WAREHOUSE and say --kept or --dropped; or say nothing to list. Nothing was changed."
        raise ConfigurationError(message)
    with Ledger.open(place) as ledger:
        if warehouse:
            verdict = HandedOutVerdict.KEPT if kept else HandedOutVerdict.DROPPED
            said = say_of(ledger.connection, warehouse, verdict)
            if not said:
                message = f"Nothing of {warehouse} waits for a word. Nothing was changed."
                raise ConfigurationError(message)
        rows = read_handed_out(ledger.connection)
    unsaid, kept_rows = rows.filter(rows["verdict"].is_null()), rows.filter(rows["verdict"].is_not_null())
    if as_json:
        print_json({"handed_out": describe_files(unsaid), "not_released": describe_lines(kept_rows)})
    else:
        print_files(open_console(), unsaid, say_workspace(workspace))
        print_not_released(open_console(), kept_rows, say_workspace(workspace))


def describe_files(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """The pick files of which nobody has said anything, with how many rows each."""
    files = rows.group_by("warehouse", "file_name").len("rows").sort("warehouse", "file_name")
    return files.to_dicts()


def describe_lines(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows that a warehouse works on and that the books have not released again."""
    return rows.select("warehouse", "file_name", "client_id", "order_id", "line_no", "sku", "qty").to_dicts()


def print_not_released(console: Console, rows: pl.DataFrame, workspace: str) -> None:
    """The same for people, with what to do about it."""
    if rows.is_empty():
        return
    counted = count_of(rows.height, "row")
    console.print(
        f"Warehouses work on {counted} that the books have not released since. Once the nights are caught "
        "up, these units are planned otherwise: take them back, or confirm them in a shipments file.",
        soft_wrap=True,
    )
    for row in describe_lines(rows)[:SHOWN]:
        line = f"{row['client_id']} {row['order_id']}/{row['line_no']}"
        console.print(f"    {row['warehouse']}: {line}, {row['qty']} of {row['sku']}", soft_wrap=True)
    if rows.height > SHOWN:
        console.print(f"    and {rows.height - SHOWN:,} more (--json lists all)")
    for warehouse in rows["warehouse"].unique().sort():
        command = say_command("handed-out", warehouse, options=("--dropped",), workspace=workspace)
        console.print(Text.assemble(f"  {warehouse} has dropped them: ", (command, "cyan")), soft_wrap=True)


def print_files(console: Console, rows: pl.DataFrame, workspace: str) -> None:
    """The same for people, with what to type."""
    if rows.is_empty():
        console.print("Nothing that was handed out before a restore waits for a word.")
        return
    question = "Warehouses may have these picks, and the books do not know of them. Ask:"
    console.print(Text(question, style="bold yellow"), soft_wrap=True)
    for file in describe_files(rows):
        counted = count_of(file["rows"], "row")
        console.print(f"    {file['warehouse']}: {file['file_name']}, {counted}", soft_wrap=True)
    for warehouse in rows["warehouse"].unique().sort():
        for words, option in ((f"{warehouse} works on them", "--kept"), ("it has dropped them", "--dropped")):
            command = say_command("handed-out", warehouse, options=(option,), workspace=workspace)
            console.print(Text.assemble(f"  {words}: ", (command, "cyan")), soft_wrap=True)
    console.print("Until then nothing that repeats one of these rows is delivered.")
