"""Tiny nights, measured: what a test does not say is plain."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schemas.intake.verdicts import RejectedRow
from schemas.night import STATE_TABLES, AsOf, Books
from schemas.results import Allocation, QueuePosition
from schemas.settings.warehouse import Warehouse
from tests.frames import NIGHT, frame_of
from tests.plans import plan_of
from transforms.shipping_days import date_releases
from transforms.simulation.courses import Course
from transforms.simulation.figures import sum_up_course
from transforms.simulation.measures import NightMeasures, measure_night
from transforms.simulation.orders import compare_orders

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]

WAREHOUSES = {name: Warehouse(warehouse_id=name, allocator="us") for name in ("W1", "W2")}


def later(days: int) -> date:
    """So many days after the night of Monday 2 March."""
    return NIGHT + timedelta(days=days)


def books_of(**tables: list[Row]) -> Books:
    """Books of the given tables; a line is of order O1."""
    plain: dict[str, Row] = {"order_lines": {"order_id": "O1"}, "line_balances": {"order_id": "O1"}}
    return Books.of(
        {
            name: frame_of(STATE_TABLES[name], *(plain.get(name, {}) | row for row in rows))
            for name, rows in tables.items()
        }
    )


def standing(order_id: str = "O1", line_no: int = 1, **columns: Any) -> Row:  # noqa: ANN401 -- any column of it
    """Where a due line stands."""
    return {"order_id": order_id, "line_no": line_no, "is_due": True, **columns}


def release(order_id: str = "O1", qty: int = 1, **columns: Any) -> Row:  # noqa: ANN401 -- any column of it
    """Units handed to W1."""
    return {"order_id": order_id, "allocated_qty": qty, "lot_id": "", "release_id": "r", **columns}


def measured(
    after: Books,
    *,
    before: Books | None = None,
    night: date = NIGHT,
    standings: list[Row] | None = None,
    allocations: list[Row] | None = None,
    rejected: list[Row] | None = None,
) -> NightMeasures:
    """What a night was like that led to these books."""
    given = frame_of(Allocation, *({"business_date": night} | row for row in allocations or []))
    plan = plan_of(
        after,
        standings=frame_of(QueuePosition, *(standings or [])),
        rejected_rows=frame_of(RejectedRow, *(rejected or [])),
        allocations=date_releases(given, as_of=AsOf(night), warehouses=WAREHOUSES),
    )
    return measure_night(plan, before or Books.blank(), as_of=AsOf(night))


def course_of(books: Books, *nights: NightMeasures, name: str = "other") -> Course:
    """A course that led to these books over these nights."""
    return Course(name, None, books, nights)


def figures_of(course: Course, own: Course | None = None, clients: tuple[str, ...] = ("acme",)) -> Row:
    """The figures of the first client."""
    return sum_up_course(course, compare_orders(course, own or course), clients=clients).row(0, named=True)


def gains_of(course: Course, own: Course) -> pl.DataFrame:
    """Order, units, unit nights and days gained."""
    columns = ("order_id", "gained_qty", "gained_unit_nights", "gained_days", "is_gain")
    return compare_orders(course, own).select(columns)
