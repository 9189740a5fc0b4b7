"""A client, its warehouses and short ways to post a night, shared by the tests of posting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books.people import ShipTo
from schemas.intake.feeds import FEED_TABLES
from schemas.night import STATE_TABLES, AsOf, Books, FeedRows
from schemas.results import Allocation, LostReservation
from schemas.settings.client import Client, Feeds, ShipmentsFeed
from schemas.settings.warehouse import Warehouse
from schemas.vocabulary.words import Feed
from tests.frames import NIGHT, frame_of
from tests.once import taken_once
from transforms.posting.night import post_rows
from transforms.posting.planned.plan import post_plan
from transforms.shipping_days import ShippingDays, date_releases
from transforms.terms import Terms

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from transforms.posting.core.posting import Posting

ACME = Client(client_id="acme", name="Acme", warehouses=("W1", "W2"))
CLIENTS = {"acme": ACME}
WAREHOUSES = {key: Warehouse(warehouse_id=key, allocator="us") for key in ("W1", "W2")}
AS_OF = AsOf(NIGHT)
TUESDAY = NIGHT + timedelta(days=1)
TERMS = Terms(AS_OF, CLIENTS, WAREHOUSES)
DAYS = ShippingDays.of(AS_OF, WAREHOUSES)

post, give = taken_once(post_rows), taken_once(post_plan)


def at(hour: int, day: date = NIGHT) -> datetime:
    """An instant of the night's day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def nights_later(nights: int) -> AsOf:
    return AsOf(NIGHT + timedelta(days=nights))


def shipping_days(nights: int) -> ShippingDays:
    """Those of so many nights later."""
    return ShippingDays.of(nights_later(nights), WAREHOUSES)


def rows_of(**feeds: list[dict[str, Any]]) -> FeedRows:
    """Tonight's rows; each row of a feed gets the next row number and the time of day when it is not said."""
    tables = {}
    for name, rows in feeds.items():
        plain = [
            {"row_no": number, "file_feed": name, "file_hash": f"file-{name}"}
            | _needed(name)
            | ({"effective_on": row["received_on"]} if row.get("received_on") else {})
            | row
            for number, row in enumerate(rows, start=1)
        ]
        tables[name] = frame_of(FEED_TABLES[Feed(name)], *plain)
    return FeedRows.of(tables)


def _needed(feed: str) -> dict[str, Any]:
    """What a form reading always fills in."""
    needed: dict[str, dict[str, Any]] = {
        "receipts": {"status": "available", "bin_id": "DOCK"},
        "stock": {"status": "available", "counted_at": at(12)},
        "orders": {"ordered_at": at(9), "order_id": "o1", "line_no": 1},
        "cancellations": {"sku": None, "line_no": None},
        "shipments": {"sku": None, "line_no": None, "warehouse_id": None, "bin_id": None},
        "adjustments": {"bin_id": None},
        "asns": {"asn_id": "n1", "line_no": 1, "expected_on": NIGHT + timedelta(days=3)},
    }
    return needed.get(feed, {})


def books_of(**tables: list[dict[str, Any]]) -> Books:
    """Books of the given tables."""
    return Books.of({name: frame_of(STATE_TABLES[name], *rows) for name, rows in tables.items()})


def night(
    books: Books,
    rows: FeedRows,
    *,
    as_of: AsOf = AS_OF,
    client: Client = ACME,
    pending_rows: Any = None,  # noqa: ANN401 -- a frame of pending rows, or nothing
    ship_to: list[dict[str, Any]] | None = None,
) -> Posting:
    """What posting makes of a night of one client."""
    return post(
        books,
        rows,
        terms=Terms(
            as_of, {client.client_id: client}, WAREHOUSES, ship_to=frame_of(ShipTo, *(ship_to or []))
        ),
        pending_rows=pending_rows,
    )


def allocated(*rows: dict[str, Any], as_of: AsOf = AS_OF) -> DataFrame[Allocation]:
    """What a plan gives; releases leave on the shipping day of their warehouse."""
    return date_releases(frame_of(Allocation, *rows), as_of=as_of, warehouses=WAREHOUSES)


