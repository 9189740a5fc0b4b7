"""The reader of any dropped file: what it is, is told by its bytes; the settings say its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.inbound.formats.delimited import DelimitedReader
from flows.inbound.formats.parquet import MAGIC, ParquetReader
from flows.inbound.formats.records import RecordsReader, are_records
from flows.inbound.formats.unpacking import unpack
from flows.inbound.formats.workbook import WorkbookReader
from flows.inbound.formats.workbooks.parts import is_workbook
from schemas.intake.refusal import Refusal
from transforms.intake.rows.shape import shape_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.inbound.formats.rows import Reader
    from schemas.settings.client import FeedSettings
    from transforms.intake.rows.raw_rows import RawRows


READERS: dict[str, Callable[[], Reader]] = {
    "delimited": DelimitedReader,
    "parquet": ParquetReader,
    "records": RecordsReader,
    "workbook": WorkbookReader,
}
"""Who reads each kind of file."""


class FileReader:
    """Reads a file of any format (see `flows.inbound.formats.rows.Reader`)."""

    def read(self, content: bytes, settings: FeedSettings) -> RawRows | Refusal:
        """The rows of `content` as text in their final shape, or why there are none."""
        unpacked = unpack(content)
        if isinstance(unpacked, Refusal):
            return unpacked
        raw = _reader_of(unpacked).read(unpacked, settings)
        if isinstance(raw, Refusal):
            return raw
        return shape_rows(raw if unpacked is content else raw.also_read("unpacked"), settings)

    def header(self, content: bytes, settings: FeedSettings) -> list[str]:
        """The names of its columns as they stand there; none where they cannot be read at all."""
        unpacked = unpack(content)
        return [] if isinstance(unpacked, Refusal) else _reader_of(unpacked).header(unpacked, settings)


def format_of(content: bytes) -> str:
    """What kind of file these bytes are: `delimited`, `parquet`, `records` or `workbook`."""
    if content.startswith(MAGIC):
        return "parquet"
    if is_workbook(content):
        return "workbook"
    return "records" if are_records(content) else "delimited"


def _reader_of(content: bytes) -> Reader:
    """Who reads the format of these bytes."""
    return READERS[format_of(content)]()
