"""What is wrong with the nights themselves: `status` says it on top, and does not end with zero."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from datetime import date

    from flows.cli.reading import Row
    from flows.configuration import Configuration

DAY_AND_A_HALF = timedelta(hours=36)
"""A night a day, and half a day for the one that is late."""

SLACK = timedelta(hours=1)
CLOCK = "this machine's clock is wrong, or was; set it"
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_max_age(text: str) -> timedelta:
    """A length of time such as `26h`, `90m` or `2d`.

    Raises:
        BadParameter: it is none.
    """
    found = re.fullmatch(r"(\d{1,6})([mhd])", text.strip().lower())
    if not found:
        message = f"{text!r} is no length of time; write it like 26h, 90m or 2d"
        raise typer.BadParameter(message)
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def find_troubles(
    tonight: Row, configuration: Configuration, now: datetime, max_age: timedelta, workspace: str
) -> list[str]:
    """What must not be read as "all is well", in sentences: late, stopped, ahead, unpublished, left out.

    Args:
        tonight: as `status` has read it.
        configuration: the settings as they are now.
        now: the instant.
        max_age: of the last run; a last business date may have ended as long ago, or a day and a half.
        workspace: what commands say of where they mean.
    """
    run = f"`backorders run{workspace}`"
    said = [f"A client sits the nights out: {message}" for message in tonight["refused_clients"].values()]
    said += [
        f"{client_id} was held by the last night, which is undone for it: the finding `client_held` says why."
        for client_id in tonight["held_clients"]
    ]
    if not tonight["is_running"]:
        said += [
            f"Night {row['business_date']} run {row['run_no']} is {row['state']} and not finished, and "
            f"nothing runs: {run} goes on from there."
            for row in tonight["unfinished"]
        ]
    said += [
        f"{warehouse} may have picks from before a restore, and the books do not know of them: ask, and say "
        f"what became of them: `backorders handed-out{workspace}`."
        for warehouse in tonight["handed_out"]
    ]
    if tonight["last_date"] and not tonight["is_published"]:
        said.append(f"The books have nights, and nothing is published: `backorders run --again{workspace}`.")
    return [*said, *_find_late(tonight, configuration, now, max_age, run)]


def _find_late(
    tonight: Row, configuration: Configuration, now: datetime, max_age: timedelta, run: str
) -> list[str]:
    """Whether the nights are where the clock is; the gravest of what is wrong."""
    from flows.night.calendar import tell_ahead, tell_now  # noqa: PLC0415 -- Polars takes time; help need not wait

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


def _end_of(business_date: date, zone: str) -> datetime:
    """The instant at which a date ended in a time zone."""
    midnight = datetime.combine(business_date + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)


def tell_length(length: timedelta) -> str:
    """A length of time in hours, or in days where it is long."""
    hours = int(length.total_seconds() // 3600)
    if hours >= 72:  # noqa: PLR2004 -- three days
        return f"{hours // 24} days"
    minutes = int(length.total_seconds() // 60)
    return f"{hours} hours" if hours else f"{minutes} minutes"
