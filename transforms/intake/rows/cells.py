"""The cells of a file as text, and what a target's mapping makes of them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.feeds import FEED_TABLES
from schemas.table import with_nulls
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.intake.mapping.expressions import cell_names
from transforms.intake.mapping.feed_columns import CLEAR, sent_columns
from transforms.intake.rows.checks import Fault, find_faults
from transforms.intake.rows.raw_rows import (
    COUNTED_AT,
    LOST,
    POINT,
    TYPED_NUMBER,
    kept_text,
    lost_code,
    own_headers,
)
from transforms.intake.values.marks import COMMA_FRACTION, are_doubtful
from transforms.intake.values.readings import MICRO, as_cells, read_figures
from transforms.texts import restored_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from schemas.settings.client import FeedSettings
    from transforms.intake.mapping.routes import Target

FIELD, RECORD = "\x1f", b"\x1e\n"
"""What stands between the cells of a row and after a row, where they are hashed."""

HASHED_ROWS = 10_000
"""Rows whose texts are made together."""

IDS = ("order_id", "sku")
"""Columns that `~` cannot clear, since without them a row says nothing."""


def file_headers(raw: pl.DataFrame) -> list[str]:
    """The columns that the client wrote."""
    return own_headers(raw)


def name_cells(raw: pl.DataFrame, headers: Sequence[str]) -> pl.DataFrame:
    """`raw` trimmed, an empty cell as null, under the names that mappings use, with the row's origin.

    A row's origin counts only if both its file and its row are there; else the row stands for itself. Of a
    row that comes back from quarantine, what was put before a value for spreadsheets is taken off again.
    A cell that has lost what it meant is null, and its code stands in a column of its own (`lost_name`), if
    there is any; so it is told of numbers that were no text (`typed_name`).
    """
    absent = [name for name in ("bo_file", "bo_row", "bo_line", COUNTED_AT) if name not in raw.columns]
    texts = {"origin_hash": "bo_file", "origin_text": "bo_row", "origin_counted": COUNTED_AT}
    texts |= dict(zip(cell_names(headers), headers, strict=True))
    stripped = with_nulls(raw, dict.fromkeys(absent, pl.String())).select(
        "bo_row_no",
        "bo_fault",
        "bo_line",
        *([POINT] if POINT in raw.columns else []),
        **{cell: pl.col(header).str.strip_chars() for cell, header in texts.items()},
    )
    named = stripped.with_columns(pl.when(pl.col(cell) != "").then(cell).alias(cell) for cell in texts)
    named = _tell_lost(named, cell_names(headers)).sort("bo_row_no")
    if named["origin_text"].null_count() == named.height:
        nothing = {name: pl.lit(None, pl.String) for name in ("origin_hash", "origin_counted")}
        return named.drop("origin_text").with_columns(**nothing, origin_row=pl.lit(None, pl.Int64))
    origin = named.with_columns(origin_row=_row_of(named["origin_text"]))
    is_row = pl.col("origin_row").is_not_null() & pl.col("origin_hash").is_not_null()
    return (
        origin.with_columns(
            pl.when(is_row).then(name).alias(name) for name in ("origin_hash", "origin_row", "origin_counted")
        )
        .with_columns(
            pl.when(is_row).then(restored_text(pl.col(cell))).otherwise(cell).alias(cell)
            for cell in cell_names(headers)
        )
        .drop("origin_text")
    )


def _row_of(texts: pl.Series) -> pl.Series:
    """Numbers of rows as we write them: a spreadsheet may make 1,234 or 7.0 of them."""
    whole = pl.col("text").str.replace(r"[.,]0{1,2}$", "")
    is_grouped = whole.str.contains(r"^[0-9]{1,3}(?:[.,' \u{a0}\u{202f}][0-9]{3})+$")
    plain = pl.when(is_grouped).then(whole.str.replace_all(r"[^0-9]", "")).otherwise(whole)
    micros = pl.col("micros")
    is_row = pl.col("is_number") & (micros >= MICRO) & (micros % MICRO == 0)
    figures = read_figures(as_cells(texts).select(plain).to_series(), ".")
    return figures.select(pl.when(is_row).then(micros // MICRO)).to_series()


def _tell_lost(named: pl.DataFrame, cells: Sequence[str]) -> pl.DataFrame:
    """`named` with lost cells as nulls, and their codes beside them; likewise which numbers were no text."""
    is_marked = named.select(pl.col(cells).str.starts_with(LOST).any()).row(0, named=True)
    marked = [cell for cell in cells if is_marked[cell]]
    if not marked:
        return named
    typed = {cell: named[cell].str.starts_with(TYPED_NUMBER).fill_null(value=False) for cell in marked}
    codes = {cell: named.select(lost_code(pl.col(cell))).to_series() for cell in marked}
    return named.with_columns(
        **{typed_name(cell): which for cell, which in typed.items() if which.any()},
        **{lost_name(cell): code for cell, code in codes.items() if code.null_count() < named.height},
        **{cell: kept_text(pl.col(cell)) for cell in marked},
    )


def lost_name(cell: str) -> str:
    """The column that says why cells of another have lost what they meant."""
    return f"lost_{cell}"


def typed_name(cell: str) -> str:
    """The column that says which cells of another are numbers that were no text in the file."""
    return f"typed_{cell}"


def hash_cells(cells: pl.DataFrame, headers: Sequence[str], counted_at: datetime | None = None) -> str | None:
    """Hash of what the cells of a file say under their headers, by which the file is known again.

    Line ends, quotes, encoding and the order of columns and rows are gone by now, or are left out here: an
    export is the same export in any of them. Null for a file without rows, which repeats none. `counted_at`
    is the instant that a count has from its name: figures that stay the same are another count later.
    """
    if cells.is_empty():
        return None
    digest = sha256(str(counted_at).encode())
    for text in texts_of_rows(cells, headers).sort():
        digest.update(text.encode() + RECORD)
    return digest.hexdigest()


def texts_of_rows(cells: pl.DataFrame, headers: Sequence[str]) -> pl.Series:
    """What each row says under the client's headers, whatever the order of columns; and its first try."""
    of_headers = dict(zip(headers, cell_names(headers), strict=True))
    lost = {
        f"lost {name}": lost_name(cell)
        for name, cell in of_headers.items()
        if lost_name(cell) in cells.columns
    }
    first = {"bo_file": "origin_hash", "bo_row": "origin_row", COUNTED_AT: "origin_counted"}
    named = {**first, "bo_line": "bo_line", **of_headers, **lost}
    said = [name for name in sorted(named) if cells[named[name]].null_count() < cells.height]
    row = pl.concat_str(
        pl.lit(""),
        *[pl.concat_str(pl.lit(f"{name}="), _escaped(named[name])) for name in said],
        separator=FIELD,
        ignore_nulls=True,
    )
    # in pieces, since each step of it holds all texts once more
    nothing = pl.Series("row", [], pl.String)
    return pl.concat(
        [nothing, *(piece.select(row=row).to_series() for piece in cells.iter_slices(HASHED_ROWS))]
    )


