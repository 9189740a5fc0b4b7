"""The comparison of random clients finds what differs, and counts what does not."""

from __future__ import annotations

import pytest

from tests.tiers import thorough
from tests.trials import random_clients
from tests.trials.random_clients import compare_nights
from transforms.allocation.explaining.reasons import explain_shortages


def test_every_night_is_counted_and_alike() -> None:
    assert list(compare_nights(3, 5)) == [(3, "")]


@pytest.mark.parametrize("shrinks", [False, *thorough(True)])
def test_a_difference_is_told_with_its_seed(monkeypatch: pytest.MonkeyPatch, *, shrinks: bool) -> None:
    monkeypatch.setattr(
        "transforms.allocation.plan.explain_shortages",
        lambda *args, **terms: explain_shortages(*args, **terms).head(1),
    )
    monkeypatch.setattr(random_clients, "CLIENTS_A_NIGHT", 1)
    if not shrinks:
        monkeypatch.setattr(random_clients, "shrink", lambda case, _fails: case)
    compared, told = next(compare_nights(2, 9))
    assert compared == 1
    assert told.startswith("seed 9: 1 of 1 clients differ\n")
