"""Rejected rows of receipts and announcements: a second try keeps the number of its first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books import PendingRow
from schemas.table import conform
from schemas.vocabulary import Feed
from transforms.intake.line_numbers import DOCUMENT
from transforms.posting.posting import Posting

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books, FeedRows
    from transforms.posting.posting import Terms

NUMBER_KEPT_DAYS = 30
"""Days in which the number of a rejected row is remembered; a second try after that must state its own.

It is remembered also once a second try was accepted: that one dropped again is then found a duplicate.
"""

WHENCE = ["client_id", "file_feed", "file_hash", "row_no"]


def remember_numbers(books: Books, rows: FeedRows, so_far: Posting, terms: Terms) -> Posting:
    """Books that know the numbers of receipts and announcements which posting rejected tonight."""
    rejected = so_far.rejected_rows.rename({"feed": "file_feed"})
    tonight = [
        waiting_rows(rows.tables()[feed].join(rejected, on=WHENCE, how="semi"), feed, terms)
        for feed in (Feed.RECEIPTS, Feed.ASNS)
    ]
    first_kept = pl.lit(terms.as_of.business_date).dt.offset_by(f"-{NUMBER_KEPT_DAYS}d")
    is_kept = (pl.col("feed") == Feed.ORDERS) | (pl.col("since_on") > first_kept)
    key = ["client_id", "feed", "file_hash", "row_no"]
    pending = (
        pl.concat([books.pending_rows.filter(is_kept), *tonight])
        .sort(*key, "since_on")
        .unique(key, keep="first", maintain_order=True)
    )
    return Posting.of(replace(books, pending_rows=pending.pipe(PendingRow.validate)))


def waiting_rows(rejected: pl.DataFrame, feed: Feed, terms: Terms) -> DataFrame[PendingRow]:
    """Rejected rows of lines as they wait from tonight on, each standing for its first try."""
    waiting = rejected.with_columns(
        feed=pl.lit(feed.value),
        order_id=pl.col(DOCUMENT[feed]),
        file_hash=pl.coalesce("origin_hash", "file_hash"),
        row_no=pl.coalesce("origin_row", "row_no"),
        since_on=pl.lit(terms.as_of.business_date),
    )
    return conform(waiting, PendingRow)
