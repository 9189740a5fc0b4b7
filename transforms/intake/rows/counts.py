"""When a count was taken: its own column, the name of its file, or a stated time of day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

import polars as pl

from schemas.intake.refusal import Refusal
from schemas.settings.client import StockFeed
from schemas.settings.date_formats import HAS_CLOCK
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.intake.rows.checks import Fault
from transforms.intake.rows.raw_rows import COUNTED_FORM

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from schemas.settings.client import Client, FeedSettings
    from transforms.intake.file_form import SourceFile

DAYS_AHEAD = 1
"""A night is run on the morning after its date, and takes the facts of that morning."""

SENT_BACK = re.compile(r"(?i)(\.(?:csv|xlsm|xltx|xls|xlsb|ods|json|jsonl|ndjson|xml|parquet))\.(?:csv|xlsx)$")
"""Endings of a quarantine file, whose own one stands behind that of the file that it comes of."""

HAPPENED = ("counted_at", "received_on", "received_at", "adjusted_at", "shipped_at")
"""When something happened on the shelf. Orders and their cancellations are wishes, and may look ahead."""


def refuse_unstated_count(settings: FeedSettings, columns: Collection[str]) -> Refusal | None:
    """A refusal while the client's file, and the `columns` of the count, do not say what it means."""
    if not isinstance(settings, StockFeed):
        return None
    has_instant = "counted_at" in columns or settings.counted_at_pattern or settings.counted_at_time
    stated: dict[str, object] = {
        _choices("count_basis"): settings.count_basis,
        _choices("count_scope"): settings.count_scope,
        "counted_at (a column), counted_at_pattern or counted_at_time": has_instant,
    }
    if settings.status_means == "judged":
        stated["status (a column), which status_means = judged reads"] = "status" in columns
    missing = [name for name, value in stated.items() if value in (None, "", False)]
    if settings.counted_at_pattern and not HAS_CLOCK.search(settings.counted_at_pattern):
        missing += [] if settings.counted_at_time else ["counted_at_time (the pattern names a day only)"]
    if not missing:
        return None
    return Refusal(ReasonCode.FEED_NOT_STATED, f"[feeds.stock] does not state {'; '.join(missing)}")


def _choices(key: str) -> str:
    """A key with the words that it may have: `count_basis = "physical"`."""
    words = [word for part in get_args(StockFeed.model_fields[key].annotation) for word in get_args(part)]
    quoted = [f'"{word}"' for word in words]
    return f"{key} = {' or '.join(quoted)}"


def count_instant(client: Client, source: SourceFile) -> datetime | Refusal | None:
    """The instant of the rows that bring none; null where only the rows can say it."""
    settings = client.feeds.stock
    zone = ZoneInfo(client.time_zone)
    if settings.counted_at_pattern:
        name = SENT_BACK.sub(r"\1", source.file_name)
        stem = name.rpartition(".")[0] or name
        try:
            local = datetime.strptime(stem, settings.counted_at_pattern)  # noqa: DTZ007 -- the zone is put on below
        except (ValueError, re.error):  # `re` finds fault with a directive that stands twice
            return Refusal(ReasonCode.NOT_MATCHED, _misnamed(settings.counted_at_pattern, source))
        if not HAS_CLOCK.search(settings.counted_at_pattern) and settings.counted_at_time:
            local = datetime.combine(local.date(), settings.counted_at_time)
        return local.replace(tzinfo=local.tzinfo or zone).astimezone(UTC)
    if settings.counted_at_time is None:
        return None
    local = datetime.combine(source.business_date, settings.counted_at_time, tzinfo=zone)
    return local.astimezone(UTC)


def first_instant(client: Client, source: SourceFile) -> datetime | None:
    """The instant at which the rows of a file count that bring none; null where they must, or it is no count.

    A row that is rejected keeps it: corrected on a later day, it says what lay there when it was counted.
    """
    instant = count_instant(client, source) if source.feed == Feed.STOCK else None
    return None if isinstance(instant, Refusal) else instant


def counted_before() -> pl.Expr:
    """The instant of a row that comes back from quarantine, where its own columns do not say it."""
    naive = pl.col("origin_counted").str.to_datetime(COUNTED_FORM, time_unit="us", strict=False)
    return naive.dt.replace_time_zone("UTC")


def _misnamed(pattern: str, source: SourceFile) -> str:
    """What a count's name must say; the pattern is the client's, an example makes it plain."""
    example = source.business_date.strftime(pattern)
    return f"the file name is not of the pattern {pattern}, which says when it was counted, such as {example}"


def facts_ahead(schema: pl.Schema, client: Client, source: SourceFile) -> Iterator[Fault]:
    """Faults of facts of the shelf that lie ahead of the night that reads them.

    A count holds everything up to its instant: one slip of the year would make each receipt until then
    a fact already counted, and each true count one that comes too late. A receipt or shipment of next
    year stands on top of every count until then.
    """
    latest = source.business_date + timedelta(days=DAYS_AHEAD)
    for name in HAPPENED:
        if name in schema:
            is_date = schema[name] == pl.Date
            day = pl.col(name) if is_date else pl.col(name).dt.convert_time_zone(client.time_zone).dt.date()
            yield Fault(day > latest, name, ReasonCode.OUT_OF_RANGE)
