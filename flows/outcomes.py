"""How a program ended: what an error is called, in words for people, and its exit code."""

from __future__ import annotations

from flows.unforeseen import told
from schemas.errors import (
    AdmissionError,
    BackordersError,
    ConfigurationError,
    DamageError,
    GuardHeld,
    InvariantError,
    NightsError,
    PublicationError,
    SourceError,
    UnforeseenError,
)

WORDLESS = (
    "More is not told, since the words of such an error may hold what a client wrote. Run again; if it says "
    "the same, report this line."
)


def named(error: Exception) -> BackordersError:
    """The error as one of ours; of one that nobody foresaw, its type and the way to it."""
    return error if isinstance(error, BackordersError) else UnforeseenError(f"{told(error)}. {WORDLESS}")


def outcome_of(error: BackordersError) -> tuple[str, int]:
    """What an error is called, and the exit code of the program."""
    match error:
        case ConfigurationError():
            heading = "Not possible"
        case GuardHeld():
            heading = "Held for approval"
        case NightsError():
            heading = "Not all is well"
        case SourceError():
            heading = "File not readable"
        case AdmissionError():
            heading = "Rows would be rejected"
        case InvariantError():
            heading = "A law of the ledger is broken (our fault)"
        case UnforeseenError():
            heading = "The program failed (our fault)"
        case PublicationError():
            heading = "Committed, but not published"
        case DamageError():
            heading = "The books are damaged"
        case _:
            heading = "Error"
    return heading, error.exit_code
