"""Which closed orders leave the books, what they take with them, and how they come back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.ledger.store.tables import CONTRACTS
from schemas.books.people import ShipTo
from schemas.night import ORDER_TABLES, AsOf, Books, NightPlan
from schemas.table import empty
from tests.frames import NIGHT, frame_of
from transforms.night.retiring import note_closed, retire_orders, split_orders, unite_orders

CLOSED = {"order_id": "o1", "ordered_qty": 3, "shipped_qty": 3, "told_shipped_qty": 3}
OPEN = {"order_id": "o2", "ordered_qty": 3, "open_qty": 3}
RELEASE = {"order_id": "o1", "release_id": "r1", "released_qty": 3, "shipped_qty": 3, "is_open": False}


def books_of(**tables: list[dict[str, Any]]) -> Books:
    """Books of these rows, and of an order that closed this night beside one that is open."""
    closed = [{"order_id": "o1", "closed_on": NIGHT}]
    rows = {"closed_orders": closed, "order_lines": [CLOSED, OPEN], "releases": [RELEASE]} | tables
    return Books.of({name: frame_of(CONTRACTS[name], *of_table) for name, of_table in rows.items()})


def plan_of(books: Books) -> NightPlan:
    """A plan that decides nothing."""
    names = [field.name for field in fields(NightPlan) if field.name not in ("books", "ship_to", "retired")]
    tables: dict[str, Any] = {name: empty(CONTRACTS[name]) for name in names}
    return NightPlan(books=books, ship_to=empty(ShipTo), **tables)


def gone_of(books: Books, *, days: int = 0, nights: int = 0, only_posts: bool = False) -> list[str]:
    """The orders that leave so many nights later."""
    as_of = AsOf(NIGHT + timedelta(days=nights), only_posts=only_posts)
    plan = retire_orders(plan_of(books), as_of=as_of, closed_days=days)
    return plan.retired.order_lines["order_id"].to_list()


def test_a_closed_order_leaves_and_an_open_one_stays() -> None:
    plan = retire_orders(plan_of(books_of()), as_of=AsOf(NIGHT), closed_days=0)
    assert plan.books.order_lines["order_id"].to_list() == ["o2"]
    assert plan.books.releases.is_empty()
    assert plan.books.closed_orders.is_empty()
    assert plan.retired.order_lines["order_id"].to_list() == ["o1"]
    assert plan.retired.releases["release_id"].to_list() == ["r1"]


@pytest.mark.parametrize(("nights", "leaves"), [(0, []), (29, []), (30, ["o1"])])
def test_it_leaves_after_the_days_that_are_set(nights: int, leaves: list[str]) -> None:
    assert gone_of(books_of(), days=30, nights=nights) == leaves


def test_a_night_that_only_posts_lets_nobody_go() -> None:
    assert gone_of(books_of(), only_posts=True) == []


def test_an_order_leaves_with_all_its_lines_or_not_at_all() -> None:
    second = CLOSED | {"line_no": 2, "shipped_qty": 2, "open_qty": 1, "told_shipped_qty": 2}
    books = books_of(order_lines=[CLOSED, second])
    assert note_closed(books, AsOf(NIGHT)).is_empty()
    assert gone_of(replace(books, closed_orders=note_closed(books, AsOf(NIGHT)))) == []


@pytest.mark.parametrize(
    "tables",
    [
        {"order_lines": [CLOSED | {"told_shipped_qty": 2}]},
        {"order_lines": [CLOSED | {"ordered_qty": 4, "cancelled_qty": 1}]},
        {"order_lines": [CLOSED | {"untold_shipped_qty": 3}]},
        {"releases": [RELEASE | {"is_open": True}]},
        {"stock_holds": [{"release_id": "r1", "qty": 1, "missing_qty": 1}]},
        {"withheld": [{"order_id": "o1", "release_id": "r1", "qty": 1}]},
        {"wishes": [{"order_id": "o1", "account": "CANCELLED", "qty": 1}]},
        {"pending_rows": [{"order_id": "o1", "file_hash": "f", "row_no": 1}]},
        {"uncorrected_rows": [{"order_id": "o1", "file_hash": "f", "row_no": 1}]},
    ],
    ids=lambda tables: next(iter(tables)),
)
def test_an_order_of_which_something_may_still_move_stays(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert gone_of(books_of(**tables)) == []


def test_its_items_are_remembered_as_used() -> None:
    books = books_of(order_lines=[CLOSED | {"sku": "B"}, OPEN], used_items=[{"sku": "A"}, {"sku": "B"}])
    plan = retire_orders(plan_of(books), as_of=AsOf(NIGHT), closed_days=0)
    assert plan.books.used_items["sku"].to_list() == ["A", "B"]


def test_the_night_on_which_it_was_first_found_closed_stays_known_until_it_opens_again() -> None:
    later = AsOf(NIGHT + timedelta(days=9))

    def closed_on(books: Books) -> list[tuple[str, date]]:
        return note_closed(books, later).select("order_id", "closed_on").rows()

    assert closed_on(books_of()) == [("o1", NIGHT)]
    assert closed_on(books_of(closed_orders=[])) == [("o1", later.business_date)]
    reopened = CLOSED | {"shipped_qty": 2, "released_qty": 1}
    assert closed_on(books_of(order_lines=[reopened])) == []


def test_what_was_split_off_is_united_again() -> None:
    books = books_of()
    kept, own = split_orders(books, books.order_lines.filter(order_id="o1").select("client_id", "order_id"))
    again = unite_orders(kept, own).tables()
    assert all(again[name].equals(table) for name, table in books.tables().items())
    assert all(own.tables()[name].is_empty() for name in books.tables() if name not in ORDER_TABLES)


def test_an_order_that_the_books_have_is_not_taken_from_elsewhere() -> None:
    older = books_of(order_lines=[CLOSED | {"sku": "OLD"}])
    assert unite_orders(books_of(), older).order_lines.filter(order_id="o1")["sku"].to_list() != ["OLD"]
