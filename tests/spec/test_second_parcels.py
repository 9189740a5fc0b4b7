"""Second parcels: units that tonight's confirmation left out, and that may be told tomorrow.

Of ten released units six are confirmed, and nobody says a word of the other four. Perhaps they were not
there; perhaps they stand on the second truck, whose list comes tomorrow. Picked again tonight from another
bin, they might be shipped twice. So for one night these units of the line are kept, like any others, and do
not leave. A word of the warehouse (`short_qty`, `is_final`) or a count of the bin ends the doubt at once.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

FOUR_OUT = "order qty\nO1 4"


def test_units_left_out_of_a_confirmation_are_kept_and_stay_a_night(expect: Expect) -> None:
    """Four of ten were left out of tonight's confirmation: they keep their turn, and leave tomorrow."""
    expect(
        Example(demand="order qty shipped_qty\nO1 4 6\nO2 4 0", supply="qty\n6", withheld=FOUR_OUT),
        allocations="order qty kind\nO1 4 reserve\nO2 2 release",
        reservations="order reason qty\nO1 parcel_may_follow 4",
    )


def test_the_doubt_of_an_earlier_night_is_over(expect: Expect) -> None:
    """What a confirmation of an earlier night left out is released like anything else."""
    withheld = "order qty judged_on\nO1 4 03-01"
    expect(
        Example(demand="order qty shipped_qty\nO1 4 6", supply="qty\n6", withheld=withheld),
        allocations="order qty kind\nO1 4 release",
    )


def test_the_other_units_of_the_line_leave(expect: Expect) -> None:
    """Of a line in parts only the units that were left out stay; the others are served first."""
    expect(
        Example(demand="order qty shipped_qty\nO1 9 6", supply="qty\n7", withheld=FOUR_OUT),
        allocations="order qty kind\nO1 5 release\nO1 2 reserve",
        reservations="order reason qty\nO1 parcel_may_follow 2",
        decisions="order reason qty\nO1 parcel_may_follow 2",
    )


def test_what_ships_complete_or_by_multiples_waits_as_a_whole(expect: Expect) -> None:
    """Nobody knows yet what would complete an order, or fill a carton: all of it stays this night."""
    demand = "order qty ship_rule sku\nO1 4 order_complete A\nO1 3 order_complete B\nO2 9 partial C"
    expect(
        Example(
            demand=demand,
            supply="qty sku\n9 A\n9 B\n9 C",
            items="sku sell_multiple\nA 1\nB 1\nC 3",
            withheld="order qty\nO1 4\nO2 2",
        ),
        allocations="order sku qty kind\nO1 A 4 reserve\nO1 B 3 reserve\nO2 C 9 reserve",
        reservations="order reason qty\nO1 parcel_may_follow 7\nO2 parcel_may_follow 9",
    )


def test_what_is_left_out_and_not_there_is_no_back_order_yet(expect: Expect) -> None:
    """Units that may still be told are short for that reason: no back order, and no rule cancels them."""
    expect(
        Example(
            demand="order qty shipped_qty on_short\nO1 4 6 cancel_rest\nO2 3 0 cancel_rest",
            withheld=FOUR_OUT,
        ),
        decisions="order reason qty\nO1 parcel_may_follow 4",
        standings="order short_qty backordered_qty\nO1 4 0",
        cancellations="order cancelled_qty\nO2 3",
    )


def test_a_line_past_its_last_ship_date_is_not_cancelled_while_a_parcel_may_follow(expect: Expect) -> None:
    """`past_cancel = "cancel"` waits a night for the whole line: what has left cannot be cancelled."""
    expect(
        Example(
            demand="order qty shipped_qty cancel_after\nO1 9 1 03-01\nO2 3 0 03-01",
            withheld=FOUR_OUT,
            policy={"past_cancel": "cancel"},
        ),
        cancellations="order cancelled_qty\nO2 3",
        decisions="order reason qty\nO1 parcel_may_follow 4\nO1 past_cancel_date 5",
    )


def test_units_left_out_move_no_date_of_their_line(expect: Expect) -> None:
    """The date of a line is that of the units that surely wait; units left out count only where all are."""
    inbound = "asn qty expected_on\nN1 5 03-03\nN2 9 03-09"
    expect(
        Example(
            demand="order qty shipped_qty\nO1 9 1\nO2 4 6",
            inbound=inbound,
            withheld="order qty\nO1 4\nO2 4",
        ),
        standings="order eta_on\nO1 03-04\nO2 03-10",
        pegs="order asn qty\nO1 N1 5\nO1 N2 4\nO2 N2 4",
    )


def test_lines_that_share_wait_as_a_whole(expect: Expect) -> None:
    """Where lines share, one with units left out asks once, and all that it gets stays this night."""
    expect(
        Example(
            demand="order qty\nO1 6\nO2 6",
            supply="qty\n6",
            withheld="order qty\nO1 2",
            policy={"fair_share": "water_filling"},
        ),
        allocations="order qty kind\nO1 3 reserve\nO2 3 release",
        reservations="order reason qty\nO1 parcel_may_follow 3",
    )


def test_units_left_out_are_the_oldest_of_a_raised_line(expect: Expect) -> None:
    """They keep the age of their order; what was added to it later is served at its own turn, and leaves."""
    expect(
        Example(
            demand="order qty shipped_qty ordered_at\nO1 6 2 02-20\nO2 4 0 02-25",
            supply="qty\n9",
            raises="order qty raised_at\nO1 4 02-26",
            withheld="order qty\nO1 2",
            policy={"rank": ("ordered_at",)},
        ),
        allocations="order qty kind\nO1 2 reserve\nO1 3 release\nO2 4 release",
    )
