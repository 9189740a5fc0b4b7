"""Effects: everything that leaves the house, with an id that exists once in all history."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

from schemas.errors import InvariantError
from schemas.outputs.analyst import NoticeStatus
from schemas.vocabulary.words import AllocationKind, NoticeState
from transforms.effects import with_effect_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from pandera.typing.polars import DataFrame

    from schemas.night import NightPlan

KNOWN = "SELECT effect_id FROM effects WHERE effect_id IN (SELECT value FROM json_each(?)) ORDER BY effect_id"
INSERT = (
    "INSERT INTO effects (effect_id, kind, client_id, version, state, state_at) VALUES (?, ?, ?, ?, ?, ?)"
)
WAITING = (
    "SELECT effect_id, kind, client_id, version, state FROM effects "
    "WHERE kind = ? AND state = 'to_send' ORDER BY version, client_id, effect_id"
)
NOTICES = "SELECT effect_id, state FROM effects WHERE kind = 'notice' AND version <= ? ORDER BY effect_id"
MOVE = "UPDATE effects SET state = ?, state_at = ? WHERE effect_id = ?"

FILE = ["business_date", "run_no", "client_id", "feed", "file_hash"]


class EffectKind(StrEnum):
    """What leaves the house."""

    RELEASE = "release"
    NOTICE = "notice"
    ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True)
class Effect:
    """Something that is made once; its state is how far its delivery has come."""

    effect_id: str
    kind: EffectKind
    client_id: str
    version: int
    state: str


def gather_effects(plan: NightPlan, files: pl.DataFrame, version: int) -> list[Effect]:
    """All effects of a night: its release rows, its messages, and one acknowledgement a file."""
    picks = plan.allocations.filter(pl.col("kind") == AllocationKind.RELEASE)
    releases = (
        Effect(effect_id or "", EffectKind.RELEASE, client_id, version, NoticeState.TO_SEND.value)
        for effect_id, client_id in picks.select("release_id", "client_id").iter_rows()
    )
    notices = (
        Effect(effect_id, EffectKind.NOTICE, client_id, version, state)
        for effect_id, client_id, state in plan.messages.select(
            "message_id", "client_id", "state"
        ).iter_rows()
    )
    acknowledgements = (
        Effect(effect_id, EffectKind.ACKNOWLEDGEMENT, client_id, version, NoticeState.TO_SEND.value)
        for effect_id, client_id in with_acknowledgement_id(files)
        .select("acknowledgement_id", "client_id")
        .iter_rows()
    )
    return [*releases, *notices, *acknowledgements]


def drop_clients(effects: Iterable[Effect], held: Collection[str]) -> list[Effect]:
    """The effects of clients that are not held, in the order of their ids."""
    free = (effect for effect in effects if effect.client_id not in held)
    return sorted(free, key=lambda effect: (effect.kind, effect.effect_id))


def with_acknowledgement_id(files: pl.DataFrame) -> pl.DataFrame:
    """Files with column `acknowledgement_id`: of content and night, never of the name.

    Equal content dropped twice is told apart by its place among its equals.
    """
    ordered = files.sort(*FILE, "file_name")
    numbered = ordered.with_columns(pl.int_range(pl.len()).over(FILE).alias("ordinal"))
    return with_effect_id(numbered, "acknowledgement_id", [*FILE, "ordinal"], kind="acknowledgement").drop(
        "ordinal"
    )


def find_known(connection: sqlite3.Connection, ids: str) -> list[str]:
    """Which of a JSON list of effect ids exist already."""
    return [effect_id for (effect_id,) in connection.execute(KNOWN, [ids])]


def find_waiting(connection: sqlite3.Connection, kind: EffectKind) -> list[Effect]:
    """Effects of a kind that are still to be delivered, oldest first."""
    rows = connection.execute(WAITING, [kind.value])
    return [Effect(effect_id, EffectKind(of), *rest) for effect_id, of, *rest in rows]


def put_effects(connection: sqlite3.Connection, made: Iterable[Effect], now: datetime) -> None:
    """Add a night's effects; the primary key refuses one that exists."""
    connection.executemany(
        INSERT,
        (
            (
                effect.effect_id,
                effect.kind.value,
                effect.client_id,
                effect.version,
                effect.state,
                now.isoformat(),
            )
            for effect in made
        ),
    )


def move_effect(connection: sqlite3.Connection, effect_id: str, state: str, now: datetime) -> None:
    """Note how the delivery of an effect ended, inside the caller's transaction.

    Raises:
        InvariantError: there is no such effect.
    """
    if connection.execute(MOVE, (state, now.isoformat(), effect_id)).rowcount != 1:
        message = f"effect {effect_id} was never made, so it cannot be {state}"
        raise InvariantError(message)


def find_notice_states(connection: sqlite3.Connection, version: int) -> DataFrame[NoticeStatus]:
    """Where each message up to a version stands by now."""
    rows = connection.execute(NOTICES, [version]).fetchall()
    return pl.DataFrame(rows, schema=NoticeStatus.dtypes(), orient="row").pipe(NoticeStatus.validate)
