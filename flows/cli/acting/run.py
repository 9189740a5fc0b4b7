"""`backorders run`: the nights that are due, and what each of them did."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.asking.open_findings import print_list
from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, PlainOption, WorkspaceOption
from flows.cli.printing.paper import make_table, open_console, print_json
from flows.cli.printing.watching import watched_nights
from flows.cli.reading import Units
from flows.own_places import refuse_misplaced
from flows.pasting import say_workspace
from flows.workspace import Workspace, require_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from flows.night.run import NightResult
    from flows.scheduling.prefect_api import PrefectApi

COUNTS = {
    "files": "files",
    "rows_read": "rows",
    "rows_accepted": "ok",
    "rows_duplicate": "twice",
    "rows_set_aside": "aside",
    "rows_rejected": "bad",
    "units_released": "released",
    "units_short": "short",
    "messages": "told",
}
"""Columns of the table of a night: the summary's name, and ours."""

Night = dict[str, Any]


def run(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Run up to this business date.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="A further run of a finished date.")] = False,  # noqa: FBT002 -- an option of the command line
    refreeze: Annotated[  # noqa: FBT002 -- an option of the command line
        bool, typer.Option("--refreeze", help="Take files and settings anew for a night not committed yet.")
    ] = False,
    plain: PlainOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Run every night that is due: the latest date that has ended, and all that were missed before it."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.scheduling.alerting import alerting  # noqa: PLC0415 -- Polars takes time; help need not wait

    with alerting(place, say_on_stderr):
        is_plain = decide_plain(place, plain)
        run_and_show(place, date, again=again, refreeze=refreeze, plain=is_plain, as_json=as_json)


def decide_plain(place: Workspace, asked: bool | None) -> bool:  # noqa: FBT001 -- as the option gives it
    """Whether nights run without Prefect: as was asked, else where no server is there to hear of them.

    No night waits for Prefect that nobody asked for.
    """
    if asked is not None:
        return asked
    from flows.scheduling.prefect_api import find_access, is_named  # noqa: PLC0415 -- only here

    is_there = bool(find_access(place))
    if is_named() and not is_there:
        say_on_stderr("The Prefect server of PREFECT_API_URL does not answer: the nights run without it.")
    return not is_there


def run_and_show(
    place: Workspace, date: str | None, *, again: bool, refreeze: bool, plain: bool, as_json: bool
) -> None:
    """Run the nights, and show those that are done, also where a later one failed."""
    prepare_reading(place)
    from flows.ledger.databases.control import find_format  # noqa: PLC0415 -- Polars takes time; help need not wait

    finished: list[str] = []
    is_well = False
    before = find_format(place.ledger)
    try:
        with watched_nights("reading settings" if plain else "asking Prefect") as watcher:
            finished = watcher.finished
            run_due(place, date, again=again, refreeze=refreeze, plain=plain)
        is_well = True
    finally:
        nights = read_nights(place, finished)
        migrated = describe_migration(place, before)
        unexpected = find_unexpected_files(place) if nights and is_well else []
        if as_json:
            print_json({"nights": nights, "unexpected_files": unexpected, **migrated})
        elif migrated:
            print_migration(open_console(), migrated["migrated"])
        for night in [] if as_json else nights:
            print_night(open_console(), night, is_well=is_well)
        for sentence in [] if as_json else unexpected:
            open_console().print(f"Not as expected: {sentence}\n", style="bold yellow", soft_wrap=True)
    if not nights and not as_json:
        further = f"`backorders run --again{say_workspace(place.root)}`"
        words = f"Nothing to do: every night up to that date is done. {further} runs the last one once more."
        open_console().print(words, soft_wrap=True)


def prepare_reading(place: Workspace) -> None:
    """Where files lie, have the process that reads them: a copy of this program, or one loaded beside it."""
    from flows.inbound.reading.reading_process import FEW_BYTES, READING  # noqa: PLC0415 -- only here

    files = list(place.inbound.glob("*/*/*"))
    if not files:
        return
    try:
        is_large = any(path.stat().st_size > FEW_BYTES for path in files)
    except OSError:  # whoever drops one takes it away again
        is_large = True
    if is_large:
        READING.start()
        return
    from flows.inbound.reading.reading_worker import answer_jobs  # noqa: PLC0415 -- what a copy needs

    READING.copy(answer_jobs)


def find_unexpected_files(place: Workspace) -> list[str]:
    """What is not as expected of the clients' files by the last night, as `status` says it."""
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.night.troubles import read_unexpected  # noqa: PLC0415 -- likewise

    return read_unexpected(place, SYSTEM_CLOCK.now())


def describe_migration(place: Workspace, before: int) -> dict[str, Any]:
    """What the books' format was and is, and where they lie as they were; empty: it was and is the same."""
    from flows.ledger.databases.backups import backup_place  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.ledger.databases.control import find_format  # noqa: PLC0415 -- likewise

    found = find_format(place.ledger)
    if before in {0, found}:
        return {}
    return {"migrated": {"from": before, "to": found, "backup": str(backup_place(place, before))}}


