"""Cohorts of clients: the unit of work of a night, so that its memory is that of one cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COHORT_ROWS = 200_000
"""About as many order lines as one cohort has; a larger client is a cohort of its own."""

ROWS_A_LINE = 10
"""About as many rows as the tables of a night have for each order line."""


def cohorts_of(weights: Mapping[str, int], limit: int = COHORT_ROWS) -> list[list[str]]:
    """The clients in cohorts of at most `limit` rows, in their order; a client is never divided.

    Args:
        weights: by client, how many rows it has.
        limit: in rows; a client that has more is a cohort of its own.
    """
    cohorts: list[list[str]] = []
    room = 0
    for client_id, rows in weights.items():
        if not cohorts or rows > room:
            cohorts.append([])
            room = limit
        cohorts[-1].append(client_id)
        room -= rows
    return cohorts
