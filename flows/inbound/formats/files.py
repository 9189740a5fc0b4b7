"""The reader of any dropped file: what it is, is told by its bytes; the settings say its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.inbound.formats.delimited import DelimitedReader
from schemas.intake.refusal import Refusal
from transforms.intake.rows.shape import shape_rows

if TYPE_CHECKING:
    from flows.inbound.formats.rows import Reader
    from schemas.settings.client import FeedSettings
    from transforms.intake.rows.raw_rows import RawRows


class FileReader:
    """Reads a file of any format (see `flows.inbound.formats.rows.Reader`)."""

    def read(self, content: bytes, settings: FeedSettings) -> RawRows | Refusal:
        """The rows of `content` as text in their final shape, or why there are none."""
        raw = _reader_of(content).read(content, settings)
        return raw if isinstance(raw, Refusal) else shape_rows(raw, settings)

    def header(self, content: bytes, settings: FeedSettings) -> list[str]:
        """The names of its columns as they stand there; none where they cannot be read at all."""
        return _reader_of(content).header(content, settings)


def _reader_of(content: bytes) -> Reader:  # noqa: ARG001 -- all files are delimited text yet
    """Who reads the format of these bytes."""
    return DelimitedReader()