def print_migration(console: Console, migrated: Night) -> None:
    """What was done to books of an older program."""
    console.print(
        f"The books were brought from format {migrated['from']} to {migrated['to']}. As they were: "
        f"{migrated['backup']}\n",
        soft_wrap=True,
    )


def say_on_stderr(sentence: str) -> None:
    """Say what is no result of the command, and no reason for its exit code."""
    open_console(to_stderr=True).print(sentence, soft_wrap=True)


def run_due(place: Workspace, business_date: str | None, *, again: bool, refreeze: bool, plain: bool) -> None:
    """Run the nights, with Prefect or without.

    Raises:
        InvariantError: the nights are done, and a client of one is held.
        NightsError: the nights are done, and `status` would not say that all is well.
    """
    if plain:
        from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- likewise
        from flows.night.asked_date import read_date  # noqa: PLC0415 -- Polars takes time; help need not wait
        from flows.night.run import run_nights  # noqa: PLC0415 -- likewise
        from flows.night.troubles import judge_nights  # noqa: PLC0415 -- likewise
        from flows.scheduling.alerting import alert_of_files  # noqa: PLC0415 -- likewise

        asked = read_date(business_date)
        results = run_nights(place, business_date=asked, again=again, refreeze=refreeze)
        unexpected = judge_nights(place, results, SYSTEM_CLOCK.now(), is_asked=again or asked is not None)
        alert_of_files(place, unexpected, say_on_stderr)
        return
    with prefect_for_runs(place) as api:
        # Prefect takes seconds, and reads its settings once
        from flows.scheduling.prefect_flows import nightly, tell_prefect_the_rest  # noqa: PLC0415 -- as said

        api.wait()
        try:
            nightly(business_date, again, refreeze)
        finally:
            tell_prefect_the_rest()


@contextmanager
def prefect_for_runs(place: Workspace) -> Iterator[PrefectApi]:
    """Prefect's server for the runs of the block: the one that is there, else one that ends with them.

    Of blocks in one another the outermost starts it.

    A process has one: what Prefect has read of its address stays.
    """
    from flows.scheduling.prefect_settings import prepare_prefect  # noqa: PLC0415 -- beside the import that it prepares

    refuse_misplaced(place)  # Prefect keeps its own in the workspace, too
    prepare_prefect(place, console_level="CRITICAL")  # an error of ours is told once, without its stack
    from flows.scheduling.prefect_api import prefect_api  # noqa: PLC0415 -- likewise

    with prefect_api(place, is_for_one_run=True) as api:
        yield api


def read_nights(place: Workspace, run_ids: list[str]) -> list[Night]:
    """What finished runs did."""
    if not run_ids:
        return []
    from flows.night.run import find_results  # noqa: PLC0415 -- Polars takes time; help need not wait

    return [read_night(result) for result in find_results(place, run_ids)]


def read_night(result: NightResult) -> Night:
    """A night as its published summary tells it, with its version, seconds and folder.

    A catch-up that is longer than `keep_nights` has dropped the folders of its first nights by its end.
    """
    from flows.outbound.open_list import place_command  # noqa: PLC0415 -- Polars takes time; help need not wait

    made = {"version": result.version, "seconds": result.seconds, "folder": str(result.folder)}
    try:
        content = (result.folder / "summary" / "summary.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        day, run_no = result.as_of.business_date.isoformat(), result.as_of.run_no
        night = {"business_date": day, "run_no": run_no, "only_posts": result.as_of.only_posts}
        gone = {"clients": [], "needs_a_person": [], "clients_held": list(result.clients_held)}
        return {**night, **gone, **made, "folder": None}
    summary: Night = json.loads(content, parse_float=Units)
    root = result.folder.parents[1].absolute()
    for entry in summary["needs_a_person"]:
        entry["command"] = place_command(entry["command"], root, entry.get("cause", ""))
    return {**summary, **made}


def print_night(console: Console, night: Night, *, is_well: bool = True) -> None:
    """A night's page: a row a client, what needs a person, and where the outputs lie.

    Where the run ends with a trouble, no page says that nothing needs a person.
    """
    if night["folder"] is None:
        which = f"Night of {night['business_date']}: version {night['version']} in {night['seconds']:.1f} s"
        console.print(f"{which}; it is older than the nights that are kept (keep_nights).\n", soft_wrap=True)
        return
    rows = [client for client in night["clients"] if any(client[name] for name in COUNTS)]
    cells = [(client["client_id"], *(client[name] for name in COUNTS)) for client in rows]
    if len(rows) > 1:
        cells.append(("all", *(sum(client[name] for client in rows) for name in COUNTS)))
    run_no = f", run {night['run_no']}" if night["run_no"] > 1 else ""
    title = f"Night of {night['business_date']}{run_no}"
    console.print(make_table(title, ("client", *COUNTS.values()), cells))
    if night["only_posts"]:
        console.print("Posted only: caught up.")
    for client_id in night["clients_held"]:
        console.print(f"{client_id} is held: its night is undone.", style="bold red")
    if night["needs_a_person"] or is_well:
        print_list(console, night["needs_a_person"])
    console.print(
        f"Version {night['version']} in {night['seconds']:.1f} s: {night['folder']}\n", soft_wrap=True
    )
