"""Clients are divided into batches by how many rows they have."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.night.batches import BATCH_ROWS, batches_of


def test_a_batch_has_as_many_clients_as_fit_and_a_large_one_is_alone() -> None:
    weights = {"b": 2, "a": 3, "large": 9, "c": 0, "d": 5, "e": 1}
    assert batches_of(weights, 5) == [["b", "a"], ["large"], ["c", "d"], ["e"]]
    assert batches_of({}, 5) == []
    assert batches_of({"a": BATCH_ROWS, "b": 1}) == [["a"], ["b"]]


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 12))
def test_every_client_is_in_one_batch_in_its_order_and_none_could_hold_the_next(
    rows: list[int], limit: int
) -> None:
    weights = {f"c{place}": weight for place, weight in enumerate(rows)}
    batches = batches_of(weights, limit)
    assert [client_id for batch in batches for client_id in batch] == list(weights)
    sizes = [sum(weights[client_id] for client_id in batch) for batch in batches]
    assert all(size <= limit or len(batch) == 1 for size, batch in zip(sizes, batches, strict=True))
    firsts = [weights[batch[0]] for batch in batches[1:]]
    assert all(size + first > limit for size, first in zip(sizes, firsts, strict=False))
