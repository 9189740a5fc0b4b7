"""Ledgers that know people: nights with addresses, and orders that are open or closed after them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schemas.books.journal import Movement
from schemas.books.orders import OrderLine
from schemas.books.people import ShipTo
from schemas.intake.verdicts import FileOutcome
from schemas.night import AsOf, Books
from tests.frames import MORNING, NIGHT, frame_of
from tests.plans import commit_plan, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from flows.ledger.store.ledger import Ledger


def day(number: int) -> date:
    """The day of the n-th night."""
    return NIGHT + timedelta(days=number)


def commit_orders(ledger: Ledger, night: int, open_qty: Mapping[str, int], new: Iterable[str] = ()) -> int:
    """The version of a night after which orders have so many open units; `new` ones bring an address."""
    as_of = AsOf(day(night))
    lines = [{"order_id": order, "open_qty": qty, "ordered_qty": 5} for order, qty in open_qty.items()]
    movement = {
        "ledger": "line",
        "from_account": "ORDERED",
        "to_account": "OPEN",
        "cause": "ordered",
        "qty": 1,
    }
    on = as_of.business_date
    moved = [
        {**movement, "order_id": order, "seq": seq, "business_date": on, "effective_on": on}
        for seq, order in enumerate(open_qty, 1)
    ]
    plan = plan_of(
        Books.of({"order_lines": frame_of(OrderLine, *lines)}),
        movements=frame_of(Movement, *moved),
        ship_to=frame_of(ShipTo, *({"order_id": order, "ship_to_name": name_of(order)} for order in new)),
    )
    ledger.freeze(as_of, [], {}, MORNING)
    version = commit_plan(ledger, as_of, plan, frame_of(FileOutcome), {}, MORNING)
    ledger.mark_published(version, MORNING, 1.0)
    return version


def name_of(order: str) -> str:
    """Whom an order goes to."""
    return f"Rumpelstiltskin-{order}-of-acme"


def known_people(ledger: Ledger) -> list[str]:
    """The orders whose address is kept."""
    rows = ledger.connection.execute("SELECT order_id FROM people.ship_to ORDER BY order_id")
    return [order for (order,) in rows]


def names_in_file(ledger: Ledger, orders: Iterable[str]) -> list[str]:
    """The orders whose person stands somewhere in the bytes of the ledger's databases or beside them."""
    content = b"".join(path.read_bytes() for path in sorted(ledger.folder.glob("*.sqlite*")))
    return [order for order in orders if name_of(order).encode() in content]
