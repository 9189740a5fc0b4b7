"""The door: one look at inbound at a time, by day or by night.

A look by day does not hold the run's lock, so a night in progress goes on undisturbed and files are
acknowledged meanwhile. What both touch (the copy that is being made in landing, the list of arrivals,
files leaving inbound) is guarded by a lock of its own, held for one look.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from flows.disk.lock import LockedError, hold_lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.clock import Clock
    from flows.workspace import Workspace

PATIENCE_SECONDS = 600.0
"""How long a night waits for a look by day: long enough to copy what a day drops at once."""

MOMENT = 0.2


@contextmanager
def hold_door(
    workspace: Workspace, clock: Clock, *, patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[None]:
    """Be the only one that looks at inbound, inside the block.

    Raises:
        LockedError: somebody else has been looking all the time.
    """
    with ExitStack() as stack:
        waited = 0.0
        while True:
            try:
                stack.enter_context(hold_lock(workspace.landing / "door.lock"))
            except LockedError:
                if waited >= patience_seconds:
                    raise
                clock.sleep(MOMENT)
                waited += MOMENT
            else:
                break
        yield
