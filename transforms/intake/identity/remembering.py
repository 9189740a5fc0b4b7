"""What must be remembered of earlier nights to judge tonight's rows: facts that share a name with one.

| name | of which facts | who asks for it |
|---|---|---|
| document | lines: their order, receipt, announcement | `pairing`, `corrections`, `verdicts`, for all of it |
| key | all others: their business key | `verdicts` |
| content | events: the hash of what they say | `verdicts` (told again with its time), `repeats` |
| file | lines and events known by their place: who told them | `line_numbers` (first tries), `repeats` |

Files that grow are compared with those of the last days alone, so what only they ask for is `recent`. Nothing
else of the past matters to a row: with these facts a night is judged as it is with all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.verdicts import RowKey
from schemas.vocabulary.words import Feed
from transforms.intake.identity.repeats import BARE_FEEDS, DAYS_BACK
from transforms.intake.keys.facts import document_of_key, named_key, with_identity
from transforms.intake.keys.line_numbers import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, FeedRows

NAME = {"client_id": pl.String, "name": pl.String}

KEY = pl.col("business_key")
IS_PLACED = KEY.str.starts_with("row|")
IS_TIMED = pl.col("is_timed") & pl.col("event_id").is_null()
IS_UNTIMED = ~pl.col("is_timed") & pl.col("event_id").is_null()
EVENT_KEY = pl.when(~KEY.str.starts_with("time|")).then(KEY)
"""That of an event that is known by its content and its time says nothing that its content does not."""


@dataclass(frozen=True)
class Wanted:
    """Names (`client_id`, `name`) of facts to remember: of all nights, and of those since a date."""

    always: pl.DataFrame
    recent: pl.DataFrame
    since: date


def want_for(rows: FeedRows, as_of: AsOf) -> Wanted:
    """What must be remembered to judge these rows; then see `want_files`."""
    tables = rows.tables()
    always, recent = [], []
    for feed, table in ((feed, tables[feed.value]) for feed in Feed if not tables[feed.value].is_empty()):
        if feed in DOCUMENT:
            always.append(_named(table, feed, document=pl.col(DOCUMENT[feed]), file=pl.col("origin_hash")))
        elif feed in BARE_FEEDS:
            events, said = with_identity(table, feed), pl.col("content_hash")
            always.append(_named(events, feed, key=EVENT_KEY, content=pl.when(IS_TIMED).then(said)))
            recent.append(_named(events, feed, content=pl.when(IS_UNTIMED).then(said)))
        else:
            always.append(_named(table, feed, key=named_key(feed)))
    return Wanted(_once(always), _once(recent), as_of.business_date - timedelta(days=DAYS_BACK))


def want_files(wanted: Wanted, found: DataFrame[RowKey]) -> Wanted:
    """With all of each file that told an event by its place which says what one of tonight's says."""
    files = [
        _named(found.filter(IS_PLACED, pl.col("feed") == feed.value), feed, file=pl.col("file_hash"))
        for feed in BARE_FEEDS
    ]
    return replace(wanted, recent=_once([wanted.recent, *files]))


def name_facts(row_keys: DataFrame[RowKey]) -> pl.DataFrame:
    """The names (`client_id`, `name`) by which facts are found again, each once."""
    named = [_named(own, feed, **_names(feed)) for feed, own in _by_feed(row_keys)]
    return pl.concat([pl.DataFrame(schema=NAME), *named])


def keep_named(row_keys: DataFrame[RowKey], wanted: Wanted) -> DataFrame[RowKey]:
    """The facts that have one of these names, in their order."""
    names = pl.concat([wanted.always, wanted.recent])
    places = [pl.Series("place", [], pl.UInt32)]
    for feed, own in _by_feed(row_keys.with_row_index("place")):
        for kind, value in _names(feed).items():
            named = own.select("place", "client_id", name=_name(feed, kind, value))
            places.append(named.join(names, on=list(NAME), how="semi")["place"])
    return row_keys[pl.concat(places).unique().sort()].pipe(RowKey.validate)


def _names(feed: Feed) -> dict[str, pl.Expr]:
    """By what the facts of a feed are found again."""
    file, said = pl.col("file_hash"), pl.col("content_hash")
    if feed in DOCUMENT:
        return {"document": document_of_key(feed), "file": file}
    if feed in BARE_FEEDS:
        is_numbered = KEY.str.starts_with("event|")
        return {
            "key": EVENT_KEY,
            "content": pl.when(~is_numbered).then(said),
            "file": pl.when(IS_PLACED).then(file),
        }
    return {"key": KEY}


def _by_feed(row_keys: pl.DataFrame) -> Iterable[tuple[Feed, pl.DataFrame]]:
    parts = row_keys.partition_by("feed", as_dict=True)
    return ((Feed(str(feed)), own) for (feed,), own in parts.items())


def _named(table: pl.DataFrame, feed: Feed, **values: pl.Expr) -> pl.DataFrame:
    """The names of rows, each once."""
    return _once(
        table.select("client_id", name=_name(feed, kind, value)).drop_nulls()
        for kind, value in values.items()
    )


def _name(feed: Feed, kind: str, value: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{feed.value}|{kind}|"), value)


def _once(names: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=NAME), *names]).unique()
