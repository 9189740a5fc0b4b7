"""Whether a file as received names an order; its bytes are deleted as a whole if it does.

A file is read with the settings that the run was frozen with which took it. One that cannot be read
with them is searched for the order's number as text: it is deleted rather once too often.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass, field
from datetime import date
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from flows.configuration import parse_configuration
from flows.inbound.reading.forms import find_named
from schemas.errors import ConfigurationError
from schemas.intake.refusal import Refusal
from schemas.night import AsOf
from schemas.vocabulary.words import Feed
from transforms.intake.file_form import SourceFile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import polars as pl

    from flows.ledger.store.ledger import Ledger
    from schemas.settings.client import Client

TAKEN = (
    "SELECT feed, file_hash, max(business_date), run_no FROM run_files "
    "WHERE client_id = ? AND file_hash <> '' AND business_date >= ? GROUP BY feed, file_hash "
    "ORDER BY feed, file_hash"
)
WIDE_ENCODINGS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
PACKED = (GZIP, ZIP, PARQUET)
"""How bytes begin in which no text can be seen."""

MAX_UNPACKED = 1 << 29
"""Bytes of one unpacked file."""

NARROW_ENCODINGS = ("utf-8", "cp1252", "latin-1")


@dataclass(frozen=True)
class TakenContent:
    """A content that a run took for a feed of a client; `as_of` is the last such run."""

    client_id: str
    feed: str
    file_hash: str
    as_of: AsOf


@dataclass(frozen=True)
class SettingsShelf:
    """Clients' settings as the runs had them."""

    ledger: Ledger
    _known: dict[tuple[AsOf, str], Client | None] = field(default_factory=dict)

    def client(self, client_id: str, as_of: AsOf) -> Client | None:
        """The client as a run read its file; None where it was not read."""
        key = (as_of, client_id)
        if key not in self._known:
            self._known[key] = self._read(client_id, as_of)
        return self._known[key]

    def _read(self, client_id: str, as_of: AsOf) -> Client | None:
        others = {
            path: content
            for path, content in self.ledger.frozen(as_of).policies.items()
            if not path.startswith("clients/") or path == f"clients/{client_id}.toml"
        }
        return parse_configuration(others).clients.get(client_id)


def find_taken(ledger: Ledger, client_id: str, since: str) -> list[TakenContent]:
    """What runs since a date took of a client."""
    rows = ledger.connection.execute(TAKEN, [client_id, since])
    return [
        TakenContent(client_id, feed, file_hash, AsOf(date.fromisoformat(day), run_no))
        for feed, file_hash, day, run_no in rows
    ]


def names_any(content: bytes, order_ids: Collection[str], *, feed: str, client: Client | None) -> bool:
    """Whether the bytes of a client's file name one of its orders."""
    named = read_named(content, feed=feed, client=client)
    if named is None:
        return any(stands_in(content, order_id) for order_id in order_ids)
    return not set(named["order_id"]).isdisjoint(order_ids)


def read_named(content: bytes, *, feed: str, client: Client | None) -> pl.DataFrame | None:
    """The orders that the rows of a client's file name; None where it cannot be read as its settings say."""
    if client is None or feed not in Feed.values():
        return None
    source = SourceFile(client.client_id, Feed(feed), "", "", date.min)
    try:
        named = find_named(content, source=source, client=client)
    except ConfigurationError:
        return None
    return None if isinstance(named, Refusal) else named


def stands_in(content: bytes, order_id: str) -> bool:
    """Whether the number stands in bytes of which nobody knows what they are, not as a part of a word.

    Packed bytes are searched part by part; what is packed in parts, cannot be unpacked or is too large for it
    may have it.
    """
    if not content.startswith(PACKED):
        return _has(content, order_id)
    try:
        return any(part.startswith(PACKED) or _has(part, order_id) for part in _parts_of(content))
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, BadZipFile, zlib.error):
        return True


def _parts_of(content: bytes) -> Iterator[bytes]:
    """The files in an archive, or the one that is compressed.

    Raises:
        ValueError: they are too large, or of a format that is not unpacked here.
    """
    if content.startswith(GZIP):
        with gzip.open(io.BytesIO(content)) as file:
            yield _bounded(file)
    elif content.startswith(ZIP):
        with ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                with archive.open(name) as file:
                    yield _bounded(file)
    else:
        message = "it is packed in a way of its own"
        raise ValueError(message)


def _bounded(file: IO[bytes] | gzip.GzipFile) -> bytes:
    """The bytes of an unpacked file.

    Raises:
        ValueError: there are too many.
    """
    content = file.read(MAX_UNPACKED + 1)
    if len(content) > MAX_UNPACKED:
        message = "it is too large"
        raise ValueError(message)
    return content


def _has(content: bytes, order_id: str) -> bool:
    """Whether the number stands in plain bytes."""
    for encoding in NARROW_ENCODINGS:
        sought = re.escape(order_id.encode(encoding, errors="ignore"))
        if sought and re.search(rb"(?<![0-9A-Za-z])" + sought + rb"(?![0-9A-Za-z])", content):
            return True
    return any(order_id.encode(encoding) in content for encoding in WIDE_ENCODINGS)
