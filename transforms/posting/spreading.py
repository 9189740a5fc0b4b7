"""Rows of a confirmation spread over the releases they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.balances import LINE
from transforms.posting.taking import Tier, take_by_names

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.posting.posting import Terms

RELEASE = ["client_id", "release_id"]
PLACE = ["warehouse_id", "lot_id", "bin_id"]
BY_PLACE = [
    Tier(pl.lit(value=True)),
    Tier(pl.lit(value=True), ("bin_id",)),
    Tier(pl.lit(value=True), ("lot_id", "bin_id")),
]
"""A row means the release of the lot and bin that it names, if there is one, else any of its warehouse."""

SAID = [
    "row",
    "file_feed",
    "file_hash",
    "row_no",
    "effective_on",
    "short_reason",
    "tracking_no",
    "real_lot_id",
    "real_bin_id",
]


def open_releases(books: Books) -> pl.DataFrame:
    """Releases still open, oldest first, with the units not yet answered for in `left_qty`."""
    left = pl.col("released_qty") - pl.col("shipped_qty") - pl.col("short_qty")
    return (
        books.releases.filter("is_open")
        .sort("client_id", "released_on", "run_no", "release_id")
        .with_columns(left_qty=left)
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )


def spread_rows(releases: pl.DataFrame, rows: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """One record for each row and release it reaches; rows that reach none are left out.

    Args:
        releases: open ones, from `open_releases`.
        rows: in posting order, with their lines; one file a line.
        terms: how clients mean a short.

    Returns:
        The release's columns, what the row says, `shipped` and `short` of the release's units, `over`
        beyond them, and `closes`: the release is closed by this turn. The implied short of a release that
        is closed stands at the last of its rows.
    """
    named = _placed(rows, releases).with_columns(qty=pl.col("shipped_qty") + pl.col("short_qty").fill_null(0))
    reached = _reached(releases, named)
    parts = _parts(reached, _homes(releases, named), named)
    said = rows.select(*SAID[:7], "is_final", real_lot_id=_stated("lot_id"), real_bin_id=_stated("bin_id"))
    records = parts.join(releases, on="offer_id").join(said, on="row").sort("row", "offer_id").drop("is_open")
    return _with_rest(records, terms)


def _stated(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _placed(rows: pl.DataFrame, releases: pl.DataFrame) -> pl.DataFrame:
    """Rows with the place by which they are to be matched: that of the release they name, else their own."""
    return rows.join(
        releases.select(*RELEASE, *PLACE), on=RELEASE, how="left", suffix="_of", maintain_order="left"
    ).with_columns(pl.coalesce(f"{name}_of", _stated(name)).alias(name) for name in PLACE)


def _reached(releases: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Row, release and units: rows that name a release first, then those that name most of its place."""
    offers = releases.select("offer_id", *LINE, "release_id", *PLACE, qty="left_qty")
    wants = rows.select(*LINE, "release_id", *PLACE, "qty", want_id="row")
    taking = take_by_names(wants, offers, BY_PLACE, on=LINE, named=["release_id", *PLACE])
    return taking.taken.rename({"want_id": "row"}).sort("row", "offer_id")


def _homes(releases: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The release to which a row belongs whether or not it takes units of it: its own, else the oldest.

    Of several the first that lies where the row says. A row that nothing was shipped speaks of all that
    lie there: it is the answer to every unit of them, and no quantity tells which one was meant.
    """
    pairs = rows.select("row", "qty", *LINE, "release_id", *PLACE).join(
        releases.select("offer_id", *LINE, "release_id", *PLACE), on=LINE, suffix="_of"
    )
    agrees = {
        name: pl.col(name).is_null() | (pl.col(name) == pl.col(f"{name}_of"))
        for name in ("release_id", *PLACE)
    }
    ranked = (
        pairs.filter(agrees["release_id"], agrees["warehouse_id"])
        .with_columns(is_lot=agrees["lot_id"], is_bin=agrees["bin_id"])
        .sort("row", ~pl.col("is_lot"), ~pl.col("is_bin"), "offer_id")
    )
    is_all = (pl.col("qty") == 0) & pl.col("is_lot") & pl.col("is_bin")
    return ranked.filter(pl.col("row").is_first_distinct() | is_all).select("row", home="offer_id")


def _parts(reached: pl.DataFrame, homes: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Shipped, short and over units of each row and release; a row's shipped units come first."""
    said = rows.select("row", "shipped_qty")
    before = (pl.col("qty").cum_sum() - pl.col("qty")).over("row")
    filled = reached.join(said, on="row", maintain_order="left").with_columns(
        shipped=pl.min_horizontal("qty", (pl.col("shipped_qty") - before).clip(0))
    )
    split = filled.select(
        "row", "offer_id", "shipped", short=pl.col("qty") - pl.col("shipped"), over=pl.lit(0, pl.Int64)
    )
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
        pl.concat([split, beyond]).group_by("row", "offer_id").agg(pl.col("shipped", "short", "over").sum())
    )


def _with_rest(records: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Records with `closes`, and the implied short of closed releases at their last row."""
    rules = terms.of_clients(means=lambda client: client.feeds.shipments.short)
    is_implied = pl.col("means") == "implied"
    says_no = (pl.col("is_final") == pl.lit(value=False)).fill_null(value=False)
    says_yes = pl.col("is_final").fill_null(value=False)
    ends = pl.when(is_implied).then(~says_no.any().over(RELEASE)).otherwise(says_yes.any().over(RELEASE))
    answered = (pl.col("shipped") + pl.col("short")).sum().over(RELEASE)
    rest = pl.col("left_qty") - answered
    is_last = pl.col("row") == pl.col("row").max().over(RELEASE)
    return (
        records.join(rules, on="client_id", how="left", maintain_order="left")
        .with_columns(ends=ends, rest=rest, is_last=is_last)
        .with_columns(
            closes=pl.col("ends") | (pl.col("rest") == 0),
            short=pl.col("short") + pl.when(pl.col("ends") & pl.col("is_last")).then("rest").otherwise(0),
        )
        .drop("means", "ends", "rest", "is_last", "is_final")
    )
