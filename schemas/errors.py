"""The errors of the program and the exit code that each one means."""

from __future__ import annotations


class BackordersError(Exception):
    """Parent of every error of ours; never raised itself.

    A message says what is wrong, how many times, up to three examples, and what to do next.
    """

    exit_code = 1


class ConfigurationError(BackordersError):
    """The workspace, a client's file or the command line contradicts itself or the contract."""

    exit_code = 2


class UsageError(ConfigurationError):
    """The command line cannot be read: a word too many, one that is missing, or one that is none of ours."""


class SourceError(BackordersError):
    """A file that was dropped cannot be read as what it claims to be; only `check` ends with it."""

    exit_code = 10


class AdmissionError(BackordersError):
    """A file can be read but rows of it would be rejected; only `check` ends with it."""

    exit_code = 11


class InvariantError(BackordersError):
    """A law of the ledger is broken: our bug. The client is held, or the night stops (laws 4 and 6)."""

    exit_code = 20


class PublicationError(BackordersError):
    """The night is committed, but its outputs could not be written; a rerun goes on from there."""

    exit_code = 30


class NightsError(BackordersError):
    """Nights are late, stopped, ahead of the clock or without a client; `status` and `run` end with it."""

    exit_code = 4


class GuardHeld(BackordersError):  # noqa: N818 -- a guard that holds a client is an outcome, not a fault
    """A guard holds a client's output until a person approves it."""

    exit_code = 3


class UnforeseenError(BackordersError):
    """An error that nobody foresaw: our bug, told without its words, which may hold values of people."""

    exit_code = 1


class DamageError(BackordersError):
    """A file of the books is not what was committed; nothing goes on until it is put back."""

    exit_code = 40


class ExecutorLostError(BackordersError):
    """The cluster that does the work is gone: what was begun is done again by the next run."""

    exit_code = 50
