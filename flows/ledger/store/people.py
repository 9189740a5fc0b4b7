"""Personal data: who an order goes to. Read when picks and notices are rendered, and erased at once.

The database is attached to the control database, so that a night's addresses are committed with it.
`secure_delete` overwrites what is deleted, and the file is written anew after a deletion
(`flows.ledger.forgetting.marks`). The rollback journal holds old pages while a transaction runs and is
deleted with it. An order whose person was erased is remembered: no later night brings the person back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.people import ShipTo

if TYPE_CHECKING:
    import sqlite3

    from pandera.typing.polars import DataFrame

KEY = ("client_id", "order_id")
COLUMNS = ShipTo.names()
PERSONAL = [name for name in COLUMNS if name not in KEY]

# All of these are made of the contract's column names; values are bound.
UPSERT = (
    f"INSERT INTO people.ship_to ({', '.join(COLUMNS)}) "  # noqa: S608
    f"SELECT {', '.join(f'?{place}' for place, _ in enumerate(COLUMNS, 1))} WHERE NOT EXISTS "
    f"(SELECT 1 FROM people.erasures WHERE client_id = ?1 AND order_id = ?2) "
    "ON CONFLICT (client_id, order_id) DO UPDATE SET "
    + ", ".join(f"{name} = coalesce(excluded.{name}, {name})" for name in PERSONAL)
)
ERASED = "SELECT client_id, order_id FROM people.erasures"
READ = f"SELECT {', '.join(COLUMNS)} FROM people.ship_to WHERE client_id = ?"  # noqa: S608
READ_ONE = f"{READ} AND order_id = ?"

FEW_ORDERS = 1_000
"""Up to so many orders of a client are asked for one by one; beyond, all of the client are read."""


def put_people(connection: sqlite3.Connection, ship_to: DataFrame[ShipTo]) -> None:
    """Add addresses, or correct them: a null says nothing new, an empty text clears."""
    connection.executemany(UPSERT, ship_to.select(COLUMNS).sort(KEY).iter_rows())


def read_people(connection: sqlite3.Connection, orders: pl.DataFrame) -> DataFrame[ShipTo]:
    """The addresses of orders (`client_id`, `order_id`), by client and order; unknown ones are left out."""
    wanted = orders.select(KEY).unique().sort(KEY)
    rows = [
        row
        for (client_id,), of_client in wanted.group_by("client_id", maintain_order=True)
        for row in _read_client(connection, str(client_id), of_client["order_id"].to_list())
    ]
    addresses = pl.DataFrame(rows, schema=ShipTo.dtypes(), orient="row")
    return addresses.join(wanted, on=KEY, how="semi").sort(KEY).pipe(ShipTo.validate)


def read_erased(connection: sqlite3.Connection) -> pl.DataFrame:
    """The orders whose person was erased: `client_id`, `order_id`."""
    rows = connection.execute(ERASED).fetchall()
    return pl.DataFrame(rows, schema=dict.fromkeys(KEY, pl.String), orient="row")


def read_people_after(
    connection: sqlite3.Connection, ship_to: DataFrame[ShipTo], orders: pl.DataFrame
) -> DataFrame[ShipTo]:
    """The addresses of orders as they will be once `ship_to` is put: of an erased order there is none."""
    wanted = orders.select(KEY).unique().join(read_erased(connection), on=KEY, how="anti")
    said = ship_to.join(wanted, on=KEY, how="semi")
    known = read_people(connection, wanted)
    both = known.join(said, on=KEY, how="full", coalesce=True, suffix="_said")
    after = both.select(*KEY, *(pl.coalesce(f"{name}_said", name).alias(name) for name in PERSONAL))
    return after.sort(KEY).pipe(ShipTo.validate)


def _read_client(
    connection: sqlite3.Connection, client_id: str, orders: list[str]
) -> list[tuple[object, ...]]:
    """A client's rows: those asked for, and perhaps others."""
    if len(orders) > FEW_ORDERS:
        return connection.execute(READ, [client_id]).fetchall()
    return [row for order_id in orders for row in connection.execute(READ_ONE, [client_id, order_id])]
