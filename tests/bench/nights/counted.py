"""The program as a user starts it, with its fsyncs counted: `python counted.py COUNT ARGUMENT...`.

COUNT is the file that says at the end how often `os.fsync` and `os.fdatasync` were called: each file, folder
and link that the program makes durable itself (`flows.disk.durable`). What SQLite and DuckDB sync within a
transaction of theirs is not among them; nobody can count that from within without slowing the night. Nor is
the one sync of the file system (`flows.disk.sealing`) of a version with many files.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = {"fsync": 0, "fdatasync": 0}


def counted(name: str) -> Callable[[Any], None]:
    """The function of `os`, which is counted."""
    real: Callable[[Any], None] = getattr(os, name)

    def sync(descriptor: object) -> None:
        CALLS[name] += 1
        real(descriptor)

    return sync


def main() -> None:
    """Count, and do what the command `backorders` does."""
    place, owner = Path(sys.argv.pop(1)), os.getpid()
    for name in CALLS:
        setattr(os, name, counted(name))

    def tell() -> None:
        if os.getpid() == owner:
            place.write_text(str(sum(CALLS.values())), "utf-8")

    atexit.register(tell)
    from flows.cli import main as backorders  # noqa: PLC0415 -- what it imports is to find counted functions

    sys.argv[0] = "backorders"
    backorders()


if __name__ == "__main__":
    main()
