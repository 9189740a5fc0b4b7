"""A small version for the tests of the analyst database: one client, one night, one line unless said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schemas.books.orders import OrderLine
from schemas.night import AsOf, Books
from schemas.outputs.analyst import Night, VersionTables
from schemas.results import Decision, LostReservation, Overtaking, Peg, QueuePosition, Reservation
from schemas.settings.client import Client
from schemas.table import empty
from tests.frames import NIGHT, frame_of

if TYPE_CHECKING:
    from datetime import date

AS_OF = AsOf(NIGHT)
CLIENTS = {"acme": Client(client_id="acme", name="Acme", warehouses=("W1", "W2"))}


def night_row(business_date: date = NIGHT, **columns: object) -> dict[str, Any]:
    """A row of `nights`."""
    plain: dict[str, Any] = {"version": 1, "laws_checked": 6, "clients_held": 0, "held_clients": ""}
    return plain | {"business_date": business_date, "seconds": 1.5, "only_posts": False} | columns


def line_row(**columns: object) -> dict[str, Any]:
    """An order line of ten open units."""
    plain: dict[str, Any] = {"order_id": "O1", "ordered_qty": 10, "open_qty": 10}
    return plain | columns


def version_of(**tables: Any) -> VersionTables:  # noqa: ANN401 -- fields of the dataclass, of several types
    """A version with one open line, or with the given books and results."""
    plain = VersionTables(
        books=Books.of({"order_lines": frame_of(OrderLine, line_row())}),
        standings=empty(QueuePosition),
        pegs=empty(Peg),
        decisions=empty(Decision),
        reservations=empty(Reservation),
        overtakings=empty(Overtaking),
        lost_reservations=empty(LostReservation),
        history={},
        nights=frame_of(Night, night_row()),
    )
    return replace(plain, **tables)
