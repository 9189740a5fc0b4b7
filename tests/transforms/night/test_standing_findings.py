"""What stands in the books is told every night, until it is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from schemas.books.catalogue import Item
from schemas.night import STATE_TABLES, Books
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import TERMS
from transforms.night.standing_findings import find_standing
from transforms.terms import Terms

A = {"sku": "A"}


def found(**tables: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Code, subject, cause and detail of what stands in the books."""
    books = Books.of({name: frame_of(STATE_TABLES[name], *rows) for name, rows in tables.items()})
    items = books.items if books.items.height else frame_of(Item, A)
    terms = Terms(TERMS.as_of, TERMS.clients, TERMS.warehouses, items)
    return find_standing(books, terms).select("code", "subject", "cause", "detail").rows()


def held(reason: str, qty: int = 5, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a balance
    """Units on hold in bin B1."""
    return {"account": "HOLD", "hold_reason": reason, "qty": qty, **values}


def test_books_in_which_all_is_well_say_nothing() -> None:
    assert found(stock_balances=[{"qty": 5}], order_lines=[{"order_id": "o1", "open_qty": 1}]) == []


def test_a_bin_in_which_units_were_not_found_waits_for_a_count() -> None:
    looked_for = {"release_id": "r1", "qty": 5, "missing_qty": 3, "held_on": NIGHT - timedelta(days=1)}
    assert found(stock_balances=[held("short_pick")], stock_holds=[looked_for]) == [
        (
            "short_pick",
            "A",
            "W1 B1",
            "3 not found in B1 at W1 since 2026-03-01; 2 more of the bin on hold",
        )
    ]


def test_units_on_hold_for_a_picker_that_nobody_looks_for_are_told_as_such() -> None:
    assert found(stock_balances=[held("short_pick")]) == [
        ("short_pick", "A", "W1 B1", "0 not found in B1 at W1; 5 more of the bin on hold")
    ]


def test_units_beyond_the_announcement_are_told_apart() -> None:
    assert found(stock_balances=[held("over_receipt")]) == [
        ("over_receipt", "A", "", "5 units on hold at W1 (B1)")
    ]


def test_other_held_units_are_one_finding_a_sku_warehouse_and_reason() -> None:
    balances = [held("return"), held("return", bin_id="B2"), held("damaged", 1), held("their word", 2)]
    assert found(stock_balances=balances) == [
        ("stock_held", "A", "W1 damaged", "1 unit at W1 (B1): damaged goods"),
        ("stock_held", "A", "W1 return", "10 units at W1 (B1, B2): returned goods, not yet judged"),
        ("stock_held", "A", "W1 their word", "2 units at W1 (B1): their word"),
    ]


def test_stock_of_an_unknown_item_is_told_as_long_as_it_is_there() -> None:
    items: list[dict[str, Any]] = [{"sku": "A", "is_listed": False}, {"sku": "B"}]
    assert found(items=items, stock_balances=[{"qty": 5}, {"sku": "B", "qty": 1}]) == [
        ("unknown_sku_stock", "A", "", "5 units that no order can get")
    ]


def test_orders_of_an_unknown_item_are_one_finding_of_that_item() -> None:
    line = {"hold_reason": "unknown_sku", "hold_since": NIGHT, "open_qty": 1}
    keys = (("o1", 1), ("o1", 2), ("o2", 1))
    lines = [{"order_id": order_id, "line_no": line_no, **line} for order_id, line_no in keys]
    assert found(order_lines=lines) == [("unknown_sku", "A", "", "3 lines of 2 orders held since 2026-03-02")]


def test_an_order_on_hold_is_told_until_it_is_closed() -> None:
    line = {"order_id": "o1", "hold_reason": "client_hold", "hold_since": NIGHT, "open_qty": 1}
    assert found(order_lines=[line]) == [
        ("order_on_hold", "o1", "client_hold", "the client put the order on hold since 2026-03-02")
    ]
    assert found(order_lines=[line | {"open_qty": 0}]) == []
    assert found(order_lines=[line | {"hold_reason": "incomplete_intake"}]) == [], "its row is told instead"


def test_rows_that_nobody_corrected_are_one_finding_a_file() -> None:
    file = "0123456789abcdef"
    row = {"last_hash": file, "last_name": "a.csv", "reason_code": "missing", "since_on": NIGHT}
    rows = [row | {"row_no": number} for number in (1, 2)] + [row | {"row_no": 3, "reason_code": "bad_date"}]
    assert found(uncorrected_rows=rows) == [
        (
            "rows_rejected",
            "orders/a.csv",
            file,
            "3 rows rejected on 2026-03-02: 2 missing, 1 bad_date",
        )
    ]
