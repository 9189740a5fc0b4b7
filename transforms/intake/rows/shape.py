"""The shape of a table of any format: rows that are none, groups that fill one row, lines side by side.

A table that comes back from quarantine has its final shape already.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.refusal import Refusal, column_at
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import (
    FAULT,
    ROW_NO,
    SHEET_ROW,
    UNNAMED,
    RawRows,
    is_sent_back,
    own_headers,
    plain_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.settings.client import FeedSettings

PLACE = "{n}"
"""Where the number of a group of columns stands in their names."""


def shape_rows(raw: RawRows, settings: FeedSettings) -> RawRows | Refusal:
    """The rows of a table as the settings describe its shape, or why it has another.

    Rows keep their numbers; a row that holds several lines becomes as many rows, which are numbered anew.
    """
    named = _drop_unnamed(raw)
    if isinstance(named, Refusal):
        return named
    rows = _without_blank(named)
    if is_sent_back(rows.frame):
        return rows
    filled = _fill_down(_leave_out(rows, settings.leave_out), settings)
    return filled if isinstance(filled, Refusal) else _lengthen(filled, settings.wide)


def _drop_unnamed(raw: RawRows) -> RawRows | Refusal:
    """Without the columns that have neither a name nor a value, as spreadsheets write them at the right."""
    unnamed = [name for name in raw.frame.columns if name.startswith(UNNAMED)]
    for name in unnamed:
        if raw.frame[name].null_count() < raw.frame.height:
            width = len(own_headers(raw.frame)) + len(unnamed)
            place = column_at(int(name.removeprefix(UNNAMED)))
            return Refusal(ReasonCode.NO_HEADER, f"{place} of {width} has no name, and has values")
    return replace(raw, frame=raw.frame.drop(unnamed))


def _without_blank(raw: RawRows) -> RawRows:
    """Without the rows in which no cell holds anything."""
    cells = [name for name in raw.frame.columns if name not in (ROW_NO, SHEET_ROW)]
    is_row = pl.any_horizontal(pl.col(name).str.strip_chars() != "" for name in cells)
    return _told_less(replace(raw, frame=raw.frame.filter(is_row)), raw, "blank")


def _leave_out(raw: RawRows, beginnings: Sequence[str]) -> RawRows:
    """Without the rows whose first filled cell begins as said; of a broken row its line counts."""
    if not beginnings:
        return raw
    folded = [text.strip().lower() for text in beginnings]
    lines = raw.faults.select(ROW_NO, first=pl.col("text").str.strip_chars_start(' \t",;|'))
    first = pl.coalesce(_trimmed(name) for name in own_headers(raw.frame))
    told = raw.frame.select(ROW_NO, own=first).join(lines, on=ROW_NO, how="left", maintain_order="left")
    said = pl.coalesce("first", "own").str.to_lowercase()
    is_out = pl.any_horizontal(said.str.starts_with(text) for text in folded).fill_null(value=False)
    gone = told.filter(is_out)[ROW_NO].implode()
    frame, faults = (part.filter(~pl.col(ROW_NO).is_in(gone)) for part in (raw.frame, raw.faults))
    return _told_less(replace(raw, frame=frame, faults=faults), raw, "left out by leave_out")


def _told_less(rows: RawRows, before: RawRows, why: str) -> RawRows:
    """`rows`, and how many there were more before."""
    gone = before.frame.height - rows.frame.height
    return rows.also_read(f"{gone:,} row{'s' if gone > 1 else ''} {why}") if gone else rows


def _fill_down(raw: RawRows, settings: FeedSettings) -> RawRows | Refusal:
    """Cells that stand on the first row of a group alone, on each of its rows.

    The first column that is named tells the groups apart: an empty cell of it belongs to the group above,
    another value begins a group. The other columns take the value of their group's first row, never that of
    another group. A row that could not be read may have begun a group: below it nothing is filled until the
    next one begins.
    """
    if not settings.fill_down:
        return raw
    found = _find_columns(settings.fill_down, own_headers(raw.frame), settings.columns)
    if isinstance(found, Refusal):
        return found
    key, *others = found
    above = pl.col(FAULT).is_not_null().cum_sum()
    frame = raw.frame.with_columns(bo_above=above, bo_key=_trimmed(key))
    frame = frame.with_columns(bo_key=pl.col("bo_key").forward_fill().over("bo_above"))
    begins = pl.col("bo_key").ne_missing(pl.col("bo_key").shift(1)) | (
        pl.col("bo_above") != pl.col("bo_above").shift(1)
    )
    frame = frame.with_columns(bo_group=begins.fill_null(value=True).cum_sum())
    has_group, is_whole = pl.col("bo_key").is_not_null(), pl.col(FAULT).is_null()
    frame = frame.with_columns(
        pl.when(is_whole).then(pl.coalesce(_trimmed(key), "bo_key")).alias(key),
        *[
            pl.when(has_group & is_whole)
            .then(pl.coalesce(_trimmed(name), _trimmed(name).first().over("bo_group")))
            .otherwise(pl.col(name))
            .alias(name)
            for name in others
        ],
    )
    groups = frame.filter(has_group & is_whole)["bo_group"].n_unique()
    filled = replace(raw, frame=frame.drop("bo_above", "bo_key", "bo_group"))
    return filled.also_read(f"filled down within {groups:,} group{'' if groups == 1 else 's'}")


def _find_columns(
    wanted: Sequence[str], headers: Sequence[str], mapped: Mapping[str, str]
) -> list[str] | Refusal:
    """The file's columns of these names, theirs or ours."""
    found, by_name = [], {plain_name(name): name for name in headers}
    for name in wanted:
        header = by_name.get(plain_name(name)) or by_name.get(plain_name(mapped.get(name, "")))
        if header is None:
            return Refusal(ReasonCode.MISSING_COLUMN, f"fill_down names {name!r}, which no column has")
        found.append(header)
    return list(dict.fromkeys(found))


