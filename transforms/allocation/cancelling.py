"""What the client's rules cancel tonight, and the night served without it.

A rule cancels what could not be served: so a night's plan is made, what it cancels is taken out of the
books, and the plan of that client is made again, until nothing more is cancelled
(`transforms.night.allocating`).

One stage a round and client, the first that cancels anything:

| stage | what | units | why |
|---|---|---|---|
| 1 | `past_cancel`: lines past their last ship date that no hold stops | all | nothing of them may ship |
| 2 | `on_short`: groups that ship complete, are due, lack units and had some kept | all | frees them |
| 3 | `on_short`: other such groups; lines in parts of which a due part is short | all; short ones | |
| 4 | `past_cancel`: groups that ship complete, of which goods would come too late | all | frees promises |
| 5 | `past_cancel`: lines in parts of which goods would come too late | those without a date in time | |

Only what took part is decided: a group on hold, or one that asks for no more, is not. Nor is one that waits
for the first count of a warehouse: what it lacks may stand there. Nor are units that may still be told as
shipped, since what has left cannot be cancelled; nor the whole of their line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.results import Cancellation, LostReservation
from schemas.table import conform, empty
from schemas.vocabulary.explanations import DecisionCode
from schemas.vocabulary.words import Cause
from transforms.allocation.tonight.serving import is_complete
from transforms.keys import LINE

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.outcome_frames import CancelledUnits, PromisedUnits, Shortage
    from transforms.allocation.tonight.serving import Tonight

_CAUSES = {
    1: Cause.CANCELLED_LATE,
    2: Cause.CANCELLED_SHORT,
    3: Cause.CANCELLED_SHORT,
    4: Cause.CANCELLED_LATE,
    5: Cause.CANCELLED_LATE,
}
"""Why the units of each stage are cancelled."""

_short_qty = pl.col("rest_qty") - pl.col("kept_qty") - pl.col("taken_qty")


def find_cancellations(
    tonight: Tonight,
    waiting: Waiting,
    promised: Frame[PromisedUnits],
    shortages: Frame[Shortage],
) -> Frame[CancelledUnits]:
    """What this plan shows that must be cancelled, each client's first stage only.

    Args:
        tonight: what pass 1 gave.
        waiting: who waited.
        promised: as `promise_units`.
        shortages: as `explain_shortages`.

    Returns:
        Sorted by line.
    """
    pieces = tonight.pieces
    cancels_late = (waiting.reaches["past_cancel"] == "cancel").gather(pieces["reach"])
    if not (pieces["group_cancelling"].any() or cancels_late.any()):
        return _in_lines(pieces.clear().with_columns(stage=1, qty="rest_qty", is_all=True))
    found = promised.group_by("piece").agg(found_qty=pl.col("qty").sum())
    soonest_on = waiting.reaches["soonest_on"].gather(pieces["reach"])
    is_late = shortages.filter(pl.col("reason_code") == DecisionCode.PAST_CANCEL_DATE)["line"]
    judged = (
        pieces.join(found, on="piece", how="left", maintain_order="left")
        .with_columns(
            cancels_late.alias("cancels_late"),
            short_qty=_short_qty,
            unfound_qty=_short_qty - pl.col("found_qty").fill_null(0),
            is_past=(pl.col("last_ship_on") < soonest_on).fill_null(value=False),
            is_late=pl.col("line").is_in(is_late.implode()),
            client=waiting.lines["client_id"].rle_id().gather(pieces["line"]),
            may_follow=pl.col("group_withheld").any().over("line"),
        )
        .filter(~pl.col("group_withheld"))
        .with_columns(stage=_stage())
        .filter(pl.col("stage").is_not_null() & ~pl.col("group_uncounted"))
        .filter(pl.col("stage") == pl.col("stage").min().over("client"))
        .with_columns(is_all=is_complete | (pl.col("stage") == 1))
    )
    rest_qty = pl.when(pl.col("stage") == 5).then("unfound_qty").otherwise("short_qty")  # noqa: PLR2004 -- a stage
    return _in_lines(judged.with_columns(qty=pl.when("is_all").then("rest_qty").otherwise(rest_qty)))


def _stage() -> pl.Expr:
    """The first stage that cancels units of a piece; null for none."""
    is_decided = pl.col("group_cancelling") & pl.col("is_due") & pl.col("may_serve")
    lacks_short = (is_decided & (pl.col("short_qty") > 0)).any()
    falls = is_complete & is_decided & ~pl.col("is_whole")
    holds = (pl.col("kept_qty") > 0).any().over("group")
    is_promised = ~pl.any_horizontal("group_held", "group_past", "group_inactive", "group_fill")
    comes_late = pl.col("cancels_late") & pl.col("is_due") & is_promised & pl.col("is_late")
    stages = [
        pl.col("cancels_late") & pl.col("is_past") & ~pl.col("group_held") & ~pl.col("may_follow"),
        falls & holds,
        falls | (~is_complete & lacks_short.over("line")),
        is_complete & comes_late.any().over("group"),
        ~is_complete & comes_late.any().over("line"),
    ]
    return pl.coalesce(pl.when(applies).then(number) for number, applies in enumerate(stages, 1))


def _in_lines(pieces: pl.DataFrame) -> Frame[CancelledUnits]:
    """The units of each line."""
    summed = (
        pieces.group_by("line")
        .agg(
            pl.col("stage").first(),
            pl.col("is_due").any(),
            cancelled_qty=pl.col("qty").sum(),
            is_whole=pl.col("is_all").first(),
        )
        .filter(pl.col("cancelled_qty") > 0)
        .with_columns(cause=pl.col("stage").replace_strict(_CAUSES, return_dtype=pl.String))
        .drop("stage")
        .sort("line")
    )
    return cast("Frame[CancelledUnits]", summed)


def name_cancellations(
    cancelled: Frame[CancelledUnits], waiting: Waiting, books: Books, lost: DataFrame[LostReservation]
) -> DataFrame[Cancellation]:
    """Cancelled units by the key of their line; one that is cancelled whole gives up what it reserved, too.

    Args:
        cancelled: as `find_cancellations`.
        waiting: who waited.
        books: what the lines have reserved.
        lost: reservations that are gone before anything is cancelled.
    """
    if cancelled.is_empty():
        return empty(Cancellation)
    named = cancelled.with_columns(waiting.lines[name].gather(cancelled["line"]) for name in (*LINE, "sku"))
    gone = lost.group_by(LINE).agg(pl.col("lost_qty").sum())
    reserved = books.order_lines.select(*LINE, "reserved_qty")
    from_reserved = pl.col("reserved_qty") - pl.col("lost_qty").fill_null(0)
    told = (
        named.join(reserved, on=LINE, how="left", maintain_order="left")
        .join(gone, on=LINE, how="left", maintain_order="left")
        .with_columns(from_reserved_qty=pl.when("is_whole").then(from_reserved).otherwise(0))
    )
    return conform(told, Cancellation)
