"""Ways to plant a fault: a step of the plan with another one in its place."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.settings.warehouse import Warehouse
from transforms import calendars
from transforms.allocation.explaining import reasons

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from schemas.vocabulary.explanations import DecisionCode
    from transforms.allocation.solver import remainder

    Step = Callable[..., Any]
    Fault = tuple[ModuleType, str, Callable[[Step], Step]]


def after(change: Callable[[Any], Any]) -> Callable[[Step], Step]:
    """A step whose result is changed."""
    return lambda step: lambda *args, **kwargs: change(step(*args, **kwargs))


def before(change: Callable[[Any], Any]) -> Callable[[Step], Step]:
    """A step whose first argument is changed."""
    return lambda step: lambda first, *args, **kwargs: step(change(first), *args, **kwargs)


def having(**values: Any) -> Callable[[pl.DataFrame], pl.DataFrame]:  # noqa: ANN401 -- expressions or literals
    """A frame with columns replaced."""
    return lambda frame: frame.with_columns(**values)


def in_turns(*is_done: bool) -> Callable[[Step], Step]:
    """A step that is done in some of its turns; in the others its first argument stays as it is."""
    turns = cycle(is_done)
    return lambda step: lambda first, *args: step(first, *args) if next(turns) else first


def with_pieces(**values: Any) -> Callable[[Any], Any]:  # noqa: ANN401 -- expressions or literals
    """Tonight's result with columns of its pieces replaced."""
    return lambda tonight: replace(tonight, pieces=tonight.pieces.with_columns(**values))


def instead(value: Any) -> Callable[[object], Any]:  # noqa: ANN401 -- whatever stands at the seam
    """Something else in its place."""
    return lambda _: value


def without_safety(step: Step) -> Step:
    """Shelves that keep nothing back."""
    return lambda lots, shelves, items, reserved: step(
        lots, shelves, items.with_columns(safety_stock_qty=0), reserved
    )


def of_any_life(step: Step) -> Step:
    """Shelves, the last argument, that serve every line with lots of any life."""
    return lambda *args: step(*args[:-1], replace(args[-1], lives=args[-1].lives.with_columns(life=0)))


def cut_from_the_front(step: Step) -> Step:
    """Lots whose first units are kept back instead of the last."""
    return lambda lots, *args: step(lots.reverse(), *args).reverse()


def reversed_groups(step: Step) -> Step:
    """Lines of a pool whose ranks are turned round."""
    return before(having(group=-pl.col("group")))(step)


def nulls_first(key: pl.Expr) -> pl.Expr:
    """A rank key without a value comes first."""
    return key.fill_null(key.min().fill_null(0) - 1_000_000)


def without_reservations(step: Step) -> Step:
    """The keep pass skipped."""
    return lambda waits, stock: step(waits, replace(stock, reservations=stock.reservations.clear()))


def lines_drawing_alone(step: Step) -> Step:
    """Two lines of a group that do not see what the other takes."""

    def draw(claims: list[remainder.Claim], used: dict[int, int]) -> Any:  # noqa: ANN401 -- as the step itself
        return [take for claim in claims for take in step([claim], used)]

    return draw


def swapped(first: DecisionCode, second: DecisionCode) -> Callable[[Step], Step]:
    """Two reasons in each other's place."""

    def explanations() -> dict[DecisionCode, pl.Expr]:
        measures = dict(ORIGINAL_EXPLANATIONS())
        order = [{first: second, second: first}.get(code, code) for code in measures]
        return {code: measures[code] for code in order}

    return instead(explanations)


ORIGINAL_EXPLANATIONS = reasons._explanations  # noqa: SLF001 -- a fault is planted inside

every_day_works = {
    name: Warehouse(warehouse_id=name, allocator="us", working_days=calendars.MONDAY_FIRST)
    for name in ("W1", "W2", "W3")
}
