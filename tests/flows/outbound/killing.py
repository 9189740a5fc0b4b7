"""A stop at a fault point that ends the work but not the process."""

from __future__ import annotations

from flows.disk.faults import FaultPlan


class Killed(BaseException):
    """The night ends here; nothing of ours catches it."""


class Kill(FaultPlan):
    """Ends the night at a fault point, without the process."""

    def reach(self, point: str) -> None:
        """Count the point; never returns from the one that was chosen."""
        self.passed += 1
        if self.passed == self.stop_at:
            raise Killed(point)
