"""Whether a file as received names an order; its bytes are deleted as a whole if it does.

A file is read with the settings that the run was frozen with which took it. One that cannot be read
with them is searched for the order's number as text: it is deleted rather once too often.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from flows.configuration import parse_configuration
from flows.inbound.reading.forms import find_named
from schemas.errors import ConfigurationError
from schemas.intake.refusal import Refusal
from schemas.night import AsOf
from schemas.vocabulary.words import Feed
from transforms.intake.file_form import SourceFile

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

    from flows.ledger.store.ledger import Ledger
    from schemas.settings.client import Client

TAKEN = (
    "SELECT feed, file_hash, max(business_date), run_no FROM run_files "
    "WHERE client_id = ? AND file_hash <> '' AND business_date >= ? GROUP BY feed, file_hash "
    "ORDER BY feed, file_hash"
)
WIDE_ENCODINGS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
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
    """Whether the number stands in bytes of which nobody knows what they are, not as a part of a word."""
    for encoding in NARROW_ENCODINGS:
        sought = re.escape(order_id.encode(encoding, errors="ignore"))
        if sought and re.search(rb"(?<![0-9A-Za-z])" + sought + rb"(?![0-9A-Za-z])", content):
            return True
    return any(order_id.encode(encoding) in content for encoding in WIDE_ENCODINGS)
