"""Lots that last until their line leaves.

Yoghurt that is kept for an order of next week is thrown away next week. So no unit is reserved or promised
that will have expired on the earliest day on which its line can leave, or will then be too short-lived for
it: it goes to who can still use it. A line in parts can leave on its release date, else tonight. A line that
leaves only whole can leave once its own supply covers it, whoever else wants it; lines that leave together,
with the last of them.
"""

from __future__ import annotations

import pytest

from tests.spec.tables import Example, Expect

TWO_LOTS = """
    lot expiry_on qty
    L1  03-05     5
    L2  03-06     5
"""

STRICT = {"holdback": "strict", "not_due": "reserve"}
KEEPING = {"not_due": "reserve"}


def test_what_is_kept_lasts_until_its_release_date(expect: Expect) -> None:
    """A lot's expiry date is its last day: the first order may have both lots, the second one of them."""
    expect(
        Example(
            demand="order qty ship_not_before\nO1 10 03-05",
            supply=TWO_LOTS,
            policy=KEEPING,
        ),
        allocations="order qty kind\nO1 10 reserve",
    )
    expect(
        Example(
            demand="order qty ship_not_before\nO2 10 03-06",
            supply=TWO_LOTS,
            policy=KEEPING,
        ),
        allocations="order qty kind\nO2 5 reserve",
    )


def test_days_that_are_asked_for_count_from_the_earliest_day(expect: Expect) -> None:
    """The first order asks for one day more than its release date leaves to the first lot."""
    expect(
        Example(
            demand="order qty ship_not_before min_shelf_life_days\nO1 10 03-05 1",
            supply=TWO_LOTS,
            policy=KEEPING,
        ),
        allocations="order qty kind\nO1 5 reserve",
    )


@pytest.mark.parametrize(("promised_on", "qty"), [("03-05", 10), ("03-06", 5), ("03-07", 5)])
def test_what_never_leaves_early_lasts_until_it_is_due(expect: Expect, promised_on: str, qty: int) -> None:
    """`not_due = "reserve"`: nothing leaves before it is due; what is due on a Saturday leaves on Friday."""
    expect(
        Example(demand=f"order qty promised_on\nO1 10 {promised_on}", supply=TWO_LOTS, policy=KEEPING),
        allocations=f"order qty kind\nO1 {qty} reserve",
    )


@pytest.mark.parametrize(("deliver_by", "qty"), [("03-06", 10), ("03-07", 5)])
def test_what_a_retailer_expects_lasts_until_it_is_due(expect: Expect, deliver_by: str, qty: int) -> None:
    """Retailers fine early arrivals, so their goods leave on the last day that arrives in time."""
    demand = f"order qty order_type deliver_by transit_days\nO1 10 b2b {deliver_by} 1"
    expect(Example(demand=demand, supply=TWO_LOTS), allocations=f"order qty kind\nO1 {qty} reserve")


def test_a_release_date_on_a_closed_day_is_the_next_working_day(expect: Expect) -> None:
    """March 7 is a Saturday: what ends then cannot leave on Monday."""
    expect(
        Example(
            demand="order qty ship_not_before\nO1 10 03-07",
            supply="lot expiry_on qty\nL1 03-08 5\nL2 03-09 5",
            policy=KEEPING,
        ),
        allocations="order qty kind\nO1 5 reserve",
    )


def test_who_can_leave_sooner_takes_what_will_not_last(expect: Expect) -> None:
    """The first order cannot keep the lot that ends before it may leave, so it is there for the second."""
    expect(
        Example(
            demand="""
                order qty ship_not_before priority
                O1    10  03-06           1
                O2    10  03-05           2
            """,
            supply=TWO_LOTS,
            policy=KEEPING,
        ),
        allocations="""
            order qty kind
            O1    5   reserve
            O2    5   reserve
        """,
    )


def test_a_reservation_of_what_will_not_last_is_lost(expect: Expect) -> None:
    """What an order kept is free again as soon as it is known that it cannot leave in time."""
    expect(
        Example(
            demand="""
                order qty held ship_not_before
                O1    0   W1:8 03-06
            """,
            supply=TWO_LOTS,
            policy=KEEPING,
        ),
        reservations="""
            order qty
            O1    5
        """,
        lost_reservations="""
            order lost_qty lost_reason
            O1    3        stock_fell
        """,
    )


def test_a_line_that_leaves_whole_keeps_what_lasts_until_the_rest_comes(expect: Expect) -> None:
    """It waits for three units that can leave on March 6; what stands there must still be good then."""
    expect(
        Example(
            demand="order qty ship_rule\nO1 8 line_complete",
            supply="lot expiry_on qty\nL1 03-05 5",
            inbound="asn qty expected_on\nN1 3 03-05",
            policy=STRICT,
        ),
        allocations="order qty\nO1 0",
        decisions="""
            order reason     qty
            O1    shelf_life 5
            O1    no_stock   3
        """,
    )
    expect(
        Example(
            demand="order qty ship_rule\nO1 8 line_complete",
            supply="lot expiry_on qty\nL1 03-06 5",
            inbound="asn qty expected_on\nN1 3 03-05",
            policy=STRICT,
        ),
        allocations="order qty kind\nO1 5 reserve",
    )


