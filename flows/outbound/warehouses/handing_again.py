"""What of a pick file a warehouse may have already, after the books were put back from a backup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.runs.handed_out import LINE, read_handed_out

if TYPE_CHECKING:
    import sqlite3

SHOWN = 3
SAME = (*LINE, "qty")


class HandedOutError(Exception):
    """Rows of a pick file may have been handed out before; somebody has to say."""


@dataclass(frozen=True)
class ToHandOut:
    """What of a pick file is to be delivered."""

    rows: pl.DataFrame
    known: list[str]
    """Releases of before that are in the file again, under whatever id: the books know of them now."""


def choose_rows(connection: sqlite3.Connection, warehouse: str, rows: pl.DataFrame) -> ToHandOut:
    """The rows of a warehouse's file that it does not have yet.

    A row is one that was handed out before if it names the same order line and SKU: that its units are others
    is nothing that a program can know. What the warehouse works on is matched by quantity as well.

    Raises:
        HandedOutError: nobody has said what became of them, or the quantities differ.
    """
    before = read_handed_out(connection).filter(warehouse=warehouse)
    again = before if before.is_empty() else before.join(rows, on=LINE, how="semi")
    if again.is_empty():
        return ToHandOut(rows, [])
    unsaid = again.filter(pl.col("verdict").is_null())
    if not unsaid.is_empty():
        message = (
            f"{_named(unsaid)} may have been handed out before the books were put back, in "
            f"{', '.join(unsaid['file_name'].unique().sort().head(SHOWN))}. Ask the warehouse. It works on "
            f"them: `backorders handed-out {warehouse} --kept`. It has dropped them: `backorders handed-out "
            f"{warehouse} --dropped`. Then run again"
        )
        raise HandedOutError(message)
    kept = _numbered(again)
    numbered = _numbered(rows)
    left = numbered.join(kept, on=[*SAME, "nth"], how="anti")
    differing = left.join(kept, on=LINE, how="semi")
    if not differing.is_empty():
        message = (
            f"{_named(differing)} were handed out before the books were put back, and the warehouse works on "
            "them, but with other quantities or in other parts. Let it drop them: `backorders handed-out "
            f"{warehouse} --dropped`. Then run again"
        )
        raise HandedOutError(message)
    return ToHandOut(left.drop("nth"), again["release_id"].to_list())


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their place among their equals."""
    return rows.with_columns(nth=pl.int_range(pl.len()).over(SAME))


def _named(rows: pl.DataFrame) -> str:
    """How many rows, and the first of them."""
    lines = rows.select(pl.format("{} {}/{}", "client_id", "order_id", "line_no")).to_series().unique().sort()
    return f"{rows.height} rows (such as {', '.join(lines.head(SHOWN))})"
