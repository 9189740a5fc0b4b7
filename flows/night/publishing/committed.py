"""A committed run, as all of its outputs read it: of all clients, or of a cohort of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

import polars as pl

from transforms.night.cohorts import ROWS_A_LINE, cohorts_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace
    from schemas.books.people import ShipTo
    from schemas.night import AsOf, Books

TOGETHER = 50_000
"""Order lines of a cohort; of more, a night takes no less time."""


@dataclass(frozen=True)
class CommittedNight:
    """A committed run, and what its outputs are made of."""

    workspace: Workspace
    ledger: Ledger
    configuration: Configuration
    as_of: AsOf
    version: int
    clients: tuple[str, ...] | None = None
    """Whose rows it reads; all: None."""

    def cohorts(self, lines: int = TOGETHER) -> Iterator[CommittedNight]:
        """The run in cohorts of clients, whose books fit into memory together; at least one.

        Args:
            lines: order lines of a cohort, at most; `TOGETHER` if that is less.
        """
        known = self.ledger.weigh_clients(self.version)
        weights = {name: known.get(name, 0) for name in sorted({*known, *self.configuration.clients})}
        for clients in cohorts_of(weights, min(lines, TOGETHER) * ROWS_A_LINE) or [[]]:
            yield replace(self, clients=tuple(clients))

    @property
    def scratch(self) -> Path:
        """A folder for what is published and too much for memory; it may hold addresses."""
        return self.workspace.staging / self.as_of.run_id

    @cached_property
    def policies(self) -> dict[str, str]:
        """SHA-256 of each settings file that shaped the run, by its path."""
        frozen = self.ledger.frozen(self.as_of).policies
        return {path: hashlib.sha256(content).hexdigest() for path, content in frozen.items()}

    @cached_property
    def books(self) -> Books:
        """The books after the run, with orders that it let go; read once."""
        return self.ledger.load_night(self.version, self.clients)

    @property
    def configured(self) -> list[str]:
        """Those of its clients that have settings."""
        names = sorted(self.configuration.clients)
        return names if self.clients is None else [name for name in names if name in self.clients]

    def of_clients(self, rows: pl.DataFrame) -> Any:  # noqa: ANN401 -- a frame of the contract that it was
        """The rows that are of its clients."""
        return rows if self.clients is None else rows.filter(pl.col("client_id").is_in(self.clients))

    def decided(self, table: str) -> Any:  # noqa: ANN401 -- a frame of the contract that the name says
        """A table of tonight's results."""
        return self.ledger.load_table(table, self.clients, version=self.version)

    def added(self, table: str) -> Any:  # noqa: ANN401 -- a frame of the contract that the name says
        """What this run added to a table of the history."""
        return self.ledger.load_added(table, self.version, self.clients)

    def added_since_told(self, table: str) -> Any:  # noqa: ANN401 -- a frame of the contract that the name says
        """What this run and the missed nights that were caught up just before it added to the history."""
        committed = [run for run in self.ledger.all_runs() if run.version and run.version < self.version]
        silent = takewhile(lambda run: run.as_of.only_posts, reversed(committed))
        earlier = [self.ledger.load_added(table, run.version or 0, self.clients) for run in silent]
        return pl.concat([*reversed(earlier), self.added(table)])

    def addresses(self, orders: pl.DataFrame) -> DataFrame[ShipTo]:
        """Who the orders of these rows go to."""
        return self.ledger.read_people(orders.select("client_id", "order_id").unique())
