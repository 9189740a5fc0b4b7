"""Which order line a row of a confirmation speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.keys import LINE
from transforms.matching import match_in_order
from transforms.posting.confirmations.reaching import RELEASE

if TYPE_CHECKING:
    from schemas.night import Books

SKU = ["client_id", "order_id", "sku"]


def find_lines(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the order line they speak of, and its SKU as `line_sku`; `sku` is null where it is unknown.

    A row without line number means the order's lines of the sku: each gets what it can still ship, the rest
    of the row falls on the last of them. Else it means the first line of which that sku was released: a part
    of a kit, or what is shipped instead.
    """
    by_release = pl.col("release_id").is_not_null()
    rows = rows.with_columns(is_numbered=pl.col("line_no").is_not_null())
    columns = [*rows.columns, "line_sku", "is_other_sku"]
    releases = books.releases.select(*RELEASE, "order_id", "line_no", "sku", "kit_sku")
    lines = books.order_lines.select(*LINE, line_sku="sku")
    of_releases = _of_releases(rows.filter(by_release), releases, lines)
    kits = releases.drop_nulls("kit_sku").select(*LINE, sku="kit_sku")
    picked = pl.concat([releases.select(*LINE, "sku"), kits]).unique().with_columns(is_picked=True)
    is_known = pl.col("sku").is_null() | (pl.col("sku") == pl.col("line_sku")) | pl.col("is_picked")
    of_lines = (
        rows.filter(~by_release)
        .join(_first_lines(lines.rename({"line_sku": "sku"}), "of_sku"), on=SKU, how="left")
        .join(_first_lines(picked, "of_picked"), on=SKU, how="left")
        .with_columns(line_no=pl.coalesce("line_no", "of_sku", "of_picked"))
        .join(lines, on=LINE, how="left")
        .join(picked, on=[*LINE, "sku"], how="left")
        .with_columns(
            sku=pl.when(is_known).then(pl.coalesce("sku", "line_sku")), is_other_sku=pl.lit(value=False)
        )
    )
    found = pl.concat([of_releases.select(columns), _shared(books, of_lines.select(columns))]).sort("row")
    return found.with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))


def _of_releases(rows: pl.DataFrame, releases: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Rows that name a release: of its line and SKU, by whichever of its SKUs they call it."""
    named = rows.rename({"sku": "said_sku"}).drop("order_id", "line_no")
    found = named.join(releases, on=RELEASE, how="left").join(
        lines.rename({"line_sku": "ordered_sku"}), on=LINE, how="left"
    )
    names = ("sku", "kit_sku", "ordered_sku")
    is_named = pl.any_horizontal(pl.col("said_sku") == pl.col(name) for name in names)
    is_other = (
        pl.col("sku").is_not_null() & pl.col("said_sku").is_not_null() & ~is_named.fill_null(value=False)
    )
    return found.with_columns(line_sku="sku", is_other_sku=is_other)


def _shared(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that name no line number, one for each line of their order and SKU that ships of them."""
    vague = rows.filter(
        ~pl.col("is_numbered"), pl.col("shipped_qty") > 0, pl.col("sku") == pl.col("line_sku")
    )
    can_ship = (pl.col("ordered_qty") - pl.col("shipped_qty") - pl.col("cancelled_qty")).clip(0)
    lines = (
        books.order_lines.join(vague, on=SKU, how="semi")
        .sort(LINE)
        .select(*SKU, offered_line="line_no", qty=can_ship)
    )
    several = lines.filter(pl.len().over(SKU) > 1).with_row_index("offer_id").cast({"offer_id": pl.Int64})
    if several.is_empty():
        return rows
    wants = vague.join(several, on=SKU, how="semi", maintain_order="left")
    met = match_in_order(wants.select(*SKU, want_id="row", qty="shipped_qty"), several, on=SKU)
    parts = met.join(several.select("offer_id", "offered_line"), on="offer_id").rename({"want_id": "row"})
    last = several.group_by(SKU, maintain_order=True).agg(pl.col("offered_line").last())
    taken = parts.group_by("row").agg(taken=pl.col("qty").sum())
    rest = (
        wants.join(taken, on="row", how="left", maintain_order="left")
        .join(last, on=SKU)
        .select("row", "offered_line", qty=pl.col("shipped_qty") - pl.col("taken").fill_null(0))
        .filter(pl.col("qty") > 0)
    )
    shared = pl.concat([parts.select("row", "offered_line", "qty"), rest])
    units = shared.group_by("row", "offered_line").agg(pl.col("qty").sum()).sort("row", "offered_line")
    split = (
        wants.join(units, on="row", maintain_order="left")
        .with_columns(line_no="offered_line", shipped_qty="qty")
        .select(rows.columns)
    )
    return pl.concat([rows.join(split, on="row", how="anti"), split]).sort("row", "line_no")


def _first_lines(lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """The first line of each order and sku, as `name`."""
    return lines.group_by(SKU).agg(pl.col("line_no").min().alias(name))
