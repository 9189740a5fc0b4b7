"""Tests of why a date moved: hand-made nights, and what the line remembers of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from schemas.settings.client import Client
from tests.frames import NIGHT
from tests.nights import order, receipt, run_night

if TYPE_CHECKING:
    from schemas.night import NightPlan

pytestmark = pytest.mark.usefixtures("lived_together")

FRIDAY, MONDAY, WEDNESDAY = date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 11)
"""Days on which goods come; they can ship a working day later."""
NOT_FOUND = "the warehouse did not find units that were released for it"


def asn(expected_on: date = FRIDAY, qty: int = 5, asn_id: str = "n1", **columns: object) -> dict[str, Any]:
    """Units of A that are announced."""
    return {"asn_id": asn_id, "sku": "A", "expected_on": expected_on, "qty": qty} | columns


def client(**policy: object) -> Client:
    """The client under a policy."""
    settings = {"client_id": "acme", "name": "Acme", "warehouses": ("W1",), "policy": policy}
    return Client.model_validate(settings)


def moved(plan: NightPlan, order_id: str = "o1", line_no: int = 1) -> tuple[Any, ...]:
    """What is remembered of a line: when its date moved, from which, to which, and why."""
    key = {"order_id": order_id, "line_no": line_no}
    (eta_on,) = plan.books.order_lines.filter(**key)["eta_on"]
    promises = plan.books.promises.filter(**key).select("moved_on", "before_on", "moved_reason").rows()
    moved_on, before_on, reason = promises[0] if promises else (None, None, None)
    return moved_on, before_on, eta_on, reason


def tonight(number: int) -> date:
    """The date of night 0, 1, 2, ..."""
    return date(NIGHT.year, NIGHT.month, NIGHT.day + number)


def test_the_first_date_of_a_line_is_no_move() -> None:
    plan = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    assert moved(plan) == (None, None, MONDAY, None)
    rests_on = plan.books.promises.select("order_id", "asn_id", "asn_line_no", "asn_expected_on").rows()
    assert rests_on == [("o1", "n1", 1, FRIDAY)]


def test_a_date_that_stays_says_nothing_and_an_old_move_is_remembered() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    second = run_night(first, 1, asns=[asn(MONDAY, action="change")])
    late = (tonight(1), MONDAY, date(2026, 3, 10), "ASN n1 line 1 is late, now expected on 2026-03-09")
    assert moved(second) == late
    assert moved(run_night(second, 2)) == late


def test_a_supplier_that_comes_earlier_is_named() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn(WEDNESDAY)])
    second = run_night(first, 1, asns=[asn(FRIDAY, action="change")])
    assert moved(second)[1:] == (
        date(2026, 3, 12),
        MONDAY,
        "ASN n1 line 1 comes earlier, now expected on 2026-03-06",
    )


def test_a_late_announcement_is_named_also_where_another_one_is_now_promised() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn(), asn(MONDAY, asn_id="n2")])
    second = run_night(first, 1, asns=[asn(WEDNESDAY, action="change")])
    assert moved(second)[2:] == (date(2026, 3, 10), "ASN n1 line 1 is late, now expected on 2026-03-11")


def test_a_cancelled_announcement_is_named() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    second = run_night(first, 1, asns=[asn(action="cancel")])
    assert moved(second) == (tonight(1), MONDAY, None, "ASN n1 line 1 was cancelled")


def test_better_ranks_are_named_when_they_are_promised_the_goods() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    second = run_night(first, 1, orders=[order("o2", 3) | {"priority": 1}])
    assert moved(second) == (tonight(1), MONDAY, None, "ASN n1 line 1 is promised to better ranks")


def test_goods_that_came_short_are_named() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    came = receipt("g1", 2) | {"asn_id": "n1", "asn_line_no": 1, "is_final": True}
    second = run_night(first, 1, receipts=[came])
    assert moved(second) == (tonight(1), MONDAY, None, "ASN n1 line 1 brought fewer units than it needs")


def test_an_overdue_announcement_is_no_longer_counted_on() -> None:
    plan = run_night(None, 0, orders=[order("o1", 5)], asns=[asn(NIGHT)])
    for number in range(1, 5):
        plan = run_night(plan, number)
    assert moved(plan) == (
        tonight(4),
        MONDAY,
        None,
        "ASN n1 line 1 is overdue and no longer counted on",
    )


def test_goods_announced_later_give_a_date_at_last() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)])
    second = run_night(first, 1, asns=[asn()])
    assert moved(second) == (tonight(1), None, MONDAY, "ASN n1 line 1 now covers it")


def test_a_raised_quantity_moves_its_own_date() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    raised = order("o1", 8) | {"action": "change"}
    assert moved(run_night(first, 1, orders=[raised]))[2:] == (None, "more units were asked for")


def test_units_that_a_picker_did_not_find_move_the_date() -> None:
    moved_here = receipt("g1", 7) | {"receipt_type": "transfer"}
    first = run_night(None, 0, orders=[order("o1", 10)], receipts=[moved_here], asns=[asn()])
    (release_id,) = first.allocations["release_id"]
    second = run_night(first, 1, shipments=[{"release_id": release_id, "shipped_qty": 4, "short_qty": 3}])
    assert moved(second)[2:] == (None, NOT_FOUND)


def test_units_that_may_still_be_told_move_the_date_on_the_night_after() -> None:
    moved_here = receipt("g1", 7) | {"receipt_type": "transfer"}
    first = run_night(None, 0, orders=[order("o1", 10)], receipts=[moved_here], asns=[asn()])
    (release_id,) = first.allocations["release_id"]
    second = run_night(first, 1, shipments=[{"release_id": release_id, "shipped_qty": 4}])
    assert moved(second) == (None, None, MONDAY, None)
    assert moved(run_night(second, 2)) == (tonight(2), MONDAY, None, NOT_FOUND)


def test_lost_reservations_move_the_date() -> None:
    later = order("o1", 5) | {"ship_not_before": MONDAY}
    reserve = client(not_due="reserve")
    first = run_night(None, 0, reserve, orders=[later], receipts=[receipt("g1", 5)])
    gone = {"event_id": "j1", "sku": "A", "bin_id": "DOCK", "qty": -2}
    second = run_night(first, 1, reserve, adjustments=[gone])
    assert moved(second) == (tonight(1), MONDAY, None, "it lost reserved units")


def test_a_line_of_a_complete_order_names_the_line_it_waits_for() -> None:
    both = [order("o1", 2), order("o1", 2) | {"line_no": 2, "sku": "B"}]
    complete = [row | {"ship_rule": "order_complete"} for row in both]
    announced = [asn(), asn(sku="B", asn_id="n2")]
    first = run_night(None, 0, orders=complete, asns=announced)
    second = run_night(first, 1, asns=[asn(WEDNESDAY, sku="B", asn_id="n2", action="change")])
    assert moved(second, line_no=1)[2:] == (date(2026, 3, 12), "line 2 of its order has another date")
    assert moved(second, line_no=2)[3] == "ASN n2 line 1 is late, now expected on 2026-03-11"


def test_a_hold_takes_the_date_away() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    held = order("o1", 5) | {"action": "change", "hold_reason": "fraud check"}
    assert moved(run_night(first, 1, orders=[held]))[2:] == (None, "order on hold")


def test_a_due_date_that_moved_is_followed() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    promised = order("o1", 5) | {"action": "change", "promised_on": WEDNESDAY}
    assert moved(run_night(first, 1, orders=[promised]))[2:] == (WEDNESDAY, "it follows its due date")


def test_units_that_are_there_and_stay_say_why() -> None:
    urgent = {"priority": 1}
    orders = [order("o1", 5), order("o2", 1) | urgent]
    first = run_night(None, 0, max_release_lines=1, orders=orders, receipts=[receipt("g1", 9)])
    second = run_night(first, 1, max_release_lines=1, orders=[order("o3", 1) | urgent])
    limit = "the warehouse releases no more lines of the client in one run"
    assert moved(second) == (tonight(1), tonight(1), tonight(2), f"its units are there and stay: {limit}")


def test_what_waits_for_more_of_its_order_follows_its_next_release() -> None:
    waits = client(min_release_qty=9)
    orders = [order("o1", 5), order("o1", 9) | {"line_no": 2, "sku": "B"}]
    comes = [asn(FRIDAY, 9, sku="B")]
    first = run_night(None, 0, waits, orders=orders, receipts=[receipt("g1", 5)], asns=comes)
    assert moved(first) == (None, None, MONDAY, None)
    second = run_night(first, 1, waits, asns=[asn(MONDAY, 9, sku="B", action="change")])
    why = "it follows the next release of its order"
    assert moved(second) == (tonight(1), MONDAY, date(2026, 3, 10), why)
    third = run_night(second, 2, waits, asns=[asn(MONDAY, 9, sku="B", action="cancel")])
    assert moved(third) == (tonight(2), date(2026, 3, 10), None, "waits for more of its order")


def test_a_line_that_leaves_in_full_remembers_no_new_move() -> None:
    first = run_night(None, 0, orders=[order("o1", 5)], asns=[asn()])
    second = run_night(first, 1, receipts=[receipt("g1", 5)])
    assert moved(second)[0] is None


def test_units_that_came_without_an_announcement_bring_the_date_nearer() -> None:
    both = [order("o1", 5), order("o1", 2) | {"line_no": 2, "sku": "B"}]
    complete = [row | {"ship_rule": "order_complete"} for row in both]
    strict = client(holdback="strict")
    announced = [asn(WEDNESDAY), asn(sku="B", asn_id="n2")]
    first = run_night(None, 0, strict, orders=complete, asns=announced)
    second = run_night(first, 1, strict, receipts=[receipt("g1", 5)])
    assert moved(second, line_no=1)[2:] == (MONDAY, "line 2 of its order has another date")
    assert moved(second, line_no=2)[2:] == (MONDAY, "the other lines of its order come sooner")


def test_units_that_came_before_they_are_due_bring_the_date_nearer() -> None:
    later = order("o1", 5) | {"promised_on": FRIDAY}
    reserve = client(not_due="reserve")
    first = run_night(None, 0, reserve, orders=[later], asns=[asn()])
    second = run_night(first, 1, reserve, receipts=[receipt("g1", 5)])
    assert moved(second) == (tonight(1), MONDAY, FRIDAY, "its units came in")


def test_units_that_an_incomplete_order_could_have_had_went_to_others() -> None:
    both = [order("o1", 2), order("o1", 2) | {"line_no": 2, "sku": "B"}]
    complete = [row | {"ship_rule": "order_complete"} for row in both]
    announced = [asn(WEDNESDAY), asn(sku="B", asn_id="n2")]
    first = run_night(None, 0, orders=complete, receipts=[receipt("g1", 2)], asns=announced)
    second = run_night(first, 1, orders=[order("o2", 2)])
    assert moved(second) == (
        tonight(1),
        MONDAY,
        date(2026, 3, 12),
        "units that were there for it went to others",
    )


def test_a_due_date_that_came_nearer_lets_the_goods_decide() -> None:
    promised = order("o1", 5) | {"promised_on": date(2026, 3, 20)}
    first = run_night(None, 0, orders=[promised], asns=[asn()])
    sooner = order("o1", 5) | {"action": "change", "promised_on": NIGHT}
    second = run_night(first, 1, orders=[sooner])
    assert moved(second)[1:] == (date(2026, 3, 20), MONDAY, "it follows its due date")
