"""`backorders serve`: the nights on a schedule, and a look at inbound every few minutes."""

from __future__ import annotations

import shlex
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated
from zoneinfo import available_timezones

import typer

from flows.cli.numbers import MINUTES_OF_A_DAY, number_from, whole_from
from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import open_console, print_json
from flows.disk.lock import hold_lock
from flows.own_places import refuse_misplaced
from flows.pasting import say_workspace
from flows.workspace import Workspace, require_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


def serve(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    cron: Annotated[str, typer.Option(help="When nights run, in cron's five fields.")] = "15 4 * * *",
    time_zone: Annotated[
        str, typer.Option(help="Time zone of the cron; default: that of the workspace.")
    ] = "",
    intake_minutes: Annotated[
        float,
        typer.Option(
            metavar="MINUTES",
            help="Minutes between two looks at what was dropped.",
            parser=number_from(0.1, MINUTES_OF_A_DAY),
        ),
    ] = 5.0,
    port: Annotated[
        int,
        typer.Option(
            metavar="PORT",
            help="Port of Prefect's pages on this machine; 0: any free one.",
            parser=whole_from(0, 65_535),
        ),
    ] = 0,
) -> None:
    """Run nights on a schedule and acknowledge dropped files through the day, until it is stopped."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    refuse_misplaced(place)
    zone = find_zone(place, time_zone)
    from flows.scheduling.prefect_api import prefect_api  # noqa: PLC0415 -- every command loads this module
    from flows.scheduling.prefect_settings import prepare_prefect  # noqa: PLC0415 -- beside the import that it prepares

    prepare_prefect(place, console_level="INFO")
    console = open_console()
    lock = place.root / ".prefect" / "serve.lock"
    with stopped_by_signals(), hold_lock(lock), prefect_api(place, port) as api:
        # Prefect reads its settings when it is first imported, so this cannot come earlier
        from flows.scheduling.schedule import find_next_run, serve_flows  # noqa: PLC0415 -- as said

        next_run = find_next_run(cron, zone)
        console.print(f"Serving {place.root}; Ctrl-C ends it.", soft_wrap=True)
        api.wait()
        how = f"`backorders pages{say_workspace(place.root)}` says how to log in"
        console.print(f"Prefect's pages   {api.pages}  ({how})", soft_wrap=True, markup=False)
        console.print(f"Next night        {next_run:%A, %Y-%m-%d %H:%M} {zone}  (cron {cron})")
        console.print(
            f"Looks at inbound  every {intake_minutes:g} minutes; answers lie in acks/",
            soft_wrap=True,
        )
        with api.needed():
            serve_flows(cron, zone, intake_minutes)
    console.print("Stopped.")


def pages(workspace: WorkspaceOption = DEFAULT_WORKSPACE, as_json: JsonOption = False) -> None:  # noqa: FBT002 -- an option of the command line
    """Say how to open Prefect's pages of the `serve` that runs: its address, and what to log in with."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.scheduling.prefect_api import door_file, read_door  # noqa: PLC0415 -- likewise

    door = read_door(place)
    address, password = door["PREFECT_API_URL"].removesuffix("/api"), door["PREFECT_API_AUTH_STRING"]
    if as_json:
        print_json({"address": address, "password": password, "file": str(door_file(place))})
        return
    port = address.rpartition(":")[2]
    environment = f"set -a; . {shlex.quote(str(door_file(place)))}; set +a"
    console = open_console()
    for heading, words in (
        ("Open", address),
        ("Log in with", f"{password}  (until `serve` ends; never put it into a page or a mail)"),
        ("From elsewhere", f"ssh -L {port}:127.0.0.1:{port} THIS-MACHINE, then open the same address there"),
        ("For `prefect`", environment),
    ):
        console.print(f"{heading:<16}{words}", soft_wrap=True)


def find_zone(place: Workspace, asked: str) -> str:
    """The asked time zone, or the workspace's.

    Raises:
        ConfigurationError: there is no such zone.
    """
    from flows.configuration import read_configuration  # noqa: PLC0415 -- takes time; help need not wait

    zone = asked or read_configuration(place).settings.time_zone
    if zone not in available_timezones():
        message = f"{zone!r} is not a time zone, for example Europe/London"
        raise ConfigurationError(message)
    return zone


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """A block that ends like Ctrl-C ends it, also when a service manager says so."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    # a program started in the background may have been told to ignore Ctrl-C; we use it ourselves
    before_c = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, before_c)
