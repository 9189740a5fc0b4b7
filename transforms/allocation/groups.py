"""Which pieces stand or fall together, and in which order the groups are served."""

from __future__ import annotations

import polars as pl

_LAST = 2**62
"""A rank key without a value comes last."""

_KEYS = {
    "priority": pl.col("priority"),
    "ordered_at": pl.col("ordered_at").cast(pl.Int64),
} | {name: pl.col(name).cast(pl.Int64) for name in ("due_on", "promised_on", "ship_by", "cancel_after")}
"""The integer by which each rank key sorts."""

GROUP_FLAGS = ["is_held", "is_past", "is_inactive", "is_item_held"]
"""What holds for a group as soon as it holds for one member."""


def rank_groups(pieces: pl.DataFrame) -> pl.DataFrame:
    """Form groups and put them in order.

    A group is a piece (`partial`), a line (`line_complete`) or the lines of an order that ship complete
    together (`order_complete`). Its place is that of its best member: the policy's keys ascend, nulls
    last, then order id, line number and portion. It is due with its latest member.

    Returns:
        `pieces` sorted by group and line, with `group` (0, 1, ... over all clients, each client's groups in
        rank order), `rank` (1, 2, ... within the client), `group_due_on`, `starts_on` (latest
        ship_not_before of the members), and a column `group_<flag>` for each of `GROUP_FLAGS`.
    """
    places = _places(pieces)
    is_order = pl.col("ship_rule") == "order_complete"
    members = (
        pieces.with_columns(places)
        .sort("client_id", *[place.meta.output_name() for place in places], "line", "portion")
        .with_columns(
            owner=pl.when(is_order).then(pl.col("line").min().over("client_id", "order_id", is_order)),
            standing=pl.int_range(pl.len()),
        )
        .with_columns(
            standing=pl.when(is_order).then(pl.col("standing").min().over("owner")).otherwise("standing")
        )
        .with_columns(group=pl.col("standing").rank("dense").cast(pl.Int64) - 1)
    )
    by_group = [
        pl.col("due_on").max().over("group").alias("group_due_on"),
        pl.col("ship_not_before").max().over("group").alias("starts_on"),
        *(pl.col(flag).any().over("group").alias(flag.replace("is_", "group_")) for flag in GROUP_FLAGS),
    ]
    first = pl.col("group").min().over("client_id")
    return (
        members.with_columns(*by_group, rank=pl.col("group") - first + 1)
        .drop("owner", "standing", *[place.meta.output_name() for place in places])
        .sort("group", "line")
    )


def _places(pieces: pl.DataFrame) -> list[pl.Expr]:
    """One integer column for each place in the rank keys, by the policy of each row's client."""
    policies = pieces["rank_keys"].unique().to_list()
    return [
        pl.coalesce(
            *(
                pl.when(pl.col("rank_keys").list.get(place, null_on_oob=True) == name).then(_KEYS[name])
                for name in sorted({policy[place] for policy in policies if len(policy) > place})
            ),
            pl.lit(_LAST),
        ).alias(f"key_{place}")
        for place in range(max((len(policy) for policy in policies), default=0))
    ]
