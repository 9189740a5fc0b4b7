"""Step 3: units received, and what of them may be sold."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.inbound import InboundReceipt, PostedReceipt
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import DOCK, Cause, HoldReason, StockAccount, Verdict
from transforms.calendars import with_received_day
from transforms.posting.confirmations.losses import post_losses, post_reported_losses
from transforms.posting.core.lots import state_lots
from transforms.posting.core.movements import post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_order_of_facts, outcomes_of, rejections_of
from transforms.posting.core.stock import SHIPPABLE
from transforms.posting.core.taking import Tier
from transforms.posting.facts.shelf_facts import facts_of
from transforms.posting.inbound.receipt_lines import remember_lines, state_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import ReceiptRow
    from schemas.night import Books
    from transforms.terms import Terms

HELD_AS = {"hold": HoldReason.RECEIVED_HOLD.value, "qc": HoldReason.QC.value}


def post_receipts(books: Books, rows: DataFrame[ReceiptRow], terms: Terms) -> Posting:
    """Received units onto the shelf; what is damaged, rejected, returned or held goes on hold.

    Each row is kept for a while, so that announcements can meet it (`transforms.posting.inbound`).
    Receipts are posted before corrections, so that no gap comes from their order within a night.
    """
    if rows.is_empty():
        return Posting.of(books)
    dated = with_received_day(rows, clients=terms.clients)
    ordered = in_order_of_facts(dated, terms, qty="received_qty").with_columns(
        pl.coalesce("received_day", "effective_on").alias("received_day")
    )
    is_split_wrong = pl.col("damaged_qty") + pl.col("rejected_qty") > pl.max_horizontal("received_qty", 0)
    wrong, good = ordered.filter(is_split_wrong), ordered.filter(~is_split_wrong)
    stated = state_lines(books, good, terms)
    nothing = pl.lit(0, pl.Int64)
    undone = stated.before.with_columns(
        received_qty=-pl.col("received_qty"), damaged_qty=nothing, rejected_qty=nothing
    )
    kept = _keep_receipts(books, pl.concat([good, undone]), terms)
    arrived = _post_arrived(remember_lines(kept, good, terms), good, terms)
    less = good.filter(pl.col("received_qty") < 0).with_columns(received_qty=-pl.col("received_qty"))
    verdicts = Posting.of(
        books,
        outcomes=pl.concat([outcomes_of(good, Verdict.ACCEPTED), outcomes_of(wrong, Verdict.REJECTED)]),
        rejected_rows=rejections_of(wrong, ReasonCode.OUT_OF_RANGE, "damaged_qty"),
        facts=pl.concat(
            [
                facts_of(good.filter(pl.col("received_qty") != 0), pl.col("received_qty"), terms),
                facts_of(undone, pl.col("received_qty"), terms),
            ]
        ),
        findings=stated.findings,
        receipts=_list_posted(good, stated.before, terms),
    )
    posted = verdicts.then(lambda _: arrived)
    reported = _take_back(posted, less, terms, post_reported_losses)
    return _take_back(reported, stated.before, terms, post_losses)


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


def _list_posted(good: pl.DataFrame, before: pl.DataFrame, terms: Terms) -> DataFrame[PostedReceipt]:
    """The rows as history keeps them, and what they correct with its units taken off."""
    less = before.with_columns(-pl.col("received_qty", "damaged_qty", "rejected_qty"))
    night = {"business_date": terms.as_of.business_date, "run_no": pl.lit(terms.as_of.run_no, pl.Int64)}
    rows = pl.concat([good, less]).with_columns(received_on="effective_on", **night)
    return conform(rows.sort("client_id", "row", "received_qty"), PostedReceipt)


def _post_arrived(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
    """The rows that brought units: free ones, and one hold for each reason."""
    came = rows.filter(pl.col("received_qty") > 0)
    accounts = StockAccount
    drafts = [
        stock_movements(
            came.with_columns(qty=_free_qty()),
            out=accounts.SUPPLIER,
            into=accounts.FREE,
            cause=Cause.RECEIVED,
        ),
        stock_movements(held_units(came), out=accounts.SUPPLIER, into=accounts.HOLD, cause=Cause.RECEIVED),
    ]
    lots = state_lots(books, came, terms, is_count=False)
    return post(
        lots.books,
        drafts,
        terms,
        findings=lots.findings,
    )


def _take_back(posted: Posting, before: pl.DataFrame, terms: Terms, take: Callable[..., Posting]) -> Posting:
    """What receipts had brought leaves again: free units, and those on hold for each reason.

    A hold gives its own units first; what was received at DOCK may lie anywhere by now.
    """
    free = before.with_columns(qty=_free_qty(), hold_reason=pl.lit(""))
    parts = pl.concat([free, held_units(before)]).filter(pl.col("qty") > 0).drop("row").with_row_index("row")
    lost = parts.cast({"row": pl.Int64}).with_columns(bin_id=pl.when(pl.col("bin_id") != DOCK).then("bin_id"))
    for reason in lost["hold_reason"].unique().sort():
        is_its = pl.col("hold_reason") == reason
        posted = posted.then(
            partial(
                take,
                lost=lost.filter(is_its).drop("hold_reason"),
                terms=terms,
                into=StockAccount.SUPPLIER,
                cause=Cause.RECEIPT_CORRECTED,
                tiers=[Tier(is_its), Tier(is_its, ("bin_id",)), *SHIPPABLE],
            )
        )
    return posted


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


def held_units(came: pl.DataFrame) -> pl.DataFrame:
    """What receipts put on hold: rows with `qty` and `hold_reason`, one for each reason they may have."""
    parts = [
        (pl.col("damaged_qty"), pl.lit(HoldReason.DAMAGED.value)),
        (pl.col("rejected_qty"), pl.lit(HoldReason.REJECTED_GOODS.value)),
        (pl.when(_whole_reason().is_not_null()).then(_good_qty()).otherwise(0), _whole_reason()),
    ]
    return pl.concat(came.with_columns(qty=qty, hold_reason=reason) for qty, reason in parts)
