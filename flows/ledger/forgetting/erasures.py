"""Erasures: orders whose person was forgotten on request, and how far that has come.

An erasure is open as long as files of unfinished runs, or files that still lie in inbound, may hold
the person; each night that names such an order opens it again, and the clearing after it carries it
out once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.databases.control import transaction
from flows.ledger.forgetting import marks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

KEY = ("client_id", "order_id")
BEGINNING = "0001-01-01"
"""Files of every night are looked at."""

DELETE = "DELETE FROM people.ship_to WHERE client_id = ? AND order_id = ?"
ASK = (
    "INSERT INTO people.erasures (client_id, order_id, erased_at, look_from) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (client_id, order_id) DO UPDATE SET look_from = excluded.look_from"
)
ERASED = "SELECT client_id, order_id FROM people.erasures"
OPEN = "SELECT client_id, order_id, look_from FROM people.erasures WHERE look_from IS NOT NULL"
LOOK_FROM = "UPDATE people.erasures SET look_from = ? WHERE client_id = ? AND order_id = ?"
LOOK_AGAIN = f"{LOOK_FROM} AND look_from IS NULL"
KNOWN = "SELECT 1 FROM people.ship_to WHERE client_id = ? AND order_id = ?"
OF_EMAIL = (
    "SELECT client_id, order_id FROM people.ship_to WHERE fold(email) = fold(?1) "
    "AND (?2 IS NULL OR client_id = ?2) ORDER BY client_id, order_id"
)


@dataclass(frozen=True, order=True)
class Order:
    """An order, by its client and its number."""

    client_id: str
    order_id: str


def forget_orders(connection: sqlite3.Connection, orders: Collection[Order], now: datetime) -> int:
    """Number of addresses deleted; from now on no night takes one of these orders again."""
    keys = [(order.client_id, order.order_id) for order in orders]
    with transaction(connection, "erase"):
        deleted = sum(connection.execute(DELETE, key).rowcount for key in keys)
        connection.executemany(ASK, ((*key, now.isoformat(), BEGINNING) for key in keys))
        marks.put(connection, marks.REWRITE_DUE)
    marks.rewrite_if_due(connection)
    return deleted


def settle_orders(connection: sqlite3.Connection, orders: Iterable[Order], look_from: date | None) -> None:
    """Say that files of nights before a date hold none of these orders any more; None: no file does."""
    until = look_from.isoformat() if look_from else None
    with transaction(connection, "erased"):
        connection.executemany(LOOK_FROM, ((until, order.client_id, order.order_id) for order in orders))


def open_orders(connection: sqlite3.Connection) -> dict[Order, str]:
    """Orders whose erasure is not at its end, and the date of the first night whose files may hold them."""
    return {Order(client_id, order_id): since for client_id, order_id, since in connection.execute(OPEN)}


def find_named_again(
    connection: sqlite3.Connection, named: pl.DataFrame, unread: Collection[str]
) -> pl.DataFrame:
    """Erased orders (`client_id`, `order_id`) that a night's files name, or may name.

    Args:
        connection: the control database, with people attached.
        named: `client_id` and `order_id` of rows that were read.
        unread: clients of whose files not all rows were read; any of their erased orders may stand there.
    """
    erased = pl.DataFrame(
        connection.execute(ERASED).fetchall(), schema=dict.fromkeys(KEY, pl.String), orient="row"
    )
    may_stand = erased.filter(pl.col("client_id").is_in(list(unread)))
    return pl.concat([erased.join(named, on=KEY, how="semi"), may_stand]).unique().sort(KEY)


def look_again(connection: sqlite3.Connection, orders: pl.DataFrame, since: date) -> None:
    """Say of erased orders that a night's files may name them: these files are looked at after it.

    It decides nothing: if the night is never committed, the next clearing finds nothing and says so.

    Args:
        connection: the control database, with people attached.
        orders: `client_id` and `order_id`.
        since: business date of the night.
    """
    if not orders.is_empty():
        with transaction(connection, "look again"):
            connection.executemany(LOOK_AGAIN, ((since.isoformat(), *key) for key in orders.iter_rows()))


def is_known(connection: sqlite3.Connection, order: Order) -> bool:
    """Whether an address of the order is kept."""
    return connection.execute(KNOWN, [order.client_id, order.order_id]).fetchone() is not None


def find_orders_of(connection: sqlite3.Connection, email: str, client_id: str | None) -> list[Order]:
    """The orders, of one client or of all, whose address has this mail address, in any case of letters."""
    connection.create_function("fold", 1, _fold, deterministic=True)
    return [Order(*row) for row in connection.execute(OF_EMAIL, [email, client_id])]


def _fold(text: str | None) -> str | None:
    """A mail address as it is compared; SQLite knows the case of ASCII letters only."""
    return text.strip().casefold() if text else None
