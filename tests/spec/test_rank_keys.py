"""Rank keys beyond priority and date: channel, age, deadline, and the client's own rank.

Priority and date are enough for many merchants. Others have shops that come before marketplaces, a promise
that nobody waits longer than a month, a legal deadline that is dearer than a late parcel, or a list of their
own. Each of these is one more key of the same order, so the answer to why somebody came first stays short.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

FIVE = "qty\n5"


def test_channels_are_served_in_the_order_that_the_client_names(expect: Expect) -> None:
    """Rank key `channel`: in the order of `channel_order`; channels that it does not name come after them."""
    expect(
        Example(
            demand="""
                order qty channel
                O1    2   -
                O2    2   fair
                O3    2   web
                O4    2   shop
            """,
            supply=FIVE,
            policy={"rank": ("channel", "ordered_at"), "channel_order": ("shop", "web")},
        ),
        standings="order rank short_qty\nO4 1 0\nO3 2 0\nO1 3 1\nO2 4 2",
    )


def test_who_waits_over_thirty_days_comes_before_ten_and_three(expect: Expect) -> None:
    """Rank key `age_class`: since the first short night over 30 days, over 10, over 3, the rest."""
    expect(
        Example(
            demand="""
                order qty first_short_on
                O1    1   -
                O2    1   02-27
                O3    1   02-26
                O4    1   02-20
                O5    1   02-19
                O6    1   01-31
                O7    1   01-30
            """,
            policy={"rank": ("age_class", "ordered_at")},
        ),
        standings="order rank\nO7 1\nO5 2\nO6 3\nO3 4\nO4 5\nO1 6\nO2 7",
    )


def test_the_laws_next_deadline_can_rank(expect: Expect) -> None:
    """Rank key `next_deadline_on`: the line whose next legal deadline comes first; without one last."""
    expect(
        Example(
            demand="order qty next_deadline_on\nO1 1 -\nO2 1 03-09\nO3 1 03-05",
            policy={"rank": ("next_deadline_on", "ordered_at")},
        ),
        standings="order rank\nO3 1\nO2 2\nO1 3",
    )


def test_a_client_may_rank_its_lines_itself(expect: Expect) -> None:
    """Rank key `client_rank`: the rank that the client's own file states; lines without one come last."""
    expect(
        Example(
            demand="order qty client_rank\nO1 3 -\nO2 3 20\nO3 3 3",
            supply=FIVE,
            policy={"rank": ("client_rank",)},
        ),
        allocations="order qty\nO3 3\nO2 2",
    )
