"""Kits: goods that are made of parts when they are shipped.

A kit is made of the units of its parts that stand in one warehouse. Only whole kits are made. It is one step:
a kit of which a part is a kit itself, or is not in the catalogue, or that is counted in fractions, is served
from units of its own SKU alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pandera.polars as pa
import polars as pl

from schemas.table import Table, empty
from transforms.keys import ITEM, SHELF

if TYPE_CHECKING:
    from schemas.table import Frame


class KitPart(Table, key=("client_id", "sku", "part")):
    """A part of a kit."""

    client_id: str
    sku: str = pa.Field(description="the kit")
    part_sku: str
    part: int = pa.Field(ge=1, description="its place among the parts of the kit")
    per_kit: int = pa.Field(ge=1, description="units of it in one kit, scaled as its quantities are")


def list_parts(items: pl.DataFrame) -> Frame[KitPart]:
    """What each kit of the catalogue is made of, sorted by kit and part."""
    if items["kit"].null_count() == items.height:
        return cast("Frame[KitPart]", empty(KitPart))
    known = items.select("client_id", part_sku="sku", is_kit=pl.col("kit").is_not_null(), scale="decimals")
    named = (
        items.filter(pl.col("kit").is_not_null(), pl.col("decimals") == 0)
        .select(*ITEM, pl.col("kit").str.split("|"))
        .explode("kit")
        .with_columns(pl.col("kit").str.splitn(":", 2).struct.rename_fields(["part_sku", "units"]))
        .unnest("kit")
        .group_by(*ITEM, "part_sku")
        .agg(pl.col("units").str.strip_chars().cast(pl.Int64).sum())
        .join(known, on=["client_id", "part_sku"], how="left")
    )
    is_whole = pl.col("is_kit").not_().fill_null(value=False).all().over(ITEM)
    made_of = (
        named.filter(is_whole)
        .sort(*ITEM, "part_sku")
        .select(
            *ITEM,
            "part_sku",
            part=pl.int_range(1, pl.len() + 1).over(ITEM),
            per_kit=pl.col("units") * 10 ** pl.col("scale"),
        )
    )
    return cast("Frame[KitPart]", made_of)


def reserve_parts(reservations: pl.DataFrame, usable: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """What is reserved of each shelf, its own units and those that reserved kits need as parts.

    A reserved kit rests on units of its own SKU as far as they go, and on its parts beyond that.

    Args:
        reservations: the key of a shelf and `qty`, several rows a shelf.
        usable: the key of a shelf and `qty`: free units of it that may leave.
        items: the catalogue.

    Returns:
        The key of a shelf and `qty`, several rows a shelf.
    """
    own = reservations.select(*SHELF, "qty")
    parts = list_parts(items)
    reserved = (
        own.join(parts.select(ITEM).unique(), on=ITEM, how="semi").group_by(SHELF).agg(pl.col("qty").sum())
    )
    if reserved.is_empty():
        return own
    standing = usable.group_by(SHELF).agg(usable_qty=pl.col("qty").sum())
    lacking_qty = (pl.col("qty") - pl.col("usable_qty").fill_null(0)).clip(0)
    needed = (
        reserved.join(standing, on=SHELF, how="left")
        .with_columns(lacking_qty=lacking_qty)
        .join(parts, on=ITEM)
        .select("client_id", "warehouse_id", sku="part_sku", qty=pl.col("lacking_qty") * pl.col("per_kit"))
    )
    return pl.concat([own, needed.filter(pl.col("qty") > 0)])
