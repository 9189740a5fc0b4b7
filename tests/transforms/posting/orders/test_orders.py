"""Tests of order lines: new ones, changes, what they say about people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.night import Books
from schemas.settings.policy import Policy
from tests.frames import NIGHT
from tests.transforms.posting.nights import (
    ACME,
    at,
    found,
    line,
    moves,
    night,
    nights_later,
    ordered,
    reasons,
    release,
    reserve,
    rows_of,
    verdicts,
)

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting


pytestmark = pytest.mark.usefixtures("lived_together")


def changed(books: Books, *rows: dict[str, Any]) -> Posting:
    plain = [{"action": "change", "changed_at": at(15), "effective_at": at(15)} | row for row in rows]
    return night(books, rows_of(orders=plain))


def attribute(posting: Posting, name: str) -> object:
    return posting.books.order_lines[name][0]


def test_a_new_line_has_the_clients_rules_where_the_row_states_none() -> None:
    client = ACME.model_copy(update={"policy": Policy(ship_rule="line_complete")})
    row = {"qty": 2, "order_type": None, "priority": None, "warehouse_ids": None, "ship_rule": None}
    posting = night(Books.blank(), rows_of(orders=[row]), client=client)
    names = ("order_type", "priority", "transit_days", "warehouse_ids", "ship_rule", "accepted_on")
    assert posting.books.order_lines.select(names).row(0) == ("dtc", 5, 0, "W1|W2", "line_complete", NIGHT)


def test_what_a_row_states_outranks_the_clients_rules() -> None:
    row = {"qty": 2, "order_type": "b2b", "priority": 1, "warehouse_ids": "W2", "ship_rule": "order_complete"}
    posting = night(Books.blank(), rows_of(orders=[row]))
    names = ("order_type", "priority", "warehouse_ids", "ship_rule")
    assert posting.books.order_lines.select(names).row(0) == ("b2b", 1, "W2", "order_complete")


def test_rows_that_cannot_make_a_line_are_rejected() -> None:
    posting = night(
        Books.blank(),
        rows_of(
            orders=[
                {"qty": 1, "action": "change"},
                {"qty": 1, "line_no": None},
                {"qty": None, "line_no": 3},
            ]
        ),
    )
    assert verdicts(posting) == ["rejected"] * 3
    assert reasons(posting) == ["line_no_needed", "missing", "unknown_order"]
    assert posting.books.order_lines.is_empty()


def test_an_empty_cell_changes_nothing_and_a_tilde_clears() -> None:
    books = ordered(
        {"qty": 4, "priority": 2, "promised_on": NIGHT, "channel": "web", "ship_rule": "line_complete"}
    )
    posting = changed(
        books, {"qty": None, "priority": None, "cleared": "promised_on|ship_rule", "channel": "shop"}
    )
    assert attribute(posting, "priority") == 2
    assert attribute(posting, "promised_on") is None
    assert attribute(posting, "channel") == "shop"
    assert attribute(posting, "ship_rule") == "partial"
    assert attribute(posting, "changed_at") == at(15)
    assert moves(posting) == []
    assert attribute(changed(books, {"cleared": "priority"}), "priority") == 5


def test_the_days_a_lot_must_last_are_kept_changed_and_cleared() -> None:
    books = ordered({"qty": 2, "min_shelf_life_days": 30})
    assert attribute(changed(books, {"priority": 1}), "min_shelf_life_days") == 30
    assert attribute(changed(books, {"min_shelf_life_days": 10}), "min_shelf_life_days") == 10
    assert attribute(changed(books, {"cleared": "min_shelf_life_days"}), "min_shelf_life_days") is None


def test_the_clients_own_rank_is_kept_changed_and_cleared() -> None:
    books = night(Books.blank(), rows_of(orders=[{"qty": 2, "rank": 7}])).books
    assert books.order_lines["client_rank"].to_list() == [7]
    assert attribute(changed(books, {"rank": 3}), "client_rank") == 3
    assert attribute(changed(books, {"cleared": "rank"}), "client_rank") is None


def test_up_adds_open_units_and_remembers_the_raise() -> None:
    posting = changed(ordered({"qty": 4}), {"qty": 6})
    assert line(posting.books) == {"ordered": 6, "open": 6}
    assert posting.books.order_raises.select("raised_at", "qty").rows() == [(at(15), 2)]


def test_down_takes_open_units_then_reserved_ones_and_no_more_is_ordered() -> None:
    books = reserve(ordered({"qty": 6}, received=4), {"allocated_qty": 4})
    posting = changed(books, {"qty": 1})
    assert line(posting.books) == {"ordered": 1, "reserved": 1}
    assert moves(posting) == [("OPEN", "ORDERED", "changed", 2), ("RESERVED", "ORDERED", "changed", 3)]
    assert posting.movements["warehouse_id"].to_list() == ["", "W1"]


def test_down_takes_the_newest_raise_back_first() -> None:
    books = changed(
        ordered({"qty": 4}), {"qty": 6}, {"qty": 9, "changed_at": at(16), "effective_at": at(16)}
    ).books
    posting = changed(books, {"qty": 5})
    assert posting.books.order_raises.select("raised_at", "qty").rows() == [(at(15), 1)]


def test_released_units_cannot_be_taken_back() -> None:
    books = release(ordered({"qty": 6}, received=4), {"allocated_qty": 4})
    posting = changed(books, {"qty": 1, "channel": "shop"})
    assert line(posting.books) == {"ordered": 4, "released": 4}
    assert attribute(posting, "channel") == "shop"
    assert found(posting) == [("too_late", "o1")]
    assert "3 units" in posting.outcomes["note"][0]


def test_another_sku_or_a_closed_line_rejects_the_change() -> None:
    books = night(
        ordered({"qty": 1}, {"qty": 1, "line_no": 2}),
        rows_of(cancellations=[{"order_id": "o1", "line_no": 1}]),
    ).books
    posting = changed(books, {"qty": 2}, {"qty": 2, "line_no": 2, "sku": "B"}, {"qty": 2, "line_no": 9})
    assert reasons(posting) == ["line_closed", "sku_changed", "unknown_order"]
    assert line(posting.books, line_no=2) == {"ordered": 1, "open": 1}


def test_new_for_a_known_line_is_a_change_and_new_comes_before_change() -> None:
    rows = [{"qty": 7, "action": "change", "effective_at": at(8)}, {"qty": 3, "effective_at": at(9)}]
    assert line(night(Books.blank(), rows_of(orders=rows)).books) == {"ordered": 7, "open": 7}
    assert line(night(ordered({"qty": 3}), rows_of(orders=[{"qty": 5}])).books) == {"ordered": 5, "open": 5}


def test_an_order_of_nothing_makes_a_line_without_movements() -> None:
    posting = night(Books.blank(), rows_of(orders=[{"qty": 0}]))
    assert line(posting.books) == {}
    assert moves(posting) == []


def test_what_rows_say_of_people_goes_to_ship_to_alone() -> None:
    rows = [
        {"qty": 1, "ship_to_name": "Ann", "ship_to_postcode": "sw1a 1aa", "email": "a@example.org"},
        {"qty": 1, "line_no": 2, "ship_to_name": "Ann B"},
    ]
    posting = night(Books.blank(), rows_of(orders=rows))
    assert posting.ship_to.select("order_id", "ship_to_name", "email", "phone").rows() == [
        ("o1", "Ann B", "a@example.org", None)
    ]
    assert posting.books.order_lines["postcode_area"].to_list() == ["SW1A", None]
    cleared = changed(posting.books, {"cleared": "email|ship_to_postcode"})
    assert cleared.ship_to.select("ship_to_name", "email").rows() == [(None, "")]
    assert attribute(cleared, "postcode_area") is None


@pytest.mark.parametrize(
    ("postcode", "area"),
    [
        ("SW1A 1AA", "SW1A"),
        ("sw1a1aa", "SW1A"),
        ("1234 AB", "1234"),
        ("90210-1234", "90210"),
        ("75001", "75001"),
        (None, None),
    ],
)
def test_only_the_area_of_a_postcode_stays_with_the_line(postcode: str | None, area: str | None) -> None:
    posting = night(Books.blank(), rows_of(orders=[{"qty": 1, "ship_to_postcode": postcode}]))
    assert attribute(posting, "postcode_area") == area


def test_a_clients_hold_stays_until_it_is_cleared() -> None:
    posting = night(Books.blank(), rows_of(orders=[{"qty": 1, "hold_reason": "credit check"}]))
    assert (attribute(posting, "hold_reason"), attribute(posting, "hold_since")) == ("client_hold", NIGHT)
    later = night(posting.books, rows_of(), as_of=nights_later(1))
    assert (attribute(later, "hold_reason"), attribute(later, "hold_since")) == ("client_hold", NIGHT)
    freed = changed(later.books, {"cleared": "hold_reason"})
    assert (attribute(freed, "hold_reason"), attribute(freed, "hold_since")) == (None, None)
    assert isinstance(attribute(posting, "hold_since"), date)
    assert freed.books.order_lines.filter(pl.col("hold_reason").is_not_null()).is_empty()
