"""The application `backorders`: its commands, and the one way from an error to an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text
from typer.core import TyperGroup
from typer.exceptions import TyperException

from flows.cli.create import init
from flows.cli.demonstration import demo
from flows.cli.dropped import intake
from flows.cli.erase import erase
from flows.cli.explain import why
from flows.cli.findings import done, findings
from flows.cli.night import run
from flows.cli.paper import open_console, print_warnings
from flows.cli.progress import status
from flows.cli.rehearse import check
from flows.cli.service import pages, serve
from flows.cli.shelf import stock
from flows.cli.simulate import simulate
from flows.cli.systemd import systemd
from flows.cli.unhold import unhold
from flows.cli.waiting import queue
from flows.outcomes import named, outcome_of
from flows.polars_settings import prepare_polars

if TYPE_CHECKING:
    from schemas.errors import BackordersError


class Commands(TyperGroup):
    """The group of all commands; an error of ours becomes text on stderr and its exit code."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- typer hides the class of its context
        """Run the command.

        Raises:
            typer.Exit: it ended with an error of ours, which stands on stderr now.
        """
        try:
            return super().invoke(ctx)
        except (TyperException, typer.Abort, typer.Exit):
            raise
        except Exception as error:
            raise typer.Exit(print_error(named(error))) from error


def print_error(error: BackordersError) -> int:
    """The exit code of an error, which stands on stderr now."""
    heading, code = outcome_of(error)
    text = Text.assemble((f"{heading}:", "bold red"), f" {error}")
    open_console(to_stderr=True).print(text, soft_wrap=True)
    return code


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
app.command()(systemd)
app.command()(erase)


def main() -> None:
    """Entry point of the command `backorders`."""
    prepare_polars()
    print_warnings()
    app()
