"""Look at inbound, land what is whole, and fix what a run takes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.configuration import Configuration, read_configuration, read_policies
from flows.inbound.landing import Landing, land_arrivals
from flows.inbound.scan import look_until_settled, scan_inbound
from flows.ledger.arrivals import first_seen, label_of, note_arrivals
from flows.ledger.runs import InputFile
from schemas.errors import ConfigurationError
from schemas.night import AsOf

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.ledger.store import Ledger
    from flows.workspace import Workspace


@dataclass(frozen=True)
class Clock:
    """The only place where the time of day comes from; a test sets its own."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]


def take_in(workspace: Workspace, ledger: Ledger, clock: Clock) -> Landing:
    """Land everything that is whole in inbound, and remember when each file was first seen."""
    configuration = read_configuration(workspace)
    arrivals = look_until_settled(
        lambda: scan_inbound(workspace, configuration, now=clock.now()),
        settle_seconds=configuration.settings.settle_seconds,
        sleep=clock.sleep,
    )
    landing = land_arrivals(arrivals, workspace, clock=clock.now)
    note_arrivals(ledger.connection, landing.files)
    return landing


def nights_to_run(ledger: Ledger, configuration: Configuration, *, now: datetime) -> list[AsOf]:
    """Every night that is due: what was begun and not finished, then each date that has ended since.

    The default date is the latest that has ended in the workspace's time zone.
    """
    last_ended = now.astimezone(ZoneInfo(configuration.settings.time_zone)).date() - timedelta(days=1)
    unfinished = [run.as_of for run in ledger.unfinished()]
    begun = {as_of.business_date for as_of in unfinished}
    return unfinished + [AsOf(day) for day in ledger.missed_dates(last_ended) if day not in begun]


def nights_until(ledger: Ledger, business_date: date, *, again: bool) -> list[AsOf]:
    """The nights up to an asked date: unfinished ones, missed ones, and the date itself.

    Raises:
        ConfigurationError: a later date is committed already, or `again` is asked for a date without a run.
    """
    last = ledger.last_committed()
    if last and business_date < last.as_of.business_date:
        message = (
            f"{business_date} lies before {last.as_of.business_date}, which is committed; nothing is posted into "
            f"the past. Drop the files and run {last.as_of.business_date} --again, or the next date."
        )
        raise ConfigurationError(message)
    unfinished = [run.as_of for run in ledger.unfinished()]
    runs_of_date = [run for run in ledger.all_runs() if run.as_of.business_date == business_date]
    if again:
        if not any(run.version for run in runs_of_date):
            message = f"{business_date} has no finished run to run again; leave --again out"
            raise ConfigurationError(message)
        return [*unfinished, AsOf(business_date, max(run.as_of.run_no for run in runs_of_date) + 1)]
    begun = {run.as_of.business_date for run in ledger.all_runs()}
    return unfinished + [AsOf(day) for day in ledger.missed_dates(business_date) if day not in begun]


def freeze_run(
    workspace: Workspace,
    ledger: Ledger,
    as_of: AsOf,
    landing: Landing,
    *,
    is_last: bool,
    refreeze: bool,
    now: datetime,
) -> None:
    """Fix the files and settings of a run; one that is frozen already keeps what it has.

    A night that was missed takes what intake had seen by its cut-off; the last takes the rest.
    """
    configuration = read_configuration(workspace)
    seen = first_seen(ledger.connection)
    files = [
        InputFile(file.client_id, file.feed.value, file.file_hash, file.file_name, seen[label_of(file)])
        for file in landing.files
    ]
    if not is_last:
        files = [file for file in files if file.seen_at <= cut_off_of(file.client_id, as_of, configuration)]
    refused = [
        InputFile(
            arrival.client_id,
            arrival.feed,
            "",
            arrival.file_name,
            now,
            arrival.problem.code.value,
            arrival.problem.detail,
        )
        for arrival in landing.left
        if is_last and arrival.problem and not arrival.is_waiting
    ]
    run = ledger.run(as_of)
    fix = ledger.refreeze if refreeze and run and run.version is None else ledger.freeze
    fix(as_of, [*files, *refused], read_policies(workspace), now)


def cut_off_of(client_id: str, as_of: AsOf, configuration: Configuration) -> datetime:
    """The cut-off of a client's first warehouse on a date; the end of the day for an unknown client."""
    client = configuration.clients.get(client_id)
    if client is None:
        zone = ZoneInfo(configuration.settings.time_zone)
        return datetime.combine(as_of.business_date, time.max, zone).astimezone(UTC)
    warehouse = configuration.warehouses[client.warehouses[0]]
    return datetime.combine(as_of.business_date, warehouse.cut_off, ZoneInfo(warehouse.time_zone)).astimezone(
        UTC
    )
