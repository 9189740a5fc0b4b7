"""Segments: what the policy says of some lines in another way than of all others."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import OnShort, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.client import Client
    from schemas.segment import Segment

STANDINGS = pl.Enum(Standing.values())
ON_SHORTS = pl.Enum(OnShort.values())

UNITED_BY = {"line_complete": OnShort.CANCEL_LINE, "order_complete": OnShort.CANCEL_ORDER}
"""What ships together also where only `on_short` asks for it: what falls together stands together."""

KEEPS = [Standing.GAIN.value, Standing.WIN.value, Standing.FILL.value]
"""Standings under which a reservation is kept."""


def standing_of(clients: Mapping[str, Client]) -> pl.Expr:
    """What the reservation of an order line may do: by the first segment it fits, else the policy."""
    return pl.coalesce(*_ruled(clients, "standing", STANDINGS, default=Standing.GAIN))


def on_short_of(clients: Mapping[str, Client]) -> pl.Expr:
    """What becomes of an order line that is short: as the order says, else its segment, else the policy."""
    ruled = _ruled(clients, "on_short", ON_SHORTS, default=OnShort.BACKORDER)
    return pl.coalesce(pl.col("on_short").cast(ON_SHORTS), *ruled)


def unite_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with the rule by which they are served, and `is_cancelling` in place of `on_short`.

    That rule is the stricter of their own `ship_rule` and of what `on_short` cancels together.
    """
    united = [
        pl.when((pl.col("ship_rule") == rule) | (pl.col("on_short") == on_short)).then(pl.lit(rule))
        for rule, on_short in reversed(UNITED_BY.items())
    ]
    return lines.with_columns(
        ship_rule=pl.coalesce(*united, "ship_rule"), is_cancelling=pl.col("on_short") != OnShort.BACKORDER
    ).drop("on_short")


def _ruled(clients: Mapping[str, Client], rule: str, words: pl.Enum, *, default: str) -> list[pl.Expr]:
    """A rule by each segment that names it, in their order, then by the policy."""
    by_segment = [
        pl.when((pl.col("client_id") == client_id) & _fits(segment)).then(pl.lit(word, words))
        for client_id, client in clients.items()
        for segment in client.policy.segments
        if (word := getattr(segment, rule)) is not None
    ]
    stated = {client_id: getattr(client.policy, rule) for client_id, client in clients.items()}
    by_policy = [
        pl.when(pl.col("client_id").is_in([name for name, said in stated.items() if said == word])).then(
            pl.lit(word, words)
        )
        for word in sorted({*stated.values()} - {default})
    ]
    return [*by_segment, *by_policy, pl.lit(default, words)]


def _fits(segment: Segment) -> pl.Expr:
    """True of lines that have one of the named values in each named attribute."""
    conditions = [pl.col(name).is_in(list(values)) for name, values in segment.filters.items()]
    return reduce(pl.Expr.and_, conditions).fill_null(value=False)
