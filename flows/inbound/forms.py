"""A landed file's form: its bytes read as text by the reader, its rows read by the rules of intake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.inbound.delimited import DelimitedReader
from flows.inbound.landing import landed_path
from flows.ledger.damage import read_whole
from schemas.refusal import Refusal
from schemas.vocabulary import Feed
from transforms.intake.file_form import Catalogue, FileForm, SourceFile
from transforms.intake.form import read_form, refused_form

if TYPE_CHECKING:
    from datetime import date

    from flows.inbound.landing import TakenFile
    from flows.inbound.rows import RawRows, Reader
    from flows.workspace import Workspace
    from schemas.client import Client

ADVICE = (
    "Nothing more was changed. Run again: what still lies in inbound/ is copied there anew. What has left "
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
    raw = READER.read(content, client.feeds.of(feed))
    if isinstance(raw, Refusal):
        return refused_form(raw)
    source = SourceFile(file.client_id, feed, file.file_name, file.file_hash, business_date)
    return read_form(raw.with_lines(), source=source, client=client, catalogue=catalogue)


def read_raw_rows(file: TakenFile, *, client: Client, workspace: Workspace) -> RawRows | Refusal:
    """The rows of a landed file as text, as quarantine shows them again.

    Raises:
        DamageError: the landed bytes are not those that were received.
    """
    content = _landed_bytes(workspace, file.file_hash)
    return READER.read(content, client.feeds.of(Feed(file.feed)))


def _landed_bytes(workspace: Workspace, file_hash: str) -> bytes:
    """The bytes with that hash."""
    return read_whole(landed_path(workspace, file_hash), file_hash, advice=ADVICE)