def _lengthen(raw: RawRows, wide: Mapping[str, str]) -> RawRows | Refusal:
    """A row for each group of columns that holds something: Item 1 and Qty 1, Item 2 and Qty 2, and so on.

    A row none of whose groups holds anything stays one row, so that it is rejected and seen.
    """
    if not wide:
        return raw
    headers = own_headers(raw.frame)
    groups = _find_groups(headers, wide)
    taken = {header for group in groups for header in group.values()}
    common = [name for name in raw.frame.columns if name not in taken]
    if not groups:
        return Refusal(
            ReasonCode.MISSING_COLUMN, f"wide names {', '.join(wide.values())}, and no column is one"
        )
    if twice := next((name for name in wide if name in common), None):
        return Refusal(ReasonCode.DUPLICATE_COLUMN, f"wide makes a column {twice!r}, and the file has one")
    parts = [_of_group(raw.frame, group, wide, common, number) for number, group in enumerate(groups)]
    long = pl.concat(parts).filter(
        pl.col("bo_filled") | (~pl.col("bo_filled").any().over(ROW_NO) & (pl.col("bo_group") == 0))
    )
    old = long.sort(ROW_NO, "bo_group").rename({ROW_NO: "bo_old"}).with_row_index(ROW_NO, offset=1)
    numbered = old.with_columns(pl.col(ROW_NO).cast(pl.Int64))
    numbers = numbered.select(ROW_NO, "bo_old").unique("bo_old", keep="first")
    faults = raw.faults.join(
        numbers, left_on=ROW_NO, right_on="bo_old", how="inner", maintain_order="left", suffix="_new"
    )
    renumbered = faults.select(
        pl.col(f"{ROW_NO}_new").alias(ROW_NO), *[name for name in raw.faults.columns if name != ROW_NO]
    )
    made = f"{numbered.height:,} rows made of {raw.frame.height:,}"
    return replace(raw, frame=numbered.select([*common, *wide]), faults=renumbered).also_read(made)


def _find_groups(headers: Sequence[str], wide: Mapping[str, str]) -> list[dict[str, str]]:
    """New name -> header, for number 1 and so on as long as the file has a column of that number."""
    by_name = {plain_name(name): name for name in headers}
    groups: list[dict[str, str]] = []
    while True:
        number = str(len(groups) + 1)
        named = {new: by_name.get(plain_name(text.replace(PLACE, number))) for new, text in wide.items()}
        found = {new: header for new, header in named.items() if header is not None}
        if not found:
            return groups
        groups.append(found)


def _of_group(
    frame: pl.DataFrame, group: Mapping[str, str], wide: Mapping[str, str], common: Sequence[str], number: int
) -> pl.DataFrame:
    """All rows with the cells of one group under the new names, and whether it holds anything."""
    cells = [(pl.col(group[new]) if new in group else pl.lit(None, pl.String)).alias(new) for new in wide]
    is_filled = pl.any_horizontal(_trimmed(header).is_not_null() for header in group.values())
    return frame.select(*common, *cells, bo_filled=is_filled, bo_group=pl.lit(number))


def _trimmed(name: str) -> pl.Expr:
    """A cell without the space around it; null if nothing is left."""
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(pl.col(name))
