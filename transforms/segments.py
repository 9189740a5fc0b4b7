"""Segments: which order lines fit which of their client's, and what these say in place of the policy.

A client without segments costs nothing here: its lines are not looked at.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, cast

import pandera.polars as pa
import polars as pl

from schemas.settings.segment import SEGMENT_FILTERS, first_with
from schemas.table import Table, empty
from transforms.client_rules import rules_of_clients
from transforms.keys import LINE, ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.settings.client import Client
    from schemas.settings.segment import Segment
    from schemas.table import Frame


class FittingLine(Table, key=("client_id", "order_id", "line_no")):
    """A line of a client that has segments, and the places of those that it fits."""

    client_id: str
    order_id: str
    line_no: int
    fits: str = pa.Field(description="those that the line fits: 0|2; empty: none")
    order_fits: str = pa.Field(description="those that the first line of its order fits")


def with_segments(clients: Mapping[str, Client]) -> list[str]:
    """The clients that have segments."""
    return [client_id for client_id, client in clients.items() if client.policy.segments]


def fitting_segments(lines: pl.DataFrame, clients: Mapping[str, Client]) -> Frame[FittingLine]:
    """The segments that lines fit themselves, and those that the first line of their order fits.

    Args:
        lines: `LINE` and what segments look at: all lines of an order, else its first is another one.
        clients: their segments; a client without any has no rows.
    """
    segmented = with_segments(clients)
    if not segmented:
        return cast("Frame[FittingLine]", empty(FittingLine))
    theirs = lines.filter(pl.col("client_id").is_in(segmented)).select(*LINE, *SEGMENT_FILTERS)
    parts = theirs.partition_by("client_id", as_dict=True)
    told = [
        part.select(*LINE, fits=_places(clients[str(client_id)].policy.segments))
        for (client_id,), part in parts.items()
    ]
    fits = pl.concat([empty(FittingLine).drop("order_fits"), *told])
    first = fits.sort("line_no").unique(ORDER, keep="first", maintain_order=True)
    of_orders = first.select(*ORDER, order_fits="fits")
    return cast("Frame[FittingLine]", fits.join(of_orders, on=ORDER, how="left", maintain_order="left"))


def rule_of_orders(
    lines: pl.DataFrame, clients: Mapping[str, Client], rule: str, dtype: pl.DataType
) -> pl.DataFrame:
    """What segments say of a rule of whole orders: one row an order of which they say anything.

    Args:
        lines: as for `fitting_segments`.
        clients: their segments.
        rule: its key, which becomes a column beside `ORDER`.
        dtype: of what is said.
    """
    orders = fitting_segments(lines, clients).unique(ORDER, maintain_order=True)
    said = orders.with_columns(said_by_segments(orders, clients, rule, dtype, fits="order_fits"))
    return said.select(*ORDER, rule).drop_nulls(rule)


def with_usual_ship_rule(
    rows: pl.DataFrame, lines: pl.DataFrame, clients: Mapping[str, Client]
) -> pl.DataFrame:
    """`rows`, with the columns `ORDER`, and `usual_ship_rule`: how an order ships that states no rule.

    Args:
        rows: rows of orders.
        lines: as for `fitting_segments`.
        clients: their policies and segments.
    """
    by_policy = rules_of_clients(clients, usual_ship_rule=lambda client: client.policy.ship_rule)
    usual = rows.join(by_policy, on="client_id", how="left", maintain_order="left")
    said = rule_of_orders(lines, clients, "ship_rule", pl.String()).rename({"ship_rule": "said"})
    if said.is_empty():
        return usual
    both = usual.join(said, on=ORDER, how="left", maintain_order="left")
    return both.with_columns(usual_ship_rule=pl.coalesce("said", "usual_ship_rule")).drop("said")


def said_by_segments(
    fitting: pl.DataFrame, clients: Mapping[str, Client], rule: str, dtype: pl.DataType, *, fits: str
) -> pl.Series:
    """What the segments of each row say of a rule; null: nothing.

    Args:
        fitting: lines or orders of clients that have segments.
        clients: their segments.
        rule: its key.
        dtype: of what is said.
        fits: the column that names the segments: `fits` or `order_fits`.
    """
    keys = fitting.select("client_id", fits).unique(maintain_order=True)
    says = [said_of(clients[client_id], places).get(rule) for client_id, places in keys.iter_rows()]
    told = keys.with_columns(pl.Series("says", says, dtype=dtype))
    joined = fitting.join(told, on=["client_id", fits], how="left", maintain_order="left")
    return joined["says"].alias(rule)


def said_of(client: Client, places: str) -> dict[str, object]:
    """By rule, what the segments at these places say together."""
    return {rule: segment.rules[rule] for rule, segment in first_with(at_places(client, places)).items()}


def at_places(client: Client, places: str) -> list[Segment]:
    """The segments at these places (0|2) of the client's."""
    return [client.policy.segments[int(place)] for place in places.split("|") if place]


def _places(segments: Iterable[Segment]) -> pl.Expr:
    """The places of the segments that a line fits, as 0|2."""
    named = [pl.when(_fits(segment)).then(pl.lit(str(place))) for place, segment in enumerate(segments)]
    return pl.concat_str(named, separator="|", ignore_nulls=True)


def _fits(segment: Segment) -> pl.Expr:
    """True of lines that have one of the named values in each named attribute."""
    conditions = [pl.col(name).is_in(list(values)) for name, values in segment.filters.items()]
    return reduce(pl.Expr.and_, conditions).fill_null(value=False)
