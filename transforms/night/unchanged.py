"""Clients of whom a table is after a night what it was before: of them nothing is written again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence


def unchanged_clients(before: pl.DataFrame, after: pl.DataFrame, order: Sequence[str]) -> set[str]:
    """The clients that have rows of a table, and the same ones before and after, value by value.

    Args:
        before: rows of the table, with `client_id`.
        after: rows of the same columns.
        order: columns that order a client's rows.
    """
    if before.is_empty() or after.is_empty():
        return set()
    if before.equals(after):
        return set(after["client_id"])
    by, counts = ["client_id", *order], ["client_id", "len"]
    as_many = before.group_by("client_id").len().join(after.group_by("client_id").len(), on=counts)
    old, new = (
        rows.join(as_many, on="client_id", how="semi").sort(by, nulls_last=True) for rows in (before, after)
    )
    # of each client as many rows, in one order: the same ones stand beside each other
    differs = pl.any_horizontal(pl.col(name).ne_missing(old[name]) for name in new.columns)
    return set(as_many["client_id"]) - set(new.filter(differs)["client_id"])
