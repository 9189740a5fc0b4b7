"""Which pieces stand or fall together, and in which order the groups are served."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.words import Standing
from transforms.allocation.solver.numbering import number_keys
from transforms.allocation.solver.packing import pack_keys

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.frames import Piece, Reach

_DATES = ("due_on", "promised_on", "ship_by", "cancel_after", "next_deadline_on")

_KEYS = {
    "priority": pl.col("priority"),
    "ordered_at": pl.col("ordered_at").cast(pl.Int64),
    "client_rank": pl.col("client_rank"),
    "channel": pl.col("channel_place"),
    "age_class": -pl.sum_horizontal(
        (pl.col("days_waiting") > days).fill_null(value=False).cast(pl.Int64) for days in (3, 10, 30)
    ),
} | {name: pl.col(name).cast(pl.Int64) for name in _DATES}
"""The integer by which each rank key sorts; age classes: waiting over 30 days, over 10, over 3, the rest."""

TIERS = 10
"""Priorities are below it: tiers of those that come before all ranks are lower than all others."""

GROUP_FLAGS = [
    "is_held", "is_past", "is_inactive", "is_item_held", "is_fill", "is_ripe", "is_cancelling", "is_withheld",
    "is_uncounted", "is_undue", "is_far", "is_idle", "is_b2b",
]  # fmt: skip
"""What holds for a group as soon as it holds for one member."""

PIECE = [
    "piece", "line", "reach", "rest_qty", "line_due_on", "last_ship_on", "ship_rule", "standing",
    "is_item_held", "tier",
]  # fmt: skip
"""What of a piece counts once its place is known, beside its group."""

_GROUP = ["starts_on", *(flag.replace("is_", "group_") for flag in GROUP_FLAGS)]


def rank_groups(pieces: pl.DataFrame, reaches: Frame[Reach]) -> pl.DataFrame:
    """Form groups and put them in order.

    A group is a piece (`partial`), a line (`line_complete`) or the lines of an order that ship complete
    together (`order_complete`). Its place is that of its best member: those whose standing is `win` come
    first and those of `lose` last, then the policy's keys ascend, nulls last, then order id, line number
    and portion. It is due with its latest member.

    Args:
        pieces: as `split_raises`.
        reaches: as `number_reaches`.

    Returns:
        One row a piece, in the order of their lines but the members of a group side by side: the columns
        of `PIECE`, `group` (its place among the groups of all clients, each client's in rank order),
        `rank` (1, 2, ... within the client), `starts_on` (latest ship_not_before of the
        members), and a column `group_<flag>` for each of `GROUP_FLAGS`.
    """
    ordered = pieces.pipe(_side_by_side, reaches)
    placed = ordered.with_columns(_turns(ordered, reaches)).pipe(_join_orders)
    return placed.with_columns(_ranks(placed)).select(*PIECE, *_GROUP, "rank", group="place")


def order_serving(pieces: pl.DataFrame, reaches: Frame[Reach]) -> Frame[Piece]:
    """Say which groups take part in pass 1, and in which order.

    Lines that are not due take part after all that is due: under `wait` only those that wait for their
    release date and will be due then; none whose release date is too far away. A group with a member that is
    held, past its last ship date, or whose item is held, takes no part, nor does one with a member that asks
    for no more than it has reserved. While it is not complete, a group takes nothing where `holdback` is
    `none`, where it is `bounded` and no member was overtaken often enough or waits long enough yet, and where
    what it lacks is cancelled.
    """
    waits, ships, spares_b2b = (
        column.gather(pieces["reach"])
        for column in (reaches["not_due"] == "wait", reaches["not_due"] == "ship", reaches["spares_b2b"])
    )
    never, once_ripe = (
        (reaches["holdback"] == rule).gather(pieces["reach"]) for rule in ("strict", "bounded")
    )
    shares = (reaches["fair_share"] != "none").gather(pieces["reach"])
    return cast(
        "Frame[Piece]",
        (
            pieces.with_columns(
                lets_pass=pl.col("group_cancelling") | ~(never | (once_ripe & pl.col("group_ripe"))),
                is_due=~pl.col("group_undue"),
                is_blocked=pl.col("group_held") | pl.col("group_past") | pl.col("group_item_held"),
                ships_early=ships & ~(pl.col("group_b2b") & spares_b2b),
            )
            .with_columns(
                may_serve=~pl.any_horizontal(
                    "is_blocked", "group_fill", "group_far", pl.col("group_idle") & waits
                ),
                serving=pl.col("group") + pl.when("is_due").then(0).otherwise(pl.len()),
                tier=pl.when(shares).then("tier"),
            )
            .with_columns(turn=_serving_turns(shares, reaches))
        ),
    )


def _side_by_side(pieces: pl.DataFrame, reaches: Frame[Reach]) -> pl.DataFrame:
    """The pieces numbered, with their client's and order's number; what ships together stands together."""
    is_new_client = pl.col("client_id").ne_missing(pl.col("client_id").shift())
    is_new_order = is_new_client | pl.col("order_id").ne_missing(pl.col("order_id").shift())
    in_order = pl.col("ship_rule") == "order_complete"
    numbered = pieces.with_columns(
        client_no=is_new_client.cum_sum().cast(pl.Int64),
        order_no=is_new_order.cum_sum().cast(pl.Int64),
        in_order=in_order,
        tier=(_turn() * TIERS + pl.col("priority")).cast(pl.Int8),
        is_fill=pl.col("standing") == Standing.FILL,
    )
    is_mixed = ~is_new_order & in_order.ne(in_order.shift())
    if numbered.select(is_mixed.any()).item():
        numbered = numbered.sort("order_no", "in_order", maintain_order=True)
    of_reach = ("is_inactive", "is_item_held", "holdback_nights", "holdback_days")
    is_undue = pl.col("due_on") > reaches["due_until"].gather(numbered["reach"])
    is_ripe = (pl.col("overtaken_nights") >= pl.col("holdback_nights")).fill_null(value=False) | (
        pl.col("days_waiting") >= pl.col("holdback_days")
    ).fill_null(value=False)
    is_uncounted = reaches["awaits_count"].is_not_null().gather(numbered["reach"])
    return (
        numbered.with_columns(reaches[name].gather(numbered["reach"]) for name in of_reach)
        .with_columns(
            piece=pl.int_range(pl.len()), is_ripe=is_ripe, is_uncounted=is_uncounted, is_undue=is_undue
        )
        .pipe(_with_release_dates, reaches)
    )


def _with_release_dates(pieces: pl.DataFrame, reaches: Frame[Reach]) -> pl.DataFrame:
    """Add whether a line's release date is too far away to reserve for, and whether it would be due on it.

    `is_far`: it is after `reserves_for`, so the line holds nothing. `is_idle`: the line is not due, nor is it
    one that waits for its release date and will be due then.
    """
    has_release_on = reaches["available_from"].is_not_null().gather(pieces["reach"])
    dated = pieces.filter(pl.col("ship_not_before").is_not_null() | has_release_on).select(
        "piece", "ship_not_before", "due_on", "is_undue", "is_item_held", "reach"
    )
    of_reach = ("available_from", "reserves_for", "latest_on", "horizon_days")
    release_on = pl.max_horizontal("ship_not_before", "available_from")
    is_due_then = pl.col("due_on") <= release_on + pl.duration(days="horizon_days")
    flags = dated.with_columns(reaches[name].gather(dated["reach"]) for name in of_reach).select(
        is_far=(release_on > pl.col("reserves_for")) & (pl.col("is_undue") | pl.col("is_item_held")),
        is_idle=pl.col("is_undue") & ~((release_on > pl.col("latest_on")) & is_due_then),
    )
    is_far = pl.repeat(value=False, n=pieces.height, eager=True).scatter(dated["piece"], flags["is_far"])
    is_idle = pieces["is_undue"].clone().scatter(dated["piece"], flags["is_idle"])
    return pieces.with_columns(is_far=is_far, is_idle=is_idle)


def _turns(pieces: pl.DataFrame, reaches: Frame[Reach]) -> pl.Series:
    """The place of each piece among all pieces: 0 is the first of the first client."""
    keys = pieces.select("client_no", _turn().alias("turn"), *_places(pieces, reaches), "line", "portion")
    return _order_of(pack_keys(keys, keys.columns)).alias("place")


def _turn() -> pl.Expr:
    """Which standings come before all ranks, and which after."""
    first = pl.when(pl.col("standing") == Standing.WIN).then(0)
    return first.when(pl.col("standing") == Standing.LOSE).then(2).otherwise(1).cast(pl.Int64)


def _order_of(keys: pl.Series) -> pl.Series:
    """The place of each key in ascending order, 0 first; no two keys are equal."""
    places = pl.int_range(len(keys), eager=True)
    return places.scatter(keys.arg_sort(), places.clone())


def _join_orders(pieces: pl.DataFrame) -> pl.DataFrame:
    """The pieces with what holds for their group; lines of a complete order stand where the best does."""
    single = [
        pl.col("ship_not_before").alias("starts_on"),
        *(pl.col(flag).alias(_of_group(flag)) for flag in GROUP_FLAGS),
    ]
    orders = pieces.filter("in_order")
    if orders.is_empty():
        return pieces.with_columns(single)
    joined = orders.group_by("order_no", maintain_order=True).agg(
        pl.col("place").min(),
        pl.col("ship_not_before").max().alias("starts_on"),
        *(pl.col(flag).any().alias(_of_group(flag)) for flag in GROUP_FLAGS),
    )
    order = orders.select(pl.col("order_no").rle_id().cast(pl.Int64)).to_series()
    alone = pieces.with_columns(single)
    return alone.with_columns(
        alone[name].clone().scatter(orders["piece"], joined[name].gather(order))
        for name in joined.columns
        if name != "order_no"
    )


def _of_group(flag: str) -> str:
    return flag.replace("is_", "group_")


def _ranks(pieces: pl.DataFrame) -> pl.Series:
    """The rank of each piece's group among the groups of its client."""
    starts = pl.when(pl.col("client_no").ne_missing(pl.col("client_no").shift())).then("piece").forward_fill()
    begin = pieces.select(starts).to_series()
    place = pieces["place"]
    begins = pl.zeros(pieces.height, pl.Int64, eager=True).scatter(place, 1)
    groups = begins.cum_sum()
    return (groups.gather(place) - groups.gather(begin) + 1).alias("rank")


def _places(pieces: pl.DataFrame, reaches: Frame[Reach]) -> list[pl.Expr]:
    """One integer column for each place in the rank keys, by the policy of each row's client; nulls last."""
    schemes, policies = number_keys(reaches, ["rank_keys"])
    scheme = pl.lit(schemes.gather(pieces["reach"]))
    names = [policy.split("|") for policy in policies["rank_keys"]]
    return [
        _last_if_null(
            pl.coalesce(
                pl.when(
                    scheme.is_in([n for n, keys in enumerate(names) if keys[place : place + 1] == [name]])
                ).then(_KEYS[name])
                for name in sorted({keys[place] for keys in names if len(keys) > place})
            )
        ).alias(f"key_{place}")
        for place in range(max((len(keys) for keys in names), default=0))
    ]


def _last_if_null(key: pl.Expr) -> pl.Expr:
    """The key with nulls one second after its greatest value."""
    return key.fill_null(key.max().fill_null(0) + 1_000_000)


def _serving_turns(shares: pl.Series, reaches: Frame[Reach]) -> pl.Expr:
    """When each piece is served: in its group's turn, or with its tier."""
    if not shares.any():
        return pl.col("serving")
    client = reaches["client_id"].rank("dense")
    last = (
        pl.col("serving")
        .max()
        .over(pl.col("reach").replace_strict(reaches["reach"], client), "is_due", "tier")
    )
    return pl.when(pl.col("tier").is_null()).then("serving").otherwise(last)
