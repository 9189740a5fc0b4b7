"""What order rows say about people: it goes to `ShipTo` alone, and its area to the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.people import ShipTo
from schemas.table import conform
from transforms.keys import ORDER

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

PARTS = [name for name in ShipTo.names() if name not in ORDER]
INWARD_LENGTH = 3
LONGEST_AREA = 5


def addresses_of(rows: pl.DataFrame) -> DataFrame[ShipTo]:
    """What accepted rows (in posting order) say about an order's address, the last value of each part.

    Null leaves a stored part as it is, an empty text clears it. Orders of which no row says anything
    are left out.
    """
    said = [pl.when(is_cleared(part)).then(pl.lit("")).otherwise(pl.col(part)).alias(part) for part in PARTS]
    latest = (
        rows.with_columns(said)
        .group_by(ORDER, maintain_order=True)
        .agg(pl.col(PARTS).drop_nulls().last())
        .filter(pl.any_horizontal(pl.col(PARTS).is_not_null()))
    )
    return conform(latest.sort(ORDER), ShipTo)


def merge_addresses(said: pl.DataFrame) -> DataFrame[ShipTo]:
    """One row an order out of several, later ones first in saying what a part is now."""
    latest = said.group_by(ORDER, maintain_order=True).agg(pl.col(PARTS).drop_nulls().last())
    return conform(latest.sort(ORDER), ShipTo)


def postcode_area() -> pl.Expr:
    """The part of a postcode that names an area: before the space or hyphen, or without its last three.

    A postcode of up to five characters without a separator (75001, 90210) names an area as it is.
    """
    postcode = pl.col("ship_to_postcode").str.strip_chars().str.to_uppercase()
    outward = postcode.str.extract(r"^([^\s-]+)[\s-]", 1)
    is_long = postcode.str.len_chars() > LONGEST_AREA
    unspaced = pl.when(is_long).then(postcode.str.head(-INWARD_LENGTH)).otherwise(postcode)
    return pl.coalesce(outward, unspaced).str.head(LONGEST_AREA)


def is_cleared(name: str) -> pl.Expr:
    """True where the row clears the column with `~`."""
    return pl.format("|{}|", "cleared").str.contains(f"|{name}|", literal=True)
