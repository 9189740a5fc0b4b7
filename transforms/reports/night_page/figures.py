"""Charts of a page, each with the table of the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from transforms.reports.night_page.charts import Series, draw_columns, draw_lines
from transforms.reports.night_page.tables import PageCell, PageTable, total
from transforms.reports.night_page.wording import NONE, Share, number, short_day, short_weekday
from transforms.units import true_total

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from transforms.reports.night_page.charts import Chart
    from transforms.reports.night_page.tables import Row

WEEKS_AHEAD = 6
"""Weeks of announced goods that stand for themselves; what comes later is one column."""


@dataclass(frozen=True)
class Figure:
    """A chart, what it says in one sentence, and its figures."""

    title: str
    says: str
    chart: Chart | None
    """None: there is nothing to draw."""
    table: PageTable
    nothing: str
    """Said where there is nothing to draw."""


def draw_fill(trend: Sequence[Row]) -> Figure:
    """How much was filled at once, and within a week, by the night on which lines were due first."""
    first = [Share(row["first_pass_lines"], row["due_lines"]) for row in trend]
    week = [Share(row["day_7_lines"], row["day_7_due_lines"]) for row in trend]
    return Figure(
        title="Filled at once",
        says="Of the lines that were due for the first time on a night: filled whole from stock that night, "
        "and within 7 days.",
        chart=_lines_of_days(
            trend, {"At once": ("one", first), "Within 7 days": ("two", week)}, day="business_date"
        ),
        table=PageTable.of(
            ("Night", "At once", "Within 7 days"),
            [
                (short_weekday(row["business_date"]), _cell(at_once), _cell(within))
                for row, at_once, within in zip(trend, first, week, strict=True)
            ][::-1],
        ),
        nothing="No line was due for the first time in these weeks.",
    )


def draw_waiting(trend: Sequence[Row]) -> Figure:
    """How many lines waited after each night."""
    is_any = any(row["waiting_lines"] + row["early_lines"] for row in trend)
    series = [
        Series("Due", "one", [row["waiting_lines"] for row in trend]),
        Series("Not due yet", "three", [row["early_lines"] for row in trend]),
    ]
    return Figure(
        title="Open lines",
        says="Lines with units still open after each night; those that are not due yet lie on top.",
        chart=draw_columns(_days(trend), series, is_stacked=True) if is_any else None,
        table=PageTable.of(
            ("Night", "New lines", "Released", "Open, due", "Not due yet"),
            [
                (
                    short_weekday(row["business_date"]),
                    *(
                        number(row[name])
                        for name in ("new_lines", "released_lines", "waiting_lines", "early_lines")
                    ),
                )
                for row in trend
            ][::-1],
        ),
        nothing="No line was open in these weeks.",
    )


def draw_inbound(rows: Sequence[Row], owed: Row, tonight: date) -> Figure:
    """Announced units by week, and how much of them is promised to lines that wait."""
    weeks = _inbound_weeks(rows, tonight)
    owing, undated = (number(true_total(owed[name])) for name in ("owed_units", "undated_units"))
    promised = [week["promised_units"] / 1_000_000 for week in weeks]
    free = [max(week["expected_units"] - week["promised_units"], 0) / 1_000_000 for week in weeks]
    series = [Series("Promised to waiting lines", "one", promised), Series("Free", "three", free)]
    return Figure(
        title="Inbound goods",
        says="Announced units that have not come yet, by week, and how many of them waiting lines count on. "
        f"Waiting lines ask for {owing} units, {undated} of them in lines without a date.",
        chart=draw_columns([week["name"] for week in weeks], series, is_stacked=True) if rows else None,
        table=PageTable.of(
            ("Week from", "Announced lines", "Units", "Promised"),
            [
                (
                    week["long_name"],
                    number(week["announced_lines"]),
                    number(true_total(week["expected_units"])),
                    number(true_total(week["promised_units"])),
                )
                for week in weeks
            ],
        ),
        nothing="No goods are announced.",
    )


def draw_promises(rows: Sequence[Row]) -> Figure:
    """Dates that buyers were told: kept, moved, missed."""
    kinds = {"Kept": ("one", "kept"), "Moved": ("three", "moved"), "Missed": ("two", "missed")}
    series = [Series(name, kind, [row[column] for row in rows]) for name, (kind, column) in kinds.items()]
    return Figure(
        title="Promised dates",
        says="Each ship date that was told of a line, by its week. Kept: all of it left by then. Moved: it "
        "did not, but another date was told before that one was over. Missed: neither.",
        chart=draw_columns([short_day(row["week_on"]) for row in rows], series, is_stacked=False)
        if rows
        else None,
        table=PageTable.of(
            ("Week from", "Kept", "Moved", "Missed", "Not confirmed yet"),
            [
                (
                    short_day(row["week_on"]),
                    *(number(row[column]) for column in ("kept", "moved", "missed", "unconfirmed")),
                )
                for row in rows
            ][::-1],
        ),
        nothing="Nobody was told a date for these weeks.",
    )


def draw_service(rows: Sequence[Row]) -> Figure:
    """What left by its day, and which orders were perfect."""
    by_due = [Share(row["lines_by_due"], row["lines"]) for row in rows]
    perfect = [Share(row["perfect_orders"], row["orders"]) for row in rows]
    return Figure(
        title="Shipped by due, and perfect orders",
        says="Lines whose last unit left by the day on which it should; orders of which that is true of "
        "every line, and nothing was short, taken back or too many.",
        chart=_lines_of_days(
            rows,
            {"Lines by due": ("one", by_due), "Perfect orders": ("two", perfect)},
            day="ship_due_on",
        ),
        table=PageTable.of(
            ("Due", "Lines by due", "Perfect orders"),
            [
                (short_weekday(row["ship_due_on"]), _cell(lines), _cell(orders))
                for row, lines, orders in zip(rows, by_due, perfect, strict=True)
            ][::-1],
        ),
        nothing="Nothing should have left in these weeks.",
    )


def draw_parcels(rows: Sequence[Row]) -> Figure:
    """Shipments for each order that shipped, by the day on which it should have left."""
    each = [_ratio(row["parcels"], row["shipped_orders"]) for row in rows]
    is_any = any(value is not None for value in each)
    last = next((f"{value:.2f}" for value in reversed(each) if value is not None), "")
    return Figure(
        title="Parcels for each order",
        says="Shipments of an order so far, of orders that have any: each day and warehouse from which units "
        "of it left. One is the least.",
        chart=draw_lines(
            [short_day(row["ship_due_on"]) for row in rows],
            [Series("Parcels for each order", "one", each, last)],
            is_pct=False,
        )
        if is_any
        else None,
        table=PageTable.of(
            ("Due", "Parcels", "Orders", "Each"),
            [
                (
                    short_weekday(row["ship_due_on"]),
                    number(row["parcels"]),
                    number(row["shipped_orders"]),
                    NONE if value is None else f"{value:.2f}",
                )
                for row, value in zip(rows, each, strict=True)
            ][::-1],
        ),
        nothing="Nothing shipped in these weeks.",
    )


def _lines_of_days(
    rows: Sequence[Row], shares: Mapping[str, tuple[str, Sequence[Share]]], *, day: str
) -> Chart | None:
    """Lines of percentages by day; none where no share has a whole."""
    series = [
        Series(name, kind, [share.pct for share in of_days], _last_of(of_days))
        for name, (kind, of_days) in shares.items()
    ]
    if all(value is None for one in series for value in one.values):
        return None
    return draw_lines([short_day(row[day]) for row in rows], series)


def _last_of(shares: Sequence[Share]) -> str:
    """The last percentage that there is."""
    return next((share.text for share in reversed(shares) if share.pct is not None), "")


def _cell(share: Share) -> PageCell:
    return PageCell(share.text, share.counts if share.whole else "")


def _days(trend: Sequence[Row]) -> list[str]:
    return [short_day(row["business_date"]) for row in trend]


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 2) if whole else None


def _inbound_weeks(rows: Sequence[Row], tonight: date) -> list[Row]:
    """What is overdue, each of the next weeks with or without goods, and all that comes later."""
    monday = tonight - timedelta(days=tonight.weekday())
    weeks = [monday + timedelta(weeks=ahead) for ahead in range(WEEKS_AHEAD)]
    end = monday + timedelta(weeks=WEEKS_AHEAD)
    places: list[tuple[str, str, list[Row]]] = [
        ("late", "Overdue", [row for row in rows if row["week_on"] is None]),
        *(
            (short_day(week), short_day(week), [row for row in rows if row["week_on"] == week])
            for week in weeks
        ),
        ("later", "Later", [row for row in rows if row["week_on"] and row["week_on"] >= end]),
    ]
    columns = ("announced_lines", "expected_units", "promised_units")
    return [
        {"name": name, "long_name": long_name} | {of: total(those, of) for of in columns}
        for name, long_name, those in places
    ]
