"""What warehouses get of a version: picks and bins to count, of all clients together."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
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

    from flows.night.publishing.committed import CommittedNight
    from flows.outbound.documents import AnyDocument
    from schemas.table import Frame
    from transforms.allocation.frames import BinPlace


@dataclass
class PickingDesk:
    """Where the picks of a version are gathered, a cohort of clients at a time."""

    night: CommittedNight
    picks: dict[str, Spill] = field(default_factory=dict)
    """By warehouse, whose rows of all clients may be too many for memory."""
    bins: list[pl.DataFrame] = field(default_factory=list)

    def add(self, cohort: CommittedNight) -> None:
        """Gather the picks and bins of some clients."""
        allocations = cohort.added("allocations")
        picks = place_picks(
            PickFacts(allocations, cohort.books, cohort.addresses(allocations)),
            self._walk,
            warehouses=cohort.configuration.warehouses,
            clients=cohort.configuration.clients,
        )
        for (warehouse_id,), rows in picks.partition_by("warehouse_id", as_dict=True).items():
            self._of(str(warehouse_id)).add(rows)
        self.bins.append(find_bins_to_count(cohort.books))

    def render(self) -> Iterator[AnyDocument]:
        """The files of all warehouses, once all clients were added."""
        warehouses = self.night.configuration.warehouses
        picks = {name: spill.in_order(Pick.names(), PLACE) for name, spill in self.picks.items()}
        yield from render_picks(picks, warehouses=warehouses, as_of=self.night.as_of)
        bins = in_walking_order(pl.concat(self.bins), warehouses)
        yield from render_bins_to_count(bins, warehouses=warehouses)

    def _of(self, warehouse_id: str) -> Spill:
        folder = self.night.scratch / "picks" / f"{len(self.picks)}"
        return self.picks.setdefault(warehouse_id, Spill(folder))

    @cached_property
    def _walk(self) -> Frame[BinPlace]:
        """The way through all bins from which something is picked."""
        is_pick = pl.col("kind") == AllocationKind.RELEASE
        bins = [
            rows.filter(is_pick).select("warehouse_id", "bin_id").unique().collect()
            for rows in self.night.ledger.scan_added("allocations", self.night.version)
        ]
        none = pl.DataFrame(schema={"warehouse_id": pl.String, "bin_id": pl.String})
        return walking_order(pl.concat([none, *bins]), self.night.configuration.warehouses)
