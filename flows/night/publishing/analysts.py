"""The analyst database of a version, from its books and the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from flows.night.publishing.tabulating import tabulate_nights
from flows.outbound.analysts.analytics import AnalystParts, write_analytics
from schemas.outputs.analyst import VersionTables
from transforms.night.cohorts import COHORT_ROWS
from transforms.night.retiring import unite_orders
from transforms.reports.analyst import (
    HISTORIES,
    first_shown,
    tabulate_clients,
    tabulate_history,
    tabulate_workspace,
)

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.night.publishing.committed import CommittedNight
    from schemas.outputs.analyst import Night

OF_FILES = ("files", "rejected_rows")
"""Histories of a client that are looked at together."""


@dataclass(frozen=True)
class AnalystDesk:
    """Where the analyst tables of a version are made, a cohort of clients at a time."""

    night: CommittedNight

    def add(self, cohort: CommittedNight) -> None:
        """Make the tables of some clients."""
        since = self._since - timedelta(days=1)
        version = VersionTables(
            books=unite_orders(
                cohort.books, cohort.ledger.load_closed(since, cohort.version, cohort.clients)
            ),
            standings=cohort.decided("standings"),
            pegs=cohort.decided("pegs"),
            decisions=cohort.decided("decisions"),
            reservations=cohort.decided("reservations"),
            overtakings=cohort.decided("overtakings"),
            lost_reservations=cohort.decided("lost_reservations"),
            history={
                name: cohort.ledger.load_history(name, since, cohort.clients, version=cohort.version)
                for name in OF_FILES
            },
            nights=self._nights,
            warehouses=cohort.configuration.warehouses,
        )
        clients = cohort.configuration.clients
        self._parts.add(tabulate_clients(version, as_of=cohort.as_of, clients=clients, since=self._since))

    def write(self, path: Path) -> str:
        """The digest of the database that now stands at a path, once all clients were added."""
        night, ledger = self.night, self.night.ledger
        for source, name in HISTORIES.items():
            for rows in ledger.history_parts(source, self._since, night.version, COHORT_ROWS):
                self._parts.add({name: tabulate_history(name, rows, self._nights, self._since)})
        self._parts.add(tabulate_workspace(self._nights, self._since))
        return write_analytics(self._parts, path)

    @cached_property
    def _parts(self) -> AnalystParts:
        return AnalystParts(self.night.scratch / "analysts")

    @cached_property
    def _nights(self) -> DataFrame[Night]:
        """The runs up to this version."""
        runs, last = self.night.ledger.all_runs(), self.night.version
        return tabulate_nights([run for run in runs if run.version and run.version <= last])

    @property
    def _since(self) -> date:
        return first_shown(self.night.as_of, self.night.configuration.settings.analyst_days)
