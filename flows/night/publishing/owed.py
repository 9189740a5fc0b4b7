"""What one client is owed: outputs that could not be written, told by their version and written by the next.

A fence around each client's own outputs: whatever ends one (the disk, a name, a fault of ours), the others
are written and the version stands. `not_written.json` of a version lists what is owed, `not_written.txt` says
it to people; the next version writes it from the books, or owes it again.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from flows.fence import UNFORESEEN, concerns_one
from flows.outbound.documents import Document
from flows.outbound.versions.publish import CURRENT
from flows.settings_file import shown
from flows.unforeseen import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from flows.outbound.documents import AnyDocument
    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)

NOT_WRITTEN = "These could not be written, by a fault of the program or of the disk; the log says more:"
FOR_PEOPLE, FOR_MACHINES = "not_written.txt", "not_written.json"

OF_ONE = ("acks", "notices", "quarantine", "status")
"""Folders of a version whose entries are a client's each."""


@dataclass(frozen=True, order=True)
class Owed:
    """Outputs that a version could not write and the next one can."""

    version: int
    kind: str
    """`quarantine`, of one file; or `acks`, `notices`, `status`, of the client."""
    client_id: str
    feed: str = ""
    file_hash: str = ""


@dataclass
class Missed:
    """What could not be written while a version is made."""

    words: list[tuple[int, str]] = field(default_factory=list)
    """For people, a line each, and where it belongs among them."""
    place: int = 0
    """Where what is missed now belongs: what is of one kind is told together, in the order of clients."""
    owed: set[Owed] = field(default_factory=set)
    at_hand: tuple[Owed, ...] = ()
    """What is owed if the document that is being written cannot be."""

    def note(self, words: str, *owed: Owed) -> None:
        """Remember that something was not written."""
        self.words.append((self.place, words))
        self.owed.update(owed)

    def join(self, other: Missed) -> None:
        """Remember what somebody else could not write, too."""
        self.words += other.words
        self.owed |= other.owed

    def skip(self, document: AnyDocument, error: BaseException) -> bool:
        """Whether a version does without a document; what is everybody's, a full disk and damage end it."""
        if document.path.split("/")[0] not in OF_ONE or not concerns_one(error):
            return False
        LOG.error("%s could not be written: %s", document.path, shown(told(error)))
        self.note(f"{document.path} ({type(error).__name__})", *self.at_hand)
        return True

    def fence(
        self, make: Callable[[], Iterable[AnyDocument]], about: str, *owed: Owed
    ) -> Iterator[AnyDocument]:
        """The documents, up to the one that cannot be made; each is written before the next is asked for."""
        try:
            for document in make():
                self.at_hand = owed
                yield document
        except UNFORESEEN as error:
            if not concerns_one(error):
                raise
            LOG.error("%s could not be made: %s", about, shown(told(error)))  # noqa: TRY400 -- its words are values
            self.note(f"{about} ({type(error).__name__})", *owed)
        finally:
            self.at_hand = ()

    def tell(self) -> Iterator[Document]:
        """What is told of it in the version; asked once all else is written."""
        if self.words:
            lines = [words for _, words in sorted(self.words, key=itemgetter(0))]
            yield Document(FOR_PEOPLE, "".join(f"{line}\n" for line in [NOT_WRITTEN, *lines]).encode())
            rows = [vars(owed) for owed in sorted(self.owed)]
            yield Document(FOR_MACHINES, (json.dumps(rows, indent=1) + "\n").encode())


def read_owed(version: Path) -> list[Owed]:
    """What a version could not write and the next one shall; nothing where it does not say."""
    try:
        return sorted(Owed(**row) for row in json.loads((version / FOR_MACHINES).read_bytes()))
    except (OSError, ValueError, TypeError):
        return []


def tell_owed(workspace: Workspace) -> list[str]:
    """What the last version could not write, in a sentence; empty: nothing."""
    place = workspace.published / CURRENT / FOR_PEOPLE
    try:
        lines = place.read_text("utf-8").splitlines()[1:]
    except OSError:
        return []
    more = f" and {len(lines) - 3} more" if len(lines) > 3 else ""  # noqa: PLR2004 -- three are shown
    said = f"The last night could not write {'; '.join(lines[:3])}{more}: {place}."
    next_one = (
        f"{said} The log says why; mend it. What is named is written by the next night, or `run --again`."
    )
    return [next_one]
