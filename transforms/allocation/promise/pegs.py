"""Pegs: the announced units on which each line counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.supply.kit_dates import COMES
from transforms.allocation.supply.kits import MADE

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.outcome_frames import Cell, LatestPeg, PeggedUnits
    from transforms.allocation.promise.future import Promised
    from transforms.allocation.tonight.serving import Tonight


def peg_lines(tonight: Tonight, promised: Promised, cells: Frame[Cell]) -> Frame[PeggedUnits]:
    """The inbound units that each line counts on, with the day it can have them; sorted by line and day.

    Of kits that are their parts, each for the day on which all of the kit are there.
    """
    kits = promised.units.select("piece", "date", kit="cell")
    parts = promised.parts.join(kits, on=["piece", "kit"])
    columns = ["piece", "cell", "date", "qty"]
    units = pl.concat([promised.units.select(columns), parts.select(columns)])
    pegged = (
        units.with_columns(tonight.pieces["line"].gather(units["piece"]))
        .join(cells.filter(pl.col("fence") != MADE).select("cell", *COMES), on="cell")
        .filter(pl.col("asn_id").is_not_null())
        .group_by("line", "asn_id", "asn_line_no", eta_on="date")
        .agg(pegged_qty=pl.col("qty").sum(), available_on=pl.col("available_on").max())
        .sort("line", "eta_on", "asn_id", "asn_line_no")
    )
    return cast("Frame[PeggedUnits]", pegged)


def latest_pegs(pegs: Frame[PeggedUnits]) -> Frame[LatestPeg]:
    """The peg that decides each line's date: the latest, of these what comes last, then the first by ASN."""
    order = ["line", "eta_on", "available_on", "asn_id", "asn_line_no"]
    latest = (
        pegs.sort(order, descending=[False, True, True, False, False])
        .unique("line", keep="first", maintain_order=True)
        .select("line", "asn_id", "asn_line_no", pegged_on="eta_on")
    )
    return cast("Frame[LatestPeg]", latest)
