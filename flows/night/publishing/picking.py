"""What warehouses get of a version: picks and bins to count, of all clients together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from flows.outbound.spilling import Spill
from flows.outbound.warehouses.picks import render_bins_to_count, render_picks
from schemas.outputs.reports import Pick
from schemas.vocabulary.words import AllocationKind
from transforms.allocation.supply.supplies import walking_order
from transforms.reports.bins_to_count import find_bins_to_count, in_walking_order
from transforms.reports.picks import PLACE, PickFacts, place_picks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.night.publishing.committed import CommittedNight
    from flows.outbound.documents import AnyDocument
    from schemas.table import Frame
    from transforms.allocation.frames import BinPlace


@dataclass
class Picking:
    """The picks and bins to count of some clients, of all warehouses."""

    folder: Path
    picks: dict[str, Spill] = field(default_factory=dict)
    """By warehouse, whose rows of all clients may be too many for memory."""
    bins: list[pl.DataFrame] = field(default_factory=list)

    def add(self, cohort: CommittedNight, walk: Frame[BinPlace]) -> None:
        """Gather what is of a cohort, on a way through all bins."""
        allocations = cohort.added("allocations")
        picks = place_picks(
            PickFacts(allocations, cohort.books, cohort.addresses(allocations)),
            walk,
            warehouses=cohort.configuration.warehouses,
            clients=cohort.configuration.clients,
        )
        for (warehouse_id,), rows in picks.partition_by("warehouse_id", as_dict=True).items():
            self._of(str(warehouse_id)).add(rows)
        self.bins.append(find_bins_to_count(cohort.books))

    def join(self, other: Picking) -> None:
        """Take over what somebody else gathered."""
        for warehouse_id, spill in other.picks.items():
            self._of(warehouse_id).join(spill)
        self.bins += other.bins

    def render(self, night: CommittedNight) -> Iterator[AnyDocument]:
        """The files of all warehouses, once those of all clients are here."""
        warehouses = night.configuration.warehouses
        picks = {name: spill.in_order(Pick.names(), PLACE) for name, spill in self.picks.items()}
        yield from render_picks(picks, warehouses=warehouses, as_of=night.as_of)
        bins = in_walking_order(pl.concat(self.bins), warehouses)
        yield from render_bins_to_count(bins, warehouses=warehouses)

    def _of(self, warehouse_id: str) -> Spill:
        return self.picks.setdefault(warehouse_id, Spill(self.folder / f"{len(self.picks)}"))


def walk_of(night: CommittedNight) -> Frame[BinPlace]:
    """The way through all bins from which a night has something picked, whoever's it is."""
    is_pick = pl.col("kind") == AllocationKind.RELEASE
    bins = [
        rows.filter(is_pick).select("warehouse_id", "bin_id").unique().collect()
        for rows in night.ledger.scan_added("allocations", night.version)
    ]
    none = pl.DataFrame(schema={"warehouse_id": pl.String, "bin_id": pl.String})
    return walking_order(pl.concat([none, *bins]), night.configuration.warehouses)
