"""`backorders demo`: the sample's three nights in a scratch workspace, and what they leave behind."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import nullcontext
from importlib import resources
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer
from rich.panel import Panel
from rich.text import Text

from flows.cli.acting.run import decide_plain, prefect_for_runs, print_night, read_night, run_due
from flows.cli.asking.queue import queue
from flows.cli.asking.why import why
from flows.cli.options import PlainOption  # noqa: TC001 -- Typer reads it
from flows.cli.printing.paper import make_rule, make_table, open_console
from flows.cli.printing.watching import watched_nights
from flows.named_folders import refuse_place_of_ours
from flows.pasting import say_command, say_workspace
from flows.workspace import Workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from flows.night.run import NightResult

CLIENT, SKU, ORDER = "torquebarn", "TB-PAD-F12", "TB-2002"
"""Whose queue, decision and message the demonstration shows."""

PANEL_WIDTH = 76
STORY = {
    "2026-03-02": "Three clients drop items, stock and orders. Not all can be served; five rows are wrong.",
    "2026-03-03": "Picks are confirmed, one short. Deliveries are late: dates move. Rows come corrected.",
    "2026-03-04": "Goods arrive, a count is corrected, an order is cancelled: its units go to the next.",
}

NEXT_NIGHT = "2026-03-05"
LATE = (
    "Its nights are of March 2026, so status says that they are late; `run` without a date would run all "
    "nights since. The next one alone:"
)


def demo(
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", "-w", help="New folder to run in; default: a temporary one that is kept."
        ),
    ] = None,
    plain: PlainOption = None,
) -> None:
    """Run the sample: three clients, three nights, and then a queue, a decision and a message."""
    began = monotonic()
    console = open_console()
    place = make_scratch(workspace)
    where = f"Three clients of a warehouse company, three nights, in {place.root}"
    console.print(where, markup=False, soft_wrap=True)
    for result in run_sample(place, plain=decide_plain(place, plain)):
        day = result.as_of.business_date.isoformat()
        console.print(make_rule(f"{result.as_of.business_date:%A}, {day}"))
        console.print(f"{STORY[day]}\n")
        print_night(console, read_night(result))
    show_results(console, place)
    console.print(f"{monotonic() - began:.0f} seconds", style="dim")


def find_sample() -> Path:
    """The folder of the sample: inside an installed package, or in a checkout.

    Raises:
        ConfigurationError: this installation has none.
    """
    installed = Path(str(resources.files("flows"))) / "sample"
    checkout = Path(__file__).parents[3] / "data" / "sample"
    for folder in (installed, checkout):
        if (folder / "nights").is_dir():
            return folder
    message = f"the sample is neither in {installed} nor in {checkout}; install the package again"
    raise ConfigurationError(message)


def make_scratch(folder: Path | None) -> Workspace:
    """A workspace with the sample's settings and no files yet.

    Raises:
        ConfigurationError: the folder has something in it.
    """
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="backorders-demo-"))
    elif folder.exists() and any(folder.iterdir()):
        message = f"{folder} is not empty; name a new folder, so that nothing of yours is touched"
        raise ConfigurationError(message)
    refuse_place_of_ours(folder)
    place = Workspace(folder.absolute())
    sample = find_sample()
    place.root.mkdir(parents=True, exist_ok=True)
    for settings in (place.clients, place.warehouses):
        shutil.copytree(sample / settings.name, settings)
    shutil.copy(sample / place.settings_file.name, place.settings_file)
    place.inbound.mkdir(mode=0o700)
    return place


def run_sample(place: Workspace, *, plain: bool) -> Iterator[NightResult]:
    """Each night of the sample, once it is done: its files are dropped and taken in."""
    from flows.night.run import find_results  # noqa: PLC0415 -- Polars takes time; help need not wait

    with nullcontext() if plain else prefect_for_runs(place):
        for dropped in sorted((find_sample() / "nights").iterdir()):
            for client in sorted(dropped.iterdir()):
                shutil.copytree(client, place.inbound / client.name, dirs_exist_ok=True)
            with watched_nights("looking at what was dropped" if plain else "Prefect") as watcher:
                run_due(place, dropped.name, again=False, refreeze=False, plain=plain)
            yield from find_results(place, watcher.finished)


def show_results(console: Console, place: Workspace) -> None:
    """What the nights leave behind: a queue, a decision, a message, and the folders."""
    console.print(make_rule("Who waits, and for what"))
    here = say_workspace(place.root)
    _print_command(console, "$ ", say_command("queue", CLIENT, SKU, workspace=here))
    queue(CLIENT, SKU, place.root)
    console.print()
    console.print(make_rule("Why one order waits"))
    _print_command(console, "$ ", say_command("why", CLIENT, ORDER, "1", workspace=here))
    why(CLIENT, ORDER, 1, place.root)
    console.print()
    console.print(make_rule("What was told of it"))
    message = find_message(place)
    width = PANEL_WIDTH if console.is_terminal else max(PANEL_WIDTH - 4, *map(len, message.splitlines())) + 4
    console.print(Panel(Text(message), width=width, border_style="dim"))
    console.print(make_rule("Where everything lies"))
    console.print(make_table("", ("folder", "what"), list_folders(place)))
    console.print("Try:", style="bold")
    if "UV_RUN_RECURSION_DEPTH" in os.environ:
        console.print("(each with what stood in front of the demo)", style="dim", markup=False)
    for words in (("status",), ("why", "larkmoor", "LM1003"), ("stock", "larkmoor", "LM-SOCK-3PK")):
        _print_command(console, "  ", say_command(*words, workspace=here))
    console.print(LATE, style="dim", markup=False, soft_wrap=True)
    _print_command(console, "  ", say_command("run", options=("--date", NEXT_NIGHT), workspace=here))


def _print_command(console: Console, before: str, command: str) -> None:
    """A command in a line of its own, however long, to be pasted."""
    console.print(f"{before}{command}", style="dim", markup=False, soft_wrap=True)


def find_message(place: Workspace) -> str:
    """The text of the last message about the order."""
    written = sorted(place.published.glob(f"v*/notices/{CLIENT}/notices.ndjson"))
    messages = [json.loads(line) for path in written for line in path.read_text("utf-8").splitlines()]
    about = [message for message in messages if message["order_id"] == ORDER]
    return f"To: {about[-1]['to']}\nSubject: {about[-1]['subject']}\n\n{about[-1]['text'].strip()}"


def list_folders(place: Workspace) -> list[tuple[str, str]]:
    """The folders that a person will look for."""
    current = place.published.relative_to(place.root) / "current"
    return [
        ("published/latest.html", "the page of the night: open it in a browser"),
        (f"{current}/summary/", "the night in a minute, what needs a person on top"),
        (f"{current}/picks/, outbox/", "picks for each warehouse to fetch"),
        (f"{current}/notices/", "messages as mail, page and text; preview: nothing was sent"),
        (f"{current}/status/, acks/", "for the clients: their orders, and what became of their files"),
        (f"{current}/analytics.duckdb", "tables and views for analysts, read-only"),
        ("archive/, landing/", "the files that were taken, and their bytes"),
        ("ledger/", "the books: what is true"),
    ]
