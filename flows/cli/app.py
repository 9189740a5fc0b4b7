"""The application `backorders`: its commands, and the one way from an error to an exit code."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup
from typer.exceptions import TyperException

from flows.cli.create import init
from flows.cli.demonstration import demo
from flows.cli.dropped import intake
from flows.cli.erase import erase
from flows.cli.explain import why
from flows.cli.findings import done, findings
from flows.cli.night import run
from flows.cli.progress import status
from flows.cli.rehearse import check
from flows.cli.service import pages, serve
from flows.cli.shelf import stock
from flows.cli.simulate import simulate
from flows.cli.unhold import unhold
from flows.cli.waiting import queue
from flows.polars_settings import prepare_polars
from flows.unforeseen import told
from schemas.errors import (
    AdmissionError,
    BackordersError,
    ConfigurationError,
    DamageError,
    GuardHeld,
    InvariantError,
    NightsError,
    PublicationError,
    SourceError,
    UnforeseenError,
)

WORDLESS = (
    "More is not told, since the words of such an error may hold what a client wrote. Run again; if it says "
    "the same, report this line."
)


class Commands(TyperGroup):
    """The group of all commands; an error of ours becomes text on stderr and its exit code."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- typer hides the class of its context
        """Run the command.

        Raises:
            typer.Exit: it ended with an error of ours, which stands on stderr now.
        """
        try:
            return super().invoke(ctx)
        except BackordersError as error:
            raise typer.Exit(print_error(error)) from error
        except (TyperException, typer.Abort, typer.Exit):
            raise
        except Exception as error:
            raise typer.Exit(print_error(UnforeseenError(f"{told(error)}. {WORDLESS}"))) from error


def print_error(error: BackordersError) -> int:
    """The exit code of an error, which stands on stderr now."""
    heading, code = outcome_of(error)
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"[bold red]{heading}:[/] {escape(str(error))}", highlight=False)
    return code


def outcome_of(error: BackordersError) -> tuple[str, int]:
    """What an error is called, and the exit code of the program."""
    match error:
        case ConfigurationError():
            heading = "Not possible"
        case GuardHeld():
            heading = "Held for approval"
        case NightsError():
            heading = "Not all is well"
        case SourceError():
            heading = "File not readable"
        case AdmissionError():
            heading = "Rows would be rejected"
        case InvariantError():
            heading = "A law of the ledger is broken (our fault)"
        case UnforeseenError():
            heading = "The program failed (our fault)"
        case PublicationError():
            heading = "Committed, but not published"
        case DamageError():
            heading = "The books are damaged"
        case _:
            heading = "Error"
    return heading, error.exit_code


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Nightly back orders of a warehouse company: who gets which units, and who is told what.",
)
app.command()(demo)
app.command()(init)
app.command()(intake)
app.command()(run)
app.command()(status)
app.command()(findings)
app.command()(done)
app.command()(unhold)
app.command()(why)
app.command()(queue)
app.command()(stock)
app.command()(check)
app.command()(simulate)
app.command()(serve)
app.command()(pages)
app.command()(erase)


def main() -> None:
    """Entry point of the command `backorders`."""
    prepare_polars()
    app()