def map_cells(
    cells: pl.DataFrame, target: Target, settings: FeedSettings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The target's columns as text, and the reasons of what could not be computed.

    The rows bring `row_no`, `origin_hash`, `origin_row` and `origin_counted`; columns that the file lacks are
    null.
    """
    assert target.feed is not None  # noqa: S101 -- rows that are set aside are never read
    columns = target.columns
    computed = cells.select(
        "origin_hash", "origin_row", "origin_counted", row_no="bo_row_no", is_lost="is_lost",
        **{f"value_{name}": mapping.value for name, mapping in columns.items()},
        **{f"failed_{name}": mapping.failed for name, mapping in columns.items()},
        **{name: name for name in cells.columns if name.startswith(lost_name(""))},
    )  # fmt: skip
    faults = [
        Fault(pl.col(f"{lost_name(cell)}") == code, name, ReasonCode(code))
        for name, mapping in columns.items()
        for cell in mapping.cells
        for code in _codes_of(cells, cell)
    ]
    faults.append(Fault(pl.col("is_lost"), None, ReasonCode.CAST_FAILED))
    faults += [
        Fault(pl.col(f"failed_{name}"), name, ReasonCode.CAST_FAILED)
        for name, mapping in columns.items()
        if mapping.is_computed
    ]
    if not settings.says_marks:
        faults += _doubtful_numbers(cells, computed, target)
    mark = settings.decimal_mark
    texts = {name: _text(computed.schema[f"value_{name}"], f"value_{name}", mark) for name in columns}
    said = computed.select("row_no", "origin_hash", "origin_row", "origin_counted", **texts)
    absent = [name for name in sent_columns(target.feed) if name not in columns]
    sent = with_nulls(said, dict.fromkeys(absent, pl.String()))
    if target.feed == Feed.ORDERS:
        sent = sent.with_columns(pl.when(pl.col(name) != CLEAR).then(name).alias(name) for name in IDS)
    return sent, find_faults(computed, faults)


def _doubtful_numbers(cells: pl.DataFrame, computed: pl.DataFrame, target: Target) -> Iterator[Fault]:
    """Faults of texts that may be a thousand or a thousandth; what an expression computes is a number."""
    assert target.feed is not None  # noqa: S101 -- rows that are set aside are never read
    kinds = FEED_TABLES[target.feed].dtypes()
    for name, mapping in target.columns.items():
        texts = computed[f"value_{name}"]
        if name in kinds and kinds[name].is_numeric() and texts.dtype == pl.String:
            plain, is_typed = texts.str.strip_chars(), _are_typed(cells, mapping.cells)
            doubtful = are_doubtful(plain, is_typed)
            if doubtful.any() and POINT in cells.columns:
                doubtful = are_doubtful(plain, is_typed, is_point=not _have_comma_fractions(cells))
            if doubtful.any():
                yield Fault(pl.lit(doubtful), name, ReasonCode.AMBIGUOUS_NUMBER)


def _have_comma_fractions(cells: pl.DataFrame) -> bool:
    """Whether any cell of a file is a number such as 12,50, as a German sheet writes it between quotes."""
    texts = [cell for cell, dtype in cells.schema.items() if dtype == pl.String]
    return bool(cells.select(pl.any_horizontal(pl.col(texts).str.contains(COMMA_FRACTION).any())).item())


def _are_typed(cells: pl.DataFrame, read: Collection[str]) -> pl.Series:
    """Whether all that a mapping reads in a row are numbers that were no text."""
    typed = [typed_name(cell) for cell in read if typed_name(cell) in cells.columns]
    if not typed:
        return pl.repeat(value=False, n=cells.height, eager=True)
    others = [pl.col(cell).is_null() for cell in read if typed_name(cell) not in typed]
    return cells.select(pl.any_horizontal(typed) & pl.all_horizontal(pl.lit(value=True), *others)).to_series()


def _codes_of(cells: pl.DataFrame, cell: str) -> list[str]:
    """Why cells of a column have lost what they meant."""
    name = lost_name(cell)
    return cells[name].drop_nulls().unique().sort().to_list() if name in cells.columns else []


def _escaped(name: str) -> pl.Expr:
    """A cell in which no separator of `hash_cells` stands for itself."""
    return pl.col(name).cast(pl.String).str.replace_all(r"([\x1e\x1f])", "\x1e${1}")


def _text(dtype: pl.DataType, name: str, decimal_mark: str) -> pl.Expr:
    """A mapped value as the text that a cell of this client would hold."""
    text = pl.col(name).cast(pl.String).str.strip_chars()
    if dtype.is_numeric():
        text = text.str.replace(".", decimal_mark, literal=True)
    return pl.when(text != "").then(text)
