"""Nights of order rows: what each leaves behind is what the next one knows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books.orders import OrderLine, PendingRow
from schemas.books.people import ShipTo
from schemas.intake.feeds import OrderRow
from schemas.intake.verdicts import RowKey
from schemas.night import AsOf, Books, FeedRows
from schemas.table import empty
from tests.frames import MORNING, NIGHT, frame_of
from tests.transforms.intake.door import client_of
from transforms.intake.identity.new_facts import Identified, Remembered, identify_rows

if TYPE_CHECKING:
    from schemas.settings.client import Client


@dataclass(frozen=True)
class Nights:
    """What is known so far; each night's new facts are added to it."""

    row_keys: Any = field(default_factory=lambda: empty(RowKey))
    books: Books = field(default_factory=Books.blank)
    clients: dict[str, Client] = field(default_factory=lambda: {"acme": client_of(), "zeta": client_of()})
    on: date = NIGHT
    ship_to: Any = field(default_factory=lambda: empty(ShipTo))

    def identify(self, *rows: dict[str, Any], pending: tuple[dict[str, Any], ...] = ()) -> Identified:
        """What tonight's order rows are."""
        return identify_rows(
            FeedRows.of({"orders": frame_of(OrderRow, *rows)}),
            Remembered(
                row_keys=self.row_keys,
                books=self.books,
                pending_rows=frame_of(PendingRow, *pending),
                clients=self.clients,
                as_of=AsOf(self.on),
                ship_to=self.ship_to,
            ),
        )

    def after(self, tonight: Identified) -> Nights:
        """The next night, with tonight's facts accepted."""
        keys = pl.concat([self.row_keys, tonight.row_keys])
        made = tonight.rows.orders.filter(pl.col("action") == "new")
        lines = frame_of(OrderLine, *made.select("client_id", "order_id", "line_no", "sku").to_dicts())
        order_lines = pl.concat([self.books.order_lines, lines]).pipe(OrderLine.validate)
        books = replace(self.books, pending_rows=tonight.pending_rows, order_lines=order_lines)
        return replace(self, row_keys=keys, books=books, on=self.on + timedelta(days=1))


def row(file_hash: str, row_no: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row has values of any type
    """An order row without a line number."""
    said = {
        "order_id": "O1",
        "qty": 5,
        "ordered_at": MORNING,
        "effective_at": MORNING,
        "line_no": None,
        **values,
    }
    return {"file_hash": file_hash, "row_no": row_no, **said}


def told(identified: Identified) -> dict[tuple[str, int], str]:
    """What became of each row: its action and line, duplicate, or the reason."""
    new = identified.rows.orders.select("file_hash", "row_no", "action", "line_no").rows()
    fates = {(file, number): f"{action} {line_no}" for file, number, action, line_no in new}
    for file, number, verdict in identified.outcomes.select("file_hash", "row_no", "verdict").rows():
        fates[file, number] = verdict
    reasons = identified.rejected.select("file_hash", "row_no", "reason_code").rows()
    return fates | {(file, number): reason for file, number, reason in reasons}
