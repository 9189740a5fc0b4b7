"""SKUs as the client's catalogue spells them, and what the catalogue knows of each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from schemas.settings.client import Client
    from transforms.intake.file_form import Catalogue

EACH = ("each", "ea")
MAX_EACHES = 1_000_000_000
"""Eaches in a unit: more is a slip, and its product with a quantity must fit."""


def spelled(name: str, sku_rule: str) -> pl.Expr:
    """A SKU under the client's `sku_rule`. Cells are trimmed anyway, so `upper` and `upper_trim` agree."""
    return pl.col(name) if sku_rule == "exact" else pl.col(name).str.to_uppercase()


def resolve_skus(sent: pl.DataFrame, client: Client, catalogue: Catalogue) -> pl.DataFrame:
    """`sent` with `sku` spelled and aliases resolved, `sent_sku` beside it; a SKU is never its own alias."""
    as_spelled = sent.with_columns(spelled("sku", client.sku_rule), sent_sku="sku")
    own = pl.col("client_id") == client.client_id
    if catalogue.item_aliases.is_empty():
        return as_spelled
    skus = catalogue.items.filter(own).select("sku", is_sku=pl.lit(True))
    aliases = (
        catalogue.item_aliases.filter(own)
        .select(spelled("alias", client.sku_rule), alias_of="sku")
        .unique("alias", keep="none")
    )
    return (
        as_spelled.join(skus, on="sku", how="left", maintain_order="left")
        .join(aliases, left_on="sku", right_on="alias", how="left", maintain_order="left")
        .with_columns(sku=pl.when("is_sku").then("sku").otherwise(pl.coalesce("alias_of", "sku")))
        .drop("is_sku", "alias_of")
    )


def with_factors(
    rows: pl.DataFrame, client: Client, catalogue: Catalogue, *, item: str = "sku"
) -> pl.DataFrame:
    """`rows` with `decimals` of the item and `each_qty` of the unit; null where the item has no such unit.

    `item` is the column that says whose units they are.
    """
    items, units = _items_and_units(catalogue, client.client_id)
    is_each = pl.col("unit").is_null() | pl.col("unit").is_in(EACH)
    return (
        rows.with_columns(unit=pl.col("uom").str.to_lowercase())
        .join(items, left_on=item, right_on="sku", how="left", maintain_order="left")
        .join(units, left_on=[item, "unit"], right_on=["sku", "unit"], how="left", maintain_order="left")
        .with_columns(
            each_qty=pl.when(is_each).then(1).otherwise("each_qty"),
            decimals=pl.col("decimals").fill_null(0),
        )
        .drop("unit")
    )


@lru_cache(maxsize=1)
def _items_and_units(catalogue: Catalogue, client_id: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Decimals of a client's items and eaches of their units; made once for files that follow each other."""
    own = pl.col("client_id") == client_id
    items = catalogue.items.filter(own).select("sku", "decimals").unique("sku", keep="first")
    units = (
        catalogue.item_units.filter(own)
        .select("sku", "each_qty", unit=pl.col("uom").str.to_lowercase())
        .unique()
        .unique(["sku", "unit"], keep="none")
    )
    return items, units