def release(books: Books, *units: dict[str, Any], as_of: AsOf = AS_OF) -> Books:
    """Books after releasing `units` (order_id, line_no, sku, warehouse, lot, bin, allocated_qty)."""
    plain = [
        {"lot_id": "", "bin_id": "DOCK", "order_id": "o1", "release_id": f"r{n}"} | unit
        for n, unit in enumerate(units, 1)
    ]
    return give(
        books,
        allocations=allocated(*plain, as_of=as_of),
        lost_reservations=frame_of(LostReservation),
        as_of=as_of,
    ).books


def reserve(books: Books, *units: dict[str, Any], as_of: AsOf = AS_OF) -> Books:
    """Books after reserving `units`."""
    plain = [{"kind": "reserve", "bin_id": None, "order_id": "o1"} | unit for unit in units]
    return give(
        books,
        allocations=allocated(*plain, as_of=as_of),
        lost_reservations=frame_of(LostReservation),
        as_of=as_of,
    ).books


def ordered(*lines: dict[str, Any], received: int = 0) -> Books:
    """Books after a night of orders, and of a receipt of SKU A at DOCK."""
    receipts = [{"receipt_id": "g1", "received_qty": received, "received_on": NIGHT}] if received else []
    return night(Books.blank(), rows_of(orders=list(lines), receipts=receipts)).books


def line(books: Books, order_id: str = "o1", line_no: int = 1) -> dict[str, int]:
    """The six quantities of a line, zeros left out."""
    names = [
        name
        for name in books.order_lines.columns
        if name.endswith("_qty") and "told" not in name and "sent" not in name and "first" not in name
    ]
    row = books.order_lines.row(
        by_predicate=(pl.col("order_id") == order_id) & (pl.col("line_no") == line_no), named=True
    )
    return {name.removesuffix("_qty"): row[name] for name in names if row[name]}


def stock(books: Books) -> dict[tuple[str, str, str, str], int]:
    """Units by sku, lot, bin and account (with the reason of a hold)."""
    return {
        (row["sku"], row["lot_id"], row["bin_id"], row["hold_reason"] or row["account"]): row["qty"]
        for row in books.stock_balances.iter_rows(named=True)
    }


def moves(posting: Posting) -> list[tuple[str, str, str, int]]:
    """Movements as (from, to, cause, qty), in posting order."""
    return posting.movements.select("from_account", "to_account", "cause", "qty").rows()


def verdicts(posting: Posting) -> list[str]:
    """Verdicts by feed and row number."""
    return posting.outcomes.sort("feed", "file_hash", "row_no")["verdict"].to_list()


def reasons(posting: Posting) -> list[str]:
    return sorted(posting.rejected_rows["reason_code"].to_list())


def found(posting: Posting) -> list[tuple[str, str]]:
    """Findings as (code, subject)."""
    return sorted(posting.findings.select("code", "subject").rows())


def shelf(*cells: tuple[str, str, str, int]) -> Books:
    """Books with units of SKU A: lot, bin, account or hold reason, quantity."""
    balances = [
        {
            "lot_id": lot,
            "bin_id": bin_id,
            "account": account if account in ("FREE", "RELEASED") else "HOLD",
            "hold_reason": "" if account in ("FREE", "RELEASED") else account,
            "qty": qty,
        }
        for lot, bin_id, account, qty in cells
    ]
    expiries = {"L1": date(2026, 6, 1), "L2": date(2026, 9, 1), "": None}
    lots = [
        {"lot_id": lot, "expiry_on": expiries[lot], "first_seen_on": NIGHT - timedelta(days=1)}
        for lot in {cell[0] for cell in cells}
    ]
    return books_of(stock_balances=balances, stock_lots=lots)


def short_picked() -> Books:
    books = release(ordered({"qty": 10}, received=12), {"allocated_qty": 10})
    return night(books, rows_of(shipments=[{"release_id": "r1", "shipped_qty": 7}])).books


def client_with(**shipments: Any) -> Client:  # noqa: ANN401 -- whatever the section takes
    return ACME.model_copy(update={"feeds": Feeds(shipments=ShipmentsFeed(**shipments))})


def confirmed(books: Books, *rows: dict[str, Any], client: Client = ACME) -> Posting:
    return night(books, rows_of(shipments=list(rows)), client=client)


def released_ten() -> Books:
    """Ten of twelve units at DOCK released to the one line of order o1."""
    return release(ordered({"qty": 10}, received=12), {"allocated_qty": 10})
