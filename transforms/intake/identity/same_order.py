"""Whether rows with one order number are of one order, and say the same of it.

An order number that two shops use is no reason to change an order: a row with another `ordered_at` and
another consignee is of another order. A single difference is a change. Within a file rows of an order may
not disagree, since nothing tells which of them is right. What a row leaves blank disagrees with nothing,
and neither do capitals, spaces and marks between words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.table import with_nulls
from schemas.vocabulary.codes import ReasonCode
from transforms.keys import ORDER

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.people import ShipTo
    from schemas.night import Books

FILE = ["file_feed", "file_hash"]
WHO = ("consignee_id", "ship_to_name", "ship_to_postcode")
"""Who an order is for: if one of these differs, and `ordered_at`, too, it is another order."""

AGREED = (
    "ordered_at",
    *WHO,
    *("ship_to_company", "ship_to_store_no", "ship_to_address", "ship_to_address_2"),
    *("ship_to_city", "ship_to_region", "ship_to_country"),
    *("promised_on", "ship_not_before", "ship_by", "cancel_after", "deliver_by"),
)
"""What all rows of an order say alike."""


def with_disagreements(rows: pl.DataFrame) -> pl.DataFrame:
    """Order rows with `disagrees`: the columns on which the lines of their order in their file disagree.

    Of several versions of a line the latest counts; changes and cancellations are no part of it.
    """
    said = rows.filter(pl.col("action") == "new").sort("changed_at", "row_no", nulls_last=False)
    latest = said.unique([*ORDER, *FILE, "line_no"], keep="last", maintain_order=True)
    # of most orders all rows say the same as they stand there: what is left are those to look at
    told = latest.select(*ORDER, *FILE, *AGREED).unique()
    groups = told.filter(told.select(*ORDER, *FILE).is_duplicated()).group_by(*ORDER, *FILE)
    named = [
        pl.when(_plain(name, rows.schema[name]).drop_nulls().n_unique() > 1).then(pl.lit(name)).alias(name)
        for name in AGREED
    ]
    found = groups.agg(named).select(
        *ORDER, *FILE, disagrees=pl.concat_str(AGREED, separator=", ", ignore_nulls=True)
    )
    return (
        rows.drop("disagrees")
        .join(found, on=[*ORDER, *FILE], how="left", maintain_order="left")
        .with_columns(pl.col("disagrees").fill_null(""))
    )


def with_other_orders(rows: pl.DataFrame, books: Books, ship_to: DataFrame[ShipTo]) -> pl.DataFrame:
    """Order rows with `fate`: that of rows of another order with the number of a known one.

    `differs` names the columns in which they differ, not what these say: it may be about persons.

    Of two orders that come in one night in two files, the one ordered first is known.
    """
    asked = (
        rows.filter(pl.col("action") == "new")
        .join(_told_elsewhere(rows, books), on=ORDER, how="semi")
        .select(*ORDER, *FILE, "row_no", "effective_at", *_columns(rows))
    )
    if asked.is_empty():
        return with_nulls(rows, {"fate": pl.String(), "differs": pl.String()})
    known = _known_orders(books, ship_to, asked)
    tonight = asked.join(known, on=ORDER, how="anti")
    first = (
        tonight.group_by(*ORDER, *FILE)
        .agg(pl.col("effective_at").min())
        .sort(*ORDER, "effective_at", "file_hash", "file_feed", nulls_last=True)
        .unique(ORDER, keep="first", maintain_order=True)
    )
    there = (
        pl.concat([known, tonight.join(first, on=[*ORDER, *FILE], how="semi").select(known.columns)])
        .group_by(ORDER)
        .agg(pl.col(name).drop_nulls().unique().alias(f"known_{name}") for name in _names())
    )
    differs = {name: _differs(name) for name in _names()}
    others = (
        asked.join(there, on=ORDER)
        .filter(differs["ordered_at"], pl.any_horizontal(differs[name] for name in WHO))
        .select(
            "client_id",
            *FILE,
            "row_no",
            fate=pl.lit(ReasonCode.ORDER_DIFFERS.value),
            differs=pl.concat_str(
                (pl.when(said).then(pl.lit(name)) for name, said in differs.items()),
                separator=", ",
                ignore_nulls=True,
            ),
        )
    )
    return rows.join(others, on=["client_id", *FILE, "row_no"], how="left", maintain_order="left")


def _told_elsewhere(rows: pl.DataFrame, books: Books) -> pl.DataFrame:
    """The orders of the books, and of several of tonight's files: rows of others differ from nothing."""
    files = rows.filter(pl.col("action") == "new").select(*ORDER, *FILE).unique()
    several = files.filter(files.select(ORDER).is_duplicated()).select(ORDER)
    return pl.concat([several, books.order_lines.select(ORDER)])


def _names() -> tuple[str, ...]:
    return ("ordered_at", *WHO)


def _columns(rows: pl.DataFrame) -> list[pl.Expr]:
    """What rows are compared by."""
    return [_plain(name, rows.schema[name]).alias(name) for name in _names()]


def _known_orders(books: Books, ship_to: DataFrame[ShipTo], asked: pl.DataFrame) -> pl.DataFrame:
    """What is known of orders of earlier nights, one row a line."""
    lines = books.order_lines.join(asked, on=ORDER, how="semi").select(*ORDER, "ordered_at", "consignee_id")
    people = ship_to.select(*ORDER, "ship_to_name", "ship_to_postcode")
    whole = lines.join(people, on=ORDER, how="left", maintain_order="left")
    return whole.select(*ORDER, *_columns(whole))


def _differs(name: str) -> pl.Expr:
    """Whether a row says something that is not among what is known; blank never differs."""
    known = pl.col(f"known_{name}")
    return pl.col(name).is_not_null() & (known.list.len() > 0) & ~known.list.contains(pl.col(name))


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    """A value as it is compared; an empty text is blank."""
    if dtype != pl.String:
        return pl.col(name)
    text = pl.col(name).str.to_lowercase().str.replace_all(r"[\s.,;-]", "")
    return pl.when(text != "").then(text)
