"""What a message must say of goods that were sent in place of the ordered ones.

Assumptions: the shipments are those that the run posted, the books those after it. A part of a kit is another
SKU than its line's and stands in for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import MessageSubstitute
from schemas.vocabulary import ShipmentBasis

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books import Shipment
    from schemas.night import Books
    from schemas.results import MessageLine

LINE = ("client_id", "order_id", "line_no")


def list_substitutes(
    message_lines: DataFrame[MessageLine], shipments: DataFrame[Shipment], books: Books
) -> DataFrame[MessageSubstitute]:
    """Of the units that a message tells as shipped, those of another SKU than its line asks for.

    They are never more than the message tells: units beyond what the line asked for are told nobody.
    """
    parts = books.releases.filter(pl.col("kit_id").is_not_null())
    sent = (
        shipments.filter(pl.col("basis") == ShipmentBasis.CONFIRMED)
        .join(parts, on=["client_id", "release_id"], how="anti")
        .group_by(*LINE, sent_sku="sku")
        .agg(sent_qty=pl.col("shipped_qty").sum())
    )
    others = (
        message_lines.join(sent, on=LINE, how="inner")
        .filter(pl.col("sent_sku") != pl.col("sku"))
        .sort("message_id", "line_no", "sent_sku")
    )
    told_before = pl.col("sent_qty").cum_sum().over("message_id", "line_no") - pl.col("sent_qty")
    told = pl.min_horizontal(pl.col("sent_qty"), pl.col("shipped_qty") - told_before)
    return (
        others.select("client_id", "message_id", "line_no", sku="sent_sku", shipped_qty=told)
        .filter(pl.col("shipped_qty") > 0)
        .pipe(MessageSubstitute.validate)
    )
