"""Which nights are due, and which files each of them takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.configuration import read_configuration, read_policies
from flows.inbound.taking.arrivals import waiting_arrivals
from schemas.errors import ConfigurationError
from schemas.night import AsOf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.configuration import Configuration
    from flows.ledger.runs.runs import InputFile
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace


def nights_to_run(ledger: Ledger, configuration: Configuration, *, now: datetime) -> list[AsOf]:
    """Every night that is due: what was begun and not finished, then each date that has ended since.

    The default date is the latest that has ended in the workspace's time zone.
    """
    return _begun_and_missed(ledger, find_last_ended(configuration, now))


def refuse_date(
    ledger: Ledger, configuration: Configuration, asked: date | None, *, again: bool, now: datetime
) -> None:
    """See to it that the nights up to a date (None: the latest that has ended) can be run.

    Raises:
        ConfigurationError: it has not ended, the books are closed up to a date that has not ended or is later
            than the asked one, or `again` is asked for a date without a run.
    """
    last = ledger.last_committed()
    closed = last.as_of.business_date if last else None
    if asked is None:
        if closed and closed > find_last_ended(configuration, now):
            raise ConfigurationError(tell_ahead(closed, configuration, now))
        return
    refuse_unended(asked, configuration, now)
    if closed and asked < closed:
        message = (
            f"{asked} lies before {closed}, which is committed; nothing is posted into the past. Drop the "
            f"files and run {closed} --again, or the next date."
        )
        raise ConfigurationError(message)
    if again and closed != asked:
        message = f"{asked} has no committed run to run again; leave --again out"
        raise ConfigurationError(message)


def find_last_ended(configuration: Configuration, now: datetime) -> date:
    """The latest date that has ended in the workspace's time zone."""
    return now.astimezone(ZoneInfo(configuration.settings.time_zone)).date() - timedelta(days=1)


def refuse_unended(business_date: date, configuration: Configuration, now: datetime) -> None:
    """See to it that an asked date has ended: what still happens on it could not be posted any more.

    Raises:
        ConfigurationError: it has not.
    """
    if business_date > find_last_ended(configuration, now):
        message = (
            f"{business_date} has not ended: {tell_now(configuration, now)}. The latest date that can be run "
            f"is {find_last_ended(configuration, now)}; without --date it is chosen. Nothing was changed."
        )
        raise ConfigurationError(message)


def tell_ahead(last: date, configuration: Configuration, now: datetime) -> str:
    """What to say where the books are closed up to a date that has not ended."""
    return (
        f"The books are closed up to {last}, which has not ended: {tell_now(configuration, now)}. If this "
        f"machine's clock is wrong, set it. Else a run closed dates too early: until {last} is over nothing "
        "can be run and what is dropped waits; to go back, restore the workspace from before that run "
        "(runbook, Backup and restore)."
    )


def tell_now(configuration: Configuration, now: datetime) -> str:
    """What time it is, where the workspace's dates end."""
    zone = configuration.settings.time_zone
    return f"it is {now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def withdraw_unended(ledger: Ledger, configuration: Configuration, now: datetime) -> list[AsOf]:
    """Runs that were begun of dates that have not ended; they have done nothing, and are as if never begun.

    An older program, or one whose clock was ahead, began them; left alone, they would stand in the way.
    """
    ended = find_last_ended(configuration, now)
    early = [
        run.as_of for run in ledger.unfinished() if run.version is None and run.as_of.business_date > ended
    ]
    for as_of in early:
        ledger.withdraw(as_of)
    return early


def nights_until(ledger: Ledger, business_date: date, *, again: bool) -> list[AsOf]:
    """The nights up to a date that `refuse_date` has let pass: unfinished and missed ones, and itself."""
    last = ledger.last_committed()
    if not again or last is None:
        due = _begun_and_missed(ledger, business_date)
        return [as_of for as_of in due if as_of.business_date <= business_date]
    unfinished = [run.as_of for run in ledger.unfinished()]
    is_begun = any(as_of.run_no > last.as_of.run_no for as_of in unfinished)
    return unfinished if is_begun else [*unfinished, AsOf(business_date, last.as_of.run_no + 1)]


def _begun_and_missed(ledger: Ledger, until: date) -> list[AsOf]:
    """Unfinished nights, then the dates up to `until` of which no run was begun."""
    begun = {run.as_of.business_date for run in ledger.all_runs()}
    missed = [AsOf(day) for day in ledger.missed_dates(until) if day not in begun]
    return [run.as_of for run in ledger.unfinished()] + missed


def freeze_run(
    workspace: Workspace,
    ledger: Ledger,
    as_of: AsOf,
    files: list[InputFile],
    *,
    refreeze: bool,
    now: datetime,
) -> None:
    """Fix the files and settings of a run; one that is frozen already keeps what it has."""
    run = ledger.run(as_of)
    is_waiting = run is not None and run.version is None
    fix = ledger.refreeze if refreeze and is_waiting else ledger.freeze
    fix(as_of, files, read_policies(workspace), now)


def inputs_of_night(
    workspace: Workspace, ledger: Ledger, as_of: AsOf, inputs: Iterable[InputFile], *, is_last: bool
) -> list[InputFile]:
    """The inputs of one night: what was seen by its cut-off; the last night takes the rest.

    What a committed run has taken is never taken again, even where it could not be moved out of inbound.
    """
    configuration = read_configuration(workspace)
    waiting = waiting_arrivals(ledger.connection)
    free = [file for file in inputs if not file.file_hash or file in waiting]
    if is_last:
        return free
    return [
        file
        for file in free
        if file.file_hash and file.seen_at <= cut_off_of(file.client_id, as_of, configuration)
    ]


def cut_off_of(client_id: str, as_of: AsOf, configuration: Configuration) -> datetime:
    """The cut-off of a client's first warehouse on a date; the end of the day for an unknown client."""
    client = configuration.clients.get(client_id)
    if client is None:
        zone = ZoneInfo(configuration.settings.time_zone)
        return datetime.combine(as_of.business_date, time.max, zone).astimezone(UTC)
    warehouse = configuration.warehouses[client.warehouses[0]]
    zone = ZoneInfo(warehouse.time_zone)
    return datetime.combine(as_of.business_date, warehouse.cut_off, zone).astimezone(UTC)
