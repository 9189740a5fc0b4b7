"""Whether a row is a new fact, a duplicate, or contradicts another one.

Rows bring `business_key` and `content_hash`; each step gives a `fate` to rows that have none
yet: `duplicate` or a reason code. What has no fate at the end is a new fact. A key's own file is judged
first, then history, then the other files of the night; so a verdict never depends on the order of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, Verdict
from transforms.intake.keys.facts import RULES

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RowKey

KEY = ["client_id", "business_key"]
JUDGED = (
    *("client_id", "file_feed", "file_hash", "row_no", "origin_row", "business_key", "content_hash"),
    *("effective_at", "changed_at", "action", "is_timed", "event_id", "copy_no", "is_correction", "fate"),
)
DUPLICATE = Verdict.DUPLICATE.value
VERSION_AT = pl.coalesce("changed_at", "effective_at")
"""Of several versions of an order line the latest holds."""


def judge_rows(rows: pl.DataFrame, feed: Feed, *, row_keys: DataFrame[RowKey]) -> pl.DataFrame:
    """`rows` with `fate`, and `fact_no` of the latest fact under the key (0 for none)."""
    own_keys = row_keys.filter(pl.col("feed") == feed.value)
    # only what verdicts need: every join below would otherwise carry the whole row along
    judged = _with_history(rows.select(name for name in JUDGED if name in rows.columns), feed, own_keys)
    if "copy_no" in rows.columns:
        judged = _find_told_events(judged, own_keys)
    judged = _refuse_keys_twice(judged, feed)
    judged = _compare_history(judged, feed)
    return rows.with_columns(_compare_tonight(judged, feed).select("fate", "fact_no").get_columns())


def _with_history(rows: pl.DataFrame, feed: Feed, own_keys: pl.DataFrame) -> pl.DataFrame:
    """What was accepted before under the row's key."""
    # most keys are of facts that nobody tells again tonight; what follows would sort them all
    own_keys = own_keys.join(rows.select(KEY).unique(), on=KEY, how="semi")
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


def _find_told_events(judged: pl.DataFrame, own_keys: pl.DataFrame) -> pl.DataFrame:
    """An event with a time that another file told is that event: as many rows as were accepted.

    Rows of one file are all meant, so the third copy is new where two were told before. A corrected row is
    also told by tonight's other files: an export may bring it mended at the same time.
    """
    is_content_known = pl.col("is_timed") & pl.col("event_id").is_null()
    said = [*KEY[:1], "content_hash"]
    first_tries = judged.filter(is_content_known, pl.col("origin_row").is_null())
    tonight = first_tries.group_by(said).agg(told_tonight=pl.col("copy_no").max())
    before = (
        own_keys.join(judged, on=said, how="semi").group_by(said).agg(told_before=pl.len().cast(pl.Int64))
    )
    told = pl.when(pl.col("origin_row").is_not_null()).then(pl.col("told_tonight").fill_null(0)).otherwise(0)
    return (
        judged.join(before, on=said, how="left", maintain_order="left")
        .join(tonight, on=said, how="left", maintain_order="left")
        .with_columns(
            _fate(
                is_content_known & (pl.col("copy_no") <= told + pl.col("told_before").fill_null(0)), DUPLICATE
            )
        )
        .drop("told_before", "told_tonight")
    )


def _refuse_keys_twice(judged: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """A file that says two things under one key contradicts itself.

    Except an order line's history within a file: each row with a time of its own, and one `new` at most
    that does not say when it was changed.
    """
    content = pl.col("content_hash")
    contradicts = content.n_unique() > 1
    if feed == Feed.ORDERS:
        news = content.filter(pl.col("action") == "new", pl.col("changed_at").is_null()).n_unique()
        times = VERSION_AT.n_unique() == content.n_unique()
        contradicts = contradicts & ~((VERSION_AT.null_count() == 0) & times & (news <= 1))
    return _give_fate(judged, [*KEY, "file_hash"], contradicts, ReasonCode.KEY_TWICE)


def _compare_history(judged: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """The same fact again does nothing; another one under a key that cannot change waits for a person."""
    compared = judged.with_columns(_fate(pl.col("was_seen"), DUPLICATE))
    if RULES[feed].may_change:
        return compared
    contradicts = pl.col("fact_no") > 0
    if "is_correction" in judged.columns:
        contradicts = contradicts & ~pl.col("is_correction")
    return compared.with_columns(_fate(contradicts, _conflict(feed).value))


def _compare_tonight(judged: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Facts of one key, and where it may change of one time, must agree; of equal ones the first counts."""
    if feed == Feed.ORDERS:
        judged = judged.with_columns(version_at=VERSION_AT)
    at_once = [*KEY, "version_at"] if feed == Feed.ORDERS else KEY
    agreed = _give_fate(judged, at_once, pl.col("content_hash").n_unique() > 1, _conflict(feed))
    is_open = pl.col("fate").is_null()
    order = ["effective_at", "file_hash", "row_no", "file_feed"]
    said = [*KEY, "content_hash"]
    repeated = _repeated(agreed.filter(is_open), said).sort(order, nulls_last=True)
    is_again = ~pl.struct(said).is_first_distinct()
    if feed == Feed.STOCK:
        # rows of one file and place are one figure
        file = pl.struct("file_feed", "file_hash")
        is_again = file != file.first().over(said)
    again = repeated.filter(is_again).select(
        "client_id", "file_feed", "file_hash", "row_no", is_again=pl.lit(True)
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
