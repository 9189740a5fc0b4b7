"""Rows of a confirmation spread over the releases they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.posting.confirmations.kit_rows import find_kit_rows, reach_kits
from transforms.posting.confirmations.reaching import RELEASE, reach_releases, stated
from transforms.posting.core.kits import IS_PART

if TYPE_CHECKING:
    from transforms.terms import Terms

SAID = [
    "row",
    "file_feed",
    "file_hash",
    "row_no",
    "at",
    "effective_on",
    "short_reason",
    "tracking_no",
]


def spread_rows(releases: pl.DataFrame, rows: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """One record for each row and release it reaches; rows that reach none are left out.

    Args:
        releases: open ones, from `open_releases`.
        rows: in posting order, with their lines.
        terms: how clients mean a short.

    Returns:
        The release's columns, what the row says, `shipped` and `short` of the release's units, `over`
        beyond them, and `closes`: the release is closed by this turn. The implied short of a release that
        is closed stands at the last of its rows; `unsaid` is the part of `short` that no row states.
    """
    kit_rows = find_kit_rows(rows, releases)
    of_units = reach_releases(releases, rows.join(kit_rows, on="row", how="anti", maintain_order="left"))
    reached = pl.concat([of_units, reach_kits(_less(releases, of_units), kit_rows)])
    said = rows.select(*SAID, "is_final", lot="lot_id", bin="bin_id")
    records = reached.join(releases, on="offer_id").join(said, on="row").sort("row", "offer_id")
    counts_kits = pl.col("row").is_in(kit_rows["row"].implode()) & IS_PART
    placed = records.with_columns(
        real_lot_id=pl.when(~counts_kits).then(stated("lot")),
        real_bin_id=pl.when(~counts_kits).then(stated("bin")),
    )
    return _with_rest(placed.drop("is_open", "lot", "bin"), terms)


def _less(releases: pl.DataFrame, answered: pl.DataFrame) -> pl.DataFrame:
    """Releases with what is left of them beside these answers."""
    taken = answered.group_by("offer_id").agg(taken=(pl.col("shipped") + pl.col("short")).sum())
    left = pl.col("left_qty") - pl.col("taken").fill_null(0)
    return (
        releases.join(taken, on="offer_id", how="left", maintain_order="left")
        .with_columns(left_qty=left)
        .drop("taken")
    )


def _with_rest(records: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Records with `closes` and `unsaid`, and the implied short of closed releases at their last row."""
    rules = terms.of_clients(means=lambda client: client.feeds.shipments.short)
    is_implied = pl.col("means") == "implied"
    says_no = (pl.col("is_final") == pl.lit(value=False)).fill_null(value=False)
    says_yes = pl.col("is_final").fill_null(value=False)
    ends = pl.when(is_implied).then(~says_no.any().over(RELEASE)).otherwise(says_yes.any().over(RELEASE))
    answered = (pl.col("shipped") + pl.col("short")).sum().over(RELEASE)
    rest = pl.col("left_qty") - answered
    is_last = pl.col("row") == pl.col("row").max().over(RELEASE)
    implied = pl.when(pl.col("ends") & pl.col("is_last")).then("rest").otherwise(0)
    return (
        records.join(rules, on="client_id", how="left", maintain_order="left")
        .with_columns(ends=ends, rest=rest, is_last=is_last, is_said=says_yes.any().over(RELEASE))
        .with_columns(
            closes=pl.col("ends") | (pl.col("rest") == 0),
            short=pl.col("short") + implied,
            unsaid=pl.when("is_said").then(0).otherwise(implied),
        )
        .drop("means", "ends", "rest", "is_last", "is_said", "is_final")
    )
