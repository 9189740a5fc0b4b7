"""Quantities as people know them: the books keep whole numbers, scaled by the decimals of their item."""

from __future__ import annotations

import polars as pl

MILLIONTHS = 6
"""Decimals that no item has more of: in these, quantities of any two items can be added up."""

TOO_LONG = 2**63
"""The least number that 64 bits do not hold."""


def written_qty(qty: pl.Expr, decimals: pl.Expr) -> pl.Expr:
    """A scaled quantity as text with its item's decimals: 125 with one decimal is 12.5."""
    places = decimals.fill_null(0)
    digits = qty.abs().cast(pl.String).str.zfill(places + 1)
    whole = digits.str.head(digits.str.len_chars() - places)
    fraction = pl.when(places > 0).then(pl.lit(".") + digits.str.tail(places)).otherwise(pl.lit(""))
    return pl.when(qty < 0).then(pl.lit("-")).otherwise(pl.lit("")) + whole + fraction


def in_millionths(qty: pl.Expr, decimals: pl.Expr) -> pl.Expr:
    """A scaled quantity in millionths of a unit, to be added to those of other items."""
    places = pl.lit(MILLIONTHS, pl.Int64) - decimals.fill_null(0)
    return qty.cast(pl.Int128) * pl.lit(10, pl.Int128).pow(places)


def written_total(millionths: pl.Expr) -> pl.Expr:
    """A sum over items as text, with the places it needs: 7 stays 7, also beside goods that are weighed."""
    text = written_qty(millionths, pl.lit(MILLIONTHS, pl.Int64))
    return text.str.strip_chars_end("0").str.strip_chars_end(".")


def true_total(millionths: int) -> int | float:
    """A sum over items as a number: a whole one where it can be."""
    return true_number(millionths, MILLIONTHS)


def true_number(qty: int, decimals: int | None) -> int | float:
    """A scaled quantity as a number: a whole one where it can be."""
    scale: int = 10 ** (decimals or 0)
    units, rest = divmod(qty, scale)
    return qty / scale if rest else units


def shortest(millionths: int) -> tuple[int, int]:
    """A sum over items as a whole number of 64 bits, and its decimals: no more than it needs.

    What 64 bits do not hold so finely loses its last places.
    """
    qty, places = millionths, MILLIONTHS
    while places and (qty % 10 == 0 or abs(qty) >= TOO_LONG):
        qty, places = qty // 10, places - 1
    return qty, places


def sell_step() -> pl.Expr:
    """Units that an item is sold by, scaled as its quantities are; 1: any quantity."""
    scaled = pl.col("sell_multiple") * 10 ** pl.col("decimals")
    return pl.when(pl.col("sell_multiple") > 1).then(scaled).otherwise(1)


def counted(number: str, thing: str) -> pl.Expr:
    """A number of things in words: `1 row`, `2 rows`."""
    return pl.format(
        "{} {}", number, pl.when(pl.col(number) == 1).then(pl.lit(thing)).otherwise(pl.lit(f"{thing}s"))
    )


def in_units(written: pl.Expr) -> pl.Expr:
    """A written quantity with its noun: `1 unit`, `2.5 units`."""
    noun = pl.when(written == "1").then(pl.lit("unit")).otherwise(pl.lit("units"))
    return pl.format("{} {}", written, noun)


def units(qty: str) -> pl.Expr:
    """A quantity in words, beside the `decimals` of its item."""
    return written_qty(pl.col(qty), pl.col("decimals"))
