"""Where the nights stand: the date that is next, what did not finish, and what the last night left."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flows.disk.lock import is_held
from flows.ledger.databases.control import find_format, open_reading
from flows.ledger.migrations.chain import todays_format
from flows.night.calendar import find_last_ended
from flows.privacy import find_open_inbound
from flows.workspace import is_published

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.workspace import Workspace

Row = dict[str, Any]

UNFINISHED = "SELECT business_date, run_no, state FROM runs WHERE state <> 'published' ORDER BY 1, 2"
LAST = """
    SELECT business_date, coalesce(published_at, committed_at, frozen_at), clients_held FROM runs
    WHERE version IS NOT NULL ORDER BY version DESC LIMIT 1
"""
SECONDS = "SELECT version, seconds FROM runs WHERE seconds IS NOT NULL"
HANDED_OUT = "SELECT DISTINCT warehouse FROM handed_out WHERE verdict IS NULL ORDER BY warehouse"
UNSEEN = """
    SELECT coalesce(sum(releases), 0) FROM deliveries
    WHERE state = 'unseen' AND version = (SELECT max(version) FROM versions)
"""
NO_RUN: Row = {"last_date": None, "last_ran_at": None, "held_clients": []}


def read_tonight(place: Workspace, configuration: Configuration, now: datetime) -> Row:
    """The date that a run would take now, the dates missed before it, and runs that did not finish."""
    tonight, runs = find_last_ended(configuration, now), _read_runs(place)
    last = runs["last_date"]
    missed = (tonight - last).days if last else 1
    return {
        "business_date": tonight,
        **runs,
        "nights_to_run": max(missed, 0),
        "is_running": is_held(place.lock_file),
        "is_published": is_published(place),
        "refused_clients": configuration.refused,
        "older_format": _older_format(place),
        "open_inbound": find_open_inbound(place),
    }


def read_seconds(place: Workspace) -> dict[int, float]:
    """How long the nights took, by version; what a night published of itself lacks its delivery."""
    if find_format(place.ledger) == 0:
        return {}
    with closing(open_reading(place.ledger)) as connection:
        return dict(connection.execute(SECONDS).fetchall())


def _older_format(place: Workspace) -> int | None:
    """The format of books that the next run brings to today's; none: they are of today's, or not there."""
    found = find_format(place.ledger)
    return found if 0 < found < todays_format() else None


def _read_runs(place: Workspace) -> Row:
    """Runs that did not finish; of the last one that did its date, instant, held clients, unseen releases."""
    if find_format(place.ledger) == 0:
        return {**NO_RUN, "unfinished": [], "unseen_releases": 0, "handed_out": []}
    with closing(open_reading(place.ledger)) as connection:
        unfinished = [
            dict(zip(("business_date", "run_no", "state"), row, strict=True))
            for row in connection.execute(UNFINISHED)
        ]
        row = connection.execute(LAST).fetchone()
        (unseen,) = connection.execute(UNSEEN).fetchone()
        asked = [warehouse for (warehouse,) in connection.execute(HANDED_OUT)]
    last = NO_RUN
    if row:
        times = {"last_date": date.fromisoformat(row[0]), "last_ran_at": datetime.fromisoformat(row[1])}
        last = {**times, "held_clients": json.loads(row[2])}
    return {**last, "unfinished": unfinished, "unseen_releases": unseen, "handed_out": asked}
