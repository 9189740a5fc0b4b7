"""Events that nothing identifies: rows of things that happened, without a time, an event id or a number.

Two of them may be one fact told twice, or two facts that look alike. What tells is the file they stand in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import Feed

if TYPE_CHECKING:
    from schemas.night import FeedRows

BARE_FEEDS = (Feed.CANCELLATIONS, Feed.ADJUSTMENTS, Feed.SHIPMENTS)
"""Events without a number of their own; receipts have one."""


def is_bare(feed: Feed) -> pl.Expr:
    """A row of `BARE_FEEDS` that nothing identifies but its place.

    A cancellation of all that is left is the same wish as often as it is told.
    """
    bare = ~pl.col("is_timed") & pl.col("event_id").is_null()
    return bare & pl.col("qty").is_not_null() if feed == Feed.CANCELLATIONS else bare


def has_bare_events(rows: FeedRows) -> bool:
    """Whether a row of a file is one of them."""
    tables = rows.tables()
    return any(tables[feed].select(is_bare(feed).any()).item() for feed in BARE_FEEDS)
