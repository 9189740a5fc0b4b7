"""Clients are divided into cohorts by how many rows they have."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.night.cohorts import COHORT_ROWS, cohorts_of


def test_a_cohort_has_as_many_clients_as_fit_and_a_large_one_is_alone() -> None:
    weights = {"b": 2, "a": 3, "large": 9, "c": 0, "d": 5, "e": 1}
    assert cohorts_of(weights, 5) == [["b", "a"], ["large"], ["c", "d"], ["e"]]
    assert cohorts_of({}, 5) == []
    assert cohorts_of({"a": COHORT_ROWS, "b": 1}) == [["a"], ["b"]]


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 12))
def test_every_client_is_in_one_cohort_in_its_order_and_none_could_hold_the_next(
    rows: list[int], limit: int
) -> None:
    weights = {f"c{place}": weight for place, weight in enumerate(rows)}
    cohorts = cohorts_of(weights, limit)
    assert [client_id for cohort in cohorts for client_id in cohort] == list(weights)
    sizes = [sum(weights[client_id] for client_id in cohort) for cohort in cohorts]
    assert all(size <= limit or len(cohort) == 1 for size, cohort in zip(sizes, cohorts, strict=True))
    firsts = [weights[cohort[0]] for cohort in cohorts[1:]]
    assert all(size + first > limit for size, first in zip(sizes, firsts, strict=False))
