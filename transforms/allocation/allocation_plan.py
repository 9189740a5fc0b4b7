"""What the allocation of a night decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.results import (
        Allocation,
        Cancellation,
        Decision,
        FenceUse,
        LostReservation,
        Overtaking,
        Peg,
        QueuePosition,
        Reservation,
    )


@dataclass(frozen=True)
class AllocationPlan:
    """What the allocation of a night decides, for all clients."""

    allocations: DataFrame[Allocation]
    lost_reservations: DataFrame[LostReservation]
    fence_uses: DataFrame[FenceUse]
    pegs: DataFrame[Peg]
    decisions: DataFrame[Decision]
    reservations: DataFrame[Reservation]
    overtakings: DataFrame[Overtaking]
    standings: DataFrame[QueuePosition]
    cancellations: DataFrame[Cancellation]
