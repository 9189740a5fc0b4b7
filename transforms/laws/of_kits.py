"""The laws where kits are concerned: parts make whole kits, and kept kits are there or can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.keys import LINE, SHELF
from transforms.kits import list_parts
from transforms.laws.violations import broken_rows, line_subject, picks_of

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.laws import Violation
    from schemas.night import Books
    from schemas.results import Allocation
    from schemas.table import Frame

KIT = ["effect_id", *LINE]


def check_kits(allocations: DataFrame[Allocation], books: Books) -> list[Frame[Violation]]:
    """Law 4: the picks of a kit are its parts, all from one warehouse, as many as its whole kits take."""
    picks = _parts_of(picks_of(allocations))
    if picks.is_empty():
        return []
    same = ["kit_sku", "kit_qty", "warehouse_id"]
    takes = (
        picks.group_by(KIT)
        .agg(pl.col(same).min())
        .join(list_parts(books.items).rename({"sku": "kit_sku"}), on=["client_id", "kit_sku"])
        .select(*KIT, *same, sku="part_sku", qty=pl.col("kit_qty") * pl.col("per_kit"))
    )
    key = [*KIT, *same, "sku"]
    picked = picks.group_by(key).agg(pl.col("qty", "from_reserved_qty").sum())
    both = picked.join(takes, on=key, how="full", coalesce=True, suffix="_taken")
    kept = pl.col("from_reserved_qty") * pl.col("kit_qty")
    kept_kits = kept // pl.col("qty")
    is_uneven = (kept % pl.col("qty") != 0) | (kept_kits != kept_kits.first().over(KIT))
    differs = pl.col("qty").ne_missing(pl.col("qty_taken")) | is_uneven.fill_null(value=True)
    detail = pl.format(
        "{} kits: picked {} of {}, {} of them reserved before; they take {}",
        *(pl.col(name).fill_null(0) for name in ("kit_qty", "qty")),
        "sku",
        *(pl.col(name).fill_null(0) for name in ("from_reserved_qty", "qty_taken")),
    )
    return [broken_rows(4, both.filter(differs), line_subject(), detail)]


def count_kits(picks: pl.DataFrame) -> pl.DataFrame:
    """Picks of parts as their line counts them: the columns of `KIT`, `qty` and `from_reserved_qty`."""
    kept = pl.col("from_reserved_qty") * pl.col("kit_qty") // pl.col("qty")
    of_parts = _parts_of(picks).group_by(*KIT, "kit_qty", "sku").agg(pl.col("qty", "from_reserved_qty").sum())
    return (
        of_parts.with_columns(kept_qty=kept)
        .group_by(KIT)
        .agg(qty=pl.col("kit_qty").max(), from_reserved_qty=pl.col("kept_qty").max())
    )


def count_needed(reserved: pl.DataFrame, free: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Units that reservations need on each shelf: a kit needs itself, or of its parts what it lacks.

    Args:
        reserved: units reserved of each shelf, as `reserved_qty`.
        free: units on each shelf that a reservation may rest on, as `qty`.
        books: of the night; a kit that cannot be made needs its own units.
    """
    parts = list_parts(books.items)
    if parts.is_empty():
        return reserved.group_by(SHELF).agg(pl.col("reserved_qty").sum())
    kits = reserved.join(parts, on=["client_id", "sku"], how="semi")
    lacked = kits.join(free, on=SHELF, how="left").with_columns(
        lacked_qty=(pl.col("reserved_qty") - pl.col("qty").fill_null(0)).clip(0)
    )
    of_parts = lacked.join(parts, on=["client_id", "sku"]).select(
        *SHELF[:-1], sku="part_sku", reserved_qty=pl.col("lacked_qty") * pl.col("per_kit")
    )
    own = reserved.join(parts, on=["client_id", "sku"], how="anti")
    return pl.concat([own, of_parts]).group_by(SHELF).agg(pl.col("reserved_qty").sum())


def _parts_of(picks: pl.DataFrame) -> pl.DataFrame:
    """Picks of parts, under the effect of the kits that they make."""
    return picks.filter(pl.col("kit_id").is_not_null()).with_columns(effect_id="kit_id")
