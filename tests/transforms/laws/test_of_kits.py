"""The laws of kits hold for kits that are made as they should be, and name what is not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.catalogue import Item
from schemas.books.orders import LineBalance, OrderLine, Release
from schemas.books.stock import StockBalance
from schemas.results import Allocation
from tests.frames import frame_of
from tests.plans import plan_of
from tests.transforms.posting.kit_nights import PARTS, kits_ordered, plan_posted
from tests.transforms.posting.nights import DAYS, reserve
from transforms.laws.checking import check_lines, check_reservations
from transforms.laws.of_effects import check_effect_ids, check_picks
from transforms.laws.of_kits import check_kits

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.posting.core.posting import Posting


@cache
def reserved_four() -> Books:
    """Ten kits ordered, four of them reserved."""
    return reserve(kits_ordered(), {"sku": "K", "allocated_qty": 4})


def of_six(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The picks of six kits, four of them reserved before, each with its change."""
    kept = [8, 0, 4]
    rows = [
        {"order_id": "o1", **part, "from_reserved_qty": qty} for part, qty in zip(PARTS, kept, strict=True)
    ]
    return [row | change for row, change in zip(rows, changes or [{}] * 3, strict=True)]


@cache
def posted() -> Posting:
    """Six kits released as they should be."""
    return plan_posted(reserved_four(), *of_six())


def broken_by(*picks: dict[str, Any], before: Books | None = None) -> list[str]:
    """What law 4 says of picks beside the movements of `posted`."""
    allocations = frame_of(Allocation, *picks)
    plan = replace(plan_of(posted().books), allocations=allocations, movements=posted().movements)
    violations = [
        *check_picks(plan.movements, allocations),
        *check_kits(allocations, plan.books),
        *check_effect_ids(before or reserved_four(), plan),
    ]
    return pl.concat(violations).sort(pl.all())["detail"].to_list()


def test_picks_that_make_whole_kits_of_their_parts_break_nothing() -> None:
    assert broken_by(*of_six()) == []


@pytest.mark.parametrize(
    ("changes", "details"),
    [
        (({}, {}, {"allocated_qty": 5}), ["6 kits: picked 5 of B, 4 of them reserved before; they take 6"]),
        (({}, {}, {"sku": "C"}), ["6 kits: picked 0 of B", "6 kits: picked 6 of C"]),
        (({}, {}, {"from_reserved_qty": 3}), ["6 kits: picked 6 of B, 3 of them reserved before"]),
        (({"from_reserved_qty": 7}, {}, {}), ["6 kits: picked 12 of A, 7 of them reserved before"]),
        (({"from_reserved_qty": 6}, {}, {"from_reserved_qty": 3}), ["release k1: picked 6, line ledger 6"]),
        (({}, {}, {"warehouse_id": "W2"}), ["6 kits: picked 0 of B", "6 kits: picked 6 of B"]),
        (({}, {}, {"kit_qty": 7}), ["6 kits: picked 0 of B", "7 kits: picked 6 of B"]),
    ],
)
def test_law_4_the_picks_of_a_kit_are_its_parts(changes: Any, details: list[str]) -> None:  # noqa: ANN401 -- rows of changes
    broken = broken_by(*of_six(*changes))
    assert [text for text in details if not any(text in found for found in broken)] == []


def test_law_4_a_part_that_is_not_picked_is_missed() -> None:
    assert "6 kits: picked 0 of B, 0 of them reserved before; they take 6" in broken_by(*of_six()[:2])


def test_law_4_kits_are_made_once() -> None:
    second = of_six({}, {}, {"line_no": 2})
    assert "made twice tonight" in broken_by(*second)
    assert broken_by(*of_six(), before=posted().books).count("made before") == 4
    clash = of_six({"release_id": "k1"}, {}, {})
    assert "made twice tonight" in broken_by(*clash)


def on_the_shelf(**units: int) -> Books:
    """Four kits reserved beside these free units; two A are reserved for themselves."""
    books = reserved_four()
    own = {"order_id": "o2", "account": "RESERVED", "warehouse_id": "W1", "sku": "A", "qty": 2}
    cells = [{"sku": sku, "account": "FREE", "qty": qty} for sku, qty in units.items()]
    balances = pl.concat([books.line_balances, frame_of(LineBalance, own)]).pipe(LineBalance.validate)
    return replace(books, line_balances=balances, stock_balances=frame_of(StockBalance, *cells))


@pytest.mark.parametrize(
    ("units", "broken"),
    [
        ({"A": 10, "B": 4}, []),
        ({"A": 9, "B": 4}, [("W1 A", "reserved 10 of 9 unexpired free")]),
        ({"A": 10, "B": 3}, [("W1 B", "reserved 4 of 3 unexpired free")]),
        ({"K": 3, "A": 4, "B": 1}, []),
        ({"K": 3, "A": 4}, [("W1 B", "reserved 1 of 0 unexpired free")]),
        ({"K": 9, "A": 2}, []),
    ],
)
def test_law_2_reserved_kits_rest_on_kits_or_on_their_parts(
    units: dict[str, int], broken: list[tuple[str, str]]
) -> None:
    (violations,) = check_reservations(on_the_shelf(**units), DAYS)
    assert violations.select("subject", "detail").rows() == broken


def test_law_2_a_kit_that_cannot_be_made_rests_on_its_own_units() -> None:
    books = on_the_shelf(A=100, B=100)
    unknown = books.items.filter(pl.col("sku") != "B").pipe(Item.validate)
    (violations,) = check_reservations(replace(books, items=unknown), DAYS)
    assert violations["subject"].to_list() == ["W1 K"]


@pytest.mark.parametrize(
    ("answers", "broken"),
    [
        ({"b": (0, 6)}, []),
        ({"b": (2, 4), "a1": (4, 0)}, []),
        ({"b": (2, 4)}, ["a1", "a2"]),
        ({}, ["a1", "a2", "b"]),
    ],
)
def test_law_3_a_part_that_is_still_out_is_not_held_by_its_closed_line(
    answers: dict[str, tuple[int, int]], broken: list[str]
) -> None:
    """Once all kits are shipped or short, the line may close although a part is not answered yet."""
    books = posted().books
    shipped, short = ({key: counts[place] for key, counts in answers.items()} for place in (0, 1))
    releases = books.releases.with_columns(
        shipped_qty=pl.col("release_id").replace_strict(shipped, default=0, return_dtype=pl.Int64),
        short_qty=pl.col("release_id").replace_strict(short, default=0, return_dtype=pl.Int64),
        is_open=~pl.col("release_id").is_in(list(answers)),
    ).pipe(Release.validate)
    none = pl.lit(0, pl.Int64)
    lines = books.order_lines.with_columns(
        ordered_qty=none, open_qty=none, reserved_qty=none, released_qty=none
    ).pipe(OrderLine.validate)
    _, holding = check_lines(lines, releases)
    told = [f"closed, but release {name} is open" for name in broken]
    assert sorted(holding["detail"]) == told
