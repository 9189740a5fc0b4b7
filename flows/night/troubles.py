"""What is wrong with the nights themselves: one list for `status` and `run`, and neither ends with zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.configuration import read_configuration
from flows.night.calendar import tell_ahead, tell_now
from flows.night.guards import find_unexpected
from flows.night.publishing.owed import tell_owed
from flows.night.recording import find_last_end, record_outcome
from flows.night.run import tell_held
from flows.night.standing import read_tonight
from flows.night.tidying.undone import read_undone
from flows.outbound.documents import path_label
from flows.own_places import FOR_MACHINES, FOR_MACHINES_FILES, find_misplaced
from flows.pasting import say_command, say_workspace
from schemas.errors import ConfigurationError, InvariantError, NightsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from flows.configuration import Configuration
    from flows.night.run import NightResult
    from flows.night.standing import Row
    from flows.workspace import Workspace

DAY_AND_A_HALF = timedelta(hours=36)
"""A night a day, and half a day for the one that is late."""

SLACK = timedelta(hours=1)
CLOCK = "this machine's clock is wrong, or was; set it"


def judge_nights(
    place: Workspace, results: Sequence[NightResult], now: datetime, *, is_asked: bool
) -> list[str]:
    """See to it that all is well once nights are done: nobody is told so while `status` says otherwise.

    Args:
        place: their workspace.
        results: what became of the nights.
        now: the instant.
        is_asked: somebody named the date, so that it may be an old one.

    Returns:
        what is not as expected of the clients' files (`flows.night.guards`): no night has failed for it.

    Raises:
        InvariantError: a client of one of the nights is held; all else is done.
        NightsError: the nights are done, and something else needs a person.
    """
    configuration = read_configuration(place)
    tonight = read_tonight(place, configuration, now)
    unexpected = find_unexpected(place, configuration, tonight["last_date"]) if results else []
    held = tell_held(results)
    told = find_standing({**tonight, "held_clients": []} if held else tonight, configuration, place)
    if not is_asked:
        told += find_late(tonight, configuration, now, DAY_AND_A_HALF, place)
    if held:
        error: InvariantError | NightsError = InvariantError("\n".join([held, *told, *unexpected]))
    elif told:
        error = NightsError("\n".join(["The nights that were due are done. But:", *told, *unexpected]))
    else:
        return unexpected
    record_outcome(place, error)
    raise error


def read_unexpected(place: Workspace, now: datetime) -> list[str]:
    """What is not as expected of the clients' files by the last night, in sentences."""
    configuration = read_configuration(place)
    return find_unexpected(place, configuration, read_tonight(place, configuration, now)["last_date"])


def find_troubles(
    place: Workspace, tonight: Row, configuration: Configuration, now: datetime, max_age: timedelta
) -> list[str]:
    """What must not be read as "all is well", in sentences: late, stopped, ahead, unpublished, left out.

    Args:
        place: their workspace.
        tonight: where its nights stand, as `read_tonight` says.
        configuration: the settings as they are now.
        now: the instant.
        max_age: of the last run; a last business date may have ended as long ago, or a day and a half.
    """
    return [
        *find_standing(tonight, configuration, place),
        *_find_failure(tonight, configuration, place),
        *find_late(tonight, configuration, now, max_age, place),
        *find_unexpected(place, configuration, tonight["last_date"]),
    ]


def _find_failure(tonight: Row, configuration: Configuration, place: Workspace) -> list[str]:
    """How the last run ended, where no other trouble need say it: damage, a full disk, a folder that is shut.

    What a run was refused (2) is told where a night waits for it: it may be a slip of whoever typed a date.
    """
    end = find_last_end(place)
    silent = {0, NightsError.exit_code} | (
        set() if tonight["nights_to_run"] else {ConfigurationError.exit_code}
    )
    if end is None or tonight["is_running"] or end.exit_code in silent:
        return []
    zone = configuration.settings.time_zone
    at = f"{end.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
    words = f": {end.words.splitlines()[0]}" if end.words else " (runbook, Exit codes)."
    return [f"The last run, at {at}, ended with {end.exit_code}{words}"]


