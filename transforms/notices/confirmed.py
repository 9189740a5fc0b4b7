"""What warehouses confirmed of lines, in the units of the line: an assumed shipment is never told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import MessageSubstitute
from schemas.vocabulary.words import Cause, LedgerName, LineAccount

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.results import MessageLine

LINE = ("client_id", "order_id", "line_no")


def sum_confirmed(movements: DataFrame[Movement], *by: str) -> pl.DataFrame:
    """Units that a warehouse confirmed, of kits the whole ones, as `confirmed_qty` by line and `by`."""
    confirmed = movements.filter(
        pl.col("ledger") == LedgerName.LINE,
        pl.col("to_account") == LineAccount.SHIPPED,
        pl.col("cause").is_in([Cause.SHIPPED.value, Cause.OVER_SHIPPED.value]),
    )
    return confirmed.group_by(*LINE, *by).agg(confirmed_qty=pl.col("qty").sum())


def list_substitutes(
    message_lines: DataFrame[MessageLine], movements: DataFrame[Movement]
) -> DataFrame[MessageSubstitute]:
    """Of the units that a message tells as shipped, those of another SKU than the ordered one.

    A kit that is made of parts goes by its own SKU.
    """
    sent = sum_confirmed(movements, "sku").rename({"sku": "sent_sku"})
    return (
        message_lines.filter(pl.col("shipped_qty") > 0)
        .join(sent, on=LINE, how="inner")
        .filter(pl.col("sent_sku") != pl.col("sku"))
        .sort("message_id", "line_no", "sent_sku")
        .select("client_id", "message_id", "line_no", sku="sent_sku", shipped_qty="confirmed_qty")
        .pipe(MessageSubstitute.validate)
    )
