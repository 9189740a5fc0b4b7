"""Rows that did nothing and are remembered: numbers of second tries, and cancellations before their order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import PendingRow
from schemas.intake.verdicts import NEVER_SEEN
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, Verdict
from transforms.intake.keys.line_numbers import DOCUMENT
from transforms.posting.core.posting import Posting

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import CancellationRow
    from schemas.night import Books, FeedRows
    from transforms.terms import Terms

KEPT_DAYS = {Feed.RECEIPTS.value: 30, Feed.ASNS.value: 30, Feed.CANCELLATIONS.value: 7}
"""Days in which a rejected row is remembered; a second try after that must state its own number.

A number is remembered also once a second try was accepted: that one dropped again is then a duplicate.
"""

WHENCE = ["client_id", "file_feed", "file_hash", "row_no"]


def remember_rejected(books: Books, rows: FeedRows, so_far: Posting, terms: Terms) -> Posting:
    """Books that know what posting rejected tonight and may still have to be known, and forget the rest."""
    rejected = so_far.rejected_rows.rename({"feed": "file_feed"})
    tonight = [
        waiting_rows(rows.tables()[feed].join(rejected, on=WHENCE, how="semi"), feed, terms)
        for feed in (Feed.RECEIPTS, Feed.ASNS)
    ]
    unseen = so_far.outcomes.filter(pl.col("note") == NEVER_SEEN).rename({"feed": "file_feed"})
    rejected_ones = rejected.filter(pl.col("reason_code") == ReasonCode.UNKNOWN_ORDER)
    unknown = pl.concat([rejected_ones.select(WHENCE), unseen.select(WHENCE)])
    early = [
        waiting_rows(cancels.join(unknown, on=WHENCE, how="semi"), Feed.CANCELLATIONS, terms)
        for cancels in (rows.cancellations, rows.orders.filter(pl.col("action") == "cancel"))
    ]
    night = pl.lit(terms.as_of.business_date)
    days = pl.col("feed").replace_strict(KEPT_DAYS, default=None, return_dtype=pl.Int64)
    is_over = (night - pl.col("since_on")).dt.total_days() >= days
    mended = _mended(rows.cancellations, so_far)
    key = ["client_id", "feed", "file_hash", "row_no"]
    pending = (
        pl.concat(
            [
                books.pending_rows.filter(~is_over.fill_null(value=False)).join(mended, on=key, how="anti"),
                *tonight,
                *early,
            ]
        )
        .sort(*key, "since_on")
        .unique(key, keep="first", maintain_order=True)
    )
    return Posting.of(replace(books, pending_rows=pending.pipe(PendingRow.validate)))


def _mended(cancellations: DataFrame[CancellationRow], so_far: Posting) -> pl.DataFrame:
    """Cancellations whose second try was accepted tonight."""
    accepted = so_far.outcomes.filter(pl.col("verdict") == Verdict.ACCEPTED).rename({"feed": "file_feed"})
    second = cancellations.filter(pl.col("origin_row").is_not_null()).join(accepted, on=WHENCE, how="semi")
    return second.select(
        "client_id", feed=pl.lit(Feed.CANCELLATIONS.value), file_hash="origin_hash", row_no="origin_row"
    )


def waiting_rows(rejected: pl.DataFrame, feed: Feed, terms: Terms) -> DataFrame[PendingRow]:
    """Rejected rows of lines as they wait from tonight on, each standing for its first try."""
    waiting = rejected.with_columns(
        feed=pl.lit(feed.value),
        order_id=pl.col(DOCUMENT.get(feed, "order_id")),
        file_hash=pl.coalesce("origin_hash", "file_hash"),
        row_no=pl.coalesce("origin_row", "row_no"),
        since_on=pl.lit(terms.as_of.business_date),
    )
    return conform(waiting, PendingRow)