def test_what_covers_a_line_tonight_needs_to_last_until_tonight_only(expect: Expect) -> None:
    """The lot's last day is the shipping day: the line is whole, and leaves."""
    expect(
        Example(
            demand="order qty ship_rule\nO1 5 line_complete",
            supply="lot expiry_on qty\nL1 03-03 5",
            inbound="asn qty expected_on\nN1 5 03-05",
            policy=STRICT,
        ),
        allocations="order lot qty kind\nO1 L1 5 release",
    )


def test_where_no_day_is_known_nothing_says_that_it_is_late(expect: Expect) -> None:
    """Too little is announced to make the line whole on any day: it keeps what would be good tonight."""
    expect(
        Example(
            demand="order qty ship_rule\nO1 9 line_complete",
            supply="lot expiry_on qty\nL1 03-03 5",
            inbound="asn qty expected_on\nN1 3 03-05",
            policy=STRICT,
        ),
        allocations="order qty kind\nO1 5 reserve",
    )


@pytest.mark.parametrize(("expiry_on", "qty"), [("03-09", 0), ("03-10", 5)], ids=["ends before", "ends then"])
@pytest.mark.parametrize(
    ("ship_not_before", "expected_on"), [("-", "03-09"), ("03-10", "03-04")], ids=["rest comes", "release"]
)
def test_an_order_that_leaves_whole_leaves_with_its_last_line(
    expect: Expect, ship_not_before: str, expected_on: str, expiry_on: str, qty: int
) -> None:
    """The second line comes, or may leave, on March 10: until then what is there of the first must last."""
    expect(
        Example(
            demand=f"""
                order sku qty ship_rule      ship_not_before
                O1    A   5   order_complete -
                O1    B   2   order_complete {ship_not_before}
            """,
            supply=f"lot expiry_on qty\nL1 {expiry_on} 5",
            inbound=f"asn sku qty expected_on\nN1 B 2 {expected_on}",
            policy=STRICT,
        ),
        allocations=f"order sku qty kind\nO1 A {qty} reserve",
    )


def test_another_order_is_not_waited_for(expect: Expect) -> None:
    """Only what one order must have together waits for each other."""
    expect(
        Example(
            demand="""
                order sku qty ship_rule
                O1    A   5   order_complete
                O2    B   2   order_complete
            """,
            supply="lot expiry_on qty\nL1 03-04 5",
            inbound="asn sku qty expected_on\nN1 B 2 03-09",
        ),
        allocations="order lot qty kind\nO1 L1 5 release",
    )


@pytest.mark.parametrize(
    ("split", "qty"), [("true", 3), ("false", 0)], ids=["from several", "from one warehouse"]
)
def test_all_warehouses_cover_a_line_that_may_be_split(expect: Expect, split: str, qty: int) -> None:
    """Both warehouses together have it on March 5, the second alone on March 10, when W2's lot has ended."""
    expect(
        Example(
            demand="order qty ship_rule\nO1 6 line_complete",
            supply="""
                warehouse lot expiry_on qty
                W1        L1  -         3
                W2        L2  03-06     1
            """,
            inbound="""
                asn warehouse qty expected_on
                N1  W2        2   03-04
                N2  W1        3   03-09
            """,
            warehouses=("W1", "W2"),
            policy=STRICT | {"split": split == "true"},
        ),
        reservations=f"""
            order warehouse qty
            O1    W1        3
            O1    W2        {1 if qty else 0}
        """,
    )


@pytest.mark.parametrize(("expiry_on", "qty"), [("03-05", 1), ("03-06", 3)], ids=["ends before", "ends then"])
def test_parts_of_kits_last_until_the_kits_leave(expect: Expect, expiry_on: str, qty: int) -> None:
    """Two boxes need two cakes of the lot that ends; one more cake has no last day."""
    expect(
        Example(
            demand="order sku qty ship_not_before\nO1 box 3 03-06",
            supply=f"""
                sku  lot expiry_on   qty
                cake L1  {expiry_on} 2
                cake L2  -           1
                card L3  -           9
            """,
            items="""
                sku  kit
                box  "cake:1|card:1"
                cake -
                card -
            """,
            policy=KEEPING,
        ),
        allocations=f"order sku qty kind\nO1 box {qty} reserve",
    )


def test_units_behind_a_fence_are_there_when_it_ends(expect: Expect) -> None:
    """Five units are kept for the shop until March 10. All could leave then, if no lot had ended."""
    expect(
        Example(
            demand="order qty ship_rule\nO1 8 line_complete",
            supply="""
                lot expiry_on qty
                L1  03-09     3
                L2  -         5
            """,
            policy=STRICT
            | {
                "fences": (
                    {"name": "shop", "channel": ("shop",), "sku": ("A",), "qty": 5, "until": "2026-03-10"},
                )
            },
        ),
        allocations="order qty kind\nO1 0 reserve",
        decisions="""
            order reason     qty
            O1    ring_fence 5
            O1    shelf_life 3
        """,
    )


def test_a_stand_in_lasts_as_well(expect: Expect) -> None:
    """What may be given in place of the ordered SKU must be good on the line's day too."""
    expect(
        Example(
            demand="order qty ship_not_before\nO1 5 03-06",
            supply="""
                sku lot expiry_on qty
                A   L1  03-05     5
                S   L2  03-05     5
                S   L3  03-06     2
            """,
            items="sku substitutes\nA S\nS -",
            policy=KEEPING,
        ),
        allocations="order sku qty kind\nO1 S 2 reserve",
    )
