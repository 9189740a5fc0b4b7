"""Tests of ring-fences in one plan: which stand, who draws on them, what they keep of announced goods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.settings.policy import Fence, Policy
from tests.frames import NIGHT
from tests.transforms.posting.nights import ACME, DAYS, books_of
from transforms.allocation.supply.fences import (
    kept_units,
    list_uses,
    open_fences,
    share_expected,
    standing_fences,
)

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.frames import StandingFence

SOON = NIGHT + timedelta(days=3)


def clients_with(*fences: dict[str, Any]) -> dict[str, Any]:
    """A client of two warehouses with these fences of A."""
    plain = {"sku": ("A",), "channel": ("shop",), "qty": 5, "until": SOON}
    made = tuple(
        Fence.model_validate(plain | {"name": f"f{number}"} | keys) for number, keys in enumerate(fences, 1)
    )
    return {"acme": ACME.model_copy(update={"policy": Policy(fences=made)})}


def standing(*fences: dict[str, Any]) -> Frame[StandingFence]:
    return standing_fences(clients_with(*fences), days=DAYS)


def expected(*lines: tuple[int, date]) -> pl.DataFrame:
    """Announced lines of A in the first warehouse: units, and when they can ship."""
    return pl.DataFrame(
        [("acme", "W1", "A", "n1", number, day, False, qty) for number, (qty, day) in enumerate(lines, 1)],
        schema={
            "client_id": pl.String,
            "warehouse_id": pl.String,
            "sku": pl.String,
            "asn_id": pl.String,
            "asn_line_no": pl.Int64,
            "available_on": pl.Date,
            "is_late": pl.Boolean,
            "qty": pl.Int64,
        },
        orient="row",
    )


def shared(
    coming: pl.DataFrame, *fences: tuple[dict[str, Any], int], filled: int = 0
) -> list[tuple[int, int, int]]:
    """Announced units as (line, fence, qty) where fences keep so many units, and some have them already."""
    balances = [{"fence": f"f{number}", "left_qty": left} for number, (_, left) in enumerate(fences, 1)]
    kept = kept_units(
        standing(*(keys | {"warehouse": ("W1",)} for keys, _ in fences)), books_of(fence_balances=balances)
    )
    lots: Any = kept.select("client_id", "warehouse_id", "sku", "fence", qty=pl.lit(filled, pl.Int64))
    return share_expected(coming, kept, lots).select("asn_line_no", "fence", "qty").sort(pl.all()).rows()


def test_a_fence_stands_in_the_warehouses_that_it_names_or_in_all() -> None:
    found = standing({}, {"warehouse": ("W2",), "sku": ("A", "B")})
    assert found.select("fence", "warehouse_id", "sku").rows() == [
        (1, "W1", "A"), (1, "W2", "A"), (2, "W2", "A"), (2, "W2", "B"),
    ]  # fmt: skip


def test_a_fence_that_ended_stands_no_more_and_the_others_keep_their_numbers() -> None:
    assert standing({"until": NIGHT}, {})["fence"].unique().to_list() == [2]


@pytest.mark.parametrize(("channel", "numbers"), [("shop", "1|2"), ("web", "2"), ("fair", None)])
def test_a_line_may_draw_on_the_fences_of_its_channel(channel: str, numbers: str | None) -> None:
    clients = clients_with({}, {"channel": ("web", "shop")})
    assert open_fences(clients["acme"], days=DAYS).get(channel) == numbers


def test_a_fence_without_a_balance_keeps_nothing() -> None:
    assert kept_units(standing({}), books_of())["kept_qty"].to_list() == [0, 0]


def test_a_fence_of_units_takes_what_it_misses_from_the_goods_that_come_first() -> None:
    coming = expected((4, NIGHT), (10, NIGHT + timedelta(days=1)))
    assert shared(coming, ({"qty": 9}, 9), filled=2) == [(1, 0, 0), (1, 1, 4), (2, 0, 7), (2, 1, 3)]
    assert shared(coming, ({"qty": 9}, 9), filled=9) == [(1, 0, 4), (2, 0, 10)]


def test_a_fence_by_share_takes_its_part_of_each_line_rounded_down() -> None:
    half = {"qty": None, "pct": 50}
    assert shared(expected((5, NIGHT), (1, NIGHT)), (half, 0)) == [(1, 0, 3), (1, 1, 2), (2, 0, 1)]


def test_two_fences_take_one_after_the_other_and_never_more_than_comes() -> None:
    whole = {"qty": None, "pct": 100}
    assert shared(expected((5, NIGHT)), ({"qty": 3}, 3), (whole, 0)) == [(1, 0, 0), (1, 1, 3), (1, 2, 2)]
    assert shared(expected((5, NIGHT)), (whole, 0), (whole, 0)) == [(1, 0, 0), (1, 1, 5)]


def test_goods_that_come_when_the_fence_has_ended_are_common() -> None:
    assert shared(expected((5, SOON)), ({"qty": 3}, 3)) == [(1, 0, 5)]


@pytest.mark.parametrize(("taken", "again", "uses"), [(5, 0, [5]), (5, 2, [3]), (5, 5, []), (0, 0, [])])
def test_what_a_line_takes_again_was_given_before(taken: int, again: int, uses: list[int]) -> None:
    pools: Any = pl.DataFrame(
        {"pool": [1, 2], "client_id": "acme", "warehouse_id": "W1", "sku": "A", "fence": [0, 1]},
        schema_overrides={"pool": pl.Int64, "fence": pl.Int64},
    )
    drawn: Any = pl.DataFrame({"pool": [1, 2], "taken_qty": [9, taken], "again_qty": [0, again]})
    found = list_uses(drawn, pools, standing({"warehouse": ("W1",)}))
    assert found["taken_qty"].to_list() == uses
