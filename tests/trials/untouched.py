"""Whether what is not written anew is what it would be: `uv run python -m tests.trials.untouched`.

The same warehouses live their days (`tests.warehouse`) in two workspaces, on real files. One is as users
have it; the other works out every table and document of every client and writes it down every night. On most
nights most clients send nothing, and then what they have of several days. Every night the segments that the
books name are compared, and all that is published: byte by byte, the analyst database by its content.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from flows.ledger.store.ledger import Ledger
from flows.night.planning import cohort
from flows.outbound.analysts.analytics import FILE_NAME
from flows.outbound.analysts.digests import logical_digest
from flows.outbound.versions.manifest import RUN_INFO
from tests.warehouse.kinds import Style
from tests.warehouse.trial import run_courses
from tests.warehouse.workspace import WorkspaceNights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from flows.workspace import Workspace
    from tests.warehouse.judging import Replies
    from tests.warehouse.telling import File

STORED = "SELECT * FROM segments ORDER BY table_name, client_id, first_version"
MARKED = "SELECT * FROM marks ORDER BY kind, client_id, level, part, first_version"
TURNS = 3
"""A client sends its files on one of so many nights."""


class DifferenceError(AssertionError):
    """What was not written anew is not what it would be."""


@contextmanager
def writing_all() -> Iterator[None]:
    """A block whose nights write down everything anew."""
    with mock.patch.object(cohort, "unchanged_clients", return_value=set()):
        yield


@dataclass
class Beside:
    """Two workspaces of the same nights; the answers are those of the first."""

    usual: WorkspaceNights
    whole: WorkspaceNights
    sends: Callable[[str, date], bool]
    """Whether a client sends what it has, on a night."""
    waiting: list[File] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)
    """Segments that a version did not write anew, and those that it did."""

    @classmethod
    def of(cls, styles: Sequence[Style], folder: Path) -> Beside:
        """Two fresh workspaces below a folder."""
        numbers = {style.client_id: number for number, style in enumerate(styles)}

        def sends(client_id: str, night: date) -> bool:
            return (night.toordinal() + numbers[client_id]) % TURNS == 0

        usual, whole = (WorkspaceNights.of(styles, folder / name) for name in ("usual", "whole"))
        return cls(usual, whole, sends)

    def run(self, night: date, files: Sequence[File]) -> Replies:
        """What the night answers.

        Raises:
            DifferenceError: the two differ.
        """
        self.waiting += files
        sent = [file for file in self.waiting if self.sends(file.client_id, night)]
        self.waiting = [file for file in self.waiting if not self.sends(file.client_id, night)]
        replies = self.usual.run(night, sent)
        with writing_all():
            self.whole.run(night, sent)
        one, other = (look(nights.workspace) for nights in (self.usual, self.whole))
        differs = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
        if differs:
            message = f"{night}: {len(differs)} differ, {', '.join(differs[:5])}"
            raise DifferenceError(message)
        self._count()
        return replies

    def _count(self) -> None:
        """Count the segments that were and were not written."""
        with Ledger.open(self.usual.workspace) as ledger:
            last = ledger.last_committed()
            rows = ledger.connection.execute("SELECT first_version FROM segments WHERE last_version IS NULL")
            version = last.version if last else 0
            self.unchanged.update("written" if first == version else "unchanged" for (first,) in rows)


def look(workspace: Workspace) -> dict[str, str]:
    """All that the last night left, by what it is."""
    current = (workspace.published / "current").resolve()
    found = {
        path.relative_to(current).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(current.rglob("*"))
        if path.is_file() and path.name not in (FILE_NAME, RUN_INFO)
    }
    with Ledger.open(workspace) as ledger:
        for statement in (STORED, MARKED):
            for row in ledger.connection.execute(statement):
                name = "/".join(map(str, row[:4]))
                found[name] = f"{found.get(name, '')} {row}"
    return found | {FILE_NAME: logical_digest(current / FILE_NAME)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Live; an error tells of the first difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--nights", type=int, default=30)
    asked = parser.parse_args(arguments)
    seeds = range(asked.first, asked.first + asked.clients)
    styles = [
        Style.of(seed, short=("implied", "explicit")[seed // 2 % 2], is_timed=seed % 2 == 0) for seed in seeds
    ]
    with tempfile.TemporaryDirectory() as folder:
        beside = Beside.of(styles, Path(folder))
        run_courses(styles, asked.nights, beside)
    counts = beside.unchanged
    print(  # noqa: T201
        f"{asked.nights} nights of {asked.clients} clients: all equal; of the segments of a version "
        f"{counts['unchanged']:,} were there, {counts['written']:,} written"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
