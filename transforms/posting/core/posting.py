"""What a step of posting gives back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books.inbound import PostedReceipt
from schemas.books.journal import Movement
from schemas.books.orders import Shipment
from schemas.books.people import ShipTo
from schemas.books.stock import ShelfFact
from schemas.intake.verdicts import RejectedRow, RowOutcome
from schemas.results import Finding
from schemas.table import Table, conform, empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandera.typing.polars import DataFrame

    from schemas.night import Books

TABLES: dict[str, type[Table]] = {
    "movements": Movement,
    "shipments": Shipment,
    "receipts": PostedReceipt,
    "facts": ShelfFact,
    "ship_to": ShipTo,
    "outcomes": RowOutcome,
    "rejected_rows": RejectedRow,
    "findings": Finding,
}


@dataclass(frozen=True)
class Posting:
    """The books after a step, the movements that lead there, and what became of each row.

    `ship_to` says only what is new: null leaves a stored value as it is, an empty text clears it. Steps
    leave `seq` at 1; `numbered` counts it.
    """

    books: Books
    movements: DataFrame[Movement]
    shipments: DataFrame[Shipment]
    receipts: DataFrame[PostedReceipt]
    facts: DataFrame[ShelfFact]
    ship_to: DataFrame[ShipTo]
    outcomes: DataFrame[RowOutcome]
    rejected_rows: DataFrame[RejectedRow]
    findings: DataFrame[Finding]

    @classmethod
    def of(cls, books: Books, **tables: pl.DataFrame) -> Posting:
        """A posting of the given tables; those that are not given are empty."""
        made: dict[str, Any] = {
            name: conform(tables[name], contract)
            if name in tables and tables[name].height
            else blank(contract)
            for name, contract in TABLES.items()
        }
        return cls(books=books, **made)

    def then(self, step: Callable[[Books], Posting]) -> Posting:
        """This posting and then `step` on the books it leaves."""
        later = step(self.books)
        added = {
            name: pl.concat([getattr(self, name), getattr(later, name)])
            for name in TABLES
            if getattr(later, name).height
        }
        joined: dict[str, Any] = {"books": later.books, **added}
        return replace(self, **joined)

    def numbered(self) -> Posting:
        """This posting with `seq` of its movements counted from 1 for each client."""
        seq = pl.int_range(1, pl.len() + 1).over("client_id").alias("seq")
        return replace(self, movements=self.movements.with_columns(seq).pipe(Movement.validate))


@cache
def blank(contract: type[Table]) -> pl.DataFrame:
    """A frame without rows, made once: frames are never changed in place."""
    return empty(contract)
