"""The shape that a table seems to have: totals, lines side by side, groups that fill one row alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import Feed
from transforms.intake.rows.raw_rows import FAULT, ROW_NO, SHEET_ROW, kept_text, own_headers
from transforms.onboarding.guesses import Guess, state
from transforms.onboarding.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from transforms.intake.rows.raw_rows import RawRows
    from transforms.onboarding.names import KnownNames, Source

NUMBERED = re.compile(r"^(?P<before>.*?)(?P<number>[1-9][0-9]?)(?P<after>\D*)$")
MIN_SIDE_BY_SIDE = 2
MIN_EMPTY = 2
"""Cells that are empty in a row which is none, at least: those of a total have a name and a sum."""

OF_GROUP: dict[Feed, tuple[str, ...]] = {
    Feed.RECEIPTS: ("receipt_id", "asn_id", "received_on", "received_at", "warehouse_id", "receipt_type"),
    Feed.ASNS: ("asn_id", "expected_on", "supplier_id", "warehouse_id"),
    Feed.SHIPMENTS: ("release_id", "order_id", "shipped_at", "tracking_no", "warehouse_id"),
    Feed.CANCELLATIONS: ("order_id", "consignee_id", "cancelled_at", "reason"),
    Feed.STOCK: ("sku", "bin_id", "warehouse_id", "counted_at"),
}
"""Columns that the first row of a group may tell for all of it; the first of them that is there names it."""

OF_LINE = frozenset(
    {
        "line_no",
        "sku",
        "qty",
        "uom",
        "unit_price",
        "shipped_qty",
        "min_shelf_life_days",
        "action",
        "changed_at",
    }
)
"""Of orders, the columns that never hold for the next row."""


def find_no_rows(raw: RawRows, known: KnownNames) -> list[Guess]:
    """Beginnings of rows that are none, such as totals.

    A beginning counts only where every row that begins so is broken, or has at most half of its cells.
    """
    headers = own_headers(raw.frame)
    texts = [pl.col(name).str.strip_chars().replace("", None) for name in headers]
    lines = raw.faults.select(ROW_NO, line=pl.col("text").str.strip_chars_start(' \t",;|'))
    rows = raw.frame.select(
        ROW_NO, first=pl.coalesce(texts), empty=pl.sum_horizontal(text.is_null() for text in texts)
    ).join(lines, on=ROW_NO, how="left", maintain_order="left")
    said = pl.coalesce("line", "first").str.to_lowercase()
    is_short = pl.col("line").is_not_null() | (pl.col("empty") >= max(MIN_EMPTY, len(headers) / 2))
    found = {}
    for text in sorted(known.no_rows, key=len, reverse=True):
        begins = said.str.starts_with(text.lower()).fill_null(value=False)
        if rows.select(begins.any() & (is_short | ~begins).all()).item():
            found[text] = rows.filter(begins).height
            rows = rows.filter(~begins)
    if not found:
        return []
    why = f"no rows: {', '.join(f'{count} begin with {text}' for text, count in found.items())}"
    return [state("leave_out", list(found), why)]


def find_totals(raw: RawRows, beginnings: Sequence[str], delimiter: str) -> tuple[tuple[str, int], ...]:
    """The filled cells of the rows that begin so, but for their first one, each with the line of its row."""
    lines = raw.faults.select(ROW_NO, line=pl.col("text"))
    rows = raw.frame.join(lines, on=ROW_NO, how="left", maintain_order="left")
    whole = pl.concat_list(kept_text(pl.col(name)) for name in own_headers(raw.frame))
    cells = pl.when(pl.col("line").is_null()).then(whole).otherwise(pl.col("line").str.split(delimiter))
    told = rows.select(SHEET_ROW, ROW_NO, cell=cells).explode("cell")
    told = told.with_columns(pl.col("cell").str.strip_chars(' \t"').replace("", None)).drop_nulls("cell")
    first = pl.col("cell").first().over(ROW_NO).str.to_lowercase()
    is_total = pl.any_horizontal(first.str.starts_with(text.lower()) for text in beginnings)
    is_behind = pl.col("cell").cum_count().over(ROW_NO) > 1
    return tuple(told.filter(is_total & is_behind).select("cell", SHEET_ROW).rows())


def find_wide(headers: Sequence[str], known: KnownNames) -> list[Guess]:
    """Columns of lines that stand side by side: `Item 1`, `Qty 1`, `Item 2`, `Qty 2`."""
    numbers: dict[str, set[int]] = {}
    for header in headers:
        if found := NUMBERED.match(header):
            numbers.setdefault(f"{found['before']}{{n}}{found['after']}", set()).add(int(found["number"]))
    sides = [text for text, found in numbers.items() if {1, MIN_SIDE_BY_SIDE} <= found]
    plain = {text: " ".join(text.replace("{n}", " ").split()).strip(" -_.") for text in sides}
    meant = {text: _meant(name, known) for text, name in plain.items()}
    if not {"sku", "qty"} <= {name for names in meant.values() for name in names}:
        return []
    wide = {name: text for text, name in plain.items() if meant[text] & OF_LINE and name not in headers}
    most = max(max(numbers[text]) for text in wide.values())
    return [state("wide", wide, f"{most} lines stand side by side in a row")]


def _meant(name: str, known: KnownNames) -> set[str]:
    """What a word means in orders."""
    folded = fold(name)
    return {
        word.columns[Feed.ORDERS]
        for word in known.words
        if Feed.ORDERS in word.columns and folded in map(fold, word.names)
    }


def find_groups(
    frame: pl.DataFrame, feed: Feed, sources: Mapping[str, Source], *, grouped: bool
) -> list[Guess]:
    """Columns that only the first row of a group fills.

    Args:
        frame: the rows.
        feed: what they are.
        sources: where our columns are read from.
        grouped: files of this program are known to be so, even where these rows are not.
    """
    key, of_group = _columns_of_groups(feed, sources)
    if not key:
        return []
    rows = _grouped(frame, key)
    filled = [name for name in of_group if name != key and _stands_above(rows, name)]
    why = "only the first row of a group has them"
    if rows[key].null_count() and _stands_above(rows, key):
        return [state("fill_down", [key, *filled], why)]
    if filled or grouped:
        listed = of_group if grouped else [key, *filled]
        why = why if filled else "so this program may write orders of several lines"
        return [state("fill_down", list(dict.fromkeys([key, *listed])), why)]
    return []


def _columns_of_groups(feed: Feed, sources: Mapping[str, Source]) -> tuple[str, list[str]]:
    """The file's column that tells groups apart, and all that may be told once for a group."""
    ours: Collection[str] = OF_GROUP.get(feed, ())
    if feed == Feed.ORDERS:
        ours = ["order_id", *(name for name in sources if name != "order_id" and name not in OF_LINE)]
    theirs = [header for name in ours if name in sources for header in sources[name].headers]
    return (theirs[0] if theirs else ""), list(dict.fromkeys(theirs))


def _grouped(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """The whole rows with `bo_below`: it belongs to the group of the row above."""
    whole = frame.filter(pl.col(FAULT).is_null())
    trimmed = whole.with_columns(pl.col(own_headers(whole)).str.strip_chars().replace("", None))
    name = pl.col(key).forward_fill()
    return trimmed.with_columns(bo_below=(name == name.shift(1)).fill_null(value=False))


def _stands_above(rows: pl.DataFrame, name: str) -> bool:
    """Whether a column is empty in every row below the first of a group, and filled in the first of some."""
    below = rows.filter("bo_below")[name]
    has_rows_below = pl.col("bo_below").shift(-1).fill_null(value=False)
    firsts = rows.filter(~pl.col("bo_below") & has_rows_below)[name]
    return not below.is_empty() and below.null_count() == len(below) and firsts.null_count() < len(firsts)
