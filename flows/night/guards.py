"""Files of a client that are not as its settings expect them: none came, too few rows, too many rejected.

It is told by `status` and stops nothing: the nights are done with what came.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.databases.control import find_format, open_reading
from flows.ledger.migrations.chain import todays_format
from flows.ledger.store.ledger import Ledger
from schemas.vocabulary.words import Feed, FileVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from flows.configuration import Configuration
    from flows.workspace import Workspace
    from schemas.settings.client import Client

USUAL_DAYS = 30
USUAL_NIGHTS = 5
"""What is usual is the median of the nights with files in so many days; of fewer nights nothing is."""

CAME = (FileVerdict.LOADED.value, FileVerdict.DUPLICATE.value)


def find_unexpected(place: Workspace, configuration: Configuration, last: date | None) -> list[str]:
    """A sentence for each feed whose files are not as expected by the night of a date.

    Args:
        place: whose books are read.
        configuration: what is expected.
        last: business date of the last night; none: none has run.
    """
    guarded = [
        (client, feed, settings)
        for _, client in sorted(configuration.clients.items())
        for feed in Feed
        if (settings := client.feeds.of(feed)).expect_days
        or settings.reject_percent is not None
        or settings.unusual_percent is not None
    ]
    if last is None or not guarded or find_format(place.ledger) != todays_format():
        return []
    days = max((settings.expect_days or 1) for _, _, settings in guarded)
    if any(settings.unusual_percent for _, _, settings in guarded):
        days = max(days, USUAL_DAYS + 1)
    clients = sorted({client.client_id for client, _, _ in guarded})
    with closing(open_reading(place.ledger)) as connection:
        ledger = Ledger(place.ledger, connection)
        if ledger.last_committed() is None:
            return []
        files = ledger.load_history("files", last - timedelta(days=days - 1), clients)
    return [sentence for client, feed, _ in guarded for sentence in judge_feed(client, feed, files, last)]


def judge_feed(client: Client, feed: Feed, files: pl.DataFrame, last: date) -> Iterator[str]:
    """What is not as expected of one feed of a client; `files` are those of the nights up to a date."""
    settings = client.feeds.of(feed)
    own = files.filter(pl.col("client_id") == client.client_id, pl.col("feed") == feed.value)
    where = f"in [feeds.{feed}] of clients/{client.client_id}.toml"
    if settings.expect_days:
        since = last - timedelta(days=settings.expect_days - 1)
        came = own.filter(pl.col("verdict").is_in(CAME), pl.col("business_date") >= since)
        if came.is_empty():
            nights = f"nights of {since} to {last}" if since < last else f"night of {last}"
            yield (
                f"{client.client_id}: no {feed} file was taken in the {nights} "
                f"(expect_days = {settings.expect_days} {where}). "
                f"Look into inbound/{client.client_id}/{feed}, and ask the client."
            )
    if settings.unusual_percent:
        yield from _judge_rows(client, feed, own, last)
    limit = settings.reject_percent
    if limit is None:
        return
    tonight = own.filter(pl.col("verdict") == FileVerdict.LOADED, pl.col("business_date") == last)
    for name, read, rejected in tonight.select("file_name", "rows_read", "rows_rejected").iter_rows():
        if read and rejected * 100 > read * limit:
            yield (
                f"{client.client_id}: {rejected:,} of {read:,} rows of {feed}/{name} were rejected in the "
                f"night of {last} (reject_percent = {limit} {where}). Has the export changed? Look at its "
                "answer, and check a file of today."
            )


def _judge_rows(client: Client, feed: Feed, own: pl.DataFrame, last: date) -> Iterator[str]:
    """Whether a night's rows of a feed are far from those of the nights before.

    They are added up, so that a corrected quarantine file beside an export is no small export.
    """
    since = last - timedelta(days=USUAL_DAYS)
    rows = (
        own.filter(pl.col("verdict") == FileVerdict.LOADED, pl.col("business_date") >= since)
        .group_by("business_date")
        .agg(pl.col("rows_read").sum())
    )
    tonight = int(rows.filter(pl.col("business_date") == last)["rows_read"].sum())
    before = rows.filter(pl.col("business_date") < last)["rows_read"]
    usual, percent = before.median(), client.feeds.of(feed).unusual_percent
    if not tonight or len(before) < USUAL_NIGHTS or not isinstance(usual, float) or percent is None:
        return
    if abs(tonight - usual) * 100 > usual * percent:
        yield (
            f"{client.client_id}: {tonight:,} rows of {feed} were read in the night of {last}, where "
            f"{usual:,.0f} are usual (unusual_percent = {percent} in [feeds.{feed}] of "
            f"clients/{client.client_id}.toml). Is the export whole? Look into "
            f"archive/{client.client_id}/{feed}, and ask the client."
        )
