"""The months that are over, published as history beside the versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.night.publishing.tabulating import UNSEEN, tabulate_nights
from flows.outbound.analysts.history import HISTORY, write_months
from schemas.night import DECIDED_TABLES, HISTORY_TABLES, TONIGHT_TABLES, Books
from schemas.outputs.analyst import VersionTables
from schemas.results import Decision, LostReservation, Overtaking, Peg, QueuePosition, Reservation
from schemas.table import empty
from transforms.night.cohorts import COHORT_ROWS
from transforms.night.retiring import of_orders, unite_orders
from transforms.reports.analyst import build_analyst_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from flows.night.publishing.committed import CommittedNight


def publish_months(night: CommittedNight) -> list[str]:
    """The months that ended before this night and were not published yet, such as `2026-02`.

    A month is over once a night of a later one is committed: nothing is posted into the past. It is
    written then, long before the analyst database forgets it, so that no day is ever in neither.

    Raises:
        PublicationError: one could not be written.
    """
    dates = [run.as_of.business_date for run in night.ledger.all_runs() if run.version]
    this_month = _month_of(night.as_of.business_date)
    over = sorted({month for month in map(_month_of, dates) if month < this_month})

    def nights_of(month: str) -> Iterator[dict[str, pl.DataFrame]]:
        days = sorted({day for day in dates if _month_of(day) == month})
        books = _books_of(night, days)
        return (_tables_of(night, day, books) for day in days)

    folder, scratch = night.workspace.history, night.workspace.staging / "history"
    return write_months(folder, over, nights_of, scratch=scratch)


def _books_of(night: CommittedNight, days: Sequence[date]) -> Books:
    """The books after the last night of a month, which is kept, with orders that left them in the month."""
    runs = [run for run in night.ledger.all_runs() if run.version and run.as_of.business_date == days[-1]]
    last = runs[-1].version or 0
    return unite_orders(night.ledger.load_night(last), night.ledger.load_closed(days[0], last))


def _tables_of(night: CommittedNight, day: date, books: Books) -> dict[str, pl.DataFrame]:
    """The analyst tables of all runs of a date; of `books`, of the end of the month, who closed on it."""
    closed = books.closed_orders.filter(pl.col("closed_on") == day)
    runs = [run for run in night.ledger.all_runs() if run.version and run.as_of.business_date == day]
    last = runs[-1]
    shown = [name for name in HISTORY_TABLES if name not in UNSEEN]
    history = {name: night.ledger.load_history(name, day, version=last.version) for name in shown}
    version = VersionTables(
        books=Books.of(of_orders(books.tables(), closed)),
        standings=empty(QueuePosition),
        pegs=empty(Peg),
        decisions=empty(Decision),
        reservations=empty(Reservation),
        overtakings=empty(Overtaking),
        lost_reservations=empty(LostReservation),
        history=history,
        nights=tabulate_nights(runs),
        decided={name: _decided_on(night, day, last.version or 0, name) for name in DECIDED_TABLES},
    )
    clients = night.configuration.clients
    tables = build_analyst_tables(version, as_of=last.as_of, clients=clients, analyst_days=1)
    return {name: tables[name] for name in HISTORY}


def _decided_on(night: CommittedNight, day: date, last: int, name: str) -> pl.DataFrame:
    """What the runs of a date decided, the last of which made a version: rows of a table of results."""
    nothing = empty(TONIGHT_TABLES[name]).with_columns(version=pl.lit(None, pl.Int64))
    return pl.concat([nothing, *night.ledger.decided_parts(name, day, last, COHORT_ROWS)])


def _month_of(day: date) -> str:
    """Its month as files name it; text that sorts by time."""
    return f"{day:%Y-%m}"
