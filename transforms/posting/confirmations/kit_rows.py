"""Rows of a confirmation that count kits: each speaks of all parts of the kits it reaches."""

from __future__ import annotations

import polars as pl

from transforms.keys import LINE
from transforms.matching import match_in_order
from transforms.posting.confirmations.reaching import reach_releases, ship_first
from transforms.posting.core.kits import IS_PART, KIT, PART

ZERO = pl.lit(0, pl.Int64)


def find_kit_rows(rows: pl.DataFrame, releases: pl.DataFrame) -> pl.DataFrame:
    """Rows that name neither a release nor a part, of lines with open releases of parts."""
    parts = releases.filter(IS_PART)
    of_line = rows.filter(pl.col("release_id").is_null()).join(parts, on=LINE, how="semi")
    named = parts.select(*LINE, sku="kit_sku", is_kit=True).unique()
    counts_kits = (pl.col("sku") == pl.col("line_sku")) | pl.col("is_kit")
    return of_line.join(named, on=[*LINE, "sku"], how="left").filter(counts_kits).drop("is_kit").sort("row")


def reach_kits(releases: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """As `reach_releases`, for rows that count kits: released as such, or made of parts, the oldest first.

    Kits that are made of parts are reached as a whole: what is said of them is said of all their releases.
    """
    of_stock, parts = releases.filter(~IS_PART), releases.filter(IS_PART)
    kits = _as_wholes(parts).select(releases.columns)
    reached = reach_releases(pl.concat([of_stock, kits]).sort("offer_id"), rows)
    made = reached.join(kits.select("offer_id", *KIT), on="offer_id").drop("offer_id")
    return pl.concat([reached.join(of_stock, on="offer_id", how="semi"), _of_parts(made, parts)])


def _as_wholes(parts: pl.DataFrame) -> pl.DataFrame:
    """Each `kit_id` as one release of kits, with those in `left_qty` of which any part is not answered."""
    left = (pl.col("left_qty").sum() + pl.col("per_kit").first() - 1) // pl.col("per_kit").first()
    of_parts = parts.group_by(PART).agg(pl.all().exclude("left_qty").first(), left_qty=left)
    wholes = of_parts.group_by(KIT).agg(
        pl.all().exclude("left_qty", "offer_id").first(), pl.col("left_qty").max(), pl.col("offer_id").min()
    )
    anywhere = {name: pl.lit("") for name in ("lot_id", "bin_id")}
    return wholes.with_columns(release_id=pl.col("kit_id"), sku=pl.col("kit_sku"), **anywhere)


def _of_parts(made: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Units of each row and release of parts, from the kits that the row says of each `kit_id`.

    What was answered of a part before is not answered again. Every open release of the kits has a record,
    since they are confirmed together.
    """
    per_kit = parts.group_by(PART).agg(pl.col("per_kit").first(), last=pl.col("offer_id").max())
    wants = (
        made.join(per_kit, on=KIT)
        .with_columns(pl.col("shipped", "short", "over") * pl.col("per_kit"))
        .sort("row", *PART)
        .with_columns(want_id=pl.int_range(pl.len(), dtype=pl.Int64), qty=pl.col("shipped") + pl.col("short"))
    )
    offers = parts.select("offer_id", *PART, qty="left_qty")
    taken = match_in_order(wants.select("want_id", *PART, "qty"), offers, on=PART)
    said = wants.select(row="want_id", shipped_qty="shipped")
    split = (
        ship_first(taken.rename({"want_id": "row"}), said)
        .rename({"row": "want_id"})
        .join(wants.select("want_id", "row"), on="want_id")
        .select("row", "offer_id", "shipped", "short", "over")
    )
    beyond = wants.select("row", offer_id="last", shipped=ZERO, short=ZERO, over="over")
    last = made.group_by(KIT).agg(pl.col("row").max())
    others = parts.join(last, on=KIT).select("row", "offer_id", shipped=ZERO, short=ZERO, over=ZERO)
    silent = others.join(split, on="offer_id", how="anti")
    return (
        pl.concat([split, beyond.filter(pl.col("over") > 0), silent])
        .group_by("row", "offer_id")
        .agg(pl.col("shipped", "short", "over").sum())
    )
