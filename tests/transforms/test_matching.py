"""Tests of matching wants to offers in order."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching import match_in_order

ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 9)), max_size=12)


def side_of(rows: list[tuple[str | None, int]], name: str) -> pl.DataFrame:
    return pl.DataFrame(
        {name: range(len(rows)), "sku": [key for key, _ in rows], "qty": [qty for _, qty in rows]},
        schema={name: pl.Int64, "sku": pl.String, "qty": pl.Int64},
    )


def matched_by_hand(
    wants: list[tuple[str | None, int]], offers: list[tuple[str | None, int]]
) -> set[tuple[int, int, int]]:
    """The sentence as a loop: the first want takes from the first offer of its key."""
    left = [qty for _, qty in offers]
    taken = set()
    for want, (key, still_wanted) in enumerate(wants):
        wanted = [still_wanted]
        for offer, (offered_key, _) in enumerate(offers):
            qty = min(wanted[0], left[offer]) if key is not None and key == offered_key else 0
            if qty:
                wanted[0] -= qty
                left[offer] -= qty
                taken.add((want, offer, qty))
    return taken


@given(ROWS, ROWS)
def test_equals_the_plain_loop(
    wants: list[tuple[str | None, int]], offers: list[tuple[str | None, int]]
) -> None:
    matches = match_in_order(side_of(wants, "want_id"), side_of(offers, "offer_id"), on=["sku"])
    assert len(matches.rows()) == len(set(matches.rows()))
    assert set(matches.rows()) == matched_by_hand(wants, offers)


def test_a_keys_matches_stand_in_the_order_of_its_wants_and_offers() -> None:
    wants = side_of([("a", 5), ("a", 3)], "want_id")
    offers = side_of([("a", 4), ("a", 9)], "offer_id")
    assert match_in_order(wants, offers, on=["sku"]).rows() == [(0, 0, 4), (0, 1, 1), (1, 1, 3)]


def test_keys_of_several_columns_match_as_a_whole() -> None:
    wants = pl.DataFrame({"want_id": ["w"], "sku": ["a"], "bin": [1], "qty": [2]})
    offers = pl.DataFrame({"offer_id": ["x", "y"], "sku": ["a", "a"], "bin": [2, 1], "qty": [5, 5]})
    assert match_in_order(wants, offers, on=["sku", "bin"]).rows() == [("w", "y", 2)]


def test_an_empty_side_matches_nothing_and_keeps_the_types_of_the_ids() -> None:
    matches = match_in_order(side_of([], "want_id"), side_of([("a", 1)], "offer_id"), on=["sku"])
    assert matches.schema == {"want_id": pl.Int64, "offer_id": pl.Int64, "qty": pl.Int64}
    assert matches.is_empty()
