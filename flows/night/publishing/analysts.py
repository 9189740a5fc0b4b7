"""The analyst database of a version, from that of the version before, its books and the history."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flows.night.publishing.tabulating import tabulate_nights
from flows.night.publishing.yesterday import Yesterday, copy_yesterday
from flows.outbound.analysts.analytics import (
    Addition,
    AnalystParts,
    Shown,
    append_analytics,
    write_analytics,
)
from schemas.outputs.analyst import VersionTables
from transforms.night.cohorts import COHORT_ROWS
from transforms.night.retiring import unite_orders
from transforms.reports.analyst import (
    DECIDED,
    HISTORIES,
    REJECTED,
    TOLD,
    first_shown,
    tabulate_clients,
    tabulate_decided,
    tabulate_history,
    tabulate_rejections,
    tabulate_told,
    tabulate_workspace,
)

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.night.publishing.committed import CommittedNight
    from schemas.night import Books
    from schemas.outputs.analyst import Night

SAY_OF_CLOSED = ("first_counts", "item_units")
"""Tables of state that say something of an order that left them: beside itself, the settings and the date."""


@dataclass(frozen=True)
class AnalystDesk:
    """Where the analyst tables of a version are made, a cohort of clients at a time.

    A history never changes before tonight's date: nothing is posted into the past. So where the database of
    the version before may be believed, only what the runs of tonight's date added is read.
    """

    night: CommittedNight
    path: Path
    """Where the database will stand."""

    def add(self, cohort: CommittedNight) -> None:
        """Make the tables of some clients."""
        version = VersionTables(
            books=self._with_closed(cohort),
            standings=cohort.decided("standings"),
            pegs=cohort.decided("pegs"),
            decisions=cohort.decided("decisions"),
            reservations=cohort.decided("reservations"),
            overtakings=cohort.decided("overtakings"),
            lost_reservations=cohort.decided("lost_reservations"),
            history={},
            nights=self._nights,
            warehouses=cohort.configuration.warehouses,
        )
        clients = cohort.configuration.clients
        self._parts.add(tabulate_clients(version, as_of=cohort.as_of, clients=clients, since=self._since))
        for number in self._new_versions:
            rejected, files, lines, messages = (
                cohort.ledger.load_added(name, number, cohort.clients)
                for name in (REJECTED, "files", "message_lines", "messages")
            )
            self._parts.add({REJECTED: tabulate_rejections(rejected, files)})
            self._parts.add({TOLD: tabulate_told(lines, messages)})

    def write(self) -> Shown:
        """What the database shows that now stands at the path, once all clients were added."""
        night, ledger = self.night, self.night.ledger
        for source, name in HISTORIES.items():
            for rows in ledger.history_parts(source, self._new_since, night.version, COHORT_ROWS):
                self._parts.add({name: tabulate_history(name, rows, self._nights, self._new_since)})
        for source, name in DECIDED.items():
            for rows in ledger.decided_parts(source, self._new_since, night.version, COHORT_ROWS):
                self._parts.add({name: tabulate_decided(name, rows, self._nights, self._new_since)})
        self._parts.add(tabulate_workspace(self._nights, self._since))
        if self._yesterday is None:
            return write_analytics(self._parts, self.path, self._since)
        addition = Addition(self._since, night.as_of.business_date, self._closed_anew)
        return append_analytics(self._parts, self.path, self._yesterday.shown, addition)

    def _with_closed(self, cohort: CommittedNight) -> Books:
        """The books of some clients, with orders that left them and cannot stay as they were yesterday."""
        anew = self._closed_anew
        clients = cohort.clients if anew is None else anew.intersection(cohort.clients or anew)
        if clients is not None and not clients:
            return cohort.books
        left = cohort.ledger.load_closed(self._since, cohort.version, clients)
        return unite_orders(cohort.books, left)

    @cached_property
    def _yesterday(self) -> Yesterday | None:
        return copy_yesterday(self.night, self._since, self.path)

    @cached_property
    def _closed_anew(self) -> set[str] | None:
        """Clients of whose orders that left the books something else is said than yesterday; None: of all."""
        night = self.night
        if self._yesterday is None or self._yesterday.policies != night.policies:
            return None
        return night.ledger.changed_clients(SAY_OF_CLOSED, night.version)

    @cached_property
    def _parts(self) -> AnalystParts:
        return AnalystParts(self.night.scratch / "analysts")

    @cached_property
    def _nights(self) -> DataFrame[Night]:
        """The runs up to this version."""
        runs, last = self.night.ledger.all_runs(), self.night.version
        return tabulate_nights([run for run in runs if run.version and run.version <= last])

    @cached_property
    def _new_versions(self) -> list[int]:
        """The versions whose rows of the history are not there yet, or are shown anew."""
        is_new = self._nights["business_date"] >= self._new_since
        return self._nights.filter(is_new)["version"].to_list()

    @property
    def _new_since(self) -> date:
        return self.night.as_of.business_date if self._yesterday else self._since

    @property
    def _since(self) -> date:
        return first_shown(self.night.as_of, self.night.configuration.settings.analyst_days)
