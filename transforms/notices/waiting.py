"""Why units of a line wait, in the few words that its buyer is told.

The plan explains every unit that got nothing, for who runs the warehouse. A buyer is told less: one reason
a line, and of how many of its units it is true. What the line itself may not do yet comes first, then what
most of its open units lack, then what keeps units that are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.explanations import DecisionCode, ReservedReason, WaitReason
from schemas.vocabulary.words import HoldReason
from transforms.notices.confirmed import LINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.results import Decision, Reservation

CHECKED_HOLDS = (
    HoldReason.INCOMPLETE_INTAKE,
    HoldReason.CANCELLED_BEFORE,
    HoldReason.ROWS_DISAGREE,
    HoldReason.UNKNOWN_SKU,
)
"""Holds by which we check what the order means; any other is the client's own."""

OF_OPEN = {
    DecisionCode.ORDER_HOLD: WaitReason.BEING_CHECKED,
    DecisionCode.GROUP_INCOMPLETE: WaitReason.SHIPS_TOGETHER,
    DecisionCode.KEPT_BY_RESERVATION: WaitReason.KEPT_FOR_EARLIER,
    DecisionCode.LOT_HOLD: WaitReason.BEING_CHECKED,
    DecisionCode.ITEM_HOLD: WaitReason.ON_HOLD,
}
"""Open units that lack something else than goods for sale; all others are out of stock."""

OF_RESERVED = {
    ReservedReason.ORDER_HOLD: WaitReason.BEING_CHECKED,
    ReservedReason.PAST_CANCEL_DATE: WaitReason.ON_HOLD,
    ReservedReason.ITEM_HOLD: WaitReason.SHIPS_TOGETHER,
    ReservedReason.SHIP_NOT_BEFORE: WaitReason.PRE_ORDER,
    ReservedReason.GROUP_INCOMPLETE: WaitReason.SHIPS_TOGETHER,
    ReservedReason.REST_COMES_SOON: WaitReason.SHIPS_TOGETHER,
    ReservedReason.SHIPMENTS_LEFT: WaitReason.SHIPS_TOGETHER,
    ReservedReason.SMALL_RELEASE: WaitReason.SHIPS_TOGETHER,
}
"""Units that are there and stay; any others leave as soon as it is their turn."""

PRE_ORDERED = (WaitReason.PRE_ORDER, WaitReason.SHIPS_TOGETHER, WaitReason.READY)
"""What all that ships together waits for if it is a pre-order."""


def with_wait_reasons(
    lines: pl.DataFrame, decisions: DataFrame[Decision], reservations: DataFrame[Reservation]
) -> pl.DataFrame:
    """`lines` with `wait_reason` and `wait_qty`, null where nothing waits.

    Lines come with `waiting_qty`, `hold_reason` and the columns of `with_days`.
    """
    ours, told = lines.select(LINE), pl.col("reason_code") != DecisionCode.PARCEL_MAY_FOLLOW
    lacking = _worded(decisions.filter(told), ours, OF_OPEN, WaitReason.OUT_OF_STOCK)
    of_open = _most(lacking.with_columns(_joined_lack()), "open")
    of_reserved = _most(_worded(reservations, ours, OF_RESERVED, WaitReason.READY), "kept")
    return (
        lines.join(of_open, on=LINE, how="left", maintain_order="left")
        .join(of_reserved, on=LINE, how="left", maintain_order="left")
        .with_columns(wait_reason=_reason())
        .with_columns(wait_qty=_qty())
    )


def _worded(
    told: pl.DataFrame,
    ours: pl.DataFrame,
    reasons: Mapping[DecisionCode, WaitReason] | Mapping[ReservedReason, WaitReason],
    otherwise: WaitReason,
) -> pl.DataFrame:
    """Units of our lines with the `reason` that their buyers are told."""
    words = {code.value: reason.value for code, reason in reasons.items()}
    reason = pl.col("reason_code").replace_strict(words, default=otherwise.value, return_dtype=pl.String)
    return told.join(ours, on=LINE, how="semi").select(*LINE, "qty", reason=reason)


def _joined_lack() -> pl.Expr:
    """Units that are kept for others are out of stock, too, where other units of the line are."""
    is_out = (pl.col("reason") == WaitReason.OUT_OF_STOCK).any().over(LINE)
    is_kept = pl.col("reason") == WaitReason.KEPT_FOR_EARLIER
    out = pl.lit(WaitReason.OUT_OF_STOCK.value)
    return pl.when(is_kept & is_out).then(out).otherwise("reason").alias("reason")


def _most(worded: pl.DataFrame, name: str) -> pl.DataFrame:
    """Of each line the reason that is true of most units, as `<name>_reason`, and of how many."""
    return (
        worded.group_by(*LINE, pl.col("reason").alias(f"{name}_reason"))
        .agg(pl.col("qty").sum().alias(f"{name}_reason_qty"))
        .sort(*LINE, -pl.col(f"{name}_reason_qty"), f"{name}_reason")
        .unique(LINE, keep="first", maintain_order=True)
    )


def _reason() -> pl.Expr:
    """The first that holds."""
    is_short = pl.col("open_reason").is_not_null()
    is_out = pl.col("open_reason") == WaitReason.OUT_OF_STOCK
    is_unreleased = (pl.col("available_from") > pl.col("ships_on")).fill_null(value=False)
    waits_for_its_day = (pl.col("starts_on") > pl.col("ships_on")).fill_null(value=False)
    ends_then = ~is_short | (pl.col("eta_on") <= pl.col("starts_on")).fill_null(value=False)
    reasons = (
        (pl.col("hold_reason").is_in(list(CHECKED_HOLDS)), pl.lit(WaitReason.BEING_CHECKED.value)),
        (pl.col("hold_reason").is_not_null(), pl.lit(WaitReason.ON_HOLD.value)),
        (is_unreleased | (waits_for_its_day & ends_then), pl.lit(WaitReason.PRE_ORDER.value)),
        (is_out & pl.col("rests_on_late"), pl.lit(WaitReason.LATE.value)),
        (is_short, pl.col("open_reason")),
        (pl.lit(value=True), pl.col("kept_reason").fill_null(WaitReason.READY.value)),
    )
    of_waiting = pl.coalesce(pl.when(holds).then(reason) for holds, reason in reasons)
    return pl.when(pl.col("waiting_qty") > 0).then(of_waiting)


def _qty() -> pl.Expr:
    """Units of which the reason is true: of what is short, those that lack it."""
    lacks = (pl.col("wait_reason") == pl.col("open_reason")) | (pl.col("wait_reason") == WaitReason.LATE)
    is_partly = (lacks & pl.col("hold_reason").is_null()).fill_null(value=False)
    qty = (
        pl.when(is_partly).then(pl.min_horizontal("open_reason_qty", "waiting_qty")).otherwise("waiting_qty")
    )
    return pl.when(pl.col("wait_reason").is_not_null()).then(qty)
