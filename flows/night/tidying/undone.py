"""Chores that were not done, kept until they are: `log/undone.json`, which every list of troubles tells.

It lies outside the books: a chore decides nothing, and its failure must not hang on what it failed at.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)

SHOWN = 3
"""Failures of a chore that are named; the others are counted."""


@dataclass(frozen=True)
class Undone:
    """A chore that was not done, or not for everything."""

    work: str
    since: str
    """Business date of the first night on which it was not done."""
    why: str

    def tell(self) -> str:
        """The sentence for a person."""
        return (
            f"{self.work[0].upper()}{self.work[1:]} is not done since the night of {self.since}: {self.why}. "
            "Each night tries again; if it says the same and nothing is to be mended, report it."
        )


def note_chore(workspace: Workspace, work: str, night: date, failures: list[str]) -> None:
    """Remember that a chore was not done, and why; or, without failures, that it is done."""
    noted = {undone.work: undone for undone in read_undone(workspace)}
    if not failures and work not in noted:
        return
    since = noted[work].since if work in noted else night.isoformat()
    noted.pop(work, None)
    if failures:
        more = f" and {len(failures) - SHOWN} more" if len(failures) > SHOWN else ""
        noted[work] = Undone(work, since, "; ".join(failures[:SHOWN]) + more)
    try:
        workspace.undone_file.parent.mkdir(parents=True, exist_ok=True)
        partial = workspace.undone_file.with_suffix(".partial")
        # not synced, as the log is not: after a power cut the next night says it again
        partial.write_text(json.dumps([vars(undone) for undone in noted.values()], indent=1), "utf-8")
        partial.replace(workspace.undone_file)
    except OSError as error:
        LOG.warning("%s was not written (%s)", workspace.undone_file, error.strerror)


def read_undone(workspace: Workspace) -> list[Undone]:
    """What is not done, the oldest first."""
    try:
        rows = json.loads(workspace.undone_file.read_bytes())
        return sorted((Undone(**row) for row in rows), key=lambda undone: (undone.since, undone.work))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, AttributeError) as error:
        why = f"{workspace.undone_file} cannot be read ({type(error).__name__}); delete it"
        return [Undone("the list of what is not done", "an earlier date", why)]
