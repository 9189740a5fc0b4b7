"""The last seven days beside the seven before them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from transforms.reports.night_page.tables import PageCell, PageTable, total
from transforms.reports.night_page.wording import NONE, Share, counted, number, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from transforms.reports.night_page.tables import Row

DAYS = 7
Week = dict[str, list["Row"]]


def compare_weeks(figures: Mapping[str, Sequence[Row]], night: date) -> PageTable:
    """What the manager asks for: each figure of this week and of the last."""
    weeks = [_last_days(figures, night - timedelta(days=days)) for days in (0, DAYS)]
    this, before = (_tell_week(week) if week["trend"] else {} for week in weeks)
    rows = [(name, cell, before.get(name, PageCell(NONE))) for name, cell in this.items()]
    return PageTable.of(("Figure", "Last 7 days", "7 days before"), rows)


def _last_days(figures: Mapping[str, Sequence[Row]], last: date) -> Week:
    """The rows of seven days."""
    days = {"trend": "business_date", "service": "ship_due_on"}
    first = last - timedelta(days=DAYS - 1)
    return {name: [row for row in figures[name] if first <= row[day] <= last] for name, day in days.items()}


def _tell_week(week: Week) -> dict[str, PageCell]:
    """Every figure of a week that has a night."""
    nights, due = week["trend"], week["service"]
    return {
        "Lines that came": PageCell(number(total(nights, "new_lines"))),
        "Lines released": PageCell(number(total(nights, "released_lines"))),
        "Filled at once": _share(nights, "first_pass_lines", "due_lines"),
        "Open lines that are due": _last_open(nights),
        "Lines shipped by due": _share(due, "lines_by_due", "lines"),
        "Perfect orders": _share(due, "perfect_orders", "orders"),
        "Parcels for each order": _parcels_each(due),
        "Told dates that moved": PageCell(number(total(nights, "moved_dates"))),
    }


def _share(rows: Sequence[Row], part: str, whole: str) -> PageCell:
    share = Share(total(rows, part), total(rows, whole))
    return PageCell(share.text, share.counts if share.whole else "")


def _last_open(nights: Sequence[Row]) -> PageCell:
    return PageCell(number(nights[-1]["waiting_lines"]), f"after {short_day(nights[-1]['business_date'])}")


def _parcels_each(due: Sequence[Row]) -> PageCell:
    parcels, orders = total(due, "parcels"), total(due, "shipped_orders")
    if not orders:
        return PageCell(NONE)
    return PageCell(f"{parcels / orders:.2f}", f"{number(parcels)} for {counted(orders, 'order')}")
