"""Where rejected rows stand and what they are about, so that a person finds them in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.intake.verdicts import RowPlace
from schemas.table import conform, empty
from schemas.vocabulary.words import Feed
from transforms.intake.mapping.routes import assign_rows, compile_targets
from transforms.intake.rows.cells import file_headers, map_cells, name_cells
from transforms.intake.rows.checks import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandera.typing.polars import DataFrame

    from schemas.settings.client import Client
    from transforms.intake.file_form import SourceFile
    from transforms.intake.mapping.routes import Target

ABOUT: dict[Feed, tuple[str, ...]] = {
    Feed.ORDERS: ("order_id",),
    Feed.CANCELLATIONS: ("order_id", "sku"),
    Feed.RECEIPTS: ("receipt_id",),
    Feed.ASNS: ("asn_id",),
    Feed.STOCK: ("sku",),
    Feed.ADJUSTMENTS: ("sku",),
    Feed.SHIPMENTS: ("release_id", "order_id"),
    Feed.ITEMS: ("sku",),
}
"""What names a row to people: the first of these that it has."""

MAX_NAME = 80
"""What is longer, or has characters that cannot be seen, names nothing."""


class Place(NamedTuple):
    """Where a row stands.

    Attributes:
        line: as a spreadsheet counts it.
        column: what names it, such as `order_id`; empty for nothing.
        name: what stands there.
    """

    line: int
    column: str = ""
    name: str = ""


def locate_rows(raw: pl.DataFrame, *, source: SourceFile, client: Client) -> dict[int, Place]:
    """The place of each row, by its number.

    `raw` is what the reader gave, or some rows of it.

    Raises:
        ConfigurationError: the client's mapping cannot be used on the file, which then has no rejected row.
    """
    headers = file_headers(raw)
    targets = compile_targets(client.feeds.of(source.feed), source, headers)
    names = {row_no: (column, name) for row_no, column, name in _names(raw, headers, targets)}
    lines = raw.select("bo_row_no", "bo_sheet_row").iter_rows()
    return {row_no: Place(line, *names.get(row_no, ())) for row_no, line in lines}


def row_places(raw: pl.DataFrame, source: SourceFile) -> DataFrame[RowPlace]:
    """Where all rows stand: the first row, and each that does not stand one line below the row before."""
    if "bo_sheet_row" not in raw.columns:
        return empty(RowPlace)
    row_no, line = pl.col("bo_row_no"), pl.col("bo_sheet_row")
    jumps = raw.filter((line - row_no).diff().fill_null(1) != 0)
    places = jumps.select(
        client_id=pl.lit(source.client_id),
        file_hash=pl.lit(source.file_hash),
        row_no=row_no,
        sheet_line=line,
    )
    return conform(places, RowPlace)


def sent_cells(raw: pl.DataFrame, *, source: SourceFile, client: Client) -> pl.DataFrame:
    """`row_no` and the columns of all feeds that the rows go to, as the texts that would be read.

    Raises:
        ConfigurationError: the client's mapping cannot be used on the file.
    """
    settings = client.feeds.of(source.feed)
    targets, headers = compile_targets(settings, source, file_headers(raw)), file_headers(raw)
    cells = name_cells(raw.filter(pl.col("bo_fault").is_null()), headers)
    assigned = cells.hstack(assign_rows(cells, targets))
    sent = [
        map_cells(assigned.filter(pl.col("place") == place), target, settings)[0]
        for place, target in enumerate(targets)
        if target.feed is not None
    ]
    return pl.concat(sent, how="diagonal")


def _names(
    raw: pl.DataFrame, headers: Sequence[str], targets: Sequence[Target]
) -> Iterator[tuple[int, str, str]]:
    """Row, column and name of each row that has one, as the route that took it reads it."""
    cells = name_cells(raw, headers)
    placed = cells.hstack(assign_rows(cells, targets).select("place"))
    for place, target in enumerate(targets):
        mine = placed.filter(pl.col("place") == place)
        for column in reversed(ABOUT[target.feed] if target.feed else ()):
            if column in target.columns:
                said = mine.select(
                    "bo_row_no", name=target.columns[column].value.cast(pl.String).str.strip_chars()
                )
                is_name = pl.col("name").str.len_chars().is_between(1, MAX_NAME) & ~pl.col(
                    "name"
                ).str.contains(UNSEEN)
                yield from ((row_no, column, name) for row_no, name in said.filter(is_name).iter_rows())
