"""A landed file's form: its bytes read as text by the reader, its rows read by the rules of intake."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.inbound.delimited import DelimitedReader
from flows.inbound.fence import fenced
from flows.inbound.landing import landed_path
from flows.inbound.rows import ROW_NO
from flows.ledger.damage import read_whole
from schemas.refusal import Refusal
from schemas.vocabulary import Feed
from transforms.intake.file_form import Catalogue, FileForm, SourceFile
from transforms.intake.form import read_form, refused_form
from transforms.intake.naming import find_named_orders
from transforms.intake.places import locate_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from flows.inbound.landing import TakenFile
    from flows.inbound.rows import RawRows, Reader
    from flows.workspace import Workspace
    from schemas.client import Client, FeedSettings
    from transforms.intake.places import Place

ADVICE = (
    "The file waits. Run again: what still lies in inbound/ is copied there anew. What has left "
    "it is put there from archive/ or a backup, under that name (flows/README.md, Damage)."
)

READER: Reader = DelimitedReader()
"""The one format so far; a client's file will name others."""


MAX_PLACES = 10_000
"""Rows of which it is told where each stands; an answer lists no more."""


def read_landed_file(
    file: TakenFile, *, business_date: date, client: Client, catalogue: Catalogue, workspace: Workspace
) -> FileForm:
    """The rows of a landed file by feed, or its refusal.

    Raises:
        ConfigurationError: the client's mapping cannot be used on any file.
        DamageError: the landed bytes are not those that were received.
    """
    content = _landed_bytes(workspace, file.file_hash)
    return read_received(content, file, business_date=business_date, client=client, catalogue=catalogue)


def read_received(
    content: bytes, file: TakenFile, *, business_date: date, client: Client, catalogue: Catalogue
) -> FileForm:
    """The rows of a file by feed, from its bytes, or its refusal.

    Raises:
        ConfigurationError: the client's mapping cannot be used on any file.
    """
    feed = Feed(file.feed)
    source = SourceFile(file.client_id, feed, file.file_name, file.file_hash, business_date)

    def read() -> FileForm | Refusal:
        raw = READER.read(content, client.feeds.of(feed))
        if isinstance(raw, Refusal):
            return raw
        return read_form(raw.with_lines(), source=source, client=client, catalogue=catalogue)

    form = fenced(read)
    return refused_form(form) if isinstance(form, Refusal) else form


class RowsAgain(NamedTuple):
    """Some rows of a file as text, and where each stands.

    Attributes:
        frame: as of `RawRows`, these rows alone.
        faults: likewise.
        places: by number of the row; of the first `MAX_PLACES` rows.
    """

    frame: pl.DataFrame
    faults: pl.DataFrame
    places: dict[int, Place]


def read_again(
    file: TakenFile, row_nos: Collection[int], *, client: Client, workspace: Workspace
) -> RowsAgain | Refusal:
    """Rows of a landed file that was read before, as quarantine and answers show them.

    Raises:
        ConfigurationError: the client's mapping cannot be used on the file.
        DamageError: the landed bytes are not those that were received.
    """
    content = _landed_bytes(workspace, file.file_hash)
    feed = Feed(file.feed)
    source = SourceFile(file.client_id, feed, file.file_name, file.file_hash, date.min)

    def read() -> RowsAgain | Refusal:
        raw = READER.read(content, client.feeds.of(feed))
        if isinstance(raw, Refusal):
            return raw
        frame, faults = (part.filter(pl.col(ROW_NO).is_in(list(row_nos))) for part in (raw.frame, raw.faults))
        return RowsAgain(frame, faults, locate_rows(frame.head(MAX_PLACES), source=source, client=client))

    return fenced(read)


def read_raw(content: bytes, settings: FeedSettings) -> RawRows | Refusal:
    """The rows of bytes as text, or why they cannot be read."""
    return fenced(lambda: READER.read(content, settings))


def find_named(content: bytes, *, source: SourceFile, client: Client) -> pl.DataFrame | Refusal | None:
    """The orders that rows of bytes name; None where nobody can say, a refusal where they cannot be read.

    Raises:
        ConfigurationError: the client's mapping cannot be used on any file.
    """

    def find() -> pl.DataFrame | Refusal | None:
        raw = READER.read(content, client.feeds.of(source.feed))
        if isinstance(raw, Refusal):
            return raw
        return find_named_orders(raw.with_lines(), source=source, client=client)

    return fenced(find)


def _landed_bytes(workspace: Workspace, file_hash: str) -> bytes:
    """The bytes with that hash."""
    return read_whole(landed_path(workspace, file_hash), file_hash, advice=ADVICE)
