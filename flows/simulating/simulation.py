"""A simulation: which nights, of which clients, under which policies, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.outputs.simulation import OWN, OrderDifference, PolicyFigure
from schemas.table import empty
from transforms.simulation.figures import sum_up_course
from transforms.simulation.orders import compare_orders, list_differences

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from pandera.typing.polars import DataFrame

    from transforms.simulation.courses import Course

WHOLE_POLICY = (
    "A policy file is a whole policy: what it leaves out has its default, not the client's own value."
)
INHERITED = (
    "A line accepted before has the simulated policy's ship rule where it has the own policy's; another one "
    "was its order's own, and stays (under fair share every line ships in parts)."
)


@dataclass(frozen=True)
class Simulation:
    """What policies would have done side by side.

    Attributes:
        nights: business dates that were planned, in order.
        policies: names, the clients' own first.
        figures: a row for each client and policy.
        orders: every order that would gain or lose against the own policy.
        notes: what the figures take for granted, in sentences.
    """

    nights: tuple[date, ...]
    policies: tuple[str, ...]
    figures: DataFrame[PolicyFigure]
    orders: DataFrame[OrderDifference]
    notes: tuple[str, ...]


def sum_up(courses: Sequence[Course], clients: Collection[str], notes: Sequence[str]) -> Simulation:
    """The courses side by side; the first is the own one."""
    own = courses[0]
    figures, orders = [], []
    for course in courses:
        differences = compare_orders(course, own)
        figures.append(sum_up_course(course, differences, clients=clients))
        orders.append(list_differences(differences))
    return Simulation(
        nights=tuple(night.business_date for night in own.nights),
        policies=(OWN, *(course.name for course in courses[1:])),
        figures=pl.concat([empty(PolicyFigure), *figures]).pipe(PolicyFigure.validate),
        orders=pl.concat([empty(OrderDifference), *orders]).pipe(OrderDifference.validate),
        notes=tuple(notes),
    )
