"""A fence around reading: whatever goes wrong with one file ends the reading of that file alone."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from polars.exceptions import PanicException

from flows.disk.full_disk import is_full_disk
from flows.unforeseen import told
from schemas.errors import BackordersError, DamageError
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LOG = logging.getLogger(__name__)

UNFORESEEN = (Exception, PanicException)
"""What reading may end with by our own fault; Polars' panics are no `Exception`."""


def fenced(read: Callable[[], T | Refusal]) -> T | Refusal:
    """What `read` gives; a refusal where it ends with an error that nobody foresaw.

    The error's words are not told: they may hold values of people.

    Raises:
        BackordersError: `read` says itself what is wrong.
    """
    try:
        return read()
    except BackordersError:
        raise
    except MemoryError:
        return Refusal(ReasonCode.UNREADABLE, "reading it takes more memory than a file may take; split it")
    except UNFORESEEN as error:
        LOG.error("a file could not be read: %s", told(error))  # noqa: TRY400 -- its words are values
        return failed_refusal(type(error).__name__)


def concerns_one(error: BaseException) -> bool:
    """Whether an error in what is done for one client stays his; a full disk and damage are everybody's."""
    return not isinstance(error, DamageError) and not (isinstance(error, Exception) and is_full_disk(error))


def failed_refusal(cause: str) -> Refusal:
    """The answer to a file that the program could not read by its own fault."""
    return Refusal(
        ReasonCode.UNREADABLE,
        f"the program failed when it read it ({cause}): our fault. Drop it in parts to find the row that "
        "does it, and report it",
    )
