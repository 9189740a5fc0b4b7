"""Chores after a delivery: one that fails is told and tried again by the next night, and the others are done.

The night itself is done by then. A chore that cannot be done for what one client dropped must not keep
the picks of tomorrow from all others.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.disk.full_disk import is_full_disk
from flows.fence import UNFORESEEN
from flows.settings_file import shown
from flows.unforeseen import told
from schemas.errors import DamageError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = logging.getLogger(__name__)


@contextmanager
def chore(work: str) -> Iterator[None]:
    """A block of `work` whose failure is told in the log and no more.

    A full disk ends the step as ever, and so do damaged books: no later night would find them whole.

    Raises:
        DamageError: what was committed is not what is read.
    """
    try:
        yield
    except DamageError:
        raise
    except UNFORESEEN as error:
        if isinstance(error, Exception) and is_full_disk(error):
            raise
        # its words may have names that no log can print
        why = shown(told(error))
        LOG.error(  # noqa: TRY400 -- as above
            "%s was not done (%s); the night is. The next one tries again: if it says the same, report it.",
            *(work, why),
        )
