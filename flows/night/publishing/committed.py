"""A committed run, as all of its outputs read it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from typing import Any

    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace
    from schemas.books.people import ShipTo
    from schemas.night import AsOf, Books


@dataclass(frozen=True)
class CommittedNight:
    """A committed run, and what its outputs are made of."""

    workspace: Workspace
    ledger: Ledger
    configuration: Configuration
    as_of: AsOf
    version: int
    books: Books

    def decided(self, table: str) -> Any:  # noqa: ANN401 -- a frame of the contract that the name says
        """A table of tonight's results."""
        return self.ledger.load_table(table, version=self.version)

    def added(self, table: str) -> Any:  # noqa: ANN401 -- a frame of the contract that the name says
        """What this run added to a table of the history."""
        return self.ledger.load_added(table, self.version)

    def added_since_told(self, table: str) -> Any:  # noqa: ANN401 -- a frame of the contract that the name says
        """What this run and the missed nights that were caught up just before it added to the history."""
        committed = [run for run in self.ledger.all_runs() if run.version and run.version < self.version]
        silent = takewhile(lambda run: run.as_of.only_posts, reversed(committed))
        earlier = [self.ledger.load_added(table, run.version or 0) for run in silent]
        return pl.concat([*reversed(earlier), self.added(table)])

    def addresses(self, orders: pl.DataFrame) -> DataFrame[ShipTo]:
        """Who the orders of these rows go to."""
        return self.ledger.read_people(orders.select("client_id", "order_id").unique())
