"""From night to night: what files change, and what a queue remembers.

Most questions on the phone are about two nights, not one: I had twelve yesterday, where are they? These rules
are shown by whole nights, from the rows of the files to the messages, so their tables would be long; the
stories stand in `tests/spec/test_nights.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
import pytest

from schemas.intake.verdicts import FileOutcome
from schemas.night import AsOf
from schemas.settings.client import Client, Feeds, ShipmentsFeed, StockFeed
from schemas.settings.policy import Fence, Policy
from schemas.table import empty
from tests.frames import NIGHT
from tests.nights import order, receipt, run_night
from tests.transforms.posting.nights import ACME, WAREHOUSES, line, stock
from transforms.laws.checking import check_laws

if TYPE_CHECKING:
    from schemas.night import NightPlan
    from schemas.settings.client import Client


pytestmark = pytest.mark.usefixtures("lived_together")


def under(**rules: Any) -> Client:  # noqa: ANN401 -- keys of a policy, of any type
    """The client under a policy of its own."""
    return ACME.model_copy(update={"policy": Policy(**rules)})


def fenced(size: dict[str, int], **rules: Any) -> Client:  # noqa: ANN401 -- as above
    """A fence of A in the first warehouse for channel high, that ends on what the fourth night releases."""
    until = NIGHT + timedelta(days=4)
    fence = Fence(name="launch", sku=("A",), channel=("high",), warehouse=("W1",), until=until, **size)
    return under(fences=(fence,), **rules)


def kept(plan: NightPlan) -> list[int]:
    """Units that fences still keep."""
    return plan.books.fence_balances["left_qty"].to_list()


def given(plan: NightPlan) -> list[tuple[str, int]]:
    """Units newly given by order."""
    return plan.allocations.select("order_id", "allocated_qty").rows()


def test_what_is_missing_waits_and_is_served_when_stock_comes() -> None:
    """A short line waits; a night without news changes nothing, and new stock serves it."""
    first = run_night(None, 0, orders=[order("o1", 20)], receipts=[receipt("g1", 7)])
    assert given(first) == [("o1", 7)]
    assert line(first.books) == {"ordered": 20, "open": 13, "released": 7}
    second = run_night(first, 1)
    assert given(second) == []
    assert second.movements.is_empty()
    third = run_night(second, 2, receipts=[receipt("g2", 30)])
    assert given(third) == [("o1", 13)]


def test_an_order_cancelled_the_same_night_moves_nothing_and_tells_only_that() -> None:
    """An order and its cancellation in one night: no stock moves, and only the cancellation is told."""
    plan = run_night(
        None,
        0,
        orders=[order("o1", 10)],
        receipts=[receipt("g1", 10)],
        cancellations=[{"order_id": "o1", "line_no": 1, "reason": "changed mind"}],
    )
    assert given(plan) == []
    assert line(plan.books) == {"ordered": 10, "cancelled": 10}
    assert plan.movements.filter(pl.col("ledger") == "stock")["cause"].to_list() == ["received"]
    assert set(plan.messages["kind"]) <= {"cancelled"}


def test_a_short_pick_returns_to_its_old_rank_and_the_bins_rest_is_held() -> None:
    """Released 10, shipped 7: three are open again at the old rank, the bin's rest of that lot is on hold."""
    first = run_night(None, 0, orders=[order("o1", 10)], receipts=[receipt("g1", 12)])
    (release_id,) = first.allocations["release_id"]
    second = run_night(
        first,
        1,
        orders=[order("o2", 4)],
        shipments=[{"release_id": release_id, "shipped_qty": 7}],
    )
    assert line(second.books) == {"ordered": 10, "open": 3, "shipped": 7}
    assert stock(second.books) == {("A", "", "DOCK", "short_pick"): 5}
    assert given(second) == []
    assert second.standings.select("order_id", "rank").rows() == [("o1", 1), ("o2", 2)]


def test_returned_goods_ship_once_somebody_judged_them_to_be_good() -> None:
    """What is returned, damaged or in quality control waits until `backorders unhold` calls it good."""
    back = receipt("g1", 6) | {"receipt_type": "return"}
    first = run_night(None, 0, orders=[order("o1", 10)], receipts=[back])
    assert given(first) == []
    word = {
        "unhold_id": "unhold-1",
        "sku": "A",
        "lot_id": "",
        "bin_id": "DOCK",
        "hold_reason": "return",
        "qty": 4,
    }
    second = run_night(first, 1, unholds=[word])
    assert given(second) == [("o1", 4)]
    assert stock(second.books) == {("A", "", "DOCK", "RELEASED"): 4, ("A", "", "DOCK", "return"): 2}
    third = run_night(second, 2, unholds=[word])
    assert given(third) == [], "a word is followed once"


