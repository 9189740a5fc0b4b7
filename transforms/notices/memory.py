"""What order lines remember of a message, so that the same news is never told twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine
from schemas.table import conform
from transforms.notices.news import ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from schemas.settings.client import Client

LINE = (*ORDER, "line_no")


def remember_messages(
    order_lines: DataFrame[OrderLine],
    messages: pl.DataFrame,
    message_lines: pl.DataFrame,
    *,
    clients: Mapping[str, Client],
    as_of: AsOf,
) -> DataFrame[OrderLine]:
    """The order lines after the messages were written, in the order they had.

    A line of which a message said that units wait remembers how many and the date; one that has none
    left, nor any with the warehouse, remembers zero and keeps the last date told, by which its promise is
    judged. Every line of
    the order remembers the message, since the next one must name it. Shipped and cancelled units
    count as told whether the client tells them or not.
    """
    said = message_lines.select(
        *LINE,
        pl.lit(as_of.business_date, pl.Date).alias("said_on"),
        "says_waiting",
        pl.col("waiting_qty").alias("said_qty"),
        pl.col("eta_on").alias("said_eta_on"),
        "has_moved",
    )
    of_order = messages.select(
        *ORDER, pl.col("message_id").alias("said_id"), pl.col("state").alias("said_state")
    )
    remembered = (
        order_lines.join(of_order, on=ORDER, how="left", maintain_order="left")
        .join(said, on=LINE, how="left", maintain_order="left")
        .with_columns(*_waiting_memory(), *_message_memory(), *_passed_over(sorted(clients)))
    )
    return conform(remembered, OrderLine)


def _waiting_memory() -> list[pl.Expr]:
    """What was said of the units that wait."""
    says_waiting = pl.col("says_waiting").fill_null(False)
    nothing_left = pl.col("said_on").is_not_null() & (
        pl.sum_horizontal("open_qty", "reserved_qty", "released_qty") == 0
    )
    has_moved = says_waiting & pl.col("has_moved")
    is_said = says_waiting | nothing_left
    return [
        pl.when(says_waiting).then("said_eta_on").otherwise("told_eta_on").alias("told_eta_on"),
        pl.when(is_said).then("said_qty").otherwise("told_qty").alias("told_qty"),
        pl.when(is_said).then("said_state").otherwise("told_state").alias("told_state"),
        pl.when(has_moved).then("said_on").otherwise("moved_on").alias("moved_on"),
    ]


def _message_memory() -> list[pl.Expr]:
    """Which message it was."""
    return [
        pl.coalesce("said_on", "told_on").alias("told_on"),
        pl.coalesce("said_id", "told_message_id").alias("told_message_id"),
    ]


def _passed_over(client_ids: list[str]) -> list[pl.Expr]:
    """Shipped and cancelled units of tonight's clients are old news tomorrow."""
    is_ours = pl.col("client_id").is_in(client_ids)
    none_left = pl.when(is_ours).then(0).otherwise("untold_shipped_qty").alias("untold_shipped_qty")
    return [
        none_left,
        *(
            pl.when(is_ours)
            .then(f"{account}_qty")
            .otherwise(f"told_{account}_qty")
            .alias(f"told_{account}_qty")
            for account in ("shipped", "cancelled")
        ),
    ]
