"""What the tests let other processes do; these import it by its name."""

from __future__ import annotations

import os
import signal
from pathlib import Path

MESSAGE = "of the function itself"


def double(number: int) -> int:
    """Something that has a result."""
    return 2 * number


def fail(_: int) -> int:
    """Something that raises."""
    raise ValueError(MESSAGE)


def die_at_first(place: str) -> str:
    """Something whose process dies the first time, as one that the system ends for its memory."""
    if not Path(place).exists():
        Path(place).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return place


def die(_: int) -> int:
    """Something whose process always dies."""
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def threads(_: int) -> str:
    """How many threads Polars has there."""
    return os.environ["POLARS_MAX_THREADS"]
