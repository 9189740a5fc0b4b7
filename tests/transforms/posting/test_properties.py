"""What holds of every night of posting, whatever was dropped: two random nights of two clients."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.client import Client, Feeds, ShipmentsFeed
from schemas.feeds import FEED_TABLES
from schemas.night import AsOf, Books, FeedRows
from schemas.results import Allocation, LostReservation
from schemas.vocabulary import Feed
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import AS_OF, WAREHOUSES, at, nights_later
from transforms.balances import LINE
from transforms.posting.night import post_rows
from transforms.posting.plan import post_plan

if TYPE_CHECKING:
    from transforms.posting.posting import Posting

CLIENTS = {
    "acme": Client(client_id="acme", name="Acme", warehouses=("W1", "W2")),
    "bell": Client(
        client_id="bell",
        name="Bell",
        warehouses=("W1",),
        feeds=Feeds(shipments=ShipmentsFeed(short="explicit", short_hold_nights=1)),
    ),
    "coop": Client(
        client_id="coop",
        name="Coop",
        warehouses=("W1",),
        feeds=Feeds(shipments=ShipmentsFeed(confirm="assume")),
    ),
}
INNER = {"FREE", "HOLD", "RELEASED"}
FEW = {"max_examples": 60, "deadline": None, "suppress_health_check": list(HealthCheck)}

quantity = st.integers(1, 9)
place = {
    "client_id": st.sampled_from(list(CLIENTS)),
    "sku": st.sampled_from(["A", "B"]),
    "file_hash": st.sampled_from(["f1", "f2"]),
    "effective_at": st.sampled_from([None, at(8), at(13), at(20)]),
}
lot = st.sampled_from(["", "L1"])
shelf = st.sampled_from(["DOCK", "B1"])
order = st.sampled_from(["o1", "o2"])
number = st.integers(1, 2)


def some(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(place | columns), max_size=5)


FIRST = {
    "orders": some(
        order_id=order,
        line_no=number,
        qty=quantity,
        consignee_id=st.sampled_from(["c1", None]),
        ordered_at=st.just(at(9)),
    ),
    "receipts": some(
        receipt_id=st.just("g"),
        received_qty=st.integers(-3, 15),
        damaged_qty=st.integers(0, 1),
        bin_id=shelf,
        lot_id=lot,
        status=st.sampled_from(["available", "available", "qc"]),
        asn_id=st.sampled_from([None, "n1"]),
    ),
    "asns": some(asn_id=st.just("n1"), line_no=number, qty=quantity, expected_on=st.just(NIGHT)),
    "stock": some(
        qty=quantity,
        bin_id=shelf,
        lot_id=lot,
        counted_at=st.sampled_from([at(7), at(12)]),
        status=st.sampled_from(["available", "damaged"]),
    ),
}
SECOND = FIRST | {
    "orders": some(
        order_id=order,
        line_no=number,
        qty=st.integers(0, 9) | st.none(),
        ordered_at=st.just(at(9)),
        action=st.sampled_from(["new", "change", "cancel"]),
        cleared=st.sampled_from(["", "priority"]),
    ),
    "cancellations": some(
        order_id=order,
        line_no=number | st.none(),
        qty=quantity | st.none(),
        consignee_id=st.just("c1"),
        match_on=st.sampled_from([None, "consignee_id|sku"]),
    ),
    "adjustments": some(
        qty=st.integers(-9, 9).filter(bool), bin_id=shelf | st.none(), lot_id=lot | st.none()
    ),
    "shipments": some(
        release_id=st.sampled_from([None, "r0", "r1", "r2", "r3"]),
        order_id=order,
        line_no=number | st.none(),
        shipped_qty=st.integers(0, 6),
        short_qty=st.integers(0, 2) | st.none(),
        is_final=st.sampled_from([None, True, False]),
        lot_id=lot | st.none(),
        bin_id=shelf | st.none(),
    ),
}


@st.composite
def nights(
    draw: st.DrawFn, feeds: dict[str, st.SearchStrategy[list[dict[str, Any]]]]
) -> dict[str, pl.DataFrame]:
    """Rows of a night by feed."""
    tables = {}
    for name, rows in feeds.items():
        numbered = [
            {"row_no": place, "file_feed": name, "warehouse_id": "W1"} | row
            if name not in ("orders", "cancellations")
            else {"row_no": place, "file_feed": name} | row
            for place, row in enumerate(draw(rows), start=1)
        ]
        tables[name] = frame_of(FEED_TABLES[Feed(name)], *numbered)
    return tables


def post(
    books: Books, tables: dict[str, pl.DataFrame], as_of: AsOf = AS_OF, clients: dict[str, Client] = CLIENTS
) -> Posting:
    return post_rows(books, FeedRows.of(tables), as_of=as_of, clients=clients, warehouses=WAREHOUSES)


def released(books: Books) -> Books:
    """Books after releasing to each line what the first cell of its sku has."""
    cells = (
        books.stock_balances.filter(pl.col("account") == "FREE")
        .sort(pl.all())
        .unique(["client_id", "sku"], keep="first", maintain_order=True)
    )
    lines = books.order_lines.sort(LINE).unique(["client_id", "sku"], keep="first", maintain_order=True)
    given = lines.filter(pl.col("open_qty") > 0).join(cells, on=["client_id", "sku"], maintain_order="left")
    rows = [
        {name: row[name] for name in (*LINE, "sku", "warehouse_id", "lot_id", "bin_id")}
        | {"allocated_qty": min(row["open_qty"], row["qty"]), "release_id": f"r{place}"}
        for place, row in enumerate(given.iter_rows(named=True))
    ]
    return post_plan(
        books,
        allocations=frame_of(Allocation, *rows),
        lost_reservations=frame_of(LostReservation),
        as_of=AS_OF,
    ).books


def summed(movements: pl.DataFrame, ledger: str) -> dict[tuple[Any, ...], int]:
    """What a plain loop over movements makes of each key and account."""
    units: dict[tuple[Any, ...], int] = {}
    for row in movements.filter(pl.col("ledger") == ledger).iter_rows(named=True):
        for account, sign in ((row["from_account"], -1), (row["to_account"], 1)):
            if ledger == "stock":
                reason = row["hold_reason"] if account == "HOLD" else ""
                where = (
                    row["client_id"],
                    row["warehouse_id"],
                    row["sku"],
                    row["lot_id"],
                    row["bin_id"],
                    account,
                    reason,
                )
            else:
                at_warehouse = (row["warehouse_id"], row["sku"]) if account == "RESERVED" else ("", "")
                where = (row["client_id"], row["order_id"], row["line_no"], account, *at_warehouse)
            units[where] = units.get(where, 0) + sign * row["qty"]
    return units


def kept(balances: pl.DataFrame) -> dict[tuple[Any, ...], int]:
    return {row[:-1]: row[-1] for row in balances.rows()}


def check_laws(before: Books, posting: Posting, tables: dict[str, pl.DataFrame]) -> None:
    """Books after = books before + movements; nothing below zero; lines add up; one verdict a row."""
    after = posting.books
    for ledger, boundary in (("stock", {"SUPPLIER", "SHIPPED", "ADJUSTED"}), ("line", {"ORDERED"})):
        expected = kept(getattr(before, f"{ledger}_balances"))
        for key, qty in summed(posting.movements, ledger).items():
            if not boundary & set(key):
                expected[key] = expected.get(key, 0) + qty
        assert {key: qty for key, qty in expected.items() if qty} == kept(
            getattr(after, f"{ledger}_balances")
        )
        assert min(expected.values(), default=0) >= 0
    check_lines(after.order_lines, kept(after.line_balances))
    read = pl.concat(
        [rows.select("client_id", "file_feed", "file_hash", "row_no") for rows in tables.values()]
    )
    answered = posting.outcomes.select("client_id", "feed", "file_hash", "row_no")
    assert sorted(read.rows()) == sorted(answered.rows())
    rejected = posting.outcomes.filter(pl.col("verdict") == "rejected")
    reasons = posting.rejected_rows
    assert set(rejected.select(answered.columns).rows()) == set(reasons.select(answered.columns).rows())
    holds = after.stock_holds.group_by("client_id", "sku", "lot_id", "bin_id").agg(pl.col("qty").sum())
    missing = after.stock_balances.filter(pl.col("hold_reason") == "short_pick").select(*holds.columns)
    assert sorted(holds.rows()) == sorted(missing.rows())


def check_lines(lines: pl.DataFrame, balances: dict[tuple[Any, ...], int]) -> None:
    """The six quantities agree with the ledger, and ordered is the sum of the other five."""
    for row in lines.iter_rows(named=True):
        names = ("open", "reserved", "released", "shipped", "cancelled")
        assert row["ordered_qty"] == sum(row[f"{name}_qty"] for name in names)
        for name in names:
            key = (row["client_id"], row["order_id"], row["line_no"], name.upper())
            assert row[f"{name}_qty"] == sum(qty for where, qty in balances.items() if where[:4] == key)


def alone(frame: pl.DataFrame, client: str) -> pl.DataFrame:
    return frame.filter(pl.col("client_id") == client)


@settings(**FEW)
@given(nights(FIRST), nights(SECOND))
def test_the_laws_hold_and_neither_row_order_nor_other_clients_matter(
    first: dict[str, pl.DataFrame], second: dict[str, pl.DataFrame]
) -> None:
    opened = post(Books.blank(), first)
    check_laws(Books.blank(), opened, first)
    books = released(opened.books)
    night = post(books, second, nights_later(1))
    check_laws(books, night, second)

    shuffled = {name: rows.reverse() for name, rows in second.items()}
    assert same(post(books, shuffled, nights_later(1)), night)

    for client, terms in CLIENTS.items():
        own_books = Books.of({name: alone(frame, client) for name, frame in books.tables().items()})
        own_rows = {name: alone(rows, client) for name, rows in second.items()}
        own = post(own_books, own_rows, nights_later(1), {client: terms})
        for field in fields(night):
            if field.name != "books":
                together = alone(getattr(night, field.name), client)
                assert together.sort(pl.all()).equals(getattr(own, field.name).sort(pl.all())), field.name


def same(one: Posting, other: Posting) -> bool:
    """Equal in every table of books and posting, rows in any order but movements, which are numbered."""
    tables = [
        (getattr(one, field.name), getattr(other, field.name))
        for field in fields(one)
        if field.name != "books"
    ]
    states = [(frame, other.books.tables()[name]) for name, frame in one.books.tables().items()]
    return all(mine.sort(pl.all()).equals(theirs.sort(pl.all())) for mine, theirs in [*tables, *states])


def test_the_loop_of_this_test_sees_a_unit_that_goes_missing() -> None:
    receipts = [
        {"client_id": "acme", "received_qty": 3, "status": "available", "row_no": 1, "receipt_id": "g"}
    ]
    posting = post(Books.blank(), {"receipts": frame_of(FEED_TABLES[Feed.RECEIPTS], *receipts)})
    assert kept(posting.books.stock_balances) == {("acme", "W1", "A", "", "B1", "FREE", ""): 3}
    assert summed(posting.movements, "stock")[("acme", "W1", "A", "", "B1", "SUPPLIER", "")] == -3
    assert nights_later(1).business_date - NIGHT == timedelta(days=1)
