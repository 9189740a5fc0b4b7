"""What the books remember of a client when one of its files is tried by day, and nothing may be written."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flows.ledger.databases.control import find_format, open_reading
from flows.ledger.store.ledger import Ledger
from flows.night.planning.recalling import Recall, nothing_retired, recall_by_id, recall_named
from schemas.intake.verdicts import RowKey
from schemas.night import AsOf, Books, FeedRows
from schemas.table import empty
from transforms.night.retiring import unite_orders

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import polars as pl
    from pandera.typing.polars import DataFrame

    from flows.workspace import Workspace
    from transforms.intake.file_form import FileForm


@dataclass(frozen=True)
class Memory:
    """What the books remember of a client; before the first night nothing."""

    books: Books
    recall: Callable[[FeedRows, AsOf], DataFrame[RowKey]] = lambda _rows, _as_of: empty(RowKey)
    """The facts that matter to rows of a night."""
    recall_orders: Recall = nothing_retired
    is_known: bool = False

    def with_named(self, client_id: str, order_ids: Collection[str]) -> Memory:
        """The memory with those of some orders of the client that have left the books."""
        recalled = recall_by_id(self.recall_orders, client_id, order_ids)
        return replace(self, books=unite_orders(self.books, recalled))

    def with_orders(self, form: FileForm) -> tuple[FileForm, Memory]:
        """A file's rows by the ids of their releases, and the memory with the orders that they name."""
        rows, recalled = recall_named(self.recall_orders, self.books, form.rows, form.pending)
        return replace(form, rows=rows), replace(self, books=unite_orders(self.books, recalled))


def recall(workspace: Workspace, client_id: str) -> Memory:
    """What the books remember of a client; they are opened so that nothing can be written."""
    if find_format(workspace.ledger) == 0:
        return Memory(Books.blank())
    with closing(open_reading(workspace.ledger)) as connection:
        ledger = Ledger(workspace.ledger, connection)
        last = ledger.last_committed()
        if last is None:
            return Memory(Books.blank())
        return Memory(
            ledger.load_books([client_id], version=last.version),
            partial(_recall_facts, workspace, last.version),
            partial(_recall_orders, workspace, last.version),
            is_known=True,
        )


def _recall_facts(
    workspace: Workspace, version: int | None, rows: FeedRows, as_of: AsOf
) -> DataFrame[RowKey]:
    """The facts up to a version that matter to rows of a night."""
    with closing(open_reading(workspace.ledger)) as connection:
        return Ledger(workspace.ledger, connection).recall_facts(rows, as_of, version=version)


def _recall_orders(
    workspace: Workspace, version: int | None, orders: pl.DataFrame, releases: pl.DataFrame
) -> Books:
    """The named orders that had left the books of a version."""
    with closing(open_reading(workspace.ledger)) as connection:
        return Ledger(workspace.ledger, connection).recall_orders(orders, releases, version=version)
