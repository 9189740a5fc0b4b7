"""Groups that look for one place: the engine against its definition, and by hand."""

from __future__ import annotations

import random

import polars as pl
import pytest

from tests.transforms.allocation.solver.test_engine import claims_of, random_claims
from transforms.allocation.solver import engine
from transforms.allocation.solver.choices import NOWHERE, serve_bundles
from transforms.allocation.solver.engine import serve

PLACES = 2


def seeking(claims: pl.DataFrame, *groups: int) -> pl.DataFrame:
    """Claims where each of `groups` looks for one place; every other pool is of the second one."""
    looks = pl.col("group").is_in(groups)
    return claims.with_columns(
        bundle=pl.when(looks).then(pl.col("group") + 1).otherwise(0),
        place=pl.when(looks).then(pl.col("pool") % PLACES).otherwise(NOWHERE),
        weighs=looks,
        turn="group",
    )


@pytest.mark.parametrize(
    ("stock", "taken"),
    [([5, 10], [0, 8]), ([10, 10], [8, 0]), ([5, 7], [5, 3]), ([3, 3], [3, 3]), ([0, 3], [0, 3])],
)
def test_a_group_leaves_from_the_first_place_that_alone_has_as_much_as_all(
    stock: list[int], taken: list[int]
) -> None:
    row = {"group": 0, "want": 8}
    claims = claims_of(stock, row | {"pool": 0}, row | {"pool": 1, "option": 1})
    assert serve(seeking(claims, 0)).to_list() == taken


def test_others_are_served_from_what_a_choice_leaves_and_bounds_alone_may_tell_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next takes what it leaves in the first place; then nothing is enough for the last one."""
    rows = [
        {"group": group, "pool": pool, "option": pool, "want": want, "all_or_nothing": True}
        for group, want in ((0, 8), (1, 4), (2, 4))
        for pool in (0, 1)
    ]
    claims = claims_of([5, 10], *rows)
    monkeypatch.setattr(engine, "serve_bundles", None)
    assert serve(seeking(claims, 0)).to_list() == [0, 8, 4, 0, 0, 0]
    assert serve(claims).to_list() == [5, 3, 0, 4, 0, 0]


@pytest.mark.parametrize("seed", range(60))
def test_equals_serving_one_group_after_the_other(seed: int) -> None:
    chance = random.Random(seed)
    stock = [chance.randint(0, 25) for _ in range(chance.randint(3, 12))]
    claims = random_claims(chance, chance.randint(1, 40), stock)
    groups = claims["group"].unique().to_list()
    told = seeking(claims, *chance.sample(groups, k=chance.randint(1, len(groups))))
    assert serve(told).to_list() == serve_bundles(told)
