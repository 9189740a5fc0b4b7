"""Batches of clients: the unit of work of a night, so that its memory is that of one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BATCH_ROWS = 200_000
"""About as many order lines as one batch has; a larger client is a batch of its own."""

ROWS_A_LINE = 10
"""About as many rows as the tables of a night have for each order line."""


def batches_of(weights: Mapping[str, int], limit: int = BATCH_ROWS) -> list[list[str]]:
    """The clients in batches of at most `limit` rows, in their order; a client is never divided.

    Args:
        weights: by client, how many rows it has.
        limit: in rows; a client that has more is a batch of its own.
    """
    batches: list[list[str]] = []
    room = 0
    for client_id, rows in weights.items():
        if not batches or rows > room:
            batches.append([])
            room = limit
        batches[-1].append(client_id)
        room -= rows
    return batches
