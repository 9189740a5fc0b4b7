"""Tests of what is told and remembered while a second parcel may follow: nothing that it proves wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.settings.client import NoticeSettings
from schemas.settings.policy import Policy
from tests.nights import order, receipt, run_night
from tests.transforms.notices.nights import in_days
from tests.transforms.posting.nights import ACME, line

if TYPE_CHECKING:
    from schemas.night import NightPlan
    from schemas.settings.client import Client

pytestmark = pytest.mark.usefixtures("lived_together")

KINDS = ("on_back_order", "eta_changed", "cancelled", "shipping_part", "shipping_now")
TELLING = ACME.model_copy(update={"notices": NoticeSettings(mode="preview", tell_on=KINDS), "status": "live"})


def six_confirmed(ordered: int, client: Client = TELLING) -> NightPlan:
    """The night on which six of ten released units are confirmed, and nothing is said of four."""
    first = run_night(None, 0, client, orders=[order("o1", ordered)], receipts=[receipt("g1", 10)])
    return run_night(first, 1, client, shipments=[parcel(first, 6)])


def parcel(plan: NightPlan, qty: int) -> dict[str, Any]:
    """A row about the release of the first night."""
    return {"release_id": plan.books.releases["release_id"][0], "shipped_qty": qty}


def told(plan: NightPlan) -> list[tuple[str, int, int]]:
    """What messages say of lines: their kind, and units that wait and that shipped."""
    return plan.message_lines.select("kind", "waiting_qty", "shipped_qty").rows()


def test_units_that_may_still_be_told_are_not_said_to_wait_and_start_no_clock() -> None:
    short = six_confirmed(10)
    assert told(short) == [("shipping_part", 0, 6)]
    assert short.books.order_lines.select("first_short_on", "told_qty").rows() == [(None, None)]
    assert short.standings.select("short_qty", "backordered_qty").rows() == [(4, 0)]
    assert short.line_nights["reason_code"].to_list() == ["parcel_may_follow"]
    later = run_night(short, 2, TELLING)
    assert told(later) == [("on_back_order", 4, 0)]
    assert later.books.order_lines["first_short_on"].to_list() == [in_days(2)]


def test_the_parcel_that_follows_is_the_only_news() -> None:
    short = six_confirmed(10)
    last = run_night(short, 2, TELLING, shipments=[parcel(short, 4)])
    assert line(last.books) == {"ordered": 10, "shipped": 10}
    assert {kind for kind, waiting, _ in told(last) if waiting or kind == "on_back_order"} == set()


def test_a_told_date_stays_while_units_beside_it_may_still_be_told() -> None:
    """Two of twelve were promised for announced goods; four more would need goods that nobody announced."""
    asn = {"asn_id": "n1", "sku": "A", "qty": 2, "expected_on": in_days(9)}
    first = run_night(None, 0, TELLING, orders=[order("o1", 12)], receipts=[receipt("g1", 10)])
    dated = run_night(first, 1, TELLING, asns=[asn])
    assert told(dated) == [("eta_changed", 2, 0)]
    (told_on,) = dated.books.order_lines["told_eta_on"]
    short = run_night(dated, 2, TELLING, shipments=[parcel(first, 6)])
    assert told(short) == [("shipping_part", 2, 6)]
    assert short.message_lines["eta_on"].to_list() == short.standings["eta_on"].to_list() == [told_on]
    later = run_night(short, 9, TELLING)
    assert told(later) == [("eta_changed", 6, 0)]
    assert later.message_lines["eta_on"].to_list() == [None]


def test_no_rule_cancels_what_may_have_left() -> None:
    client = TELLING.model_copy(update={"policy": Policy(on_short="cancel_rest")})
    short = six_confirmed(10, client)
    assert line(short.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert line(run_night(short, 2, client).books) == {"ordered": 10, "cancelled": 4, "shipped": 6}


def test_reserved_units_that_may_still_be_told_are_not_said_to_wait_beside_told_ones() -> None:
    """Units of another bin are kept: the message of the shipped ones tells only what surely waits."""
    first = run_night(
        None, 0, TELLING, orders=[order("o1", 12)], receipts=[receipt("g1", 10) | {"bin_id": "B1"}]
    )
    assert told(first) == [("on_back_order", 2, 0)]
    more = [receipt("g2", 4) | {"bin_id": "B2", "received_on": in_days(1)}]
    short = run_night(first, 1, TELLING, receipts=more, shipments=[parcel(first, 6)])
    assert line(short.books) == {"ordered": 12, "reserved": 2, "open": 2, "released": 2, "shipped": 6}
    assert told(short) == [("shipping_part", 0, 6)]
