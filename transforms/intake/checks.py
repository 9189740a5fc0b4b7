"""What a typed row must say: needed values, possible values, warehouses of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandera.errors
import polars as pl

from schemas.codes import ReasonCode
from schemas.errors import InvariantError
from schemas.feeds import FEED_TABLES
from schemas.vocabulary import Feed
from transforms.intake.feed_columns import NEW_ONLY, ONE_OF, needed_columns, sent_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.intake.routes import Target

REASON = {"row_no": pl.Int64, "column": pl.String, "reason_code": pl.String}
"""A fault of a row: where and why."""

ID_COLUMNS = frozenset({"sku", "aliases", "substitutes", "kit", "replaced_by", "upc", "gtin_case"})
"""Columns of ids whose names do not end in `_id`."""

UNSEEN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"
SPOILED = r"^[0-9]([.,][0-9]+)?[eE]\+[0-9]{2,}$"
"""4.50013E+11: what spreadsheets make of an id of twelve digits or more."""

CODES = {
    "not_nullable": ReasonCode.MISSING,
    "isin": ReasonCode.NOT_A_CHOICE,
    "greater_than_or_equal_to": ReasonCode.OUT_OF_RANGE,
    "less_than_or_equal_to": ReasonCode.OUT_OF_RANGE,
    "not_equal_to": ReasonCode.OUT_OF_RANGE,
}
"""Stable codes of the contracts' checks."""


def faults_where(rows: pl.DataFrame, fault: pl.Expr, column: str | None, code: ReasonCode) -> pl.DataFrame:
    """A reason for each row for which `fault` holds."""
    return rows.filter(fault).select(
        "row_no", column=pl.lit(column, pl.String), reason_code=pl.lit(code.value)
    )


def find_missing(rows: pl.DataFrame, target: Target) -> Iterator[pl.DataFrame]:
    """Reasons of rows that lack what their feed needs, over the columns as sent."""
    feed = target.feed
    assert feed is not None  # noqa: S101 -- rows that are set aside are never read
    if feed in NEW_ONLY:
        is_new = pl.col("action").fill_null("new").str.to_lowercase() == "new"
    else:
        is_new = pl.lit(True)
    for name in needed_columns(feed):
        asked = is_new if name in NEW_ONLY.get(feed, ()) else pl.lit(True)
        yield faults_where(rows, pl.col(name).is_null() & asked, name, ReasonCode.MISSING)
    choices = [pl.all_horizontal(pl.col(list(names)).is_not_null()) for names in ONE_OF.get(feed, ())]
    if choices:
        yield faults_where(rows, ~pl.any_horizontal(choices), ONE_OF[feed][0][0], ReasonCode.MISSING)
    if feed == Feed.CANCELLATIONS and target.match_on is None:
        yield faults_where(rows, pl.col("order_id").is_null(), "order_id", ReasonCode.MISSING)


def find_impossible(rows: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Reasons from the feed's contract.

    Raises:
        InvariantError: the frame itself is not one of the contract; that is our fault, never the file's.
    """
    try:
        FEED_TABLES[feed].validate(rows, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        if cases["index"].has_nulls():
            raise InvariantError(str(errors)) from errors
        impossible: pl.DataFrame = cases.select(
            rows["row_no"].gather(cases["index"]),
            "column",
            reason_code=pl.col("check").str.extract(r"^(\w+)").replace_strict(CODES, return_dtype=pl.String),
        )
        # as sent; what is wrong with it is said of sku
        return impossible.filter(pl.col("column") != "sent_sku")
    return pl.DataFrame(schema=REASON)


def find_bad_ids(sent: pl.DataFrame, feed: Feed) -> Iterator[pl.DataFrame]:
    """Reasons of ids that nobody could read or write again, over the columns as sent.

    What cannot be seen (control, format and bidirectional characters) makes two ids that look like one. What
    a spreadsheet made a number of has lost its last digits; a person who drops the row again says that the
    id is really written so.
    """
    for name in sent_columns(feed):
        if name in ID_COLUMNS or name.endswith(("_id", "_ids")):
            yield faults_where(sent, pl.col(name).str.contains(UNSEEN), name, ReasonCode.BAD_CHARACTERS)
        if name == "sku" or name.endswith("_id"):
            is_spoiled = pl.col(name).str.contains(SPOILED) & pl.col("origin_row").is_null()
            yield faults_where(sent, is_spoiled, name, ReasonCode.SPOILED_ID)


def find_foreign_warehouses(rows: pl.DataFrame, warehouses: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """Reasons of rows that name a warehouse which is none of the client's."""
    if "warehouse_id" in rows.columns:
        fault = ~pl.col("warehouse_id").is_in(warehouses)
        yield faults_where(rows, fault, "warehouse_id", ReasonCode.UNKNOWN_WAREHOUSE)
    if "warehouse_ids" in rows.columns:
        named = pl.col("warehouse_ids").str.split("|").list.eval(pl.element().is_in(warehouses))
        yield faults_where(rows, ~named.list.all(), "warehouse_ids", ReasonCode.UNKNOWN_WAREHOUSE)
