"""Which orders the rows of a file name: also rows that were rejected, set aside or could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.intake.mapping.expressions import UnknownColumnError
from transforms.intake.mapping.feed_columns import sent_columns
from transforms.intake.mapping.routes import compile_targets
from transforms.intake.rows.cells import file_headers, name_cells

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.settings.client import Client
    from transforms.intake.file_form import SourceFile

NAMED = {"row_no": pl.Int64, "order_id": pl.String}
AROUND = ' \t\r\n"'
"""What may stand between a delimiter and a value in the text of a broken row."""


def find_named_orders(raw: pl.DataFrame, *, source: SourceFile, client: Client) -> pl.DataFrame | None:
    """`row_no` and `order_id` for each order that a row may mean; None where nobody can say.

    `raw` is what the reader gave, as for `read_form`. A row counts for what each of the feed's routes
    would read in it, whichever took it: who looks for a person must rather find a row too many. In a
    row that is only text every value between delimiters counts, also where a quarantine file holds it. A file
    of orders without a column for them may name one anywhere, its first line included.

    Raises:
        ConfigurationError: the client's mapping cannot be used on any file.
    """
    headers = file_headers(raw)
    settings = client.feeds.of(source.feed)
    try:
        targets = compile_targets(settings, source, headers)
    except UnknownColumnError:
        return None
    feeds = [target.feed for target in targets if target.feed and "order_id" in sent_columns(target.feed)]
    if feeds and not any("order_id" in target.columns for target in targets):
        return None
    cells = name_cells(raw, headers)
    mapped = [
        cells.select(row_no="bo_row_no", order_id=target.columns["order_id"].value.cast(pl.String))
        for target in targets
        if "order_id" in target.columns
    ]
    texts = [raw.select("bo_row_no", text=name) for name in ("bo_line", "bo_text") if name in raw.columns]
    return _distinct([*mapped, *(_values_of(text, settings.delimiter) for text in texts)])


def _values_of(texts: pl.DataFrame, delimiter: str) -> pl.DataFrame:
    """Every value in the text of a row."""
    values = texts.drop_nulls("text").select(row_no="bo_row_no", order_id=pl.col("text").str.split(delimiter))
    return values.explode("order_id").with_columns(pl.col("order_id").str.strip_chars(AROUND))


def _distinct(named: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Each row's orders once, in the order of the file."""
    together = pl.concat([pl.DataFrame(schema=NAMED), *named])
    trimmed = together.with_columns(pl.col("order_id").str.strip_chars())
    return trimmed.filter(pl.col("order_id") != "").unique().sort("row_no", "order_id")
