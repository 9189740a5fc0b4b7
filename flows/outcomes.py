"""How a program ended: what an error is called, in words for people, and its exit code."""

from __future__ import annotations

from flows.unforeseen import told
from schemas.errors import (
    AdmissionError,
    BackordersError,
    ConfigurationError,
    DamageError,
    ExecutorLostError,
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


HEADINGS: dict[type[BackordersError], str] = {
    ConfigurationError: "Not possible",
    GuardHeld: "Held for approval",
    NightsError: "Not all is well",
    SourceError: "File not readable",
    AdmissionError: "Rows would be rejected",
    InvariantError: "A law of the ledger is broken (our fault)",
    UnforeseenError: "The program failed (our fault)",
    PublicationError: "Committed, but not published",
    DamageError: "The books are damaged",
    ExecutorLostError: "Nobody is there to do the work",
    BackordersError: "Error",
}


def outcome_of(error: BackordersError) -> tuple[str, int]:
    """What an error is called, and the exit code of the program."""
    heading = next(heading for kind, heading in HEADINGS.items() if isinstance(error, kind))
    return heading, error.exit_code
