"""Events that nothing identifies: rows of things that happened, without a time, an event id or a number.

Two of them may be one fact told twice, or two facts that look alike. What tells is the file they stand in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RowKey
    from schemas.night import AsOf, FeedRows

FILE = ["client_id", "file_feed", "file_hash"]
SAID = ["client_id", "content_hash"]
LEAST_ROWS = 2
"""A single row may well come again by itself."""

DAYS_BACK = 35
"""Days in which a file may still be the beginning of another one."""

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


def hold_growing_files(
    rows: pl.DataFrame, feed: Feed, *, row_keys: DataFrame[RowKey], as_of: AsOf
) -> pl.DataFrame:
    """`rows` of a bare feed with `fate`: that of a file that has all rows of an earlier one in it.

    Such a file is an extract that goes on from where it began, and its first rows are booked already; or it
    tells the same once more. Rows that a person has dropped again out of quarantine are meant.
    """
    first_tries = rows.filter(pl.col("origin_row").is_null())
    is_told = pl.col("is_timed") | pl.col("event_id").is_not_null()
    untimed = first_tries.group_by(FILE).agg(
        is_bare=is_bare(feed).any() & ~is_told.any(), rows=pl.len()
    ).filter("is_bare")  # fmt: skip
    tonight = first_tries.join(untimed, on=FILE, how="semi").group_by(*FILE, "content_hash").agg(n=pl.len())
    earlier = pl.concat([_files_before(feed, row_keys, as_of), tonight.select(*SAID, "n", was=_name())])
    sizes = earlier.group_by("client_id", "was").agg(size=pl.col("n").sum())
    own = tonight.with_columns(own=_name()).join(untimed.select(*FILE, own_size="rows"), on=FILE, how="left")
    shared = (
        own.join(earlier.rename({"n": "was_n"}), on=SAID)
        .filter(pl.col("n") >= pl.col("was_n"))
        .group_by(*FILE, "own", "own_size", "was")
        .agg(found=pl.col("was_n").sum())
        .join(sizes, on=["client_id", "was"])
    )
    # of two files of a night that have the same rows one is the earlier
    is_before = (pl.col("size") < pl.col("own_size")) | (
        (pl.col("size") == pl.col("own_size")) & (pl.col("was") < pl.col("own"))
    )
    growing = shared.filter(pl.col("found") == pl.col("size"), pl.col("size") >= LEAST_ROWS, is_before)
    held = growing.select(FILE).unique().with_columns(is_growing=pl.lit(value=True))
    fate = pl.when(pl.col("is_growing") & pl.col("origin_row").is_null()).then(
        pl.lit(ReasonCode.FILE_GROWS.value)
    )
    return (
        rows.join(held, on=FILE, how="left", maintain_order="left").with_columns(fate=fate).drop("is_growing")
    )


def _files_before(feed: Feed, row_keys: DataFrame[RowKey], as_of: AsOf) -> pl.DataFrame:
    """What files of earlier nights said in rows that are known by their place."""
    since = pl.lit(as_of.business_date).dt.offset_by(f"-{DAYS_BACK}d")
    bare = row_keys.filter(
        pl.col("feed") == feed.value,
        pl.col("business_date") >= since,
        pl.col("business_key").str.starts_with("row|"),
    )
    # before every file of tonight
    return bare.group_by(*SAID, was=pl.format(" {}", "file_hash")).agg(n=pl.len()).select(*SAID, "n", "was")


def _name() -> pl.Expr:
    """What tells the files of a night apart."""
    return pl.concat_str("file_feed", "file_hash", separator=" ")
