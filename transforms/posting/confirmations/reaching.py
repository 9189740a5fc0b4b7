"""Which open releases a row of a confirmation reaches, and with how many of its units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import Release
from transforms.keys import LINE
from transforms.posting.core.kits import KIT, units_per_kit
from transforms.posting.core.taking import Tier, take_by_names

if TYPE_CHECKING:
    from schemas.night import Books

RELEASE = Release.key()
PLACE = ["warehouse_id", "lot_id", "bin_id"]
NAMED = ["release_id", *PLACE, "sku"]
BY_PLACE = [
    Tier(pl.lit(value=True)),
    Tier(pl.lit(value=True), ("bin_id",)),
    Tier(pl.lit(value=True), ("lot_id", "bin_id")),
]
"""A row means the release of the lot and bin that it names, if there is one, else any of its warehouse."""


def open_releases(books: Books) -> pl.DataFrame:
    """Releases still open, oldest first, with the units not yet answered for in `left_qty`.

    Those of parts have `per_kit`, the units of the part in one kit.
    """
    left = pl.col("released_qty") - pl.col("shipped_qty") - pl.col("short_qty")
    return (
        books.releases.filter("is_open")
        .join(units_per_kit(books.releases), on=[*KIT, "sku"], how="left")
        .sort("client_id", "released_on", "run_no", "release_id")
        .with_columns(left_qty=left)
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )


def reach_releases(releases: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Units of each row and release: `row`, `offer_id`, `shipped` and `short` of it, and `over` beyond it.

    Args:
        releases: open ones, the oldest first, with `offer_id` and `left_qty`.
        rows: in posting order, with their lines and the SKU of the line (`line_sku`). One that names another
            SKU speaks of the releases of that SKU only: a part of a kit, or what was shipped instead.
    """
    is_other = pl.col("sku") != pl.col("line_sku")
    named = _placed(rows, releases).with_columns(
        sku=pl.when(is_other).then("sku"), qty=pl.col("shipped_qty") + pl.col("short_qty").fill_null(0)
    )
    return _parts(_reached(releases, named), _homes(releases, named), named)


def stated(name: str) -> pl.Expr:
    """What a row says in a column; null where it says nothing."""
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _placed(rows: pl.DataFrame, releases: pl.DataFrame) -> pl.DataFrame:
    """Rows with the place by which they are to be matched: that of the release they name, else their own."""
    return rows.join(
        releases.select(*RELEASE, *PLACE), on=RELEASE, how="left", suffix="_of", maintain_order="left"
    ).with_columns(pl.coalesce(f"{name}_of", stated(name)).alias(name) for name in PLACE)


def _reached(releases: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Row, release and units: rows that name a release first, then those that name most of its place."""
    offers = releases.select("offer_id", *LINE, *NAMED, qty="left_qty")
    wants = rows.select(*LINE, *NAMED, "qty", want_id="row")
    taking = take_by_names(wants, offers, BY_PLACE, on=LINE, named=NAMED)
    return taking.taken.rename({"want_id": "row"}).sort("row", "offer_id")


def _homes(releases: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The release to which a row belongs whether or not it takes units of it: its own, else the oldest.

    Of several the first that lies where the row says. A row that nothing was shipped speaks of all that
    lie there: it is the answer to every unit of them, and no quantity tells which one was meant.
    """
    pairs = rows.select("row", "qty", *LINE, *NAMED).join(
        releases.select("offer_id", *LINE, *NAMED), on=LINE, suffix="_of"
    )
    agrees = {name: pl.col(name).is_null() | (pl.col(name) == pl.col(f"{name}_of")) for name in NAMED}
    ranked = (
        pairs.filter(agrees["release_id"], agrees["warehouse_id"], agrees["sku"])
        .with_columns(is_lot=agrees["lot_id"], is_bin=agrees["bin_id"])
        .sort("row", ~pl.col("is_lot"), ~pl.col("is_bin"), "offer_id")
    )
    is_all = (pl.col("qty") == 0) & pl.col("is_lot") & pl.col("is_bin")
    return ranked.filter(pl.col("row").is_first_distinct() | is_all).select("row", home="offer_id")


def _parts(reached: pl.DataFrame, homes: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Shipped, short and over units of each row and release; a row's shipped units come first."""
    said = rows.select("row", "shipped_qty")
    totals = reached.group_by("row").agg(pl.col("qty").sum(), last=pl.col("offer_id").max())
    beyond = (
        said.join(homes, on="row")
        .join(totals, on="row", how="left")
        .select(
            "row",
            offer_id=pl.coalesce("last", "home"),
            shipped=pl.lit(0, pl.Int64),
            short=pl.lit(0, pl.Int64),
            over=(pl.col("shipped_qty") - pl.col("qty").fill_null(0)).clip(0),
        )
    )
    return (
        pl.concat([ship_first(reached, said), beyond])
        .group_by("row", "offer_id")
        .agg(pl.col("shipped", "short", "over").sum())
    )


def ship_first(taken: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Units of each row and release as shipped and short ones: what a row says was shipped comes first.

    Args:
        taken: `row`, `offer_id` and `qty`, each row's releases in their order.
        said: `row` and `shipped_qty`.
    """
    before = (pl.col("qty").cum_sum() - pl.col("qty")).over("row")
    filled = taken.join(said, on="row", maintain_order="left").with_columns(
        shipped=pl.min_horizontal("qty", (pl.col("shipped_qty") - before).clip(0))
    )
    return filled.select(
        "row", "offer_id", "shipped", short=pl.col("qty") - pl.col("shipped"), over=pl.lit(0, pl.Int64)
    )
