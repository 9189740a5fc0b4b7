"""A dropped file, as everybody knows it who has taken its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class FileKey(NamedTuple):
    """What names a content in the books: whose it is, what it is about, and its hash."""

    client_id: str
    feed: str
    file_hash: str


@dataclass(frozen=True, order=True)
class DroppedFile:
    """Whose a file is, what it is about, what is in it and how it was called.

    Files stand in this order wherever they stand in one. Who knows more of a file has a class of his own.
    """

    client_id: str
    feed: str
    file_hash: str
    """SHA-256 of the bytes that were taken; empty: it could not be taken."""
    file_name: str
    """A label that can be printed and stored: identity is the content."""

    @property
    def key(self) -> FileKey:
        """Its content, whatever its name."""
        return FileKey(self.client_id, self.feed, self.file_hash)

    @property
    def dropped(self) -> DroppedFile:
        """The file without what else is known of it: what tells a dropped file from another."""
        return DroppedFile(self.client_id, self.feed, self.file_hash, self.file_name)
