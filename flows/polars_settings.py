"""How Polars keeps its memory; to be called before Polars is imported."""

from __future__ import annotations

import os

OF_OURS = {
    "POLARS_THP": "1",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:30000",
}
"""Huge pages, and memory freed by one step is there for the next one; by itself Polars gives it back after
half a second and fetches it again in pages of 4 KiB, which took the system longer than some steps themselves
(DECISIONS 95). Heard on Linux; elsewhere, where Polars has another allocator, without effect."""


def prepare_polars() -> None:
    """Let Polars, and that of every process started from here, keep its memory as `OF_OURS` says.

    Whoever runs the program may say otherwise in the environment. Has no effect on a Polars that is imported
    already.
    """
    for name, value in OF_OURS.items():
        os.environ.setdefault(name, value)
