"""Contracts of intake: the files of a run, the verdict of every row, and what identifies a fact."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table
from schemas.vocabulary.words import Feed, FileVerdict, Verdict

NEVER_SEEN = "no order of this number was seen before; there is nothing to cancel"
"""Note of a row of a file of orders: an export goes on telling what was cancelled before."""


CORRECTED_BEFORE = "it was rejected before and is corrected; this file tells it as it was"
"""Note of a row that a growing export repeats after somebody has sent its correction."""


class RowOutcome(Table, key=("client_id", "feed", "file_hash", "row_no")):
    """The one verdict of a row."""

    client_id: str
    feed: str = pa.Field(isin=Feed.values(), description="feed of the file")
    file_hash: str
    row_no: int = pa.Field(ge=1)
    verdict: str = pa.Field(isin=Verdict.values())
    note: str = pa.Field(
        description="for the acknowledgement, such as units that found no line; never a value of a person"
    )


class RejectedRow(Table, key=("client_id", "feed", "file_hash", "row_no", "column", "reason_code")):
    """A reason for which a row was rejected; a row may have several."""

    client_id: str
    feed: str = pa.Field(isin=Feed.values(), description="feed of the file")
    file_hash: str
    row_no: int = pa.Field(ge=1)
    column: str = pa.Field(nullable=True, description="column at fault, by our name; null for the whole row")
    reason_code: str
    origin_hash: str = pa.Field(nullable=True, description="file of its first try, if it is a second one")
    origin_row: int = pa.Field(nullable=True, description="row of its first try, if it is a second one")


class RowHash(Table, key=("client_id", "feed", "file_hash", "row_no")):
    """What a rejected row says, where it names what it is of; the same row of another file says it, too."""

    client_id: str
    feed: str = pa.Field(isin=Feed.values(), description="feed of the file")
    file_hash: str
    row_no: int = pa.Field(ge=1)
    row_hash: str = pa.Field(description="hash of what the row says")


class RowPlace(Table, key=("client_id", "file_hash", "row_no")):
    """Where rows of a file stand for whoever opens it: from this row on one below the other, up to the next.

    Known while the file is read; a row's own line is not stored.
    """

    client_id: str
    file_hash: str
    row_no: int = pa.Field(ge=1)
    sheet_line: int = pa.Field(
        ge=1, description="as a spreadsheet counts: titles, header and blank lines too, a row once"
    )


class FileOutcome(Table, key=("business_date", "run_no", "client_id", "feed", "file_name", "file_hash")):
    """A dropped file and what became of it."""

    business_date: pl.Date
    run_no: int
    client_id: str
    feed: str
    file_name: str = pa.Field(description="a label; identity is the content")
    file_hash: str
    cells_hash: str = pa.Field(
        nullable=True,
        description="hash of what its cells say, whatever line ends, quotes, encoding or order of rows and "
        "columns; null: no row was read",
    )
    verdict: str = pa.Field(isin=FileVerdict.values())
    reason_code: str = pa.Field(nullable=True, description="why it was refused or is held")
    detail: str = pa.Field(description="what is wrong, in a sentence; empty for a loaded file")
    rows_read: int = pa.Field(ge=0)
    rows_accepted: int = pa.Field(ge=0)
    rows_duplicate: int = pa.Field(ge=0)
    rows_set_aside: int = pa.Field(ge=0)
    rows_rejected: int = pa.Field(ge=0)
    qty_read: int = pa.Field(description="control total: sum of the accepted and duplicate rows' quantities")
    qty_decimals: int = pa.Field(
        nullable=True, description="places of the control total: 175 with one is 17.5; null: none"
    )


class RowKey(Table, key=("client_id", "feed", "business_key", "fact_no")):
    """A fact that was accepted, so that it is never accepted twice."""

    client_id: str
    feed: str = pa.Field(isin=Feed.values(), description="the row's own feed")
    business_key: str = pa.Field(description="the feed's key, or origin file and row where it has none")
    fact_no: int = pa.Field(ge=1, description="order of the key's facts; the greatest is what holds now")
    content_hash: str = pa.Field(description="hash of the row's business columns")
    file_hash: str
    row_no: int
    business_date: pl.Date
