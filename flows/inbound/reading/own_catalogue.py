"""The part of the catalogue that the files of one client are read with: it goes to another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transforms.intake.file_form import Catalogue

if TYPE_CHECKING:
    import polars as pl

READ_COLUMNS = {
    "order_lines": ("client_id", "order_id", "line_no", "sku"),
    "inbound_lines": ("client_id", "asn_id", "asn_line_no", "sku"),
}
"""Columns of lines that reading looks at; of items all."""

TABLES = ("items", "item_units", "item_aliases", *READ_COLUMNS)


class OwnCatalogues:
    """Divides a catalogue by client once; for files of one client that follow each other it is one object."""

    def __init__(self) -> None:
        self._whole: Catalogue | None = None
        self._parts: dict[str, dict[tuple[Any, ...], pl.DataFrame]] = {}
        self._none: dict[str, pl.DataFrame] = {}
        self._last: tuple[str, Catalogue] | None = None

    def of(self, whole: Catalogue, client_id: str) -> Catalogue:
        """The rows of a client; lines have the columns that reading looks at."""
        if whole is not self._whole:
            for name in TABLES:
                table = getattr(whole, name)
                read = table.select(READ_COLUMNS.get(name, table.columns))
                self._parts[name] = read.partition_by("client_id", as_dict=True)
                self._none[name] = read.clear()
            self._whole, self._last = whole, None
        if self._last is None or self._last[0] != client_id:
            own: dict[str, Any] = {
                name: self._parts[name].get((client_id,), self._none[name]) for name in TABLES
            }
            self._last = client_id, Catalogue(**own)
        return self._last[1]
