"""The engine against its definition: groups served one after the other, over thousands of random claims."""

from __future__ import annotations

import random
from collections import defaultdict

import polars as pl
import pytest

from transforms.allocation import engine
from transforms.allocation.engine import CLAIMS, serve
from transforms.allocation.remainder import serve_in_order

PLAIN = {"site": 0, "option": 0, "all_or_nothing": False, "has_sites": False}


def claims_of(*rows: dict[str, object]) -> pl.DataFrame:
    """Claims, each line with one option unless it says otherwise."""
    return pl.DataFrame([PLAIN | {"line": row["group"]} | row for row in rows], schema=CLAIMS)


def random_claims(chance: random.Random, groups: int, pools: int) -> pl.DataFrame:
    """Groups of one to three lines, some all or nothing, some with sites, over contested pools."""
    rows, line = [], 0
    for group in range(groups):
        whole, sites = chance.random() < 0.4, chance.random() < 0.2
        number = chance.choice([1, 1, 2, 3]) if whole or sites else 1
        wants = [(chance.randint(1, 6), chance.sample(range(pools), k=chance.randint(1, 3))) for _ in range(number)]
        for site in range(2 if sites else 1):
            for offset, (want, options) in enumerate(wants):
                own = options[site : site + 1] or options[:1] if sites else options
                rows += [
                    {"group": group, "site": site, "line": line + offset, "option": option, "pool": pool}
                    | {"want": want, "all_or_nothing": whole, "has_sites": sites}
                    for option, pool in enumerate(own)
                ]
        line += number
    return pl.DataFrame(rows, schema=CLAIMS)


def served_one_by_one(claims: pl.DataFrame, pool_qty: list[int]) -> list[int]:
    """The definition, as the loop over everything that the engine must equal."""
    left = pl.Series("left", [pool_qty[pool] for pool in claims["pool"]], pl.Int64)
    return serve_in_order(claims.with_columns(left))


@pytest.mark.parametrize("seed", range(150))
def test_equals_serving_one_group_after_the_other(seed: int) -> None:
    chance = random.Random(seed)
    claims = random_claims(chance, groups=chance.randint(1, 60), pools=chance.randint(3, 12))
    pool_qty = [chance.randint(0, 25) for _ in range(12)]
    taken = serve(claims, pl.Series(pool_qty, dtype=pl.Int64))
    assert taken.to_list() == served_one_by_one(claims, pool_qty)


def test_one_round_decides_partial_lines_with_one_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ROUNDS", 1)
    monkeypatch.setattr(engine, "serve_in_order", None)
    claims = claims_of(*({"group": rank, "pool": 0, "want": want} for rank, want in enumerate([5, 3, 20, 20, 15])))
    assert serve(claims, pl.Series([20], dtype=pl.Int64)).to_list() == [5, 3, 12, 0, 0]


def test_an_all_or_nothing_group_leaves_what_it_cannot_use_to_later_ranks() -> None:
    claims = claims_of(
        {"group": 0, "line": 0, "pool": 0, "want": 5, "all_or_nothing": True},
        {"group": 0, "line": 1, "pool": 1, "want": 5, "all_or_nothing": True},
        {"group": 1, "line": 2, "pool": 1, "want": 4},
    )
    assert serve(claims, pl.Series([4, 9], dtype=pl.Int64)).to_list() == [0, 0, 4]


def test_two_lines_of_a_group_on_one_pool_are_added_up() -> None:
    claims = claims_of(
        {"group": 0, "line": 0, "pool": 0, "want": 3, "all_or_nothing": True},
        {"group": 0, "line": 1, "pool": 0, "want": 2, "all_or_nothing": True},
    )
    assert serve(claims, pl.Series([4], dtype=pl.Int64)).to_list() == [0, 0]
    assert serve(claims, pl.Series([5], dtype=pl.Int64)).to_list() == [3, 2]


def test_a_group_with_sites_takes_the_first_that_serves_it_whole() -> None:
    sites = [{"group": 0, "site": site, "pool": site, "want": 4, "has_sites": True} for site in (0, 1)]
    assert serve(claims_of(*sites), pl.Series([3, 4], dtype=pl.Int64)).to_list() == [0, 4]
    assert serve(claims_of(*sites), pl.Series([3, 2], dtype=pl.Int64)).to_list() == [3, 0]
    assert serve(claims_of(*sites), pl.Series([0, 2], dtype=pl.Int64)).to_list() == [0, 2]


def test_nothing_wanted_is_nothing_taken() -> None:
    assert serve(pl.DataFrame(schema=CLAIMS), pl.Series([5], dtype=pl.Int64)).to_list() == []


def test_definition_on_a_case_worked_by_hand() -> None:
    definition: dict[str, list[int]] = defaultdict(list)
    for qty in (5, 16, 11):
        claims = claims_of({"group": 0, "pool": 0, "want": 10}, {"group": 1, "pool": 0, "want": 10})
        definition[str(qty)] = served_one_by_one(claims, [qty])
    assert definition == {"5": [5, 0], "16": [10, 6], "11": [10, 1]}
