"""Segments: what the policy says of some lines in another way than of all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import OnShort, Standing
from transforms.allocation.demand.policies import rules_of
from transforms.keys import LINE
from transforms.segments import fitting_segments, said_by_segments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.settings.client import Client

STANDINGS = pl.Enum(Standing.values())
ON_SHORTS = pl.Enum(OnShort.values())

UNITED_BY = {"line_complete": OnShort.CANCEL_LINE, "order_complete": OnShort.CANCEL_ORDER}
"""What ships together also where only `on_short` asks for it: what falls together stands together."""

KEEPS = [Standing.GAIN.value, Standing.WIN.value, Standing.FILL.value]
"""Standings under which a reservation is kept."""


def with_rules(lines: pl.DataFrame, order_lines: pl.DataFrame, clients: Mapping[str, Client]) -> pl.DataFrame:
    """Waiting lines with what their client says of them: by the segments that they fit, else by its policy.

    Args:
        lines: some of `order_lines`, with their number `line`.
        order_lines: all lines of each order, since the first of them decides what holds for an order.
        clients: their policies.

    Returns:
        `lines` with `standing`, `on_short` (as the order says, else its client) and `rules`: which row of
        `tabulate_policies` holds for the line's order; null: its client's own.
    """
    ruled = lines.with_columns(
        standing=_by_policy(clients, "standing", STANDINGS, default=Standing.GAIN),
        on_short=pl.coalesce(
            pl.col("on_short").cast(ON_SHORTS),
            _by_policy(clients, "on_short", ON_SHORTS, default=OnShort.BACKORDER),
        ),
        rules=pl.lit(None, pl.String),
    )
    fitting = lines.select(*LINE, "line", own="on_short").join(
        fitting_segments(order_lines, clients), on=LINE
    )
    if fitting.is_empty():
        return ruled
    said = fitting.select(
        "line",
        rules_of(fitting, clients),
        said_by_segments(fitting, clients, "standing", STANDINGS, fits="fits"),
        pl.coalesce(
            pl.col("own").cast(ON_SHORTS),
            said_by_segments(fitting, clients, "on_short", ON_SHORTS, fits="fits"),
        ).alias("on_short"),
    )
    both = ruled.join(said, on="line", how="left", maintain_order="left", suffix="_said")
    return both.with_columns(
        pl.coalesce(f"{name}_said", name).alias(name) for name in said.columns if name != "line"
    ).select(ruled.columns)


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


def _by_policy(clients: Mapping[str, Client], rule: str, words: pl.Enum, *, default: str) -> pl.Expr:
    """A rule as the client's policy says."""
    stated = {client_id: getattr(client.policy, rule) for client_id, client in clients.items()}
    by_word = [
        pl.when(pl.col("client_id").is_in([name for name, said in stated.items() if said == word])).then(
            pl.lit(word, words)
        )
        for word in sorted({*stated.values()} - {default})
    ]
    return pl.coalesce(*by_word, pl.lit(default, words))
