"""Pure steps that several tests take alike are taken once: a night costs more than all else in its test."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

REMEMBERED = 200
"""Calls of a step whose results are kept: those of the tests of a module or two."""


def taken_once(step: Callable[P, T]) -> Callable[P, T]:
    """The step, which gives what it gave before when it is called with the same again.

    Only for pure functions whose results nobody changes, and not where a test puts another function in the
    place of one of the program's.
    """
    given: dict[object, tuple[object, T]] = {}

    @wraps(step)
    def take(*args: P.args, **how: P.kwargs) -> T:
        key = _told(args), _told(sorted(how.items()))
        kept = given.pop(key, None) or ((args, how), step(*args, **how))
        given[key] = kept  # with its arguments, so that the ids of their frames stay theirs
        if len(given) > REMEMBERED:
            del given[next(iter(given))]
        return kept[1]

    return take


def _told(value: object) -> object:
    """What a value is told by: a frame by who it is if it has rows, all else by what it is made of."""
    if isinstance(value, pl.DataFrame):
        return id(value) if value.height else 0
    if is_dataclass(value):
        return type(value), *(_told(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, list | tuple):
        return tuple(map(_told, value))
    return repr(value)
