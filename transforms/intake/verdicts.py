"""Whether a row is a new fact, a duplicate, or contradicts another one.

Rows bring `business_key`, `content_hash` and `is_guessed`; each step gives a `fate` to rows that have none
yet: `duplicate` or a reason code. What has no fate at the end is a new fact. A key's own file is judged
first, then history, then the other files of the night; so a verdict never depends on the order of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.codes import ReasonCode
from schemas.vocabulary import Feed, Verdict
from transforms.intake.facts import RULES

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake import RowKey

KEY = ["client_id", "business_key"]
JUDGED = (
    *("client_id", "file_feed", "file_hash", "row_no", "origin_row", "business_key", "content_hash"),
    *("effective_at", "changed_at", "action", "is_guessed", "fate"),
)
DUPLICATE = Verdict.DUPLICATE.value
GROUP = pl.col("business_key").str.extract(r"^(?:cancel\|)?(.*)\|[0-9]+$")
"""Key of the order, receipt or announcement that a numbered line belongs to."""


def judge_rows(
    rows: pl.DataFrame, feed: Feed, *, row_keys: DataFrame[RowKey], known_keys: pl.DataFrame
) -> pl.DataFrame:
    """`rows` with `fate`, and `fact_no` of the latest fact under the key (0 for none).

    `known_keys` are keys that the books know beside those of `row_keys`.
    """
    own_keys = row_keys.filter(pl.col("feed") == feed.value)
    # only what verdicts need: every join below would otherwise carry the whole row along
    judged = _with_history(rows.select(name for name in JUDGED if name in rows.columns), feed, own_keys)
    if "is_guessed" in rows.columns:
        known = pl.concat([own_keys.select(KEY), known_keys.select(KEY)])
        judged = _doubt_guesses(judged, known.select("client_id", group=GROUP).unique())
    judged = _refuse_keys_twice(judged, feed)
    judged = _compare_history(judged, feed)
    return rows.with_columns(_compare_tonight(judged, feed).select("fate", "fact_no").get_columns())


def _with_history(rows: pl.DataFrame, feed: Feed, own_keys: pl.DataFrame) -> pl.DataFrame:
    """What was accepted before under the row's key."""
    latest = (
        own_keys.sort(*KEY, "fact_no")
        .unique(KEY, keep="last", maintain_order=True)
        .select(*KEY, "fact_no", latest_hash="content_hash")
    )
    seen = own_keys.select(*KEY, "content_hash").unique().with_columns(was_seen=pl.lit(True))
    judged = rows if "fate" in rows.columns else rows.with_columns(fate=pl.lit(None, pl.String))
    # a row with its own time of change is an event: once accepted it is never newer than what came after
    is_event = pl.col("changed_at").is_not_null() if feed == Feed.ORDERS else pl.lit(False)
    return (
        judged.join(latest, on=KEY, how="left", maintain_order="left")
        .join(seen, on=[*KEY, "content_hash"], how="left", maintain_order="left")
        .with_columns(
            pl.col("fact_no").fill_null(0),
            was_seen=(pl.col("was_seen") & is_event).fill_null(False)
            | (pl.col("content_hash") == pl.col("latest_hash")).fill_null(False),
        )
    )


def _doubt_guesses(judged: pl.DataFrame, known_groups: pl.DataFrame) -> pl.DataFrame:
    """A guessed number of an order that another file made known is not believed.

    Unless the line of that number says the same already: then the row is its duplicate.
    """
    grouped = judged.with_columns(group=GROUP)
    first_tries = grouped.filter(pl.col("is_guessed") | pl.col("origin_row").is_null())
    first_files = (
        first_tries.group_by("client_id", "group", "file_hash")
        .agg(pl.col("effective_at").min())
        .sort("client_id", "group", "effective_at", "file_hash", nulls_last=True)
        .unique(["client_id", "group"], keep="first", maintain_order=True)
        .select("client_id", "group", first_file="file_hash")
    )
    placed = grouped.join(
        known_groups.with_columns(is_known=pl.lit(True)),
        on=["client_id", "group"],
        how="left",
        maintain_order="left",
    ).join(first_files, on=["client_id", "group"], how="left", maintain_order="left")
    in_first = placed.filter(pl.col("file_hash") == pl.col("first_file"), pl.col("fate").is_null())
    said_there = in_first.select(*KEY, "content_hash").unique().with_columns(is_said=pl.lit(True))
    is_late = pl.col("is_known").fill_null(False) | (pl.col("file_hash") != pl.col("first_file"))
    is_same = pl.col("was_seen") | (pl.col("is_said").fill_null(False) & pl.col("is_known").is_null())
    doubted = pl.col("is_guessed") & is_late & ~is_same
    return (
        placed.join(said_there, on=[*KEY, "content_hash"], how="left", maintain_order="left")
        .with_columns(_fate(doubted, ReasonCode.LINE_NO_NEEDED.value))
        .drop("group", "is_known", "first_file", "is_said")
    )


