"""The engine against its definition: groups served one after the other, over thousands of random claims."""

from __future__ import annotations

import random

import polars as pl
import pytest

from transforms.allocation.solver import engine
from transforms.allocation.solver.engine import CLAIMS, UNLESS_STATED, serve
from transforms.allocation.solver.remainder import serve_in_order

DEFAULTS = pl.select([default.alias(name) for name, default in UNLESS_STATED.items()])
PLAIN: dict[str, int] = DEFAULTS.to_dicts()[0]
SCHEMA = pl.Schema(dict.fromkeys(CLAIMS, pl.Int64()) | dict(DEFAULTS.schema))


def claims_of(stock: list[int], *rows: dict[str, int]) -> pl.DataFrame:
    """Claims on pools with `stock`, each line with one option unless it says otherwise."""
    return pl.DataFrame(
        [PLAIN | {"line": row["group"], "stock": stock[row["pool"]]} | row for row in rows], schema=SCHEMA
    )


def random_claims(chance: random.Random, groups: int, stock: list[int]) -> pl.DataFrame:
    """Groups of one to three lines, some all or nothing, with sites or in multiples, over contested pools."""
    rows, line = [], 0
    for group in range(groups):
        whole, sites = chance.random() < 0.4, chance.random() < 0.2
        number = chance.choice([1, 1, 2, 3]) if whole or sites else 1
        wants = [
            (
                chance.randint(1, 6),
                chance.sample(range(len(stock)), k=chance.randint(1, 3)),
                {"step": chance.choice([1, 1, 1, 2, 3]), "is_unmixed": chance.random() < 0.2},
            )
            for _ in range(number)
        ]
        for site in range(2 if sites else 1):
            for offset, (want, options, step) in enumerate(wants):
                own = options[site : site + 1] or options[:1] if sites else options
                rows += [
                    PLAIN
                    | step
                    | {"option": place // 2, "way": place // 2}
                    | {"group": group, "site": site, "line": line + offset, "pool": pool}
                    | {
                        "want": want,
                        "stock": stock[pool],
                        "soon": chance.randint(0, 1),
                        "all_or_nothing": whole,
                        "has_sites": sites,
                    }
                    for place, pool in enumerate(own)
                ]
        line += number
    return pl.DataFrame(rows, schema=SCHEMA)


def served_one_by_one(claims: pl.DataFrame) -> list[int]:
    """The definition, as the loop over everything that the engine must equal."""
    return serve_in_order(claims)


@pytest.mark.parametrize("seed", range(150))
def test_equals_serving_one_group_after_the_other(seed: int) -> None:
    chance = random.Random(seed)
    stock = [chance.randint(0, 25) for _ in range(chance.randint(3, 12))]
    claims = random_claims(chance, chance.randint(1, 60), stock)
    assert serve(claims).to_list() == served_one_by_one(claims)


def test_one_round_decides_partial_lines_with_one_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ROUNDS", 1)
    monkeypatch.setattr(engine, "serve_in_order", None)
    claims = claims_of(
        [20], *({"group": rank, "pool": 0, "want": want} for rank, want in enumerate([5, 3, 20, 20, 15]))
    )
    assert serve(claims).to_list() == [5, 3, 12, 0, 0]


def test_an_all_or_nothing_group_leaves_what_it_cannot_use_to_later_ranks() -> None:
    claims = claims_of(
        [4, 9],
        {"group": 0, "line": 0, "pool": 0, "want": 5, "all_or_nothing": True},
        {"group": 0, "line": 1, "pool": 1, "want": 5, "all_or_nothing": True},
        {"group": 1, "line": 2, "pool": 1, "want": 4},
    )
    assert serve(claims).to_list() == [0, 0, 4]


@pytest.mark.parametrize(("stock", "taken"), [(4, [0, 0]), (5, [3, 2])])
def test_two_lines_of_a_group_on_one_pool_are_added_up(stock: int, taken: list[int]) -> None:
    claims = claims_of(
        [stock],
        {"group": 0, "line": 0, "pool": 0, "want": 3, "all_or_nothing": True},
        {"group": 0, "line": 1, "pool": 0, "want": 2, "all_or_nothing": True},
    )
    assert serve(claims).to_list() == taken


@pytest.mark.parametrize(
    ("stock", "taken"), [([3, 4], [0, 4]), ([3, 2], [3, 0]), ([0, 2], [0, 2]), ([4, 4], [4, 0])]
)
def test_a_group_with_sites_takes_the_first_that_serves_it_whole(stock: list[int], taken: list[int]) -> None:
    sites = [{"group": 0, "site": site, "pool": site, "want": 4, "has_sites": True} for site in (0, 1)]
    assert serve(claims_of(stock, *sites)).to_list() == taken


def test_of_two_sites_that_serve_a_group_whole_the_sooner_is_taken() -> None:
    sites = [
        {"group": 0, "site": site, "pool": site, "want": 4, "soon": 9 - site, "has_sites": True}
        for site in (0, 1)
    ]
    assert serve(claims_of([4, 4], *sites)).to_list() == [0, 4]


def test_a_line_with_an_earlier_last_day_sees_less_of_a_dated_pool() -> None:
    claims = claims_of(
        [10],
        {"group": 0, "pool": 0, "want": 2},
        {"group": 1, "pool": 0, "want": 5, "stock": 4, "is_limited": True},
        {"group": 2, "pool": 0, "want": 9},
    )
    assert serve(claims).to_list() == [2, 2, 6]


@pytest.mark.parametrize(("stock", "taken"), [([8], [0]), ([12], [12]), ([20], [14]), ([13], [13])])
def test_whole_multiples_come_first_then_the_loose_rest(stock: list[int], taken: list[int]) -> None:
    assert serve(claims_of(stock, {"group": 0, "pool": 0, "want": 14, "step": 12})).to_list() == taken


def test_pools_of_one_option_make_a_multiple_together() -> None:
    claim = {"group": 0, "want": 12, "step": 12}
    one = [claim | {"pool": pool, "option": 0} for pool in (0, 1)]
    two = [claim | {"pool": pool, "option": pool} for pool in (0, 1)]
    assert serve(claims_of([6, 6], *one)).to_list() == [6, 6]
    assert serve(claims_of([6, 6], *two)).to_list() == [0, 0]


def test_lines_in_multiples_are_decided_in_a_round_where_their_first_pools_are_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "ROUNDS", 1)
    monkeypatch.setattr(engine, "serve_in_order", None)
    lines = [{"group": rank, "want": 12, "step": 12} for rank in range(3)]
    claims = claims_of([36, 9], *(line | {"pool": pool, "option": pool} for line in lines for pool in (0, 1)))
    assert serve(claims).to_list() == [12, 0] * 3


def test_nothing_wanted_is_nothing_taken() -> None:
    assert serve(pl.DataFrame(schema=SCHEMA)).to_list() == []


@pytest.mark.parametrize(("stock", "taken"), [(5, [5, 0]), (16, [10, 6]), (11, [10, 1])])
def test_the_definition_itself_on_a_case_worked_by_hand(stock: int, taken: list[int]) -> None:
    assert (
        served_one_by_one(claims_of([stock], *({"group": rank, "pool": 0, "want": 10} for rank in (0, 1))))
        == taken
    )
