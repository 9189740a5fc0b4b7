"""The one commit: what a night decided becomes version N+1, whole, or nothing of it does.

First come the immutable segments, which nobody refers to yet (`flows.ledger.store.writing`); then one
transaction. A run that was killed in between writes the same segments again, finds them there, and goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from flows.disk.faults import point
from flows.ledger.databases.control import transaction
from flows.ledger.runs import deliveries, runs
from flows.ledger.store import lookup, people, versions
from flows.ledger.store.writing import Facts
from schemas.books.laws import LAW_COUNT
from schemas.books.people import ShipTo
from schemas.errors import InvariantError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from flows.ledger.store.writing import Written
    from schemas.night import AsOf


@dataclass(frozen=True)
class NightToCommit:
    """What is to become true: plans that are on the disk, each of clients of its own."""

    as_of: AsOf
    plans: Sequence[Written]
    now: datetime


def commit_night(connection: sqlite3.Connection, night: NightToCommit) -> int:
    """The version that the night became; that of an earlier commit of the same run, if there is one.

    Raises:
        InvariantError: the run is not frozen, its plans were made from another version, or an effect has no
            id or may have been made before.
    """
    run = runs.find_run(connection, night.as_of)
    if run is None:
        message = f"run {night.as_of} was never frozen; freeze its files and policies first"
        raise InvariantError(message)
    if run.version is not None:
        return run.version
    version = versions.last_version(connection) + 1
    if {plan.version for plan in night.plans} != {version}:
        message = f"run {night.as_of} was planned for another version than {version}; plan it again"
        raise InvariantError(message)
    facts = Facts(*(pl.concat(tables) for tables in zip(*(plan.facts for plan in night.plans), strict=True)))
    _refuse_made_effects(night.as_of, facts.effects)
    point("segments written")
    with transaction(connection, "commit night"):
        versions.put_version(connection, version, night.as_of)
        replaced = chain.from_iterable(plan.replaced for plan in night.plans)
        scope = {key for plan in night.plans for key in plan.scope}
        versions.replace_segments(connection, version, replaced, scope=scope)
        appended = chain.from_iterable(plan.appended for plan in night.plans)
        versions.append_segments(connection, version, appended)
        for kind, levels in chain.from_iterable(plan.marks for plan in night.plans):
            lookup.put_marks(connection, kind, levels, version)
        point("segments named")
        _put_facts(connection, night, version, facts)
    return version


def _put_facts(connection: sqlite3.Connection, night: NightToCommit, version: int, facts: Facts) -> None:
    """Files taken, pick files to deliver, addresses, and the state of the run."""
    key = runs.key_of(night.as_of)
    loaded = facts.loaded.sort(pl.all())
    connection.executemany(runs.INSERT_SEEN, ((*row, *key) for row in loaded.iter_rows()))
    picks = facts.picks.group_by("warehouse_id").agg(pl.col("len").sum()).sort("warehouse_id")
    deliveries.put_deliveries(connection, version, picks.iter_rows(), night.now)
    point("pick files named")
    people.put_people(connection, facts.ship_to.pipe(ShipTo.validate))
    held = sorted(client_id for plan in night.plans for client_id in plan.held)
    moved = runs.put_committed(connection, night.as_of, version, night.now, laws=LAW_COUNT, held=held)
    if moved != 1:
        message = f"run {night.as_of} was committed by somebody else meanwhile; nothing was changed"
        raise InvariantError(message)


def _refuse_made_effects(as_of: AsOf, made: pl.DataFrame) -> None:
    """Law 4 across all history: nothing is picked or told twice.

    The id of a release is of its date and run, that of a message of what its order was told before. So what
    belongs to this run, which was never committed, is new if no two of its ids are equal.
    """
    is_foreign = (pl.col("business_date") != as_of.business_date) | (pl.col("run_no") != as_of.run_no)
    nameless = made.filter(pl.col("effect_id").fill_null("") == "").height
    known = made.filter(is_foreign | pl.col("effect_id").is_duplicated())
    again = known["effect_id"].drop_nulls().unique().sort()
    if nameless or len(again):
        message = (
            f"law 4: {nameless} effects without an id and {len(again)} of another run or made twice, "
            f"for example {', '.join(again.head(3))}; the night stops, nothing was committed"
        )
        raise InvariantError(message)