def _refuse_keys_twice(judged: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """A file that says two things under one key contradicts itself.

    Except an order line's history within a file: one `new` at most, and each row with a time of its own.
    """
    content = pl.col("content_hash")
    contradicts = content.n_unique() > 1
    if feed == Feed.ORDERS:
        times = pl.col("effective_at")
        news = content.filter(pl.col("action") == "new").n_unique()
        in_turn = (times.null_count() == 0) & (times.n_unique() == content.n_unique()) & (news <= 1)
        contradicts = contradicts & ~in_turn
    return _give_fate(judged, [*KEY, "file_hash"], contradicts, ReasonCode.KEY_TWICE)


def _compare_history(judged: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """The same fact again does nothing; another one under a key that cannot change waits for a person."""
    compared = judged.with_columns(_fate(pl.col("was_seen"), DUPLICATE))
    if RULES[feed].may_change:
        return compared
    return compared.with_columns(_fate(pl.col("fact_no") > 0, _conflict(feed).value))


def _compare_tonight(judged: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Facts of one key, and where it may change of one time, must agree; of equal ones the first counts."""
    at_once = [*KEY, "effective_at"] if feed == Feed.ORDERS else KEY
    agreed = _give_fate(judged, at_once, pl.col("content_hash").n_unique() > 1, _conflict(feed))
    is_open = pl.col("fate").is_null()
    order = ["effective_at", "file_hash", "row_no", "file_feed"]
    again = (
        _repeated(agreed.filter(is_open), [*KEY, "content_hash"])
        .sort(order, nulls_last=True)
        .filter(~pl.struct(*KEY, "content_hash").is_first_distinct())
        .select("client_id", "file_feed", "file_hash", "row_no", is_again=pl.lit(True))
    )
    return (
        agreed.join(
            again,
            on=["client_id", "file_feed", "file_hash", "row_no"],
            how="left",
            maintain_order="left",
        )
        .with_columns(_fate(pl.col("is_again").fill_null(False), DUPLICATE))
        .drop("is_again")
    )


def _conflict(feed: Feed) -> ReasonCode:
    """What a contradiction between files is called."""
    by_number = (Feed.CANCELLATIONS, Feed.ADJUSTMENTS, Feed.SHIPMENTS, Feed.RECEIPTS)
    return ReasonCode.EVENT_CONFLICT if feed in by_number else ReasonCode.CONFLICTING_CHANGES


def _fate(fault: pl.Expr, fate: str) -> pl.Expr:
    """`fate` for rows that have none yet and for which `fault` holds."""
    return pl.coalesce("fate", pl.when(fault).then(pl.lit(fate))).alias("fate")


def _give_fate(judged: pl.DataFrame, by: list[str], fault: pl.Expr, reason: ReasonCode) -> pl.DataFrame:
    """`reason` for all rows of the groups `by` for which `fault` holds; rows with a fate are not asked."""
    faulty = (
        _repeated(judged.filter(pl.col("fate").is_null()), by)
        .group_by(by)
        .agg(is_faulty=fault)
        .filter("is_faulty")
    )
    found = judged.join(faulty, on=by, how="left", maintain_order="left", nulls_equal=True)
    return found.with_columns(_fate(pl.col("is_faulty").fill_null(False), reason.value)).drop("is_faulty")


def _repeated(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """The rows that share `by` with another one; most rows do not, and windows over all would be slow."""
    return rows.filter(rows.select(by).is_duplicated())
