"""`backorders systemd`: units and timers for this workspace, for who runs the nights without Prefect."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import sys
from datetime import time
from importlib import resources
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from flows.cli.numbers import MINUTES_OF_A_DAY, whole_from
from flows.cli.options import DEFAULT_WORKSPACE, WorkspaceOption
from flows.cli.printing.paper import open_console
from flows.named_folders import refuse_place_of_ours
from flows.workspace import Workspace, require_workspace
from schemas.errors import ConfigurationError, NightsError

FAILED = "backorders-failed.service"
BY_TIMER = (
    *("backorders.service", "backorders.timer", "backorders-looks.service", "backorders-looks.timer"),
    FAILED,
)
BY_SERVE = ("backorders-serve.service", FAILED)
STARTED = {
    BY_TIMER: "backorders.timer backorders-looks.timer",
    BY_SERVE: "backorders-serve.service",
}
"""What is enabled; the others are started by these."""

TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
NIGHT = time(4, 15)
HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
"""What `ProtectHome=yes` hides."""

SPECIAL = {"\\": "\\\\", '"': '\\"', "%": "%%", "$": "$$"}
"""What systemd would take for something else within quotation marks."""


def systemd(  # noqa: PLR0913, PLR0917 -- the options of the command
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    at: Annotated[str, typer.Option(help="When nights run, as HH:MM.")] = "04:15",
    time_zone: Annotated[
        str, typer.Option(help="Time zone of that time; default: that of the workspace.")
    ] = "",
    user: Annotated[str, typer.Option(help="Who runs them; default: you, unless you are root.")] = "",
    looks_minutes: Annotated[
        int,
        typer.Option(
            metavar="MINUTES",
            help="Minutes between two looks at what was dropped.",
            parser=whole_from(1, MINUTES_OF_A_DAY),
        ),
    ] = 5,
    serve: Annotated[bool, typer.Option("--serve", help="A service for `serve` instead of timers.")] = False,  # noqa: FBT002 -- an option of the command line
    output: Annotated[
        Path | None, typer.Option(help="Folder to write the files to; default: they are printed.")
    ] = None,
) -> None:
    """Print or write hardened units of systemd (Linux): nights on a timer, looks by day, and for failures."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    if output is not None:
        refuse_place_of_ours(output, place)
    names = BY_SERVE if serve else BY_TIMER
    found = {"zone": _zone_of(place, time_zone), "user": user or _find_user()}
    units = make_units(place, names, at=read_time(at), minutes=looks_minutes, **found)
    console = open_console()
    if output is None:
        for name, text in units.items():
            console.print(f"# {name}\n{text}", soft_wrap=True)
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, text in units.items():
            (output / name).write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{output}: {error.strerror}; name a folder that can be written with --output"
        raise ConfigurationError(message) from error
    for name in units:
        console.print(f"{output / name}", soft_wrap=True)
    console.print("\nAs root, with these in /etc/systemd/system:")
    console.print("  systemctl daemon-reload")
    console.print(f"  systemctl enable --now {STARTED[names]}", soft_wrap=True)
    console.print(f"  systemd-analyze security {names[0]}     (what it may do)", soft_wrap=True)


def make_units(
    place: Workspace,
    names: tuple[str, ...] = BY_TIMER,
    *,
    at: time = NIGHT,
    zone: str,
    user: str,
    minutes: int,
) -> dict[str, str]:
    """The text of each unit by its file name."""
    root, program = str(place.root), find_program()
    # read-only: it is below a home, where the program may lie, too
    is_at_home = any(Path(path).is_relative_to(home) for path in (root, program) for home in HOMES)
    words = {
        "program": quote_word(program),
        "workspace": quote_path(root),
        "workspace_word": quote_word(root),
        "user": user,
        "home": "read-only" if is_at_home else "yes",
        "at": f"{at:%H:%M:%S}",
        "cron": f"{at.minute} {at.hour} * * *",
        "zone": zone,
        "minutes": str(minutes),
        "not_well": str(NightsError.exit_code),
    }
    words["hardening"] = _fill("hardening.txt", words)
    return {name: _fill(name, words).rstrip() + "\n" for name in names}


def quote_word(text: str) -> str:
    """A word of a command line as systemd reads it."""
    return '"' + "".join(SPECIAL.get(sign, sign) for sign in _one_line(text)) + '"'


def quote_path(text: str) -> str:
    """A path as a setting has it: within quotation marks, where `$` is a sign like others."""
    return quote_word(text).replace("$$", "$")


def read_time(text: str) -> time:
    """A time of the day.

    Raises:
        ConfigurationError: it is none, or one at which clocks change.
    """
    try:
        at = time.fromisoformat(text if TIME.fullmatch(text) else "")
    except ValueError:
        message = f"{text!r} is no time of day; write it like 04:15"
        raise ConfigurationError(message) from None
    if time(0, 30) <= at <= time(3, 30):
        message = f"{text} is not a good time: between 00:30 and 03:30 clocks change; take one like 04:15"
        raise ConfigurationError(message)
    return at


def find_program() -> str:
    """The absolute path of `backorders` as it is installed here.

    Raises:
        ConfigurationError: it is not installed as a command.
    """
    beside = Path(sys.executable).with_name("backorders")
    found = str(beside) if beside.is_file() else shutil.which("backorders")
    if not found:
        message = "the command `backorders` is not installed here, so systemd could not start it; install it"
        raise ConfigurationError(message)
    return str(Path(found).absolute())


def _find_user() -> str:
    """Who shall run the nights.

    Raises:
        ConfigurationError: root asks, and nothing of this needs root.
    """
    if os.geteuid() == 0:
        message = "root should not run the nights; name the user that owns the workspace: --user backorders"
        raise ConfigurationError(message)
    return getpass.getuser()


def _zone_of(place: Workspace, asked: str) -> str:
    from flows.cli.starting.serve import find_zone  # noqa: PLC0415 -- takes time; help need not wait

    return find_zone(place, asked)


def _one_line(text: str) -> str:
    """A path without line ends.

    Raises:
        ConfigurationError: it has one, which no unit can hold.
    """
    if not text.isprintable():
        message = f"{text!r} has characters that a unit file cannot hold; move the workspace"
        raise ConfigurationError(message)
    return text


def _fill(name: str, words: dict[str, str]) -> str:
    """A template with its words put in."""
    text = resources.files("flows.cli.starting").joinpath("templates", "systemd", name).read_text("utf-8")
    return Template(text).substitute(words)
