"""What the files said that runs took: looked up by what it is, never loaded as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import sqlite3

FIRST = """
    SELECT file.file_name, business_date
    FROM seen_files AS seen
    LEFT JOIN run_files AS file USING (business_date, run_no, client_id, feed, file_hash)
    WHERE seen.client_id = ? AND seen.feed = ? AND coalesce(seen.cells_hash, seen.file_hash) = ?
        AND (business_date, run_no) < (?, ?)
    ORDER BY business_date, coalesce(file.file_name, '') LIMIT 1
"""

Said = tuple[str, str, str | None]
"""Client, feed, and what the cells of a file said; of files that older programs took, the hash of it."""


class SeenFiles(Protocol):
    """Which file said something first, in words; a dictionary does, too."""

    def get(self, said: Said, /) -> str | None:
        """The file; None: nobody said it."""


@dataclass(frozen=True)
class FilesOfRuns:
    """What runs took before another one."""

    connection: sqlite3.Connection
    before: tuple[str, int]
    """Its key."""

    def get(self, said: Said, /) -> str | None:
        """The first file that said it; None: none did."""
        row = self.connection.execute(FIRST, (*said, *self.before)).fetchone()
        return f"{row[0] or 'a file'} of the night of {row[1]}" if row else None
