"""Changes of address, ship method and dates that come after units went to the warehouse."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.frames import NIGHT
from tests.transforms.posting.nights import (
    at,
    found,
    night,
    nights_later,
    ordered,
    reasons,
    release,
    rows_of,
    verdicts,
)

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.posting.core.posting import Posting

pytestmark = pytest.mark.usefixtures("lived_together")

ANN = {"order_id": "o1", "ship_to_name": "Ann", "ship_to_address": "1 High St", "ship_to_city": "Leeds"}
ASKED = "asked on 2026-03-02 15:00 UTC (data row 1 of file file-orders) for"
WITH_W1 = "4 of line 1 are with W1 since 2026-03-02 (release r1)"


def part_released() -> Books:
    """Line 1 with four of six units at the warehouse, line 2 with none."""
    lines: list[dict[str, Any]] = [
        {"qty": 6, "ship_method": "post", "deliver_by": date(2026, 3, 9)},
        {"line_no": 2, "qty": 3},
    ]
    return release(ordered(*lines, received=12), {"allocated_qty": 4})


def all_released() -> Books:
    return release(ordered({"qty": 4, "ship_method": "post"}, received=12), {"allocated_qty": 4})


def shipped() -> Books:
    confirmed = rows_of(shipments=[{"release_id": "r1", "shipped_qty": 4}])
    return night(all_released(), confirmed).books


def changed(books: Books, *rows: dict[str, Any], action: str = "change") -> Posting:
    plain = [
        {"action": action, "changed_at": at(15), "effective_at": at(15), "qty": None} | row for row in rows
    ]
    return night(books, rows_of(orders=plain), as_of=nights_later(1), ship_to=[ANN])


def details(posting: Posting) -> list[str]:
    assert {code for code, _ in found(posting)} <= {"too_late"}
    return posting.findings["detail"].to_list()


def notes(posting: Posting) -> list[str]:
    return posting.outcomes.sort("row_no")["note"].to_list()


CHANGES = {
    "ship_method": ({"ship_method": "express"}, "another ship_method"),
    "deliver_by": ({"deliver_by": date(2026, 3, 6)}, "deliver_by 2026-03-06 instead of 2026-03-09"),
    "ship_not_before": ({"ship_not_before": NIGHT}, "ship_not_before 2026-03-02 instead of none"),
    "promised_on": ({"promised_on": NIGHT}, "promised_on 2026-03-02 instead of none"),
    "ship_by": ({"ship_by": NIGHT}, "ship_by 2026-03-02 instead of none"),
    "cancel_after": ({"cancel_after": NIGHT}, "cancel_after 2026-03-02 instead of none"),
    "cleared": ({"cleared": "deliver_by"}, "deliver_by none instead of 2026-03-09"),
    "address": ({"ship_to_address": "9 Low St"}, "another address"),
    "name": ({"ship_to_name": "Ben"}, "another address"),
    "second line": ({"ship_to_address_2": "Floor 2"}, "another address"),
    "shop": ({"ship_to_store_no": "0042", "ship_to_company": "Ann Ltd"}, "another address"),
    "no city": ({"cleared": "ship_to_city"}, "another address"),
    "both": (
        {"ship_to_postcode": "LS1", "ship_method": "van"},
        "another address, another ship_method",
    ),
}


@pytest.mark.parametrize(("change", "asked"), CHANGES.values(), ids=CHANGES)
def test_what_is_released_keeps_what_stood_on_its_pick_and_a_finding_says_what_was_asked(
    change: dict[str, Any], asked: str
) -> None:
    posting = changed(part_released(), change)
    assert verdicts(posting) == ["accepted"]
    assert notes(posting) == [f"{asked} came too late: {WITH_W1}"]
    assert details(posting) == [f"{ASKED} {asked} (line 1): {WITH_W1}; it holds for what is still open"]


def test_the_change_holds_for_what_is_open() -> None:
    posting = changed(part_released(), {"ship_method": "express", "ship_to_address": "9 Low St"})
    assert posting.books.order_lines["ship_method"].to_list() == ["express", None]
    assert posting.ship_to["ship_to_address"].to_list() == ["9 Low St"]


def test_saying_the_same_again_or_something_else_is_not_late() -> None:
    same = {
        **{name: value for name, value in ANN.items() if name.startswith("ship_to")},
        "ship_method": "post",
        "deliver_by": date(2026, 3, 9),
        "priority": 1,
        "cleared": "ship_to_region|ship_by",
    }
    posting = changed(part_released(), same)
    assert (details(posting), notes(posting)) == ([], [""])


def test_dates_and_methods_of_a_line_that_is_not_released_are_in_time() -> None:
    posting = changed(part_released(), {"line_no": 2, "ship_method": "van", "ship_not_before": NIGHT})
    assert (details(posting), notes(posting)) == ([], [""])


def test_an_address_is_of_the_whole_order_and_told_once() -> None:
    rows = [{"line_no": number, "ship_to_address": "9 Low St"} for number in (2, 1)]
    posting = changed(part_released(), *rows)
    assert len(details(posting)) == 1
    assert details(posting)[0].count("another address") == 1
    assert notes(posting) == [f"another address came too late: {WITH_W1}"] * 2


def test_a_new_line_of_a_released_order_may_bring_another_address_too_late() -> None:
    row = {"line_no": 3, "qty": 1, "ship_to_address": "9 Low St", "ship_method": "van", "ordered_at": at(15)}
    posting = changed(part_released(), row, action="new")
    assert verdicts(posting) == ["accepted"]
    assert details(posting) == [
        f"{ASKED} another address (line 3): {WITH_W1}; it holds for what is still open"
    ]


def test_where_all_is_with_the_warehouse_the_change_holds_for_what_comes_back() -> None:
    posting = changed(all_released(), {"ship_method": "express"})
    assert verdicts(posting) == ["accepted"]
    assert details(posting) == [f"{ASKED} another ship_method (line 1): {WITH_W1}; nothing else is open"]
    assert posting.books.order_lines["ship_method"].to_list() == ["express"]


@pytest.mark.parametrize("change", [{"ship_method": "express"}, {"ship_to_name": "Ben", "qty": 4}])
def test_what_has_shipped_cannot_be_changed_either(change: dict[str, Any]) -> None:
    posting = changed(shipped(), change)
    assert reasons(posting) == ["too_late"]
    (detail,) = details(posting)
    assert detail.endswith("(line 1): 4 of line 1 shipped; nothing else is open")
    assert posting.books.order_lines["ship_method"].to_list() == ["post"]


def test_a_closed_line_takes_no_other_change() -> None:
    for change in ({"priority": 1}, {"qty": 9, "ship_method": "express"}):
        posting = changed(shipped(), change)
        assert (reasons(posting), details(posting)) == (["line_closed"], [])


def test_the_address_that_a_closed_line_brings_holds_for_the_lines_that_are_open() -> None:
    books = release(ordered({"qty": 4}, {"line_no": 2, "qty": 3}, received=12), {"allocated_qty": 4})
    confirmed = rows_of(shipments=[{"release_id": "r1", "shipped_qty": 4}])
    closed = night(books, confirmed).books
    posting = changed(closed, {"ship_to_address": "9 Low St", "ship_method": "van"})
    assert verdicts(posting) == ["accepted"]
    assert posting.ship_to["ship_to_address"].to_list() == ["9 Low St"]
    assert posting.books.order_lines["ship_method"].to_list() == [None, None]
    (detail,) = details(posting)
    assert detail.endswith("4 of line 1 shipped; it holds for what is still open")


def test_a_lower_quantity_and_another_address_are_told_together() -> None:
    posting = changed(all_released(), {"qty": 1, "ship_to_name": "Ben"})
    stays = "with the warehouse or shipped, so still ordered: 3 units"
    assert notes(posting) == [f"{stays}; another address came too late: {WITH_W1}"]
    assert len(details(posting)) == 2
