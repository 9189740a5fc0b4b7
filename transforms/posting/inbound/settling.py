"""What the books keep of a night's credits: the lines as they stand, and receipts until they are too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.inbound import InboundLine, InboundReceipt
from schemas.table import conform
from schemas.vocabulary.words import InboundStatus
from transforms.posting.inbound.credits import over_units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from transforms.posting.inbound.credits import Credits


def stand_lines(credited: Credits, old: pl.Series) -> DataFrame[InboundLine]:
    """The announced lines with what came of them, what is still to come, and where that leaves them.

    Args:
        credited: what counts for what.
        old: numbers of the receipts that are too old from now on: what they did is settled.
    """
    came = credited.parts.group_by("line").agg(came=pl.col("qty").sum(), came_on=pl.col("on").max())
    left = (pl.col("announced_qty") - pl.col("received_qty")).clip(0)
    settled_on = pl.when(pl.col("base_qty") > 0).then("last_received_on")
    counted = (
        credited.lines.join(came, on="line", how="left", maintain_order="left")
        .with_columns(
            received_qty=pl.col("base_qty") + pl.col("came").fill_null(0),
            last_received_on=pl.max_horizontal("came_on", settled_on),
        )
        .with_columns(status=_status(left), left=left)
    )
    ended = [InboundStatus.CANCELLED.value, InboundStatus.CLOSED.value]
    stand = counted.with_columns(
        remaining_qty=pl.when(pl.col("status").is_in(ended)).then(0).otherwise("left")
    ).join(_settled_units(credited, old), on="line", how="left", maintain_order="left")
    settled = pl.col("settled_qty") + pl.col("brought").fill_null(0) - pl.col("took").fill_null(0)
    return conform(stand.with_columns(settled_qty=settled.clip(0)), InboundLine)


def keep_receipts(credited: Credits, held: pl.DataFrame, old: pl.Series) -> DataFrame[InboundReceipt]:
    """The receipts that may be judged again, with what is over of them.

    Where a correction and the units it took back do not get too old together, what is kept of them is less.

    Args:
        credited: what counts for what.
        held: its receipts with `held_qty`.
        old: as `stand_lines`.
    """
    is_old = pl.any_horizontal(pl.col("correction", "receipt").is_in(old.implode()))
    gone = credited.taken.filter(is_old)
    less = pl.concat(
        [gone.select("receipt", gone=-pl.col("qty")), gone.select(receipt="correction", gone="qty")]
    )
    kept = held.drop("over_qty").filter(~pl.col("receipt").is_in(old.implode()))
    named = credited.named.join(kept, on="receipt", how="semi")
    based = credited.lines.join(_settled_units(credited, old), on="line", how="left").with_columns(
        base_qty=pl.col("base_qty") + pl.col("brought").fill_null(0)
    )
    after = (
        kept.join(less.group_by("receipt").agg(pl.col("gone").sum()), on="receipt", how="left")
        .join(over_units(based, named), on="receipt", how="left")
        .with_columns(
            pl.col("over_qty").fill_null(0), received_qty=pl.col("received_qty") + pl.col("gone").fill_null(0)
        )
    )
    return conform(after, InboundReceipt)


def _status(left: pl.Expr) -> pl.Expr:
    """Where a line stands by its quantities and words; what time makes of it comes later."""
    return (
        pl.when("is_cancelled")
        .then(pl.lit(InboundStatus.CANCELLED.value))
        .when(left == 0)
        .then(pl.lit(InboundStatus.RECEIVED.value))
        .when(pl.col("ended_on").is_not_null())
        .then(pl.lit(InboundStatus.CLOSED.value))
        .when(pl.col("received_qty") > 0)
        .then(pl.lit(InboundStatus.PART_RECEIVED.value))
        .otherwise(pl.lit(InboundStatus.EXPECTED.value))
    )


def _settled_units(credited: Credits, old: pl.Series) -> pl.DataFrame:
    """What too old receipts brought for good, and too old corrections took: line, `brought`, `took`."""
    brought = credited.parts.filter(pl.col("receipt").is_in(old.implode()))
    took = credited.taken_back.filter(pl.col("correction").is_in(old.implode()))
    none = pl.lit(0, pl.Int64)
    return (
        pl.concat(
            [brought.select("line", brought="qty", took=none), took.select("line", brought=none, took="qty")]
        )
        .group_by("line")
        .agg(pl.col("brought", "took").sum())
    )