def find_standing(tonight: Row, configuration: Configuration, place: Workspace) -> list[str]:
    """Troubles that time alone neither brings nor takes away."""
    said = [*_find_nobody(configuration, place)]
    said += [f"A client is left out of the nights: {message}" for message in configuration.refused.values()]
    said += [
        f"{client_id} was held by the last night, which is undone for it: the finding `client_held` says why."
        for client_id in tonight["held_clients"]
    ]
    if not tonight["is_running"]:
        said += [
            f"Night {row['business_date']} run {row['run_no']} is {row['state']} and not finished, and "
            f"nothing runs: {_command('run', place)} goes on from there."
            for row in tonight["unfinished"]
        ]
    said += [
        f"{warehouse} may have picks from before a restore, and the books do not know of them: ask, and say "
        f"what became of them: {_command('handed-out', place)}."
        for warehouse in tonight["handed_out"]
    ]
    again = _command("run", place, "--again")
    said += [undone.tell() for undone in read_undone(place)]
    said += tell_owed(place)
    said += find_unusable(place, configuration)
    if tonight["last_date"] and not tonight["is_published"]:
        said.append(f"The books have nights, and nothing is published: {again} publishes them.")
    return said


def find_unusable(place: Workspace, configuration: Configuration) -> list[str]:
    """Folders of one client or warehouse, or for machines, where something else lies: nights do without."""
    own = {client_id: path_label(client_id) for client_id in (*configuration.clients, *configuration.refused)}
    folders = [f"{top}/{label}" for label in own.values() for top in ("inbound", "acks", "archive")]
    folders += [f"outbox/{path_label(warehouse_id)}" for warehouse_id in configuration.warehouses]
    found = find_misplaced(place, [*FOR_MACHINES, *folders], FOR_MACHINES_FILES)
    return [f"{sentence}. Move it away." for sentence in found]


def _find_nobody(configuration: Configuration, place: Workspace) -> list[str]:
    """Whether there is nobody to run nights for: settings that lie elsewhere, or that are not written yet."""
    kinds = {
        "warehouse": (place.warehouses, configuration.warehouses),
        "client": (place.clients, {**configuration.clients, **configuration.refused}),
    }
    return [
        f"There is no {kind}: no settings file lies in {folder}. Put it back, or write one (runbook, A new "
        "client or warehouse)."
        for kind, (folder, known) in kinds.items()
        if not known
    ]


def find_late(
    tonight: Row, configuration: Configuration, now: datetime, max_age: timedelta, place: Workspace
) -> list[str]:
    """Whether the nights are where the clock is; the gravest of what is wrong."""
    run = _command("run", place)
    last, ran_at, zone = tonight["last_date"], tonight["last_ran_at"], configuration.settings.time_zone
    if last is None:
        lost = "A night is published, and the books know of none: restore `ledger/` from a backup."
        return [lost if tonight["is_published"] else f"No night has run here yet: {run}."]
    if last > tonight["business_date"]:
        return [tell_ahead(last, configuration, now)]
    ran, ended = now - ran_at, now - _end_of(last, zone)
    if -ran > SLACK:
        at = f"{ran_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}, which is still to come"
        return [f"The last night ran at {at} ({tell_now(configuration, now)}): {CLOCK}."]
    if ran > max_age:
        ago = f"{tell_length(ran)} ago, and {tell_length(max_age)} are allowed"
        return [f"The last night ran {ago}: {run} catches up; see why the schedule did not."]
    if ended > max(max_age, DAY_AND_A_HALF):
        return [f"The last night closed {last}, which ended {tell_length(ended)} ago: {run} catches up."]
    return []


def tell_length(length: timedelta) -> str:
    """A length of time in hours, or in days where it is long."""
    hours = int(length.total_seconds() // 3600)
    if hours >= 72:  # noqa: PLR2004 -- three days
        return f"{hours // 24} days"
    minutes = int(length.total_seconds() // 60)
    return f"{hours} hours" if hours else f"{minutes} minutes"


def _end_of(business_date: date, zone: str) -> datetime:
    """The instant at which a date ended in a time zone."""
    midnight = datetime.combine(business_date + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)


def _command(verb: str, place: Workspace, *options: str) -> str:
    """A command as a sentence shows it."""
    return f"`{say_command(verb, options=options, workspace=say_workspace(place.root))}`"
