"""What a typed row must say: needed values, possible values, warehouses of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandera.errors
import polars as pl

from schemas.errors import InvariantError
from schemas.intake.bounds import greatest_length
from schemas.intake.feeds import FEED_TABLES
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.intake.mapping.feed_columns import NEW_ONLY, ONE_OF, needed_columns, sent_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from transforms.intake.mapping.routes import Target

REASON = {"row_no": pl.Int64, "column": pl.String, "reason_code": pl.String}
"""A fault of a row: where and why."""

SEEN_IDS = frozenset({"sku", "aliases", "substitutes", "kit", "replaced_by", "upc", "gtin_case"})
"""Columns beside those that end in `_id` or `_ids` of which each character is looked at."""

MAX_ORDER_ROWS = 10_000
"""Rows of one order in one file."""

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


class Fault(NamedTuple):
    """What is wrong with rows of which something holds.

    Attributes:
        where: holds of the rows.
        column: in which cell; none: in the row.
        code: the reason.
    """

    where: pl.Expr
    column: str | None
    code: ReasonCode


def find_faults(rows: pl.DataFrame, faults: Iterable[Fault]) -> pl.DataFrame:
    """A reason for each fault of each row, in the order of the faults; all are asked in one query."""
    named = {str(place): fault for place, fault in enumerate(faults)}
    if rows.is_empty() or not named:
        return pl.DataFrame(schema=REASON)
    held = rows.select("row_no", **{name: fault.where for name, fault in named.items()})
    found = [
        held.filter(name).select(
            "row_no", column=pl.lit(fault.column, pl.String), reason_code=pl.lit(fault.code.value)
        )
        for name, fault in named.items()
        if held.get_column(name).any()
    ]
    return pl.concat([pl.DataFrame(schema=REASON), *found])


def missing(target: Target) -> Iterator[Fault]:
    """Faults of rows that lack what their feed needs, over the columns as sent."""
    feed = target.feed
    assert feed is not None  # noqa: S101 -- rows that are set aside are never read
    if feed in NEW_ONLY:
        is_new = pl.col("action").fill_null("new").str.to_lowercase() == "new"
    else:
        is_new = pl.lit(True)
    for name in needed_columns(feed):
        asked = is_new if name in NEW_ONLY.get(feed, ()) else pl.lit(True)
        yield Fault(pl.col(name).is_null() & asked, name, ReasonCode.MISSING)
    choices = [pl.all_horizontal(pl.col(list(names)).is_not_null()) for names in ONE_OF.get(feed, ())]
    if choices:
        yield Fault(~pl.any_horizontal(choices), ONE_OF[feed][0][0], ReasonCode.MISSING)
    if feed == Feed.CANCELLATIONS and target.match_on is None:
        yield Fault(pl.col("order_id").is_null(), "order_id", ReasonCode.MISSING)


def endless_orders(feed: Feed) -> Iterator[Fault]:
    """Faults of rows of an order with more rows in this file than an order has, over the columns as sent.

    A column that is the same in every row was mapped as the order's number; all of its rows are at fault.
    """
    if feed == Feed.ORDERS:
        is_endless = pl.col("order_id").is_not_null() & (pl.len().over("order_id") > MAX_ORDER_ROWS)
        yield Fault(is_endless, "order_id", ReasonCode.ORDER_TOO_LONG)


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
            broken = cases.filter(pl.col("index").is_null()).select("column", "check").unique().rows()
            message = f"{feed} rows are not of their contract: {sorted(map(str, broken))}"
            raise InvariantError(message) from None
        impossible: pl.DataFrame = cases.select(
            rows["row_no"].gather(cases["index"]),
            "column",
            reason_code=pl.col("check").str.extract(r"^(\w+)").replace_strict(CODES, return_dtype=pl.String),
        )
        # as sent; what is wrong with it is said of sku
        return impossible.filter(pl.col("column") != "sent_sku")
    return pl.DataFrame(schema=REASON)


def bad_ids(feed: Feed) -> Iterator[Fault]:
    """Faults of ids that nobody could read or write again, over the columns as sent.

    What cannot be seen (control, format and bidirectional characters) makes two ids that look like one. What
    a spreadsheet made a number of has lost its last digits; a person who drops the row again says that the
    id is really written so.
    """
    for name in sent_columns(feed):
        if name in SEEN_IDS or name.endswith(("_id", "_ids")):
            yield Fault(pl.col(name).str.contains(UNSEEN), name, ReasonCode.BAD_CHARACTERS)
        if name == "sku" or name.endswith("_id"):
            is_spoiled = pl.col(name).str.contains(SPOILED) & pl.col("origin_row").is_null()
            yield Fault(is_spoiled, name, ReasonCode.SPOILED_ID)


def too_long(feed: Feed) -> Iterator[Fault]:
    """Faults of texts that are longer than anything that one of their column is, over the columns as sent."""
    texts = [name for name, dtype in FEED_TABLES[feed].dtypes().items() if dtype == pl.String]
    for name in sent_columns(feed):
        if name in texts or name == "uom":
            is_long = pl.col(name).str.len_chars() > greatest_length(name)
            yield Fault(is_long, name, ReasonCode.TOO_LONG)


def foreign_warehouses(columns: Collection[str], warehouses: tuple[str, ...]) -> Iterator[Fault]:
    """Faults of rows that name a warehouse which is none of the client's."""
    if "warehouse_id" in columns:
        fault = ~pl.col("warehouse_id").is_in(warehouses)
        yield Fault(fault, "warehouse_id", ReasonCode.UNKNOWN_WAREHOUSE)
    if "warehouse_ids" in columns:
        named = pl.col("warehouse_ids").str.split("|").list.eval(pl.element().is_in(warehouses))
        yield Fault(~named.list.all(), "warehouse_ids", ReasonCode.UNKNOWN_WAREHOUSE)
