"""Where the marks of a chart stand: numbers for SVG from numbers of a night.

All charts share one frame of `WIDTH` by `HEIGHT`, which a phone shows at its own size, so that a label of
12 stays 12 pixels high.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from transforms.reports.night_page.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 360, 196
LEFT, RIGHT, TOP, BOTTOM = 42, 352, 12, 172
"""Edges of the plot."""

LINES_END = 314
"""Right edge of lines, whose last values are written beside them."""

LABEL, LABEL_HEIGHT = 46, 14
"""Room that a label takes."""

SIZES = {10**12: "T", 10**9: "G", 10**6: "M", 10**3: "k"}
"""Signs for thousands, millions and so on."""

LONG = 10_000
"""The least number that an axis writes with such a sign."""

WIDEST = 30
"""Of a column."""

ALL = 100.0
FLOORS = (90.0, 80.0, 50.0)
"""Where an axis of percentages may begin above zero."""


@dataclass(frozen=True)
class Series:
    """Values of one kind, one for each place on the axis; null: none."""

    name: str
    kind: str
    """Its look: a class of the style sheet."""
    values: Sequence[float | None]
    last: str = ""
    """Written beside its last value."""


@dataclass(frozen=True)
class Tick:
    """A label of an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A part of a column."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True)
class Dot:
    """A value of a line."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True)
class Label:
    """A value in words."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Curve:
    """All values of a series: `points` as SVG has them."""

    points: str
    kind: str


@dataclass(frozen=True)
class Chart:
    """All marks of a chart."""

    rows: Sequence[Tick]
    columns: Sequence[Tick]
    legend: Sequence[tuple[str, str]]
    """Look and name of each series."""
    bars: Sequence[Bar] = ()
    lines: Sequence[Curve] = ()
    dots: Sequence[Dot] = ()
    labels: Sequence[Label] = ()


def draw_lines(names: Sequence[str], series: Sequence[Series], *, is_pct: bool = True) -> Chart:
    """A line for each series over named places; of percentages the axis ends with 100."""
    values = [value for one in series for value in one.values if value is not None]
    low, high, ticks = _pct_axis(values) if is_pct else _axis(values)
    step = (LINES_END - LEFT) / len(names)

    def place(index: int, value: float) -> tuple[float, float]:
        return round(LEFT + (index + 0.5) * step, 1), _height(value, low, high)

    lines, dots, labels = [], [], []
    for one in series:
        shown = [place(index, value) for index, value in enumerate(one.values) if value is not None]
        dots += [Dot(x, y, one.kind) for x, y in shown]
        if shown:
            lines.append(Curve(" ".join(f"{x},{y}" for x, y in shown), one.kind))
            labels.append(Label(*shown[-1], one.last))
    unit = "%" if is_pct else ""
    return Chart(
        rows=[Tick(_height(tick, low, high), f"{text}{unit}") for tick, text in _write(ticks)],
        columns=_columns(names, step),
        legend=[(one.kind, one.name) for one in series],
        lines=lines,
        dots=dots,
        labels=_apart(labels),
    )


def draw_columns(names: Sequence[str], series: Sequence[Series], *, is_stacked: bool) -> Chart:
    """Columns over named places: of all series on top of each other, or side by side."""
    places = [[one.values[index] or 0 for one in series] for index in range(len(names))]
    tops = [float(sum(values)) if is_stacked else float(max(values)) for values in places]
    low, high, ticks = _axis([0, *tops])
    step = (RIGHT - LEFT) / len(names)
    width = min(step * 0.78, WIDEST * (1 if is_stacked else len(series)))
    bars = []
    for index, values in enumerate(places):
        left, bottom = LEFT + (index + 0.5) * step - width / 2, 0.0
        for which, (one, value) in enumerate(zip(series, values, strict=True)):
            part = width if is_stacked else width / len(series)
            x = left if is_stacked else left + which * part
            y, foot = _height(bottom + value, low, high), _height(bottom, low, high)
            if value:
                bars.append(Bar(round(x, 1), y, round(part * 0.94, 1), round(max(foot - y, 1), 1), one.kind))
            bottom += value if is_stacked else 0
    return Chart(
        rows=[Tick(_height(tick, low, high), text) for tick, text in _write(ticks)],
        columns=_columns(names, step),
        legend=[(one.kind, one.name) for one in series],
        bars=bars,
    )


def _height(value: float, low: float, high: float) -> float:
    """Where a value stands: further up the greater it is."""
    return round(BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP), 1)


def _pct_axis(values: Sequence[float]) -> tuple[float, float, list[int]]:
    """An axis of percentages that ends with 100 and begins as high as its values let it."""
    least = min(values, default=0)
    low = next((floor for floor in FLOORS if least >= floor + (ALL - floor) / 10), 0.0)
    return low, ALL, [int(low), int((low + ALL) / 2), int(ALL)]


def _axis(values: Sequence[float]) -> tuple[float, float, list[int]]:
    """An axis from zero to a round number, with two or three ticks above zero."""
    greatest = max(values, default=0)
    step = _round_step(greatest / 3)
    count = max(ceil(greatest / step), 1)
    return 0.0, float(count * step), [tick * step for tick in range(count + 1)]


def _round_step(least: float) -> int:
    """The least of 1, 2, 5, 10, 20, ... that is no less."""
    power = 10 ** max(floor(log10(least)), 0) if least > 0 else 1
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _columns(names: Sequence[str], step: float) -> list[Tick]:
    """As many of the names below the plot as have room; the last one always."""
    every = ceil(LABEL / step)
    last = len(names) - 1
    shown = [index for index in range(last + 1) if (last - index) % every == 0]
    rightmost = WIDTH - LABEL / 2
    return [Tick(round(min(LEFT + (index + 0.5) * step, rightmost), 1), names[index]) for index in shown]


def _write(ticks: Sequence[int]) -> list[tuple[int, str]]:
    """Ticks with few signs, all in one unit: 500, 1,000; 5k, 10k; 0.5M, 1M."""
    fits = (size for size in SIZES if max(size, LONG) <= ticks[-1] and ticks[1] * 10 % size == 0)
    size = next(fits, 1)
    return [(tick, f"{number(tick / size)}{SIZES.get(size, '') if tick else ''}") for tick in ticks]


def _apart(labels: Sequence[Label]) -> list[Label]:
    """Labels so far above one another that each can be read."""
    placed: list[Label] = []
    for label in sorted(labels, key=lambda label: -label.y):
        below = placed[-1].y if placed else HEIGHT
        placed.append(replace(label, y=round(min(label.y, below - LABEL_HEIGHT), 1)))
    return placed
