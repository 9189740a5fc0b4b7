"""Who waits how long, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.reports.night_page.tables import BarRow, PageCell, PageTable, total
from transforms.reports.night_page.wording import Share, counted, number, plain, sentence, short_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.vocabulary.words import Term
    from transforms.reports.night_page.tables import Row

AGES = {"0-3": "Up to 3 days", "4-10": "4 to 10 days", "11-30": "11 to 30 days", ">30": "More than 30 days"}
NOBODY = {"lines": 0, "undated_lines": 0}


def bar_ages(rows: Iterable[Row]) -> list[BarRow]:
    """A bar for every age class, also of nobody; what has no date is marked."""
    found = {row["age_class"]: row for row in rows}
    classes = {name: found.get(age, NOBODY) for age, name in AGES.items()}
    most = max(row["lines"] for row in classes.values()) or 1
    return [
        BarRow(
            name=name,
            value=number(row["lines"]),
            note=f"{number(row['undated_lines'])} without a date" if row["undated_lines"] else "",
            width=round(100 * row["lines"] / most, 1),
            marked=round(100 * row["undated_lines"] / most, 1),
        )
        for name, row in classes.items()
    ]


def bar_reasons(vocabulary: type[Term], rows: Sequence[Row]) -> list[BarRow]:
    """A bar for every reason, in the order of the rows."""
    most = max((row["lines"] for row in rows), default=1)
    return [
        BarRow(
            name=sentence(vocabulary(row["reason"]).meaning),
            value=number(row["lines"]),
            note=counted(row["clients"], "client"),
            width=round(100 * row["lines"] / most, 1),
        )
        for row in rows
    ]


def tabulate_oldest(rows: Iterable[Row]) -> PageTable:
    """The orders that wait longest."""
    return PageTable.of(
        ("Order", "Lines", "Days", "Ships"),
        [
            (
                PageCell(plain(row["order_id"]), plain(row["client_id"])),
                number(row["lines"]),
                number(row["days_waiting"]),
                short_day(row["eta_on"]) if row["eta_on"] else "no date",
            )
            for row in rows
        ],
    )


def tell_undated(clients: Sequence[Row]) -> str:
    """How many of the waiting lines have no date; empty: nobody waits."""
    share = Share(total(clients, "undated_lines"), total(clients, "waiting_lines"))
    return f"{share.counts} waiting lines ({share.text}) have no date." if share.whole else ""