def test_a_count_frees_held_goods_only_where_its_statuses_are_judgements() -> None:
    """A count that calls returned goods available judges them only under `status_means = "judged"`."""
    counted = [{"sku": "A", "bin_id": "DOCK", "qty": 6, "counted_at": datetime(2026, 3, 3, 9, tzinfo=UTC)}]
    for means, freed in (("lies", []), ("judged", [("o1", 6)])):
        client = ACME.model_copy(update={"feeds": Feeds(stock=StockFeed(status_means=means))})
        back = receipt("g1", 6) | {"receipt_type": "return"}
        first = run_night(None, 0, client, orders=[order("o1", 10)], receipts=[back])
        assert given(run_night(first, 1, client, stock=counted)) == freed


def test_another_address_holds_for_what_is_still_open_and_says_what_had_gone() -> None:
    """A change of address, ship method or date after release is too late for the units that went out."""
    first = run_night(None, 0, orders=[order("o1", 10)], receipts=[receipt("g1", 7)])
    change = {"order_id": "o1", "line_no": 1, "sku": "A", "action": "change", "ship_method": "van"}
    second = run_night(first, 1, orders=[change])
    assert second.books.order_lines["ship_method"].to_list() == ["van"]
    (told,) = second.findings.filter(pl.col("code") == "too_late")["detail"]
    assert "another ship_method" in told
    assert "7 of line 1 are with W1 since 2026-03-02" in told


def test_a_substitute_is_picked_and_confirmed_under_its_own_sku() -> None:
    """What ships in place of the ordered SKU is picked, confirmed and taken from stock under its own name."""
    mugs = [{"sku": "A", "substitutes": "B"}, {"sku": "B"}]
    first = run_night(
        None,
        0,
        items=mugs,
        orders=[order("o1", 10)],
        receipts=[receipt("g1", 4), receipt("g2", 9) | {"sku": "B"}],
    )
    assert first.allocations.select("sku", "allocated_qty").rows() == [("A", 4), ("B", 6)]
    assert line(first.books) == {"ordered": 10, "released": 10}
    releases = dict(first.allocations.select("sku", "release_id").iter_rows())
    second = run_night(
        first,
        1,
        shipments=[
            {"release_id": releases["A"], "shipped_qty": 4},
            {"release_id": releases["B"], "shipped_qty": 5},
        ],
    )
    assert line(second.books) == {"ordered": 10, "open": 1, "shipped": 9}
    assert stock(second.books) == {("B", "", "DOCK", "short_pick"): 4}
    laws = check_laws(
        first.books, second, empty(FileOutcome), AsOf(NIGHT + timedelta(days=1)), warehouses=WAREHOUSES
    )
    assert set(laws["law"]) <= {5}, "only the files, of which this night has no list"


def test_a_fence_gives_to_its_channel_until_the_day_on_which_its_rest_is_common() -> None:
    """What a fence's channels take makes it smaller; on its last day what is left is everybody's."""
    sixty = fenced({"qty": 60})
    first = run_night(
        None,
        0,
        sixty,
        receipts=[receipt("g1", 100)],
        orders=[order("o1", 50, "low"), order("o2", 30, "high")],
    )
    assert (given(first), kept(first)) == ([("o1", 40), ("o2", 30)], [30])
    second = run_night(first, 1, sixty, orders=[order("o3", 30, "low")])
    assert (given(second), kept(second)) == ([], [30])
    again = run_night(second, 1, sixty)
    assert (given(again), again.books.fence_balances.rows()) == ([], second.books.fence_balances.rows())
    third = run_night(again, 3, sixty)
    assert (given(third), kept(third)) == ([("o1", 10), ("o3", 20)], [])


def test_a_fence_by_share_grows_with_what_comes_on_later_nights() -> None:
    """A fence by share gets its part of each later delivery, and gives it back for what is corrected."""
    half = fenced({"pct": 50})
    first = run_night(None, 0, half, receipts=[receipt("g1", 9)], orders=[order("o1", 20, "low")])
    assert (given(first), kept(first)) == ([("o1", 5)], [4])
    second = run_night(first, 1, half, receipts=[receipt("g2", 7), receipt("g3", 4)])
    assert (given(second), kept(second)) == ([("o1", 6)], [9])
    third = run_night(second, 2, half, receipts=[receipt("g4", -3)], orders=[order("o2", 20, "high")])
    assert stock(third.books)[("A", "", "DOCK", "RELEASED")] == 17
    assert (given(third), kept(third)) == ([("o2", 6)], [2])


def test_a_fence_follows_the_number_in_the_policy() -> None:
    """Where its number of units is changed, a fence gains or loses the difference."""
    first = run_night(
        None, 0, fenced({"qty": 6}), receipts=[receipt("g1", 20)], orders=[order("o1", 5, "high")]
    )
    assert kept(first) == [1]
    second = run_night(first, 1, fenced({"qty": 3}))
    assert kept(second) == [0]
    third = run_night(second, 1, fenced({"qty": 9}))
    assert kept(third) == [4]


