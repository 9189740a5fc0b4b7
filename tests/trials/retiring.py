"""Whether books that let closed orders go say the same: `uv run python -m tests.trials.retiring`.

The same warehouses live their days (`tests.warehouse`) beside books that keep all orders and others that let
them go after some days. Every night the plans are compared, table by table, and the books with all that left.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import polars as pl

from schemas.night import Books, NightPlan
from tests.warehouse.judging import Replies
from tests.warehouse.kinds import Style
from tests.warehouse.nights import Nights, answers_of, releases_of
from tests.warehouse.trial import run_courses
from transforms.night.retiring import unite_orders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tests.warehouse.telling import File

UNLIKE = ("books", "retired")
"""Of a plan what differs: it is compared as a whole."""

OF_RETIRING = ("closed_orders", "used_items")
"""Tables of the books that are there for it."""


class DifferenceError(AssertionError):
    """Books that let orders go said something else."""


@dataclass
class Beside:
    """Several books of the same nights; the first keeps all orders, and its answers are given."""

    books: list[Nights]

    def run(self, night: date, files: Sequence[File]) -> Replies:
        """What the first answers; the others must have planned the same.

        Raises:
            DifferenceError: one did not.
        """
        first, *others = self.books
        plan = first.plan(night, files)
        for other in others:
            differs = differences(plan, other.plan(night, files), other)
            if differs:
                message = f"{night}, closed_days {other.closed_days}: {', '.join(differs)}"
                raise DifferenceError(message)
        return Replies(answers_of(first, plan), releases_of(plan))


def differences(plan: NightPlan, other: NightPlan, nights: Nights) -> list[str]:
    """Tables in which a plan is another than that of books that keep all orders."""
    names = [field.name for field in fields(NightPlan) if field.name not in UNLIKE]
    tables = {name: (getattr(plan, name), getattr(other, name)) for name in names}
    kept, left = plan.books.tables(), all_orders(other.books, nights.departed).tables()
    tables |= {name: (rows, left[name]) for name, rows in kept.items() if name not in OF_RETIRING}
    return [name for name, (rows, others) in tables.items() if not is_equal(rows, others)]


def all_orders(books: Books, departed: Sequence[Books]) -> Books:
    """The books with all orders that ever left, each as it left last."""
    for left in departed:
        books = unite_orders(books, left)
    return books


def is_equal(rows: pl.DataFrame, others: pl.DataFrame) -> bool:
    """Whether two tables have the same rows."""
    return rows.sort(pl.all()).equals(others.sort(pl.all()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Live; 1 if any books said something else."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--closed-days", type=int, action="append", help="default: 0 and 30")
    asked = parser.parse_args(arguments)
    seeds = range(asked.first, asked.first + asked.seeds)
    styles = [
        Style.of(seed, short=("implied", "explicit")[seed // 2 % 2], is_timed=seed % 2 == 0) for seed in seeds
    ]
    days = asked.closed_days or [0, 30]
    beside = Beside([Nights.of(styles, number) for number in (None, *days)])
    run_courses(styles, asked.nights, beside)
    for books in beside.books:
        left = pl.concat([books.books.closed_orders.clear(), *(one.closed_orders for one in books.departed)])
        back = left.height - left.select("client_id", "order_id").n_unique()
        print(  # noqa: T201
            f"closed_days {books.closed_days}: {left.height:,} departures, {back:,} of them once more, "
            f"{books.books.order_lines.height:,} lines stay, all equal"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
