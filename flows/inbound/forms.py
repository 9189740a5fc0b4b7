"""A landed file's form: its bytes read as text by the reader, its rows read by the rules of intake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.inbound.delimited import DelimitedReader
from flows.inbound.fence import fenced
from flows.inbound.landing import landed_path
from flows.ledger.damage import read_whole
from schemas.refusal import Refusal
from schemas.vocabulary import Feed
from transforms.intake.file_form import Catalogue, FileForm, SourceFile
from transforms.intake.form import read_form, refused_form
from transforms.intake.naming import find_named_orders

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from flows.inbound.landing import TakenFile
    from flows.inbound.rows import RawRows, Reader
    from flows.workspace import Workspace
    from schemas.client import Client, FeedSettings

ADVICE = (
    "The file waits. Run again: what still lies in inbound/ is copied there anew. What has left "
    "it is put there from archive/ or a backup, under that name (flows/README.md, Damage)."
)

READER: Reader = DelimitedReader()
"""The one format so far; a client's file will name others."""


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


def read_raw_rows(file: TakenFile, *, client: Client, workspace: Workspace) -> RawRows | Refusal:
    """The rows of a landed file as text, as quarantine shows them again.

    Raises:
        DamageError: the landed bytes are not those that were received.
    """
    content = _landed_bytes(workspace, file.file_hash)
    return read_raw(content, client.feeds.of(Feed(file.feed)))


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
