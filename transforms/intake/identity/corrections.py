"""Receipt lines that are said again: what corrects the line, what adds a lot to it, what contradicts it.

A line that is said again with another quantity, SKU or bin on the day it was received is corrected: what it
said before is taken back when it is posted (`transforms.posting.inbound.receipt_lines`). The lots of a line
are lines of their own; a line that once had a lot and once had none is for a person to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import NO_LOT, Feed
from transforms.calendars import with_received_day
from transforms.intake.identity.verdicts import DUPLICATE
from transforms.intake.keys.facts import document_of_key, line_key, line_of_key, lot_line_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RowKey
    from schemas.night import Books
    from schemas.settings.client import Client

LINE = ["client_id", "line_key"]


def with_corrections(
    rows: pl.DataFrame, books: Books, row_keys: DataFrame[RowKey], clients: Mapping[str, Client]
) -> pl.DataFrame:
    """Receipt rows with `is_correction`, and the fate of those whose line had its lot told otherwise."""
    lines = books.receipt_lines.select(
        "client_id",
        on="received_on",
        business_key=lot_line_key(),
        is_correction=pl.lit(value=True),
    )
    dated = with_received_day(rows, clients=clients).with_columns(
        on="received_day", line_key=line_key("receipt_id", "line_no")
    )
    own = pl.col("client_id").is_in(rows["client_id"].unique().to_list())
    known = row_keys.filter(pl.col("feed") == Feed.RECEIPTS, own).with_columns(
        receipt_id=document_of_key(Feed.RECEIPTS), line_no=line_of_key(Feed.RECEIPTS)
    )
    keyed = known.with_columns(line_key=line_key("receipt_id", "line_no"))
    without_lot = pl.col("business_key") == pl.col("line_key")
    with_lot = keyed.filter(~without_lot).select(*LINE).unique().with_columns(has_lots=pl.lit(value=True))
    plain = keyed.filter(without_lot).select(*LINE).unique().with_columns(has_none=pl.lit(value=True))
    # facts of older programs have a lot and no lot in their key
    told = keyed.filter(without_lot).select(*LINE, "content_hash", is_told=pl.lit(value=True)).unique()
    is_lot = pl.col("lot_id") != NO_LOT
    mixed = (is_lot & pl.col("has_none").fill_null(value=False)) | (
        ~is_lot & pl.col("has_lots").fill_null(value=False)
    )
    judged = (
        dated.join(lines, on=["client_id", "business_key", "on"], how="left", maintain_order="left")
        .join(with_lot, on=LINE, how="left", maintain_order="left")
        .join(plain, on=LINE, how="left", maintain_order="left")
        .join(
            told.with_columns(is_told=pl.lit(value=True)),
            on=[*LINE, "content_hash"],
            how="left",
            maintain_order="left",
        )
    )
    fate = (
        pl.when(is_lot & pl.col("is_told").fill_null(value=False))
        .then(pl.lit(DUPLICATE))
        .when(mixed)
        .then(pl.lit(ReasonCode.EVENT_CONFLICT.value))
    )
    # a row below nought takes units off by itself; it states no line anew
    is_correction = pl.col("is_correction").fill_null(value=False) & (pl.col("received_qty") >= 0)
    return judged.select(
        *(name for name in rows.columns if name != "fate"),
        fate=pl.coalesce("fate", fate),
        is_correction=is_correction,
    )