def test_who_gives_up_a_reservation_and_takes_it_again_spends_the_fence_once() -> None:
    """Units that a line gives up each night and takes again were given by the fence only once."""
    sixty = fenced({"qty": 60}, standing="redistribute", not_due="reserve", reserve_ahead_days=14)
    early = order("o1", 30, "high") | {"ship_not_before": NIGHT + timedelta(days=9)}
    first = run_night(None, 0, sixty, receipts=[receipt("g1", 60)], orders=[early])
    second = run_night(first, 1, sixty)
    third = run_night(second, 2, sixty, orders=[order("o2", 60, "low")])
    assert [kept(plan) for plan in (first, second, third)] == [[30], [30], [30]]
    assert given(third) == [("o2", 30)]
    assert line(third.books) == {"ordered": 30, "reserved": 30}


def test_stock_is_shared_by_lines_that_were_to_ship_complete() -> None:
    """Where a client begins to share, lines that were accepted to ship complete take their part."""
    whole = order("o1", 10) | {"ship_rule": "line_complete"}
    first = run_night(None, 0, orders=[whole, order("o2", 10)], receipts=[receipt("g1", 0)])
    shared = run_night(first, 1, under(fair_share="water_filling"), receipts=[receipt("g2", 8)])
    assert given(shared) == [("o1", 4), ("o2", 4)]
    assert shared.books.order_lines["ship_rule"].to_list() == ["partial", "partial"]


def shipping_in(shipments: int, *, confirm: Literal["feed", "assume"] = "feed") -> Client:
    """The client, whose orders may have so many shipments."""
    feeds = Feeds(shipments=ShipmentsFeed(confirm=confirm))
    return ACME.model_copy(update={"policy": Policy(max_shipments=shipments), "feeds": feeds})


def confirm(plan: NightPlan, qty: int) -> list[dict[str, Any]]:
    """The night's only release, of which so many units left."""
    (release_id,) = plan.allocations["release_id"]
    return [{"release_id": release_id, "shipped_qty": qty}]


def test_an_order_with_two_shipments_waits_after_its_first_until_the_rest_is_complete() -> None:
    """With two shipments: a part tonight, no second part however much comes, then all of the rest."""
    acme = shipping_in(2)
    first = run_night(None, 0, client=acme, orders=[order("o1", 10)], receipts=[receipt("g1", 3)])
    assert given(first) == [("o1", 3)]
    second = run_night(first, 1, client=acme, receipts=[receipt("g2", 4)])
    assert given(second) == []
    third = run_night(second, 2, client=acme, shipments=confirm(first, 3), receipts=[receipt("g3", 2)])
    assert given(third) == []
    fourth = run_night(third, 3, client=acme, receipts=[receipt("g4", 1)])
    assert given(fourth) == [("o1", 7)]


def test_a_part_of_which_nothing_was_found_was_no_shipment() -> None:
    """A first shipment of which no unit was there leaves the order both of its shipments."""
    acme = shipping_in(2)
    first = run_night(None, 0, client=acme, orders=[order("o1", 10)], receipts=[receipt("g1", 3)])
    elsewhere = receipt("g2", 4) | {"bin_id": "B2"}
    second = run_night(first, 1, client=acme, shipments=confirm(first, 0), receipts=[elsewhere])
    assert given(second) == [("o1", 4)]


def test_what_is_missing_of_the_last_shipment_needs_one_more_which_is_complete() -> None:
    """A short pick of the last shipment: the rest ships once it is complete, though a shipment too many."""
    acme = shipping_in(1)
    first = run_night(None, 0, client=acme, orders=[order("o1", 10)], receipts=[receipt("g1", 10)])
    elsewhere = {"bin_id": "B2"}
    two = [receipt("g2", 2) | elsewhere]
    second = run_night(first, 1, client=acme, shipments=confirm(first, 7), receipts=two)
    assert given(second) == []
    third = run_night(second, 2, client=acme, receipts=[receipt("g3", 1) | elsewhere])
    assert given(third) == [("o1", 3)]


def test_an_assumed_shipment_is_one() -> None:
    """Where shipments are assumed, a part that nobody confirmed is the first of two shipments."""
    acme = shipping_in(2, confirm="assume")
    first = run_night(None, 0, client=acme, orders=[order("o1", 10)], receipts=[receipt("g1", 3)])
    second = run_night(first, 1, client=acme, receipts=[receipt("g2", 4)])
    assert second.shipments["basis"].to_list() == ["assumed"]
    third = run_night(second, 2, client=acme)
    assert given(second) + given(third) == []
    fourth = run_night(third, 3, client=acme, receipts=[receipt("g3", 3)])
    assert given(fourth) == [("o1", 7)]
