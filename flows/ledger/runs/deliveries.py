"""How far the delivery of a pick file has come, so that a warehouse never gets its releases twice.

The releases of a pick file move together, each step in a transaction of its own.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.ledger.databases.control import transaction
from schemas.errors import InvariantError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from datetime import datetime

STATES = "SELECT DISTINCT state FROM effects WHERE effect_id IN (SELECT value FROM json_each(?))"
MOVE = (
    "UPDATE effects SET state = ?, state_at = ? "
    "WHERE kind = 'release' AND effect_id IN (SELECT value FROM json_each(?))"
)
UNSEEN = (
    "SELECT effect_id FROM effects WHERE kind = 'release' AND state = 'unseen' AND version = ? "
    "ORDER BY effect_id"
)


class PickState(StrEnum):
    """Where the releases of a pick file stand."""

    TO_SEND = "to_send"
    """Nothing of the file is where the warehouse could take it."""
    READY = "ready"
    """The whole file lay in the warehouse's folder under a hidden name; only a rename is, or was, left."""
    SENT = "sent"
    """The file was seen in its place."""
    UNSEEN = "unseen"
    """The file was ready, and neither it nor its hidden name is there: taken as fetched."""


def find_pick_state(connection: sqlite3.Connection, release_ids: Collection[str]) -> PickState:
    """The one state of a file's releases; a file without a release is always to be sent.

    Raises:
        InvariantError: they do not stand in one state, or were never made.
    """
    states = [state for (state,) in connection.execute(STATES, [json.dumps(list(release_ids))])]
    if not release_ids:
        return PickState.TO_SEND
    if len(states) != 1:
        message = (
            f"the {len(release_ids)} releases of a pick file stand in {len(states)} states, not in one: "
            f"{', '.join(sorted(states)) or 'none was made'}; nothing of it was delivered"
        )
        raise InvariantError(message)
    return PickState(states[0])


def move_picks(
    connection: sqlite3.Connection, release_ids: Collection[str], state: PickState, now: datetime
) -> None:
    """Note how far the releases of a pick file have come."""
    if release_ids:
        with transaction(connection, f"picks {state}"):
            connection.execute(MOVE, (state.value, now.isoformat(), json.dumps(list(release_ids))))


def find_unseen(connection: sqlite3.Connection, version: int) -> list[str]:
    """The releases of a version whose file was gone before its delivery could be noted."""
    return [effect_id for (effect_id,) in connection.execute(UNSEEN, [version])]
