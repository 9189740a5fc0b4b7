"""Short ways to read a text, for tests of the reader."""

from __future__ import annotations

from flows.inbound.formats.delimited import DelimitedReader
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from transforms.intake.rows.raw_rows import FAULT, ROW_NO, SHEET_ROW, RawRows


def rows_of(text: str | bytes, feed: FeedSettings | None = None) -> RawRows:
    """The rows of a text that is not refused."""
    content = text.encode() if isinstance(text, str) else text
    raw = DelimitedReader().read(content, feed or FeedSettings())
    assert isinstance(raw, RawRows), raw
    return raw


def refusal_of(text: str | bytes, feed: FeedSettings | None = None) -> Refusal:
    """The refusal of a text that has one."""
    content = text.encode() if isinstance(text, str) else text
    refusal = DelimitedReader().read(content, feed or FeedSettings())
    assert isinstance(refusal, Refusal), refusal
    return refusal


def cells_of(raw: RawRows) -> list[tuple[str | None, ...]]:
    """The cells of every row, without our columns."""
    return raw.frame.drop(ROW_NO, SHEET_ROW, FAULT).rows()
