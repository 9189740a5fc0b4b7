"""Step 3: units received, what of them may be sold, and which announcement they fulfil."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.codes import ReasonCode
from schemas.vocabulary import DOCK, Cause, HoldReason, StockAccount, Verdict
from transforms.posting.arrivals import Arrivals, fulfil
from transforms.posting.losses import post_losses
from transforms.posting.lots import state_lots
from transforms.posting.movements import post, stock_movements
from transforms.posting.posting import Posting
from transforms.posting.rows import in_posting_order, outcomes_of, rejections_of
from transforms.posting.stock import counted_findings, reversed_drafts, with_counted

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.feeds import ReceiptRow
    from schemas.night import Books
    from transforms.posting.posting import Terms

HELD_AS = {"hold": HoldReason.RECEIVED_HOLD.value, "qc": HoldReason.QC.value}


def post_receipts(books: Books, rows: DataFrame[ReceiptRow], terms: Terms) -> Posting:
    """Received units onto the shelf; what is damaged, rejected, returned, held or too many goes on hold.

    Receipts are posted before corrections, so that no gap comes from their order within a night.
    """
    if rows.is_empty():
        return Posting.of(books)
    timed = rows.with_columns(
        said_at=pl.coalesce("received_at", pl.when(pl.col("received_on").is_null()).then("effective_at"))
    )
    ordered = with_counted(books, in_posting_order(timed, terms, at="said_at", on="received_on"))
    is_split_wrong = pl.col("damaged_qty") + pl.col("rejected_qty") > pl.max_horizontal("received_qty", 0)
    wrong, good = ordered.filter(is_split_wrong), ordered.filter(~is_split_wrong)
    arrivals = fulfil(books, good, terms)
    arrived = _post_arrived(arrivals, terms)
    corrections = good.filter(pl.col("received_qty") < 0).with_columns(
        qty=-pl.col("received_qty"), bin_id=pl.when(pl.col("bin_id") != DOCK).then("bin_id")
    )
    verdicts = Posting.of(
        books,
        outcomes=pl.concat([outcomes_of(good, Verdict.ACCEPTED), outcomes_of(wrong, Verdict.REJECTED)]),
        rejected_rows=rejections_of(wrong, ReasonCode.OUT_OF_RANGE, "damaged_qty"),
        findings=counted_findings(good.filter("is_counted"), "received_qty", terms),
    )
    return verdicts.then(lambda _: arrived).then(
        partial(
            post_losses,
            lost=corrections,
            terms=terms,
            into=StockAccount.SUPPLIER,
            cause=Cause.RECEIPT_CORRECTED,
        )
    )


def _post_arrived(arrivals: Arrivals, terms: Terms) -> Posting:
    """The rows that brought units: free ones, and one hold for each reason."""
    came = arrivals.rows.filter(pl.col("received_qty") > 0)
    held = _held(came)
    accounts = StockAccount
    drafts = [
        stock_movements(
            came.with_columns(qty=_free_qty()),
            out=accounts.SUPPLIER,
            into=accounts.FREE,
            cause=Cause.RECEIVED,
        ),
        stock_movements(held, out=accounts.SUPPLIER, into=accounts.HOLD, cause=Cause.RECEIVED),
    ]
    lots = state_lots(arrivals.books, came, terms, is_count=False)
    return post(
        lots.books,
        [*drafts, *reversed_drafts(drafts, came.filter("is_counted"))],
        terms,
        findings=lots.findings,
    )


def _good_qty() -> pl.Expr:
    """Received units that are neither damaged nor rejected."""
    return pl.col("received_qty") - pl.col("damaged_qty") - pl.col("rejected_qty")


def _whole_reason() -> pl.Expr:
    """Why all good units of a row are held, or null."""
    held_as = pl.col("status").replace_strict(HELD_AS, default=None, return_dtype=pl.String)
    is_return = (pl.col("receipt_type") == "return").fill_null(value=False)
    return pl.when(is_return).then(pl.lit(HoldReason.RETURN.value)).otherwise(held_as)


def _over_held() -> pl.Expr:
    """Good units beyond the announcement; damaged and rejected ones are held anyway."""
    return pl.min_horizontal("over_qty", _good_qty())


def _free_qty() -> pl.Expr:
    return pl.when(_whole_reason().is_null()).then(_good_qty() - _over_held()).otherwise(0)


def _held(came: pl.DataFrame) -> pl.DataFrame:
    """Units on hold, one row a receipt and reason."""
    parts = [
        (pl.col("damaged_qty"), pl.lit(HoldReason.DAMAGED.value)),
        (pl.col("rejected_qty"), pl.lit(HoldReason.REJECTED_GOODS.value)),
        (pl.when(_whole_reason().is_not_null()).then(_good_qty()).otherwise(0), _whole_reason()),
        (
            pl.when(_whole_reason().is_null()).then(_over_held()).otherwise(0),
            pl.lit(HoldReason.OVER_RECEIPT.value),
        ),
    ]
    return pl.concat(came.with_columns(qty=qty, hold_reason=reason) for qty, reason in parts)
