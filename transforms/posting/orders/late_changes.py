"""What order rows ask for too late: another address, ship method or date of units that went to the warehouse.

Rule
    A change holds for what is still open, and for units that come back. Of units that are released or shipped
    the warehouse has what stood on the pick, so each such row says so in its acknowledgement, and a finding
    tells what was asked, when, and what had gone by then. Method and dates are of a line, the address of the
    whole order. Saying the same again asks for nothing.

Limits
    Of an address or ship method it says that it is another one, never what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.findings import FindingCode
from transforms.findings import findings_of
from transforms.keys import LINE, ORDER
from transforms.posting.core.rows import asked_at
from transforms.posting.orders.people import is_cleared
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import Finding
    from transforms.terms import Terms

OF_LINE = ["ship_method", "promised_on", "ship_not_before", "ship_by", "cancel_after", "deliver_by"]
"""What a pick says of how and when its line ships."""

FREE_TEXT = ["ship_method"]
"""Of these anybody could write anything; no message repeats it."""

ADDRESS = [
    "ship_to_name",
    "ship_to_company",
    "ship_to_store_no",
    "ship_to_address",
    "ship_to_address_2",
    "ship_to_city",
    "ship_to_region",
    "ship_to_postcode",
    "ship_to_country",
]
"""What a pick says of where its order goes."""


def find_late_changes(books: Books, rows: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """The `rows` (in posting order, at most one a line) that ask for something that came too late.

    Returns:
        The rows with `asked` and `gone` in words, `asks_address`, and `order_open_qty`, which is above zero
        while something of the order can still have what they ask for.
    """
    is_gone = pl.col("released_qty") + pl.col("shipped_qty") > 0
    of_line = (pl.col(name).alias(f"{name}_was") for name in OF_LINE)
    known = books.order_lines.select(*LINE, is_gone.alias("line_gone"), *of_line)
    stored = terms.ship_to.select(*ORDER, *(pl.col(name).alias(f"{name}_was") for name in ADDRESS))
    joined = (
        rows.join(known, on=LINE, how="left", maintain_order="left")
        .join(_gone(books, rows, terms), on=ORDER, how="inner", maintain_order="left")
        .join(stored, on=ORDER, how="left", maintain_order="left")
        .with_columns(pl.col("line_gone").fill_null(value=False))
    )
    asks_address = pl.any_horizontal(_differs(name) for name in ADDRESS)
    asked = [
        pl.when(asks_address).then(pl.lit("another address")),
        *(pl.when("line_gone", _differs(name)).then(_told(name)) for name in OF_LINE),
    ]
    told = joined.with_columns(
        asked=pl.concat_str(asked, separator=", ", ignore_nulls=True), asks_address=asks_address
    )
    return told.filter(pl.col("asked") != "").select(
        *rows.columns, "asked", "gone", "asks_address", "order_open_qty"
    )


def late_change_notes(late: pl.DataFrame) -> pl.DataFrame:
    """What the acknowledgement says of each row: `row`, `late_note`."""
    return late.select("row", late_note=pl.format("{} came too late: {}", "asked", "gone"))


def late_change_findings(late: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """One finding an order; another address is told once, by its first row."""
    is_first = pl.int_range(pl.len()).over(*ORDER, "asks_address") == 0
    is_more = pl.col("asked") != "another address"
    rest = (
        pl.when(pl.col("order_open_qty") > 0)
        .then(pl.lit("it holds for what is still open"))
        .otherwise(pl.lit("nothing else is open"))
    )
    return findings_of(
        late.filter(is_first | is_more).drop("sku"),
        FindingCode.TOO_LATE,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format("{} for {} (line {}): {}; {}", asked_at(), "asked", "line_no", "gone", rest),
    )


def _differs(name: str) -> pl.Expr:
    """True where a row says another value than the known one; an empty cell says nothing."""
    said, was = pl.col(name), pl.col(f"{name}_was")
    has_value = was.is_not_null() if name in OF_LINE else was.fill_null("") != ""
    return pl.when(is_cleared(name)).then(has_value).otherwise(said.is_not_null() & said.ne_missing(was))


def _told(name: str) -> pl.Expr:
    """A date as it was asked for, and as it stood; of free text that it is another one, or taken away."""
    if name in FREE_TEXT:
        return pl.when(is_cleared(name)).then(pl.lit(f"no {name}")).otherwise(pl.lit(f"another {name}"))
    said = pl.when(~is_cleared(name)).then(pl.col(name).cast(pl.String))
    was = pl.col(f"{name}_was").cast(pl.String)
    return pl.format("{} {} instead of {}", pl.lit(name), said.fill_null("none"), was.fill_null("none"))


def _gone(books: Books, rows: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Orders of rows of which units are released or shipped: what, where and since when, in words."""
    named = books.order_lines.join(rows, on=ORDER, how="semi")
    lines = named.filter(pl.col("released_qty") + pl.col("shipped_qty") > 0)
    picks = (
        books.releases.filter("is_open")
        .join(rows, on=ORDER, how="semi")
        .with_columns(left_qty=pl.col("released_qty") - pl.col("shipped_qty") - pl.col("short_qty"))
    )
    told = pl.concat(
        [
            terms.with_decimals(picks).select(
                *LINE,
                place=pl.lit(0),
                words=pl.format(
                    "{} of line {} are with {} since {} (release {})",
                    units("left_qty"),
                    "line_no",
                    "warehouse_id",
                    "released_on",
                    "release_id",
                ),
            ),
            terms.with_decimals(lines.filter(pl.col("shipped_qty") > 0)).select(
                *LINE,
                place=pl.lit(1),
                words=pl.format("{} of line {} shipped", units("shipped_qty"), "line_no"),
            ),
        ]
    )
    words = told.sort(*LINE, "place", "words").group_by(ORDER).agg(gone=pl.col("words").str.join(", "))
    opened = named.group_by(ORDER).agg(order_open_qty=(pl.col("open_qty") + pl.col("reserved_qty")).sum())
    return lines.select(ORDER).unique().join(words, on=ORDER).join(opened, on=ORDER)
