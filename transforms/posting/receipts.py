"""Step 3: units received, and what of them may be sold."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books import InboundReceipt
from schemas.codes import ReasonCode
from schemas.table import conform
from schemas.vocabulary import DOCK, Cause, HoldReason, StockAccount, Verdict
from transforms.posting.losses import post_losses
from transforms.posting.lots import state_lots
from transforms.posting.movements import post, stock_movements
from transforms.posting.posting import Posting
from transforms.posting.receipt_lines import remember_lines, state_lines
from transforms.posting.rows import in_order_of_facts, outcomes_of, rejections_of
from transforms.posting.shelf_facts import facts_of
from transforms.posting.stock import SHIPPABLE

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.feeds import ReceiptRow
    from schemas.night import Books
    from transforms.posting.posting import Terms

HELD_AS = {"hold": HoldReason.RECEIVED_HOLD.value, "qc": HoldReason.QC.value}


def post_receipts(books: Books, rows: DataFrame[ReceiptRow], terms: Terms) -> Posting:
    """Received units onto the shelf; what is damaged, rejected, returned or held goes on hold.

    Each row is kept for a while, so that announcements can meet it (`transforms.posting.inbound`).
    Receipts are posted before corrections, so that no gap comes from their order within a night.
    """
    if rows.is_empty():
        return Posting.of(books)
    ordered = in_order_of_facts(rows, terms, qty="received_qty")
    is_split_wrong = pl.col("damaged_qty") + pl.col("rejected_qty") > pl.max_horizontal("received_qty", 0)
    wrong, good = ordered.filter(is_split_wrong), ordered.filter(~is_split_wrong)
    stated = state_lines(books, good, terms)
    booked = stated.credited.with_columns(received_qty="booked_qty")
    arrived = _post_arrived(_keep_receipts(books, stated.credited, terms), booked, good, terms)
    negative = booked.filter(pl.col("received_qty") < 0).with_columns(qty=-pl.col("received_qty"))
    lost = pl.concat([negative.select(stated.taken_back.columns), stated.taken_back])
    corrections = lost.sort("row").with_columns(bin_id=pl.when(pl.col("bin_id") != DOCK).then("bin_id"))
    verdicts = Posting.of(
        books,
        outcomes=pl.concat([outcomes_of(good, Verdict.ACCEPTED), outcomes_of(wrong, Verdict.REJECTED)]),
        rejected_rows=rejections_of(wrong, ReasonCode.OUT_OF_RANGE, "damaged_qty"),
        findings=stated.findings,
        facts=pl.concat(
            [
                facts_of(booked.filter(pl.col("received_qty") > 0), pl.col("received_qty"), terms),
                facts_of(corrections, -pl.col("qty"), terms),
            ]
        ),
    )
    posted = verdicts.then(lambda _: arrived).then(
        partial(
            post_losses,
            lost=corrections,
            terms=terms,
            into=StockAccount.SUPPLIER,
            cause=Cause.RECEIPT_CORRECTED,
            tiers=SHIPPABLE,
        )
    )
    return replace(posted, books=remember_lines(posted.books, good, terms))


def _keep_receipts(books: Books, rows: pl.DataFrame, terms: Terms) -> Books:
    """Books with tonight's receipts beside those of the last weeks."""
    nothing = pl.lit(0, pl.Int64)
    kept = rows.filter(~_is_type("return")).with_columns(
        pl.col("asn_id").fill_null(""),
        pl.col("line_no", "asn_line_no").fill_null(0),
        pl.col("is_final").fill_null(value=False),
        is_transfer=_is_type("transfer"),
        received_on="effective_on",
        received_at="at",
        posted_on=terms.as_of.business_date,
        sellable_qty=_free_qty().clip(0),
        over_qty=nothing,
        held_qty=nothing,
    )
    both = pl.concat([books.inbound_receipts, conform(kept, InboundReceipt)])
    return replace(books, inbound_receipts=both.pipe(InboundReceipt.validate))


def _post_arrived(books: Books, rows: pl.DataFrame, stated: pl.DataFrame, terms: Terms) -> Posting:
    """The rows that brought units: free ones, and one hold for each reason; lots are as `stated`."""
    came = rows.filter(pl.col("received_qty") > 0)
    accounts = StockAccount
    drafts = [
        stock_movements(
            came.with_columns(qty=_free_qty()),
            out=accounts.SUPPLIER,
            into=accounts.FREE,
            cause=Cause.RECEIVED,
        ),
        stock_movements(_held(came), out=accounts.SUPPLIER, into=accounts.HOLD, cause=Cause.RECEIVED),
    ]
    lots = state_lots(books, stated.filter(pl.col("received_qty") > 0), terms, is_count=False)
    return post(
        lots.books,
        drafts,
        terms,
        findings=lots.findings,
    )


def _good_qty() -> pl.Expr:
    """Received units that are neither damaged nor rejected."""
    return pl.col("received_qty") - pl.col("damaged_qty") - pl.col("rejected_qty")


def _is_type(receipt_type: str) -> pl.Expr:
    return (pl.col("receipt_type") == receipt_type).fill_null(value=False)


def _whole_reason() -> pl.Expr:
    """Why all good units of a row are held, or null."""
    held_as = pl.col("status").replace_strict(HELD_AS, default=None, return_dtype=pl.String)
    return pl.when(_is_type("return")).then(pl.lit(HoldReason.RETURN.value)).otherwise(held_as)


def _free_qty() -> pl.Expr:
    return pl.when(_whole_reason().is_null()).then(_good_qty()).otherwise(0)


def _held(came: pl.DataFrame) -> pl.DataFrame:
    """Units on hold, one row a receipt and reason."""
    parts = [
        (pl.col("damaged_qty"), pl.lit(HoldReason.DAMAGED.value)),
        (pl.col("rejected_qty"), pl.lit(HoldReason.REJECTED_GOODS.value)),
        (pl.when(_whole_reason().is_not_null()).then(_good_qty()).otherwise(0), _whole_reason()),
    ]
    return pl.concat(came.with_columns(qty=qty, hold_reason=reason) for qty, reason in parts)
