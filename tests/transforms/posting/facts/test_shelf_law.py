"""What a shelf holds, by its facts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary.words import DOCK, FactKind
from transforms.posting.facts.shelf_law import Difference, Fact, ReckonedPool, fold, replay, settled_bins

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

HOUR = 3_600_000_000
DAY = 24 * HOUR
LOTS = {"L1": 0, "L2": 1}


def moved(hour: int, qty: int, bin_id: str | None = "A1", lot_id: str | None = "", number: int = 0) -> Fact:
    return Fact(hour * HOUR, hour // 24, FactKind.MOVED, lot_id, bin_id, qty, number)


def seen(hour: int, qty: int, bin_id: str = "A1", lot_id: str = "", number: int = 0) -> Fact:
    return Fact(hour * HOUR, hour // 24, FactKind.COUNTED, lot_id, bin_id, qty, number)


def left(*facts: Fact) -> dict[str, int]:
    """Units by lot after the facts, lots that hold none left out."""
    pool = replay(facts, LOTS)
    return {lot_id: shelf.total() for lot_id, shelf in pool.shelves.items() if shelf.total()}


def bins(*facts: Fact, lot_id: str = "") -> dict[str, int]:
    return settled_bins(replay(facts, LOTS).shelf(lot_id))


def gap(*facts: Fact, lot_id: str = "") -> int:
    return replay(facts, LOTS).shelf(lot_id).gap()


def test_a_count_and_what_came_after_it() -> None:
    assert left(moved(1, 4), seen(8, 10), moved(9, 5), moved(12, -2)) == {"": 13}


def test_a_movement_at_the_instant_of_a_count_is_inside() -> None:
    assert left(seen(8, 10), moved(8, 5)) == {"": 10}


def test_a_count_speaks_of_its_bin_alone() -> None:
    assert bins(moved(1, 4, "A1"), moved(1, 6, "A2"), seen(8, 10, "A1")) == {"A1": 10, "A2": 6}


def test_without_a_count_all_facts_from_the_beginning() -> None:
    assert left(moved(1, 4), moved(30, -1)) == {"": 3}


def test_units_found_in_bins_come_from_dock_first() -> None:
    assert bins(seen(1, 10), moved(2, 5, DOCK), seen(8, 13)) == {"A1": 13, DOCK: 2}
    assert bins(seen(1, 10), moved(2, 5, DOCK), seen(8, 20)) == {"A1": 20, DOCK: 0}
    assert bins(seen(1, 10), moved(2, 5, DOCK), seen(8, 13), seen(8, 5, DOCK)) == {"A1": 13, DOCK: 5}


def test_a_move_between_counted_bins_takes_nothing_from_dock() -> None:
    facts = (seen(1, 10), seen(1, 10, "A2"), moved(2, 5, DOCK), seen(8, 20), seen(8, 0, "A2"))
    assert bins(*facts) == {"A1": 20, "A2": 0, DOCK: 5}


def test_a_loss_without_a_bin_is_inside_once_every_bin_it_may_have_left_was_counted() -> None:
    facts = [moved(1, 10, "A1"), moved(1, 10, "A2"), moved(2, -4, None, number=7)]
    assert left(*facts) == {"": 16}
    one = [*facts, seen(8, 10, "A1")]
    assert bins(*one) == {"A1": 10, "A2": 6}
    both = replay([*one, seen(9, 10, "A2", number=9)], {})
    assert both.shelf("").total() == 20
    assert both.inside[7] == 9


def test_a_loss_of_an_empty_shelf_is_a_gap_until_it_is_counted() -> None:
    assert gap(moved(1, -4, None)) == 4
    assert bins(moved(1, -4, None)) == {DOCK: -4}
    assert left(moved(1, -4, None), seen(8, 10)) == {"": 10}


def test_a_loss_without_a_lot_falls_on_the_last_lots_that_held_units() -> None:
    there = (moved(1, 5, lot_id="L1"), moved(1, 5, lot_id="L2"))
    assert left(*there, moved(2, -7, None, None)) == {"L1": 3}
    assert left(*there, moved(2, -12, "A1", None)) == {"L2": -2}
    assert left(moved(2, -1, None, None)) == {"": -1}


def test_a_loss_that_names_a_bin_falls_on_the_lots_in_it_first() -> None:
    there = (moved(1, 5, "A1", "L1"), moved(1, 5, "A2", "L2"))
    assert left(*there, moved(2, -6, "A1", None)) == {"L2": 4}


def test_the_gap_is_the_least_that_keeps_every_end_of_a_day_from_being_negative() -> None:
    assert gap(moved(1, -4), moved(5, 10)) == 0
    assert gap(moved(1, -4), moved(25, 10)) == 4
    assert gap(moved(1, -4), moved(25, 10), moved(50, -8)) == 4
    assert gap(moved(1, -4), moved(25, -3)) == 7


def test_the_gap_goes_when_a_later_file_explains_it_or_a_count_resets_it() -> None:
    assert gap(moved(30, -4), moved(2, 4)) == 0
    assert gap(moved(1, -4), moved(25, 10), seen(26, 3)) == 0


def test_a_count_that_saw_other_units_than_were_expected_is_a_difference_but_not_the_first() -> None:
    pool = replay([seen(1, 10), moved(2, 5), seen(8, 12, number=3)], {})
    assert pool.differences == [Difference("", 3, 15, 12)]
    assert replay([moved(1, 5), seen(8, 12)], {}).differences == []
    assert replay([seen(1, 10), moved(2, 5), seen(8, 15)], {}).differences == []


def test_a_shelf_that_is_first_counted_after_its_warehouse_opened_may_differ() -> None:
    facts = [moved(1, 5), seen(30, 12, number=3)]
    assert replay(facts, {}, counted_since=0).differences == [Difference("", 3, 5, 12)]
    assert replay(facts, {}, counted_since=1).differences == []


def test_a_shelf_seen_whole_tells_that_more_left_than_came() -> None:
    facts = [seen(1, 2), moved(2, -5)]
    assert replay([*facts, seen(8, 0, number=3)], {}).differences == [Difference("", 3, -3, 0)]
    elsewhere = [*facts, moved(2, 4, "A2"), seen(8, 0)]
    assert replay(elsewhere, {}).differences == []
    assert replay([seen(1, 2), moved(2, -5, None), seen(8, 0, "A2")], {}).differences == []


def test_a_movement_is_inside_the_first_count_of_its_bin_after_it() -> None:
    facts = [moved(1, 5, number=1), moved(1, 5, "A2", number=2), seen(2, 5, number=3), seen(4, 5, number=4)]
    assert replay(facts, {}).inside == {1: 3}


FACTS = st.one_of(
    st.builds(
        moved,
        st.integers(0, 90),
        st.integers(-9, 9),
        st.sampled_from(["A1", "A2", DOCK]),
        st.sampled_from(["", "L1"]),
    ),
    st.builds(moved, st.integers(0, 90), st.integers(-9, -1), st.none(), st.sampled_from(["", "L1", None])),
)
COUNTS = st.builds(seen, st.integers(0, 90), st.integers(0, 20), st.sampled_from(["A1", "A2", DOCK]))


def state(pool: ReckonedPool) -> list[tuple[str, list[tuple[str, int]], int]]:
    """What a pool says of its shelves."""
    return sorted(
        (lot_id, sorted((bin_id, qty) for bin_id, qty in settled_bins(shelf).items() if qty), shelf.gap())
        for lot_id, shelf in pool.shelves.items()
        if shelf.bins or shelf.floating
    )


def apart(facts: Sequence[Fact]) -> list[Fact]:
    """Facts of which no two have one instant."""
    return [fact._replace(at=fact.at + place) for place, fact in enumerate(facts)]


@given(st.lists(st.one_of(FACTS, COUNTS), max_size=12), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_told_changes_nothing(facts: list[Fact], chance: Random) -> None:
    told = apart(facts)
    shuffled = list(told)
    chance.shuffle(shuffled)
    assert state(replay(told, LOTS)) == state(replay(shuffled, LOTS))


@given(
    st.lists(st.one_of(FACTS.filter(lambda fact: fact.bin_id is not None), COUNTS), min_size=1, max_size=12)
)
def test_folded_facts_say_what_the_facts_said(facts: list[Fact]) -> None:
    told = apart(facts)
    limit = sorted(fact.at for fact in told)[len(told) // 2]
    older = [fact for fact in told if fact.at <= limit]
    younger = [fact for fact in told if fact.at > limit]
    assert state(replay([*fold(older, limit, LOTS), *younger], LOTS)) == state(replay(told, LOTS))


def test_losses_still_floating_when_they_are_folded_fall_on_the_last_bins() -> None:
    facts = [moved(1, 2, "A1"), moved(1, 2, "A2"), moved(2, -3, None)]
    kept = [(fact.kind, fact.bin_id, fact.qty) for fact in fold(facts, 3 * HOUR, {})]
    assert kept == [("opening", "A1", 1), ("opening", "A2", 0), ("lowest", "A2", 1)]
