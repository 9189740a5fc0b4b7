"""Tests of fair share, line by line of a tier, against the same rule dealt out unit by unit."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest

from tests.oracle_drawing import deal
from transforms.allocation.solver.sharing import share_units

SCHEMA = {
    "group": pl.Int64, "line": pl.Int64, "pool": pl.Int64, "want": pl.Int64, "stock": pl.Int64,
    "step": pl.Int64, "tier": pl.Int64, "is_proportional": pl.Boolean,
}  # fmt: skip


def claims_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Claims of one tier on the first pool, a line each, unless they say otherwise."""
    plain = {"pool": 1, "step": 1, "tier": 0, "is_proportional": False}
    return pl.DataFrame(
        [plain | {"group": number, "line": number} | row for number, row in enumerate(rows)], schema=SCHEMA
    )


def shares(stock: int, *wants: int, **keys: Any) -> list[int]:  # noqa: ANN401 -- cells of a claim, of any type
    """What lines take that want so much of one pool."""
    return share_units(claims_of(*({"want": want, "stock": stock} | keys for want in wants))).to_list()


def test_one_line_alone_takes_what_it_wants_or_what_is_there() -> None:
    assert (shares(20, 5), shares(3, 5), shares(3, 5, is_proportional=True)) == ([5], [3], [3])


def test_where_nothing_is_nobody_takes_anything() -> None:
    assert shares(0, 5, 6) == [0, 0]
    assert shares(0, 5, 6, is_proportional=True) == [0, 0]


def test_fewer_units_than_lines_go_by_rank() -> None:
    assert shares(2, 9, 9, 9) == [1, 1, 0]
    assert shares(2, 1, 100, 1, is_proportional=True) == [1, 1, 0]


def test_a_multiple_that_nobody_can_fill_stays_and_loose_rests_go_by_rank() -> None:
    assert shares(11, 12, 24, step=12) == [0, 0]
    assert shares(40, 14, 14, step=12) == [14, 14]
    assert shares(27, 14, 14, step=12) == [14, 13]
    assert shares(11, 12, 5, step=12) == [0, 5]


def test_what_a_line_got_of_its_first_pool_it_does_not_want_of_its_second() -> None:
    rows = [
        {"line": 0, "group": 0, "want": 5, "stock": 6},
        {"line": 0, "group": 0, "pool": 2, "want": 5, "stock": 9},
        {"line": 1, "group": 1, "want": 9, "stock": 6},
        {"line": 1, "group": 1, "pool": 2, "want": 9, "stock": 9},
    ]
    assert share_units(claims_of(*rows)).to_list() == [3, 2, 3, 6]


def test_an_empty_pool_is_no_turn_of_a_line() -> None:
    rows = [
        {"line": 0, "group": 0, "want": 5, "stock": 0},
        {"line": 0, "group": 0, "pool": 2, "want": 5, "stock": 6},
        {"line": 1, "group": 1, "pool": 2, "want": 5, "stock": 6},
    ]
    assert share_units(claims_of(*rows)).to_list() == [0, 3, 3]


def test_a_later_tier_finds_what_earlier_ones_left() -> None:
    rows = [{"want": 4, "stock": 6, "tier": 1}, {"want": 5, "stock": 6}]
    assert share_units(claims_of(*rows)).to_list() == [1, 5]


@pytest.mark.parametrize("is_proportional", [False, True])
def test_any_wants_are_shared_as_if_dealt_out_one_by_one(*, is_proportional: bool) -> None:
    chance = random.Random(5)
    for _ in range(200):
        wants = [chance.randint(1, 12) for _ in range(chance.randint(1, 6))]
        units, step = chance.randint(0, 30), chance.choice((1, 1, 2, 3))
        found = shares(units, *wants, step=step, is_proportional=is_proportional)
        assert found == deal(wants, units, step, is_proportional), (wants, units, step)
