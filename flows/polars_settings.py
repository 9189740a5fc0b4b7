"""How Polars keeps its memory, to be called before Polars is imported; and that it says nothing itself."""

from __future__ import annotations

import io
import os
import sys

OF_OURS = {
    "POLARS_THP": "1",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:30000",
}
"""Huge pages, and memory freed by one step is there for the next one; by itself Polars gives it back after
half a second and fetches it again in pages of 4 KiB, which took the system longer than some steps themselves
(DECISIONS 95). Heard on Linux; elsewhere, where Polars has another allocator, without effect."""

OF_READING = OF_OURS | {"_RJEM_MALLOC_CONF": "dirty_decay_ms:100"}
"""Of the process that reads files: whatever it keeps counts as what its file takes (DECISIONS 239)."""

STDERR = 2


def prepare_polars() -> None:
    """Let Polars, and that of every process started from here, keep its memory as `OF_OURS` says.

    Whoever runs the program may say otherwise in the environment. Has no effect on a Polars that is imported
    already.
    """
    for name, value in OF_OURS.items():
        os.environ.setdefault(name, value)


def settings_of_reading() -> dict[str, str]:
    """Variables of the process that reads files; what the environment says otherwise holds."""
    return {name: value for name, value in OF_READING.items() if os.environ.get(name) == OF_OURS[name]}


def mute_libraries() -> None:
    """From here on Python alone speaks on standard error; what a library writes there itself is lost.

    A panic of Polars writes its words before anybody can catch it, and they may hold cells of a file: they
    would stand on a terminal, in a journal or in Prefect's log. Its type and the way to it are told in words
    of ours. Python's stream goes on under another number, so whoever holds it, as handlers of logs do, need
    not know. Without effect where Python's stream is another one by now, or none.
    """
    stream = getattr(sys.stderr, "buffer", None)
    raw = getattr(stream, "raw", stream)  # a stream without a buffer is its own
    if not isinstance(raw, io.FileIO) or raw.closed or raw.fileno() != STDERR:
        return
    sys.stderr.flush()
    own = os.dup(STDERR)
    raw.__init__(own, "wb")  # type: ignore[misc]  # the same object, which others hold, on the new number
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDERR)
    os.close(nowhere)
