"""A small night that keeps every law, for tests of what happens to a plan after it was made."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from flows.ledger.store.writing import Settled
from schemas import results
from schemas.books import inbound, journal, orders, people, stock
from schemas.intake import verdicts
from schemas.night import AsOf, Books, NightPlan
from schemas.table import empty
from tests.frames import NIGHT, frame_of

if TYPE_CHECKING:
    from datetime import datetime

    from pandera.typing.polars import DataFrame

    from flows.ledger.store.ledger import Ledger
    from schemas.books.laws import Violation
    from schemas.intake.verdicts import FileOutcome
    from schemas.table import Table

PLAN_TABLES: dict[str, type[Table]] = {
    "ship_to": people.ShipTo,
    "outcomes": verdicts.RowOutcome,
    "rejected_rows": verdicts.RejectedRow,
    "row_keys": verdicts.RowKey,
    "movements": journal.Movement,
    "allocations": results.Allocation,
    "lost_reservations": results.LostReservation,
    "pegs": results.Peg,
    "decisions": results.Decision,
    "reservations": results.Reservation,
    "overtakings": results.Overtaking,
    "standings": results.QueuePosition,
    "line_nights": results.LineNight,
    "shipments": orders.Shipment,
    "receipts": inbound.PostedReceipt,
    "messages": results.Message,
    "message_lines": results.MessageLine,
    "findings": results.Finding,
}

Row = dict[str, Any]


def plan_of(books: Books | None = None, **tables: DataFrame[Any]) -> NightPlan:
    """A plan of the given tables (frames of their contracts); the rest of it is empty."""
    absent: dict[str, Any] = {
        name: empty(contract) for name, contract in PLAN_TABLES.items() if name not in tables
    }
    return NightPlan(books=books or Books.blank(), **{**absent, **tables})


@cache
def books_before(*clients: str) -> Books:
    """Each client has 8 units of lot L1 on its shelf, 2 of them reserved for line 1/1, which wants 10."""
    balances = (
        _balance("1", account="OPEN", qty=8),
        _balance("1", account="RESERVED", warehouse_id="W1", qty=2),
    )
    return Books.of(
        {
            "order_lines": _each(clients, orders.OrderLine, _line("1", 10, open_qty=8, reserved_qty=2)),
            "line_balances": _each(clients, orders.LineBalance, *balances),
            "stock_balances": _each(clients, stock.StockBalance, _stock("FREE", 8)),
            "stock_lots": _each(clients, stock.StockLot, {"lot_id": "L1", "first_seen_on": NIGHT}),
        }
    )


@cache
def lawful_plan(*clients: str, night: date = NIGHT) -> NightPlan:
    """The night after `books_before`, for each client alike.

    5 units are received; order 2 comes with 4; line 1/1 is released 6 units, 2 of them reserved before;
    3 units are reserved for line 2/1; one message is told.
    """
    release = {"order_id": "1", "lot_id": "L1", "bin_id": "B1"}
    return plan_of(
        books_after(*clients),
        ship_to=_each(clients, people.ShipTo, {"order_id": "2", "ship_to_name": "Ann", "phone": "1"}),
        outcomes=_each(
            clients, verdicts.RowOutcome, {"feed": "orders"}, {"feed": "receipts", "file_hash": "f1"}
        ),
        row_keys=_each(clients, verdicts.RowKey, {"business_key": "2", "business_date": night}),
        movements=_each(
            clients,
            journal.Movement,
            *({**row, "business_date": night} for row in _movements(night)),
            ids="effect_id",
        ),
        allocations=_each(
            clients,
            results.Allocation,
            {
                **release,
                "business_date": night,
                "release_id": f"r-{night}",
                "allocated_qty": 6,
                "from_reserved_qty": 2,
            },
            {"order_id": "2", "business_date": night, "allocated_qty": 3, "kind": "reserve"},
            ids="release_id",
        ),
        messages=_each(
            clients,
            results.Message,
            {
                "order_id": "1",
                "message_id": f"m-{night}",
                "business_date": night,
                "kind": "on_back_order",
                "state": "to_send",
            },
            ids="message_id",
        ),
        standings=_each(clients, results.QueuePosition, {"order_id": "1", "due_on": night}),
    )


@cache
def books_after(*clients: str) -> Books:
    """What `lawful_plan` leaves."""
    lines = (
        _line("1", 10, open_qty=4, released_qty=6),
        _line("2", 4, open_qty=1, reserved_qty=3),
    )
    balances = (
        _balance("1", account="OPEN", qty=4),
        _balance("1", account="RELEASED", qty=6),
        _balance("2", account="OPEN", qty=1),
        _balance("2", account="RESERVED", warehouse_id="W1", qty=3),
    )
    return Books.of(
        {
            "order_lines": _each(clients, orders.OrderLine, *lines),
            "line_balances": _each(clients, orders.LineBalance, *balances),
            "stock_balances": _each(clients, stock.StockBalance, _stock("FREE", 7), _stock("RELEASED", 6)),
            "stock_lots": _each(clients, stock.StockLot, {"lot_id": "L1", "first_seen_on": NIGHT}),
        }
    )


@cache
def lawful_files(*clients: str, night: date = NIGHT) -> DataFrame[verdicts.FileOutcome]:
    """The two files of `lawful_plan`, one row each."""
    counts = {"verdict": "loaded", "rows_read": 1, "rows_accepted": 1, "business_date": night}
    return _each(
        clients,
        verdicts.FileOutcome,
        {**counts, "feed": "orders", "file_name": "orders.csv"},
        {**counts, "feed": "receipts", "file_name": "receipts.csv", "file_hash": "f1"},
    )


def nights_later(days: int) -> AsOf:
    """The first run of a night after `NIGHT`."""
    return AsOf(NIGHT + timedelta(days=days))


def _movements(night: date) -> list[Row]:
    """The journal of the night, in posting order."""
    shelf = {"ledger": "stock", "warehouse_id": "W1", "lot_id": "L1"}
    line = {"ledger": "line", "bin_id": ""}
    release = {"effect_id": f"r-{night}", "to_account": "RELEASED", "cause": "allocated", "order_id": "1"}
    rows: list[Row] = [
        {**shelf, "from_account": "SUPPLIER", "to_account": "FREE", "qty": 5, "cause": "received"},
        {
            **line,
            "from_account": "ORDERED",
            "to_account": "OPEN",
            "qty": 4,
            "cause": "ordered",
            "order_id": "2",
        },
        {**shelf, **release, "from_account": "FREE", "qty": 6},
        {**line, **release, "from_account": "OPEN", "qty": 4},
        {**line, **release, "from_account": "RESERVED", "qty": 2},
        {**line, "from_account": "OPEN", "to_account": "RESERVED", "qty": 3, "cause": "allocated"},
    ]
    rows[-1]["order_id"] = "2"
    rows[0] |= {"file_hash": "f1", "line_no": 0}
    for place, row in enumerate(rows, 1):
        of_line = row["ledger"] == "line"
        row.setdefault("file_hash", "f0" if row["cause"] == "ordered" else "")
        row.setdefault("warehouse_id", "W1" if "RESERVED" in {row["from_account"], row["to_account"]} else "")
        row |= {"seq": place, "bin_id": "" if of_line else "B1"}
    return rows


def _each(clients: tuple[str, ...], contract: type[Table], *rows: Row, ids: str = "") -> DataFrame[Any]:
    """The rows for each client; an effect's id is told apart by the client's name."""
    return frame_of(
        contract,
        *(
            {**row, "client_id": client, **({ids: f"{row[ids]}-{client}"} if row.get(ids) else {})}
            for client in clients
            for row in rows
        ),
    )


def _line(order_id: str, ordered_qty: int, **quantities: int) -> Row:
    return {"order_id": order_id, "ordered_qty": ordered_qty, **quantities}


def _balance(order_id: str, *, account: str, qty: int, warehouse_id: str = "") -> Row:
    sku = "A" if account == "RESERVED" else ""
    return {
        "order_id": order_id,
        "account": account,
        "qty": qty,
        "warehouse_id": warehouse_id,
        "sku": sku,
    }


def _stock(account: str, qty: int) -> Row:
    return {"lot_id": "L1", "account": account, "qty": qty}


def commit_plan(
    ledger: Ledger,
    as_of: AsOf,
    plan: NightPlan,
    files: DataFrame[FileOutcome],
    held: dict[str, DataFrame[Violation]],
    now: datetime,
) -> int:
    """The version that one plan of all clients became."""
    return ledger.commit(as_of, [ledger.write(Settled(plan, files, held))], now)
