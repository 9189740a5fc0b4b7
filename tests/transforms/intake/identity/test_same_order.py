"""Tests of rows with one order number: of one order, of another one, or in contradiction to each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schemas.books.orders import OrderLine
from schemas.books.people import ShipTo
from schemas.intake.verdicts import NEVER_SEEN
from schemas.night import Books
from tests.frames import MORNING, NIGHT, frame_of
from tests.transforms.intake.nights import Nights, row, told

LATER = {"ordered_at": MORNING + timedelta(hours=2), "effective_at": MORNING + timedelta(hours=2)}
ANN = {"ship_to_name": "Ann Bell", "ship_to_postcode": "SW1A 1AA", "consignee_id": "c1"}


def after_ann() -> Nights:
    """A night after the order of Ann, line 1."""
    line = {"order_id": "O1", "line_no": 1, "ordered_at": MORNING, "consignee_id": "c1"}
    people = frame_of(
        ShipTo, {"order_id": "O1", **{name: ANN[name] for name in ANN if name != "consignee_id"}}
    )
    return Nights(books=Books.of({"order_lines": frame_of(OrderLine, line)}), ship_to=people)


@pytest.mark.parametrize(
    "who",
    [{"ship_to_name": "Bob Cole"}, {"ship_to_postcode": "N1 9GU"}, {"consignee_id": "c2"}],
)
def test_another_time_and_another_consignee_are_another_order(who: dict[str, str]) -> None:
    tonight = after_ann().identify(row("g", 1, line_no=1, **LATER, **{**ANN, **who}))
    assert told(tonight) == {("g", 1): "order_differs"}
    assert tonight.findings.select("code", "subject").rows() == [("order_differs", "O1")]
    assert tonight.pending_rows.is_empty()


@pytest.mark.parametrize(
    "said",
    [
        {**LATER, **ANN},
        {**LATER},
        {"ship_to_name": "Bob Cole", "ship_to_postcode": "N1 9GU"},
        {**LATER, "ship_to_name": "ANN  BELL", "ship_to_postcode": "sw1a1aa"},
        {**LATER, "ship_to_name": "Bob Cole", "action": "change"},
        {"ordered_at": None, "effective_at": None, "ship_to_name": "Bob Cole", "action": "change"},
    ],
)
def test_a_single_difference_is_a_change_and_blank_differs_from_nothing(said: dict[str, Any]) -> None:
    assert told(after_ann().identify(row("g", 1, line_no=1, **said))) == {("g", 1): "change 1"}


def test_of_somebody_whom_nobody_knows_nothing_differs() -> None:
    forgotten = replace(after_ann(), ship_to=frame_of(ShipTo))
    assert told(forgotten.identify(row("g", 1, line_no=1, **LATER, ship_to_name="Bob"))) == {
        ("g", 1): "change 1"
    }


def test_of_two_orders_with_one_number_in_a_night_the_one_ordered_first_is_known() -> None:
    bob = {**LATER, "ship_to_name": "Bob Cole"}
    rows = [row("a", 1, **bob), row("a", 2, sku="B", **bob), row("z", 1, **ANN), row("z", 2, sku="C", **ANN)]
    assert told(Nights().identify(*rows)) == {
        ("a", 1): "order_differs", ("a", 2): "order_differs", ("z", 1): "new 1", ("z", 2): "new 2",
    }  # fmt: skip


def disagrees(*rows: dict[str, Any]) -> dict[int, str]:
    """On which columns each new row of a file disagrees with the others of its order."""
    tonight = Nights().identify(*rows).rows.orders
    return dict(tonight.select("row_no", "disagrees").rows())


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ordered_at", (MORNING, LATER["ordered_at"])),
        ("consignee_id", ("c1", "c2")),
        ("ship_to_address", ("1 High St", "2 High St")),
        ("ship_to_address_2", ("Floor 1", "Floor 2")),
        ("ship_to_company", ("Bell Ltd", "Cole Ltd")),
        ("ship_to_store_no", ("0041", "0042")),
        ("promised_on", (NIGHT, NIGHT + timedelta(days=1))),
        ("deliver_by", (NIGHT, NIGHT + timedelta(days=1))),
    ],
)
def test_rows_of_an_order_in_a_file_that_disagree_say_so(name: str, values: tuple[Any, Any]) -> None:
    rows = [row("f", place, **{name: value}) for place, value in enumerate(values, 1)]
    assert disagrees(*rows) == {1: name, 2: name}
    assert disagrees(rows[0], row("f", 3, **{name: values[0]})) == {1: "", 3: ""}
    assert disagrees(rows[0], {**rows[1], "order_id": "O2"}) == {1: "", 2: ""}


def test_blank_capitals_and_spaces_disagree_with_nothing() -> None:
    rows = [row("f", 1, ship_to_name="Ann Bell"), row("f", 2, ship_to_name="ANN BELL"), row("f", 3)]
    assert disagrees(*rows) == {1: "", 2: "", 3: ""}


def test_versions_of_one_line_are_its_history_and_the_latest_counts() -> None:
    old = row("f", 1, line_no=1, promised_on=NIGHT, changed_at=MORNING)
    new = {**old, "row_no": 2, "promised_on": NIGHT + timedelta(days=1), "changed_at": LATER["ordered_at"]}
    assert disagrees(old, new) == {1: "", 2: ""}
    other = row("f", 3, line_no=2, promised_on=NIGHT)
    assert set(disagrees(old, new, other).values()) == {"promised_on"}


def test_a_row_that_waits_is_no_longer_waited_for_when_its_line_is_said_again_as_it_is() -> None:
    first = Nights().identify(row("f", 1, line_no=1))
    second = Nights().after(first).identify(row("g", 1, line_no=1, qty=6), row("g", 2, line_no=1, qty=7))
    assert second.pending_rows["line_no"].to_list() == [1, 1]
    third = Nights().after(first).after(second).identify(row("h", 1, line_no=1), row("h", 2, line_no=2))
    assert third.pending_rows.is_empty()


def test_a_cancel_row_of_an_unknown_order_is_remembered_as_a_cancellation() -> None:
    tonight = Nights().identify(row("f", 1, line_no=1, action="cancel", sku=None))
    assert told(tonight) == {("f", 1): "set_aside"}
    assert tonight.outcomes.select("verdict", "note").rows() == [("set_aside", NEVER_SEEN)]
    assert tonight.pending_rows.select("feed", "order_id", "line_no").rows() == [("cancellations", "O1", 1)]
