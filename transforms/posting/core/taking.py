"""Taking units where a fact says only part of the place: the named part first, then the next best.

A negative adjustment may name a bin, a lot, both or neither; a cancellation a line, a sku or only an
order. Each tier of offers is matched by exactly what a want names, the most exact wants first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from transforms.matching import match_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Tier:
    """Offers of one quality.

    Attributes:
        offers: which of the offers belong to it.
        overlook: named columns that a want does not insist on here.
        needs: columns that a want must name to take of it.
    """

    offers: pl.Expr
    overlook: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taking:
    """What was taken (want_id, offer_id, qty) and what each want still lacks (wants with qty > 0)."""

    taken: pl.DataFrame
    missing: pl.DataFrame


def take_by_names(
    wants: pl.DataFrame, offers: pl.DataFrame, tiers: Sequence[Tier], *, on: list[str], named: list[str]
) -> Taking:
    """What wants take from offers, tier after tier.

    Args:
        wants: `want_id`, `qty`, the columns `on` and `named`; null in a named column means any.
        offers: `offer_id`, `qty` and the same columns, in the order in which they are to be used.
        tiers: which offers come first.
        on: columns that always agree.
        named: columns that agree where the want names them.
    """
    matches = [pl.DataFrame(schema={"want_id": pl.Int64, "offer_id": pl.Int64, "qty": pl.Int64})]
    choices = _choices_of(wants, named)
    for tier in tiers:
        for names in choices:
            is_named = [
                pl.col(name).is_not_null() if name in names else pl.col(name).is_null() for name in named
            ]
            asking = wants.filter(*is_named, pl.col("qty") > 0)
            if asking.is_empty() or not set(tier.needs) <= set(names):
                continue
            insist = [name for name in names if name not in tier.overlook]
            found = match_in_order(asking, offers.filter(tier.offers), on=[*on, *insist])
            wants, offers = _less(wants, found, "want_id"), _less(offers, found, "offer_id")
            matches.append(found)
    return Taking(pl.concat(matches), wants.filter(pl.col("qty") > 0))


def _choices_of(wants: pl.DataFrame, named: list[str]) -> list[list[str]]:
    """The choices of the named columns that wants name, the largest first, then by their last columns."""
    said = wants.select(pl.col(named).is_not_null()).unique().rows() if named else [()]
    firmest = sorted(said, key=lambda names: (sum(names), names[::-1]), reverse=True)
    return [[name for name, is_said in zip(named, names, strict=True) if is_said] for names in firmest]


def _less(side: pl.DataFrame, found: pl.DataFrame, name: str) -> pl.DataFrame:
    """A side with what was taken subtracted."""
    if found.is_empty():
        return side
    taken = found.group_by(name).agg(taken=pl.col("qty").sum())
    return (
        side.join(taken, on=name, how="left", maintain_order="left")
        .with_columns(qty=pl.col("qty") - pl.col("taken").fill_null(0))
        .drop("taken")
    )
