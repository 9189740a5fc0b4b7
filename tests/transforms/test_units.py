"""Quantities as people know them."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.units import (
    in_millionths,
    sell_step,
    shortest,
    true_number,
    true_total,
    written_qty,
    written_total,
)


@pytest.mark.parametrize(
    ("qty", "decimals", "text"),
    [
        (125, 1, "12.5"),
        (5, 2, "0.05"),
        (0, 0, "0"),
        (12, 0, "12"),
        (-125, 1, "-12.5"),
        (7, None, "7"),
        (120, 1, "12.0"),
    ],
)
def test_a_quantity_is_written_with_its_items_decimals(qty: int, decimals: int | None, text: str) -> None:
    frame = pl.DataFrame(
        {"qty": [qty], "decimals": [decimals]}, schema={"qty": pl.Int64, "decimals": pl.Int64}
    )
    assert frame.select(written_qty(pl.col("qty"), pl.col("decimals"))).item() == text


def test_quantities_of_different_items_are_added_up_in_units() -> None:
    lines = pl.DataFrame({"qty": [1250, 3, -7], "decimals": [3, None, 1]})
    total = lines.select(total=in_millionths(pl.col("qty"), pl.col("decimals")).sum())
    assert total.item() == 3_550_000
    assert true_total(total.item()) == 3.55
    assert total.select(written_total(pl.col("total"))).item() == "3.55"


@pytest.mark.parametrize(("units", "text"), [(0, "0"), (7, "7"), (100, "100"), (-20, "-20")])
def test_a_whole_total_has_no_fraction(units: int, text: str) -> None:
    assert repr(true_total(units * 10**6)) == text
    total = pl.DataFrame({"qty": [units], "decimals": [0]}).select(
        total=in_millionths(pl.col("qty"), pl.col("decimals"))
    )
    assert total.select(written_total(pl.col("total"))).item() == text


def test_a_total_that_64_bits_do_not_hold_in_millionths_is_right() -> None:
    lines = pl.DataFrame({"qty": [9 * 10**15, 9 * 10**15], "decimals": [0, 0]})
    total = lines.select(in_millionths(pl.col("qty"), pl.col("decimals")).sum()).item()
    assert true_total(total) == 18 * 10**15


@pytest.mark.parametrize(
    ("millionths", "qty", "decimals"),
    [(0, 0, 0), (7_000_000, 7, 0), (100_000_000, 100, 0), (12_500_000, 125, 1), (-1, -1, 6)],
)
def test_a_total_has_no_more_decimals_than_it_needs(millionths: int, qty: int, decimals: int) -> None:
    assert shortest(millionths) == (qty, decimals)
    assert true_number(qty, decimals) == millionths / 10**6


def test_a_total_too_long_for_64_bits_loses_its_last_places() -> None:
    assert shortest(12_345_678_901_234_567_891) == (1_234_567_890_123_456_789, 5)


def test_a_quantity_without_decimals_is_whole() -> None:
    assert repr(true_number(5, None)) == "5"


@pytest.mark.parametrize(
    ("multiple", "decimals", "step"),
    [(1, 0, 1), (1, 3, 1), (12, 0, 12), (12, 3, 12_000), (10**12, 6, 10**18)],
)
def test_a_multiple_is_scaled_as_the_items_quantities_and_one_means_any(
    multiple: int, decimals: int, step: int
) -> None:
    items = pl.DataFrame({"sell_multiple": [multiple], "decimals": [decimals]})
    assert items.select(step=sell_step()).item() == step
