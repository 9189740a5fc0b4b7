"""The SKU of rows that do not name it: a change or cancellation of a line means what the line is of.

The line's SKU is put in before the row is hashed. So a change says the same whether its line was made
tonight or long ago, and whether the row names the SKU or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import polars as pl

from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.intake.keys.line_numbers import DOCUMENT

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.inbound import InboundLine
    from schemas.books.orders import OrderLine

LINE_FEEDS = (Feed.ORDERS, Feed.ASNS)
"""Feeds whose rows may leave the SKU to their line."""


ORDER_FEEDS = (Feed.CANCELLATIONS, Feed.SHIPMENTS)
"""Feeds whose rows name a line of an order, and may leave it at that."""


class KnownLines(Protocol):
    """The lines of orders and announcements that the books know."""

    @property
    def order_lines(self) -> DataFrame[OrderLine]:
        """Lines of orders."""
        ...

    @property
    def inbound_lines(self) -> DataFrame[InboundLine]:
        """Lines of announcements."""
        ...


def known_skus(feed: Feed, lines: KnownLines) -> pl.DataFrame:
    """client_id, the document's id, line_no and sku of the known lines."""
    if feed == Feed.ORDERS:
        return lines.order_lines.select("client_id", "order_id", "line_no", "sku")
    return lines.inbound_lines.select("client_id", "asn_id", "sku", line_no="asn_line_no")


def skus_of_numbers(
    rows: pl.DataFrame, numbers: pl.Series, feed: Feed, *, client_id: str, lines: KnownLines
) -> pl.DataFrame:
    """`rows` of a client's file with the SKU of the known line that they number.

    At the door already, since the units and decimals of a quantity are those of its item.
    """
    own = known_skus(feed, lines).filter(pl.col("client_id") == client_id)
    of_line = own.select(DOCUMENT[feed], numbered="line_no", line_sku="sku")
    return (
        rows.with_columns(numbers.alias("numbered"))
        .join(of_line, on=[DOCUMENT[feed], "numbered"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("sku", "line_sku").alias("sku"))
        .drop("numbered", "line_sku")
    )


def items_of_lines(
    rows: pl.DataFrame, numbers: pl.Series, *, client_id: str, lines: KnownLines
) -> pl.DataFrame:
    """`rows` of a client's file with `item_sku`, whose units they count in.

    That is the SKU that they name, else that of their order line, else the only one of their order.
    """
    own = lines.order_lines.filter(pl.col("client_id") == client_id)
    of_line = own.select("order_id", numbered="line_no", line_sku="sku")
    of_order = own.group_by("order_id").agg(skus=pl.col("sku").n_unique(), only_sku=pl.col("sku").first())
    is_whole = pl.col("numbered").is_null() & (pl.col("skus") == 1)
    return (
        rows.with_columns(numbers.alias("numbered"))
        .join(of_line, on=["order_id", "numbered"], how="left", maintain_order="left")
        .join(of_order, on="order_id", how="left", maintain_order="left")
        .with_columns(item_sku=pl.coalesce("sku", "line_sku", pl.when(is_whole).then("only_sku")))
        .drop("numbered", "line_sku", "skus", "only_sku")
    )


def fill_skus(rows: pl.DataFrame, feed: Feed, lines: KnownLines) -> pl.DataFrame:
    """`rows` (numbered) with the SKU of their line, of the books or of the row that makes it tonight.

    Where nothing identifies the line the SKU stays null, see `unnamed_line`.
    """
    if not rows["sku"].null_count():
        return rows
    line = ["client_id", DOCUMENT[feed], "line_no"]
    made = rows.drop_nulls("sku").sort(
        pl.col("action") != "new", "effective_at", "file_hash", "row_no", "file_feed", nulls_last=True
    )
    skus = pl.concat([known_skus(feed, lines).select(*line, "sku"), made.select(*line, "sku")])
    of_line = skus.unique(line, keep="first", maintain_order=True).rename({"sku": "line_sku"})
    return (
        rows.join(of_line, on=line, how="left", maintain_order="left")
        .with_columns(pl.coalesce("sku", "line_sku").alias("sku"))
        .drop("line_sku")
    )


def unnamed_line(feed: Feed) -> pl.Expr:
    """Why a row is rejected whose line nothing identifies; an announced line could still be made."""
    is_lost = pl.lit(feed == Feed.ORDERS) | (pl.col("action") == "cancel")
    reason = (
        pl.when(is_lost)
        .then(pl.lit(ReasonCode.UNKNOWN_ORDER.value))
        .otherwise(pl.lit(ReasonCode.MISSING.value))
    )
    return pl.when(pl.col("sku").is_null()).then(reason)
