"""Tests of where the marks of a chart stand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from transforms.reports.night_page.charts import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Chart,
    Series,
    draw_columns,
    draw_lines,
)

DAYS = [f"{day} Mar" for day in range(1, 36)]


def columns(*values: int, is_stacked: bool = True) -> Chart:
    """A chart of one column a value."""
    return draw_columns(DAYS[: len(values)], [Series("Lines", "one", values)], is_stacked=is_stacked)


def texts(chart: Chart) -> list[str]:
    """The labels of the upward axis."""
    return [tick.text for tick in chart.rows]


def test_a_column_is_as_high_as_its_value() -> None:
    chart = columns(30, 15, 0)
    assert [(bar.y, bar.height) for bar in chart.bars] == [(TOP, BOTTOM - TOP), (92, 80)]
    assert texts(chart) == ["0", "10", "20", "30"]
    assert [tick.at for tick in chart.rows] == pytest.approx([172, 118.7, 65.3, 12], abs=0.1)


def test_columns_stand_on_top_of_each_other_or_side_by_side() -> None:
    series = [Series("Due", "one", [10]), Series("Early", "two", [20])]
    below, above = draw_columns(["2 Mar"], series, is_stacked=True).bars
    assert (below.x, below.y) == (above.x, above.y + above.height)
    left, right = draw_columns(["2 Mar"], series, is_stacked=False).bars
    assert left.x + left.width < right.x
    assert left.y + left.height == right.y + right.height == BOTTOM


@pytest.mark.parametrize(
    ("greatest", "ticks"),
    [
        (0, ["0", "1"]),
        (1, ["0", "1"]),
        (7, ["0", "5", "10"]),
        (1_000, ["0", "500", "1,000"]),
        (40_000, ["0", "20k", "40k"]),
        (1_400_000, ["0", "0.5M", "1M", "1.5M"]),
        (5_900_000, ["0", "2M", "4M", "6M"]),
    ],
)
def test_an_axis_ends_with_a_round_number(greatest: int, ticks: list[str]) -> None:
    assert texts(columns(greatest)) == ticks


@pytest.mark.parametrize(
    ("least", "ticks"),
    [(0, ["0%", "50%", "100%"]), (60, ["50%", "75%", "100%"]), (99.2, ["90%", "95%", "100%"])],
)
def test_an_axis_of_percentages_begins_where_its_values_do(least: float, ticks: list[str]) -> None:
    chart = draw_lines(DAYS[:2], [Series("At once", "one", [least, 100.0])])
    assert texts(chart) == ticks
    assert all(TOP <= dot.y <= BOTTOM for dot in chart.dots)


def test_a_day_without_a_value_has_no_dot() -> None:
    full = Series("At once", "one", [0.0, None, 100.0], "100.0%")
    chart = draw_lines(DAYS[:3], [full, Series("Within 7 days", "two", [None] * 3)])
    assert [(dot.y, dot.kind) for dot in chart.dots] == [(172, "one"), (12, "one")]
    assert [line.kind for line in chart.lines] == ["one"]
    assert [label.text for label in chart.labels] == ["100.0%"]


def test_last_values_that_are_close_are_written_above_one_another() -> None:
    series = [Series(name, name, [50.0, 50.0], f"{name} 50.0%") for name in ("one", "two")]
    first, second = draw_lines(DAYS[:2], series).labels
    assert first.y - second.y == 14


@pytest.mark.parametrize("count", [1, 2, 5, 14, 35])
def test_labels_below_do_not_meet_and_nothing_is_cut_off(count: int) -> None:
    chart = columns(*range(1, count + 1))
    places = [tick.at for tick in chart.columns]
    assert all(after - before >= 40 for before, after in pairwise(places))
    assert places[-1] <= WIDTH - 20
    assert chart.columns[-1].text == DAYS[count - 1]
    assert all(bar.x >= LEFT and bar.x + bar.width <= RIGHT for bar in chart.bars)
