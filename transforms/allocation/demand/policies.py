"""What of the clients' policies and warehouse lists the compiler joins to rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.settings.segment import ORDER_RULES, first_with, meetings
from transforms.allocation.frames import ChannelRules, ClientRules
from transforms.allocation.supply.fences import open_fences
from transforms.segments import at_places

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


def tabulate_policies(clients: Mapping[str, Client]) -> Frame[ClientRules]:
    """The policies of all clients, sorted by client; each client's own first.

    `rules` is null in a client's own row; else the places of the segments, as `rules_of` names them.
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


def rules_of(fitting: pl.DataFrame, clients: Mapping[str, Client]) -> pl.Series:
    """The row of `tabulate_policies` that holds for the order of each line; null: its client's own.

    Args:
        fitting: as `fitting_segments`.
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
