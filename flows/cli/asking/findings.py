"""`backorders findings` and `backorders done`: what needs a person, one by one, and what no longer does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flows.cli.asking.open_findings import read_open
from flows.cli.options import DEFAULT_WORKSPACE, ClientArgument, JsonOption, WorkspaceOption
from flows.cli.printing.as_of import print_as_of, read_as_of
from flows.cli.printing.paper import count_of, open_console, print_json
from flows.cli.reading import Row, open_published, require_known
from flows.pasting import say_command, say_workspace
from flows.workspace import Workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help="Code of the findings, such as too_late.")]


def findings(
    client_id: Annotated[
        str | None, typer.Argument(metavar="CLIENT", help="Only this client's.", show_default=False)
    ] = None,
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="Only those of this code.", show_default=False)
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """What needs a person, one by one: since when, what exactly, and what to type."""
    from flows.outbound.open_list import in_order  # noqa: PLC0415 -- takes time that help need not wait for

    place = Workspace(workspace.absolute())
    found = read_open(place)
    with open_published(place) as connection:
        night = read_as_of(connection, place)
        refuse_unknown(connection, place, client_id, code)
    chosen = [row for row in found if client_id in {None, row["client_id"]} and code in {None, row["code"]}]
    listed = in_order(chosen, chosen[0]["business_date"]) if chosen else []
    if as_json:
        print_json({"night": night, "findings": listed})
    else:
        console = open_console()
        print_as_of(console, night)
        print_all(console, listed, place)
        if client_id is None:
            print_troubles(console, place)


def print_troubles(console: Console, place: Workspace) -> None:
    """That something else is wrong, so that a page without findings is not read as "all is well"."""
    from flows.cli.asking.status import read_status  # noqa: PLC0415 -- takes time that help need not wait for

    if troubles := read_status(place, datetime.now(UTC))["troubles"]:
        told = (
            f"`backorders status{say_workspace(place.root)}` tells {count_of(len(troubles), 'trouble')} more."
        )
        console.print(told, style="bold red", soft_wrap=True)


def refuse_unknown(
    connection: DuckDBPyConnection, place: Workspace, client_id: str | None, code: str | None
) -> None:
    """See to it that nothing is said to need nobody because its name was mistyped.

    Raises:
        ConfigurationError: there is no such client or code.
    """
    from schemas.settings.parent import suggest  # noqa: PLC0415 -- likewise
    from schemas.vocabulary.findings import FindingCode  # noqa: PLC0415 -- only this command needs them

    if client_id is not None and not (place.clients / f"{client_id}.toml").is_file():
        require_known(connection, "client", client_id)
    if code is not None and code not in FindingCode.values():
        message = f"Unknown code {code!r}; {suggest(code, FindingCode.values(), 'codes')}"
        raise ConfigurationError(message)


def done(
    client_id: ClientArgument,
    code: CodeArgument,
    subject: Annotated[
        str | None,
        typer.Argument(metavar="SUBJECT", help="Default: all of them.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Say that findings are done: they are off the list at once. The same trouble later is a new one."""
    place = Workspace(workspace.absolute())
    closed = choose_done(read_open(place), client_id, code, subject)
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- as above
    from flows.ledger.runs.done import put_done  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.ledger.store.ledger import Ledger  # noqa: PLC0415 -- as above

    with Ledger.open(place) as ledger:
        keys = [(row["client_id"], row["code"], row["subject"], row["cause"]) for row in closed]
        put_done(ledger.connection, keys, SYSTEM_CLOCK.now())
    if as_json:
        print_json({"done": closed})
    else:
        subjects = ", ".join(sorted({row["subject"] for row in closed}))
        said = f"{count_of(len(closed), 'finding')} done"
        open_console().print(f"{said}: {client_id} · {code} · {subjects}", soft_wrap=True)


def choose_done(found: list[Row], client_id: str, code: str, subject: str | None) -> list[Row]:
    """The open findings that are meant.

    Raises:
        ConfigurationError: there is none, or they stay as long as their cause.
    """
    from schemas.vocabulary.findings import FindingCode, Lasting  # noqa: PLC0415 -- only this command needs them

    chosen = [
        row
        for row in found
        if (row["client_id"], row["code"]) == (client_id, code) and subject in {None, row["subject"]}
    ]
    if not chosen:
        there = sorted({f"{row['code']} {row['subject']}" for row in found if row["client_id"] == client_id})
        known = f"Open for {client_id}: {', '.join(there[:5]) or 'nothing'}."
        about = f" {subject}" if subject else ""
        message = f"No finding {code}{about} is open for {client_id}. {known} Nothing was changed."
        raise ConfigurationError(message)
    lasting = {known.value: known.lasting for known in FindingCode}.get(code)
    if lasting is Lasting.STANDING:
        message = (
            f"{code} stays as long as its cause, and goes with it. {chosen[0]['subject']}: "
            f"{chosen[0]['detail']}. Nothing was changed."
        )
        raise ConfigurationError(message)
    return chosen


def print_all(console: Console, rows: list[Row], place: Workspace) -> None:
    """Every finding with its detail and its command, until when it is open, and what closes it."""
    from flows.configuration import read_configuration  # noqa: PLC0415 -- as above

    if not rows:
        console.print("Nothing needs a person.", style="bold green")
        return
    nights_open = read_configuration(place).settings.finding_nights
    for row in rows:
        nights = (row["business_date"] - row["opened_on"]).days
        age = f"since {row['opened_on']}, {count_of(nights, 'night')}" if nights else "new"
        who = f"for the {row['owner'].replace('_', ' ')} · {age}"
        head = f"{row['code']} · {row['client_id']} · {row['subject']}"
        console.print(Text.assemble((head, "bold"), f" · {who}"), soft_wrap=True)
        console.print(f"    {row['detail']}", soft_wrap=True)
        console.print(f"    {row['command']}", style="cyan", soft_wrap=True)
        console.print(f"    open {tell_lasting(row, nights_open, place)}", soft_wrap=True)


def tell_lasting(row: Row, nights_open: int, place: Workspace) -> str:
    """Until when a finding is open; where somebody may close it, with what to type."""
    from schemas.vocabulary.findings import FindingCode, Lasting  # noqa: PLC0415 -- as above

    lasting = {code.value: code.lasting for code in FindingCode}[row["code"]]
    if lasting is Lasting.STANDING:
        return lasting.meaning
    words = (row["client_id"], row["code"], row["subject"])
    done_by = f"or until it is done: {say_command('done', *words, workspace=say_workspace(place.root))}"
    if lasting is Lasting.UNTIL_DONE:
        return f"as long as its cause, {done_by}"
    last_on = row["opened_on"] + timedelta(days=nights_open - 1)
    return f"up to the night of {last_on}, {done_by}"
