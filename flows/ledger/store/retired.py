"""Orders that have left the books: kept as they were, found by their own id or that of a release.

A departure is what a night let go of a client, in segments of `schemas.night.RETIRED_TABLES`. An order that
came back and left again has several; the last counts. Which of them may know of an order is looked up
(`flows.ledger.store.lookup`), so nobody reads all that ever left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.store.lookup import find_versions, mark_names
from flows.ledger.store.reading import BooksReader
from flows.ledger.store.versions import versions_since
from schemas.night import ORDER_TABLES, Books
from transforms.keys import ORDER
from transforms.night.retiring import RELEASE, of_orders

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

KIND = "retired"
"""Of the marks."""


def marks_of(retired: Books, version: int) -> pl.DataFrame:
    """The marks by which the orders that a version let go are found again."""
    numbers = retired.releases.drop_nulls("pick_no").select("client_id", release_id="pick_no")
    releases = pl.concat([retired.releases.select(RELEASE), numbers])
    names = _names(retired.order_lines.select(ORDER).unique(), releases)
    return mark_names(names).with_columns(version=pl.lit(version))


def recall_orders(
    connection: sqlite3.Connection, folder: Path, version: int, orders: pl.DataFrame, releases: pl.DataFrame
) -> Books:
    """The named orders that had left the books as of a version; who stands in the books is not asked for.

    Args:
        connection: to the books.
        folder: of the segments.
        version: later departures are none yet.
        orders: `client_id` and `order_id`.
        releases: `client_id` and `release_id`, or its pick number in place of it.

    Raises:
        DamageError: a segment is missing, or its bytes are not those that were committed.
    """
    found = find_versions(connection, folder, KIND, _names(orders, releases))
    departures = found.filter(pl.col("version") <= version).sort("version", descending=True)

    def named() -> Iterator[dict[str, pl.DataFrame]]:
        for (number,), clients in departures.group_by("version", maintain_order=True):
            reader = BooksReader(connection, folder, set(clients["client_id"]))
            left = {name: reader.added(f"retired_{name}", int(number)) for name in ORDER_TABLES}
            by_release = [
                left["releases"].join(releases, left_on=["client_id", name], right_on=RELEASE, how="semi")
                for name in ("release_id", "pick_no")
            ]
            yield of_orders(left, pl.concat(rows.select(ORDER) for rows in (orders, *by_release)))

    return _latest(named())


def departed_since(reader: BooksReader, version: int, since: date, names: Sequence[str]) -> Books:
    """Some tables of the orders that left with the nights since a date, up to a version.

    Also of those that came back meanwhile.

    Raises:
        DamageError: a segment is missing, or its bytes are not those that were committed.
    """
    numbers = versions_since(reader.connection, since, version)
    return _latest(
        {name: reader.added(f"retired_{name}", number) for name in names} for number in reversed(numbers)
    )


def _latest(departures: Iterable[Mapping[str, pl.DataFrame]]) -> Books:
    """The orders of departures, the latest first, each as it left last."""
    seen = pl.DataFrame(schema=dict.fromkeys(ORDER, pl.String))
    parts: dict[str, list[pl.DataFrame]] = {}
    for tables in departures:
        left = tables["order_lines"].select(ORDER).unique().join(seen, on=ORDER, how="anti")
        if left.is_empty():
            continue
        seen = pl.concat([seen, left])
        for name, rows in of_orders(tables, left).items():
            parts.setdefault(name, []).append(rows)
    return Books.of({name: pl.concat(rows) for name, rows in parts.items()})


def _names(orders: pl.DataFrame, releases: pl.DataFrame) -> pl.DataFrame:
    """What an order, or one of its releases, is found by."""
    return pl.concat(
        [
            orders.select("client_id", name="order " + pl.col("order_id")),
            releases.select("client_id", name="release " + pl.col("release_id")),
        ]
    )
