"""What clients' policies say of their lines, where segments of some orders say otherwise, too.

Rules of whole orders are rows of one table (`tabulate_policies`), one a client and one a set of its segments
that changes any of them; a line names its row (`rules`). `standing` and `on_short` are of each line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.settings.segment import ORDER_RULES, first_with, meetings
from schemas.vocabulary.words import OnShort, Standing
from transforms.allocation.frames import ChannelRules, ClientRules
from transforms.allocation.supply.fences import open_fences
from transforms.keys import LINE
from transforms.segments import at_places, fitting_segments, said_by_segments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.settings.client import Client
    from schemas.settings.policy import Policy
    from schemas.settings.segment import Segment
    from schemas.table import Frame
    from transforms.shipping_days import ShippingDays

SPLITS = {True: "true", False: "false", "if_needed": "if_needed"}
"""Whether an order may ship from several warehouses, in one type."""

_OF_ORDERS = [rule for rule in ORDER_RULES if rule in ClientRules.names()]

STANDINGS = pl.Enum(Standing.values())
ON_SHORTS = pl.Enum(OnShort.values())

UNITED_BY = {"line_complete": OnShort.CANCEL_LINE, "order_complete": OnShort.CANCEL_ORDER}
"""What ships together also where only `on_short` asks for it: what falls together stands together."""

KEEPS = [Standing.GAIN.value, Standing.WIN.value, Standing.FILL.value]
"""Standings under which a reservation is kept."""


def tabulate_policies(clients: Mapping[str, Client]) -> Frame[ClientRules]:
    """The policies of all clients, sorted by client; each client's own first.

    `rules` is null in a client's own row; else the places of the segments, as `_name_rules` names them.
    `spares_b2b`: no segment says what lines may do before they are due, so orders of type b2b with a
    deliver_by do not ship early.
    """
    rows = [
        {
            "client_id": client_id,
            "rules": rules,
            "rank_keys": "|".join(policy.rank),
            "spares_b2b": spares,
            "split": SPLITS[policy.split],
        }
        | {
            name: getattr(policy, name)
            for name in ClientRules.names()
            if name in type(policy).model_fields and name != "split"
        }
        for client_id, client in sorted(clients.items())
        for rules, (policy, spares) in _policies_of(client).items()
    ]
    return cast("Frame[ClientRules]", pl.DataFrame(rows, schema=ClientRules.dtypes()))


def tabulate_channels(clients: Mapping[str, Client], *, days: ShippingDays) -> Frame[ChannelRules]:
    """What the policies of all clients say of channels."""
    rows = []
    for client_id, client in clients.items():
        fences = open_fences(client, days=days)
        places = {channel: place for place, channel in enumerate(client.policy.channel_order)}
        rows += [
            (client_id, channel, fences.get(channel), places.get(channel)) for channel in fences | places
        ]
    return cast("Frame[ChannelRules]", pl.DataFrame(rows, schema=ChannelRules.dtypes(), orient="row"))


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
        _rules_of(fitting, clients),
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


def _rules_of(fitting: pl.DataFrame, clients: Mapping[str, Client]) -> pl.Series:
    """The row of `tabulate_policies` that holds for the order of each line; null: its client's own.

    Args:
        fitting: lines of clients that have segments.
        clients: their segments.
    """
    keys = fitting.select("client_id", "order_fits").unique(maintain_order=True)
    rules = [
        _name_rules(clients[client_id], at_places(clients[client_id], places))
        for client_id, places in keys.iter_rows()
    ]
    named = keys.with_columns(pl.Series("rules", rules, dtype=pl.String))
    return fitting.join(named, on=["client_id", "order_fits"], how="left", maintain_order="left")["rules"]


def with_policy(frame: pl.DataFrame, policies: pl.DataFrame) -> pl.DataFrame:
    """`frame`, with `client_id` and `rules`, and the columns of the policy that holds for each row."""
    if frame["rules"].null_count() == frame.height:
        own = policies.filter(pl.col("rules").is_null()).drop("rules")
        return frame.join(own, on="client_id", how="left", maintain_order="left")
    on = ["client_id", "rules"]
    return frame.join(policies, on=on, how="left", maintain_order="left", nulls_equal=True)


def with_channels(lines: pl.DataFrame, channels: Frame[ChannelRules]) -> pl.DataFrame:
    """`lines` with what `channels` say of their `channel`, in place of it."""
    if channels.is_empty():
        dtypes = ChannelRules.dtypes()
        said = [pl.lit(None, dtypes[name]).alias(name) for name in ("fences", "channel_place")]
        return lines.drop("channel").with_columns(said)
    on = ["client_id", "channel"]
    return lines.join(channels, on=on, how="left", maintain_order="left").drop("channel")


def may_ship_early(is_b2b: str) -> pl.Expr:
    """What is not due may leave with all of its order; to retailers with a window only if a segment says so.

    Args:
        is_b2b: the column that says that it goes to a retailer with a window.
    """
    return (pl.col("not_due") == "ship") & ~(pl.col(is_b2b) & pl.col("spares_b2b"))


def _policies_of(client: Client) -> dict[str | None, tuple[Policy, bool]]:
    """The policies of a client and whether they spare b2b, by their `rules`, its own first."""
    return {
        _name_rules(client, met): (client.policy.under(met), "not_due" not in first_with(met))
        for met in meetings(client.policy.segments)
    }


def _name_rules(client: Client, met: Sequence[Segment]) -> str | None:
    """The places of those of these segments that say something of whole orders; null: none does."""
    first = first_with(met)
    saying = {first[rule].name for rule in _OF_ORDERS if rule in first}
    places = [str(place) for place, part in enumerate(client.policy.segments) if part.name in saying]
    return "|".join(places) or None


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
