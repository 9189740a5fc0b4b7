"""What three nights published, as tests read it: files below a night's version, rows of its database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from flows.outbound.analysts.analytics import FILE_NAME
from flows.outbound.spilling import OFFLINE
from tests.trials.sample_nights import NIGHTS

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

MONDAY, TUESDAY, WEDNESDAY = (night.isoformat() for night in NIGHTS)
PREVIEW = "[Preview: this message was not sent]\n\n"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class PublishedNights:
    """The version that each night published.

    Its database is open only while it is asked: one process opens a file with one configuration at a time.
    """

    folders: dict[str, Path]

    @classmethod
    def of(cls, workspace: Workspace) -> PublishedNights:
        """The versions of a workspace in which the sample ran."""
        versions = sorted(workspace.published.glob("v??????"))
        return cls(dict(zip((MONDAY, TUESDAY, WEDNESDAY), versions, strict=True)))

    def rows(self, night: str, query: str, *values: object) -> list[Row]:
        """What a query finds in the database of a night."""
        with self._open(night) as database:
            found: list[Row] = database.execute(query, values).fetchall()
        return found

    def csv(self, night: str, query: str) -> str:
        """What a query finds, with a header; null is an empty field."""
        with self._open(night) as database:
            result = database.execute(query)
            header = [column[0] for column in result.description or ()]
            rows = [header, *result.fetchall()]
        return "".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows)

    def texts(self, night: str, pattern: str) -> dict[str, str]:
        """Files of a night's version, by their path in it; line ends and byte-order mark as they are."""
        folder = self.folders[night]
        found = sorted(folder.glob(pattern))
        return {str(file.relative_to(folder)): file.read_bytes().decode() for file in found}

    def messages(self, night: str) -> list[dict[str, Any]]:
        """Tonight's messages as a client's mailer reads them."""
        feeds = self.texts(night, "notices/*/notices.ndjson").values()
        return [json.loads(line) for feed in feeds for line in feed.splitlines()]

    def message(self, night: str, order_id: str) -> dict[str, Any]:
        """The one message that an order got on a night."""
        (told,) = (message for message in self.messages(night) if message["order_id"] == order_id)
        return told

    def _open(self, night: str) -> duckdb.DuckDBPyConnection:
        """The database of a night."""
        return duckdb.connect(self.folders[night] / FILE_NAME, read_only=True, config=OFFLINE)
