"""What a rule cancels, from night to night."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.frames import NIGHT
from tests.nights import order, receipt, run_night
from tests.spec.test_nights import given
from tests.transforms.posting.nights import line

if TYPE_CHECKING:
    from schemas.night import NightPlan


pytestmark = pytest.mark.usefixtures("lived_together")


def test_what_is_cancelled_for_being_short_is_told_and_counted_as_short() -> None:
    """An order that may not wait: what is there ships, the rest is cancelled, told, remembered as short."""
    allowed = order("o1", 100) | {"on_short": "cancel_rest"}
    first = run_night(None, 0, orders=[allowed], receipts=[receipt("g1", 60)])
    assert given(first) == [("o1", 60)]
    assert line(first.books) == {"ordered": 100, "released": 60, "cancelled": 40}
    assert first.messages["kind"].to_list() == ["cancelled"]
    told = first.message_lines.select("waiting_qty", "cancelled_qty", "cancel_cause")
    assert told.rows() == [(0, 40, "cancelled_short")]
    assert first.books.order_lines.select("first_due_on", "first_pass_qty", "first_short_on").rows() == [
        (NIGHT, 60, NIGHT)
    ]
    again = run_night(first, 0)
    assert again.movements.is_empty()
    assert again.messages.is_empty()


def test_a_change_that_clears_on_short_lets_the_line_wait() -> None:
    """A line's own `on_short` can be changed and cleared like its other attributes."""
    held = order("o1", 10) | {"on_short": "cancel_line", "hold_reason": "credit check"}
    first = run_night(None, 0, orders=[held])
    assert line(first.books) == {"ordered": 10, "open": 10}
    cleared = {"order_id": "o1", "line_no": 1, "action": "change", "cleared": "on_short|hold_reason"}
    second = run_night(first, 1, orders=[cleared])
    assert line(second.books) == {"ordered": 10, "open": 10}
    stated = {"order_id": "o1", "line_no": 1, "action": "change", "on_short": "cancel_line"}
    third = run_night(second, 2, orders=[stated])
    assert line(third.books) == {"ordered": 10, "cancelled": 10}


def test_a_line_whose_goods_come_too_late_is_listed_every_night_until_the_client_says_what_to_do() -> None:
    """`past_cancel = "ask"`: units that cannot ship in time wait, and the client is asked night by night."""
    late = order("o1", 10) | {"cancel_after": NIGHT + timedelta(days=1)}
    coming = {
        "asn_id": "n1",
        "line_no": 1,
        "sku": "A",
        "qty": 10,
        "expected_on": NIGHT + timedelta(days=3),
    }
    first = run_night(None, 0, orders=[late], asns=[coming])
    assert asked(first) == ["line 1: 10 of A cannot ship by 2026-03-03"]
    assert asked(run_night(first, 1)) == ["line 1: 10 of A cannot ship by 2026-03-03"]
    past = run_night(first, 2)
    assert asked(past) == ["line 1: 10 of A cannot ship by 2026-03-03"]
    longer = {"order_id": "o1", "line_no": 1, "action": "change", "cancel_after": NIGHT + timedelta(days=9)}
    assert asked(run_night(past, 3, orders=[longer])) == []


def asked(plan: NightPlan) -> list[str]:
    """What the client is asked of lines that cannot ship in time."""
    return plan.findings.filter(code="past_cancel_date")["detail"].to_list()
