"""The application `backorders`: its commands, and the one way from an error to an exit code."""

from __future__ import annotations

import gc
import os
import unicodedata
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text
from typer.core import TyperGroup
from typer.exceptions import TyperException

from flows.cli.acting.backup import backup, restore
from flows.cli.acting.erase import erase
from flows.cli.acting.handed_out import handed_out
from flows.cli.acting.intake import intake
from flows.cli.acting.release import release
from flows.cli.acting.run import run
from flows.cli.acting.unhold import unhold
from flows.cli.acting.verify import verify
from flows.cli.asking.files import files
from flows.cli.asking.findings import done, findings
from flows.cli.asking.queue import queue
from flows.cli.asking.sql import sql
from flows.cli.asking.status import status
from flows.cli.asking.stock import stock
from flows.cli.asking.why import why
from flows.cli.printing.paper import collected_json, open_console, print_warnings
from flows.cli.starting.init import init
from flows.cli.starting.onboard import onboard
from flows.cli.starting.serve import pages, serve
from flows.cli.starting.systemd import systemd
from flows.cli.trying.check import check
from flows.cli.trying.demo import demo
from flows.cli.trying.simulate import simulate
from flows.outcomes import named, outcome_of
from flows.polars_settings import mute_libraries, prepare_polars
from schemas.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.errors import BackordersError


UNSEEN = ("Cc", "Zl", "Zp")
FREE_TEXT = ("--why", "--by", "sql")
"""Words before a text whose line breaks are taken for spaces."""


OBJECTS = 20_000
"""New objects after which Python looks for those that hold each other alone; its own 700 are many looks while
modules are loaded, all of whose objects stay."""


class Commands(TyperGroup):
    """The group of all commands; an error becomes text on stderr, and JSON where that was asked for."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- typer hides the class of its context
        """Run the command.

        Raises:
            typer.Exit: it ended with an error, which stands on stderr now.
        """
        words = [*ctx._protected_args, *ctx.args]  # noqa: SLF001 -- what is not parsed yet
        is_json = "--json" in words[: words.index("--") if "--" in words else None]
        with collected_json() as answer:
            try:
                refuse_bytes(words)
                return super().invoke(ctx)
            except (typer.Abort, typer.Exit):
                raise
            except TyperException as error:
                wrong = error.format_message().rstrip(".")
                failure: BackordersError = UsageError(f"{wrong}. {advise_help(ctx)}")
            except Exception as error:  # noqa: BLE001 -- it is told, by its type where it is not ours
                failure = named(error)
            code = print_error(failure)
            if is_json:
                answer.fail(failure, *outcome_of(failure))
            raise typer.Exit(code)


def refuse_bytes(words: Sequence[str]) -> None:
    """See to it that all that was typed is text of one line, or the name of a file, which may be any bytes.

    Raises:
        UsageError: a word is neither.
    """
    for before, word in pairwise(("", *words)):
        if word != word.encode("utf-8", "replace").decode() and not os.path.lexists(word):
            spelled = word.encode("utf-8", "backslashreplace").decode()
            message = f"{spelled} is no text in UTF-8, and no file has that name."
            raise UsageError(message)
        unseen = any(unicodedata.category(sign) in UNSEEN for sign in word)
        if unseen and before not in FREE_TEXT and not os.path.lexists(word):
            message = f"{word!a} has characters that cannot be seen or break a line; type it without them."
            raise UsageError(message)


def advise_help(ctx: Any) -> str:  # noqa: ANN401 -- as above
    """What tells how the command is called."""
    name = f" {ctx.invoked_subcommand}" if ctx.invoked_subcommand in ctx.command.commands else ""
    return f"`backorders{name} --help` says what it takes."


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


def show_version(is_asked: bool) -> None:  # noqa: FBT001 -- Typer gives it
    """Print the version and end.

    Raises:
        typer.Exit: it was asked for.
    """
    if is_asked:
        open_console().print(f"backorders {version('backorders')}")
        raise typer.Exit


@app.callback()
def main_options(
    asked: Annotated[  # noqa: FBT002 -- an option of the command line, and its callback does all
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=show_version)
    ] = False,
) -> None:
    """Nightly back orders of a warehouse company: who gets which units, and who is told what."""


app.command()(demo)
app.command()(init)
app.command()(onboard)
app.command()(intake)
app.command()(run)
app.command()(status)
app.command()(findings)
app.command()(done)
app.command()(unhold)
app.command()(files)
app.command()(release)
app.command()(why)
app.command()(queue)
app.command()(stock)
app.command()(sql)
app.command()(check)
app.command()(simulate)
app.command()(serve)
app.command()(pages)
app.command()(systemd)
app.command()(erase)
app.command()(backup)
app.command()(restore)
app.command(name="handed-out")(handed_out)
app.command()(verify)


def main() -> None:
    """Entry point of the command `backorders`."""
    gc.set_threshold(OBJECTS)
    prepare_polars()
    mute_libraries()
    print_warnings()
    app()
