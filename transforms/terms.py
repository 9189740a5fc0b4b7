"""What a step of the night may know beside books and rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books.catalogue import Item
from schemas.books.people import ShipTo
from schemas.intake.verdicts import RowPlace
from schemas.table import empty
from transforms.client_rules import rules_of_clients
from transforms.published_paths import QUARANTINE, SHOWN_OF_HASH, in_quarantine, workbook_clients

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse

FILE_NAMES = dict.fromkeys(("client_id", "file_hash", "said_in", "quarantine"), pl.String)


@dataclass(frozen=True)
class Terms:
    """What holds for a whole night: its date, the files of clients and warehouses, and the item master."""

    as_of: AsOf
    clients: dict[str, Client]
    warehouses: dict[str, Warehouse]
    items: DataFrame[Item] = field(default_factory=partial(empty, Item))
    """As they are after tonight's items; whoever tells of quantities knows from them what those count."""
    ship_to: DataFrame[ShipTo] = field(default_factory=partial(empty, ShipTo))
    """Who the orders of tonight's rows went to until now, as far as it is known."""
    files: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=FILE_NAMES))
    """Files by content: `client_id`, `file_hash`, `said_in` (feed and name), `quarantine` (a path)."""
    row_places: DataFrame[RowPlace] = field(default_factory=partial(empty, RowPlace))
    """Where rows of tonight's files stand."""

    def with_decimals(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of a sku with the `decimals` that its quantities are scaled by."""
        key = ["client_id", "sku"]
        return rows.join(self.items.select(*key, "decimals"), on=key, how="left", maintain_order="left")

    def with_file_names(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of a file with its feed and name as `said_in`, and where rejected rows of it lie.

        Of a file whose name nobody remembers they lie somewhere in quarantine.
        Rows that have a number there have `said_at`, too: `line 7` of tonight's files, `data row 5` of
        earlier ones, of which nobody knows any more in which lines their rows stand.
        """
        short = pl.format("file {}", pl.col("file_hash").str.head(SHOWN_OF_HASH))
        named = rows.join(
            self.files, on=["client_id", "file_hash"], how="left", maintain_order="left"
        ).with_columns(pl.col("said_in").fill_null(short), pl.col("quarantine").fill_null(QUARANTINE))
        if "row_no" not in rows.columns:
            return named
        line = pl.coalesce(pl.format("line {}", "sheet_line"), pl.format("data row {}", "row_no"))
        return with_lines(named, self.row_places).with_columns(said_at=line).drop("sheet_line")

    def with_noted_places(self, outcomes: pl.DataFrame) -> pl.DataFrame:
        """Verdicts whose notes say in which line their row stands."""
        line = pl.format("line {}: ", "sheet_line").fill_null("")
        is_noted = pl.col("note") != ""
        note = pl.when(is_noted).then(line + pl.col("note")).otherwise("note")
        return with_lines(outcomes, self.row_places).with_columns(note=note).drop("sheet_line")

    def of_clients(self, **columns: Callable[[Client], Any]) -> pl.DataFrame:
        """Rules of the clients, as `rules_of_clients`."""
        return rules_of_clients(self.clients, **columns)


def with_lines(rows: pl.DataFrame, row_places: pl.DataFrame) -> pl.DataFrame:
    """Rows of files, in their order, with the `sheet_line` in which each stands; null where nobody knows."""
    key = ["client_id", "file_hash"]
    starts = row_places.select(*key, "sheet_line", "row_no", start_no="row_no").sort("row_no")
    placed = (
        rows.with_row_index("place_no")
        .sort("row_no")
        .join_asof(starts, on="row_no", by=key, strategy="backward", check_sortedness=False)
    )
    line = pl.col("sheet_line") + pl.col("row_no") - pl.col("start_no")
    return placed.sort("place_no").with_columns(sheet_line=line).drop("place_no", "start_no")


def name_files(files: pl.DataFrame, uncorrected: pl.DataFrame, clients: Mapping[str, Client]) -> pl.DataFrame:
    """Tonight's files by content, and earlier ones of which rows wait for their correction: `Terms.files`."""
    earlier = uncorrected.filter(pl.col("file_hash") == pl.col("last_hash")).rename(
        {"last_name": "file_name"}
    )
    named = [
        table.filter(pl.col("file_hash") != "")
        .select("client_id", "file_hash", "feed", "file_name")
        .sort(pl.all())
        for table in (files, earlier)
    ]
    return (
        pl.concat(named)
        .unique(["client_id", "file_hash"], keep="first", maintain_order=True)
        .select(
            "client_id",
            "file_hash",
            said_in=pl.concat_str("feed", "file_name", separator="/"),
            quarantine=in_quarantine("file_hash", "file_name", workbook_clients(clients)),
        )
    )
