"""Chores after a delivery: one that fails is told and tried again by the next night, and the others are done.

The night itself is done by then. A chore that cannot be done for what one client dropped must not keep
the picks of tomorrow from all others.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.disk.full_disk import is_full_disk
from flows.fence import UNFORESEEN
from flows.night.tidying.undone import note_chore
from flows.settings_file import shown
from flows.unforeseen import told
from schemas.errors import DamageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Housekeeping:
    """The chores of one night, whatever each of them says."""

    workspace: Workspace
    night: date

    @contextmanager
    def chore(self, work: str) -> Iterator[list[str]]:
        """A block of `work`; what it puts into the list is not done, and the rest is.

        A failure is told in the log, and by every list of troubles until a night does the work. A full disk
        ends the step as ever, and so do damaged books: no later night would find them whole.

        Raises:
            DamageError: what was committed is not what is read.
        """
        failures: list[str] = []
        try:
            yield failures
        except DamageError:
            raise
        except UNFORESEEN as error:
            if isinstance(error, Exception) and is_full_disk(error):
                raise
            # its words may have names that no log can print
            why = shown(told(error))
            failures.append(why)
            LOG.error(  # noqa: TRY400 -- as above
                "%s was not done (%s); the night is. The next one tries again: if it says the same, "
                "report it.",
                *(work, why),
            )
        note_chore(self.workspace, work, self.night, failures)
