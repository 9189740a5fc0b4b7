"""Which pieces stand or fall together, and in which order the groups are served."""

from __future__ import annotations

import polars as pl

from transforms.allocation.packing import pack_keys

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
    ordered = pieces.sort("line", "portion").with_columns(_places(pieces))
    keys = ["client_no", *[name for name in ordered.columns if name.startswith("key_")]]
    numbered = ordered.with_columns(client_no=pl.col("client_id").rle_id().cast(pl.Int64))
    members = (
        numbered.with_columns(pack_keys(numbered, keys))
        .drop(keys)
        .sort("packed", maintain_order=True)
        .with_columns(standing=pl.int_range(pl.len()))
        .pipe(_join_orders)
    )
    begins = pl.col("client_id").ne_missing(pl.col("client_id").shift())
    return (
        members.with_columns(group=pl.col("standing").rle_id().cast(pl.Int64))
        .with_columns(rank=pl.col("group") - pl.when(begins).then("group").forward_fill() + 1)
        .drop("packed", "standing")
    )


def _join_orders(members: pl.DataFrame) -> pl.DataFrame:
    """Members in serving order, those of a complete order together at the place of their best."""
    single = [
        pl.col("due_on").alias("group_due_on"),
        pl.col("ship_not_before").alias("starts_on"),
        *(pl.col(flag).alias(_of_group(flag)) for flag in GROUP_FLAGS),
    ]
    is_order = pl.col("ship_rule") == "order_complete"
    orders = members.filter(is_order)
    if orders.is_empty():
        return members.with_columns(single)
    order = ["client_id", "order_id"]
    joined = orders.group_by(order).agg(
        pl.col("standing").min(),
        pl.col("due_on").max().alias("group_due_on"),
        pl.col("ship_not_before").max().alias("starts_on"),
        *(pl.col(flag).any().alias(_of_group(flag)) for flag in GROUP_FLAGS),
    )
    of_orders = orders.drop("standing").join(joined, on=order)
    alone = members.filter(~is_order).with_columns(single)
    return pl.concat([alone, of_orders.select(alone.columns)]).sort("standing", "line")


def _of_group(flag: str) -> str:
    return flag.replace("is_", "group_")


def _places(pieces: pl.DataFrame) -> list[pl.Expr]:
    """One integer column for each place in the rank keys, by the policy of each row's client; nulls last."""
    policies = pieces["rank_keys"].unique().to_list()
    return [
        _last_if_null(
            pl.coalesce(
                pl.when(pl.col("rank_keys").list.get(place, null_on_oob=True) == name).then(_KEYS[name])
                for name in sorted({policy[place] for policy in policies if len(policy) > place})
            )
        ).alias(f"key_{place}")
        for place in range(max((len(policy) for policy in policies), default=0))
    ]


def _last_if_null(key: pl.Expr) -> pl.Expr:
    """The key with nulls one second after its greatest value."""
    return key.fill_null(key.max().fill_null(0) + 1_000_000)
