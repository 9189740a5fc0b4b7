"""Segments: what the policy says of some lines in another way than of all others."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.client import Client
    from schemas.policy import Segment

STANDINGS = pl.Enum(Standing.values())

KEEPS = [Standing.GAIN.value, Standing.WIN.value, Standing.FILL.value]
"""Standings under which a reservation is kept."""


def standing_of(clients: Mapping[str, Client]) -> pl.Expr:
    """What the reservation of an order line may do: by the first segment it fits, else the policy."""
    by_segment = [
        pl.when((pl.col("client_id") == client_id) & _fits(segment)).then(_standing(segment.standing))
        for client_id, client in clients.items()
        for segment in client.policy.segments
    ]
    rules = {client.policy.standing for client in clients.values()}
    by_policy = [
        pl.when(pl.col("client_id").is_in(_with_standing(clients, rule))).then(_standing(rule))
        for rule in sorted(rules - {Standing.GAIN})
    ]
    return pl.coalesce(*by_segment, *by_policy, _standing(Standing.GAIN))


def _with_standing(clients: Mapping[str, Client], rule: str) -> list[str]:
    return [client_id for client_id, client in clients.items() if client.policy.standing == rule]


def _standing(rule: str) -> pl.Expr:
    return pl.lit(rule, STANDINGS)


def _fits(segment: Segment) -> pl.Expr:
    """True of lines that have one of the named values in each named attribute."""
    conditions = [pl.col(name).is_in(list(values)) for name, values in segment.filters.items()]
    return reduce(pl.Expr.and_, conditions).fill_null(value=False)
