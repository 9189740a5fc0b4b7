"""Pure nights that several tests live alike are lived once, and those of a whole module together.

A night costs a hundred times what a client of it costs. So a module may say
`pytestmark = pytest.mark.usefixtures("lived_together")`. Before its first test, its tests are called up to
the first night that was not lived yet. All nights that they stopped at are lived as one, the client of each
under a name of its own. The tests are called again, until none asks for another night. Then each runs as it
stands, and finds its nights lived. What nobody asked for in time is lived when a test asks for it.

That clients do not depend on each other is tried by itself (`tests/transforms/posting/test_properties.py`).
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar

import polars as pl
import pytest

from schemas.settings.client import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Call = tuple[tuple[Any, ...], dict[str, Any]]

P = ParamSpec("P")
T = TypeVar("T")

REMEMBERED = 1_000
"""Nights that are kept: those of a few modules."""

ROUNDS = 30
"""More nights than any test has, one after the other."""


class NotLivedError(Exception):
    """A test asks for a night that is lived with those of others."""


class Rehearsal:
    """The nights that tests stopped at; None: tests run as they stand."""

    asked: ClassVar[dict[object, tuple[Callable[..., Any], Call]] | None] = None
    alone: ClassVar[set[object]] = set()
    lived: ClassVar[dict[object, Any]] = {}


def taken_once(step: Callable[P, T]) -> Callable[P, T]:
    """A pure step of a night, which gives what it gave before when it is called with the same again."""

    @wraps(step)
    def take(*args: P.args, **how: P.kwargs) -> T:
        key = step, _told((args, how))
        if key not in Rehearsal.lived:
            if Rehearsal.asked is not None and key not in Rehearsal.alone and _is_of_one((args, how)):
                Rehearsal.asked[key] = step, (args, how)
                raise NotLivedError
            Rehearsal.lived[key] = step(*args, **how)
            if len(Rehearsal.lived) > REMEMBERED:
                del Rehearsal.lived[next(iter(Rehearsal.lived))]
        given: T = Rehearsal.lived[key]
        return given

    return take


def rehearse(tests: Sequence[Callable[[], object]]) -> None:
    """Live the nights of tests, all those together that the tests ask for at a time."""
    Rehearsal.lived.clear()
    waiting = list(tests)
    for _ in range(ROUNDS):
        Rehearsal.asked = {}
        try:
            waiting = [test for test in waiting if _stops(test)]
        finally:
            asked, Rehearsal.asked = Rehearsal.asked, None
        alike: dict[object, dict[object, Any]] = {}
        for key, (step, call) in asked.items():
            alike.setdefault((step, _terms(call)), {})[key] = step, call
        for calls in alike.values():
            _live(calls)


def _stops(test: Callable[[], object]) -> bool:
    """Whether a test asks for a night that is not lived; what else it says is for later."""
    try:
        test()
    except NotLivedError:
        return True
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 -- the test itself will tell
        return False
    return False


def _live(calls: dict[object, tuple[Callable[..., Any], Call]]) -> None:
    """Take a step for several clients at once; where that fails, each test takes it for itself."""
    named = {f"client-{number}-": call for number, (_, call) in enumerate(calls.values())}
    (step, _), *_ = calls.values()
    args, how = _joined([_renamed(call, name) for name, call in named.items()])
    try:
        whole = step(*args, **how)
    except Exception:  # noqa: BLE001 -- likewise
        Rehearsal.alone |= calls.keys()
        return
    for key, (name, call) in zip(calls, named.items(), strict=True):
        (own,) = (one.client_id for one in _leaves(call) if isinstance(one, Client))
        Rehearsal.lived[key] = _part(whole, name, own)


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 -- whatever a step takes and gives
    """The value with its frames and clients changed, wherever they stand in it."""
    if isinstance(value, pl.DataFrame | Client):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(one, change) for one in value)
    if isinstance(value, dict):
        changed = [(name, _mapped(one, change)) for name, one in value.items()]
        return {one.client_id if isinstance(one, Client) else name: one for name, one in changed}
    if is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in fields(value)]
        return replace(value, **{name: _mapped(getattr(value, name), change) for name in names})
    return value


def _leaves(value: Any) -> Iterator[Any]:  # noqa: ANN401 -- likewise
    """The frames and clients of a value, and all else that it is made of."""
    if isinstance(value, tuple | list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, dict):
        yield from _leaves(list(value.items()))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _leaves([getattr(value, one.name) for one in fields(value)])
    else:
        yield value


def _told(value: object) -> tuple[object, ...]:
    """What a value is told by: the rows of its frames, and how all else reads."""
    return tuple(tuple(one.rows()) if isinstance(one, pl.DataFrame) else repr(one) for one in _leaves(value))


def _terms(value: object) -> tuple[str, ...]:
    """What must be the same for all clients of a night."""
    return tuple(repr(one) for one in _leaves(value) if not isinstance(one, pl.DataFrame | Client))


def _is_of_one(call: Call) -> bool:
    """Whether a call is about one client, and no row about another."""
    clients = [one.client_id for one in _leaves(call) if isinstance(one, Client)]
    frames = [one for one in _leaves(call) if isinstance(one, pl.DataFrame) and one.height]
    return len(clients) == 1 and all(set(one["client_id"]) == {*clients} for one in frames)


def _renamed(value: Any, name: str) -> Any:  # noqa: ANN401 -- likewise
    """The value of a client of another name."""

    def rename(one: Any) -> Any:  # noqa: ANN401 -- a frame or a client
        if isinstance(one, Client):
            return one.model_copy(update={"client_id": name})
        return one.with_columns(client_id=pl.lit(name)) if one.height else one

    return _mapped(value, rename)


def _part(value: Any, name: str, own: str) -> Any:  # noqa: ANN401 -- likewise
    """What of the value is about one client, under its own name, in sentences too."""
    by_name = pl.col(pl.String).str.replace_all(name, own, literal=True)
    return _mapped(value, lambda one: one.filter(client_id=name).with_columns(by_name) if one.height else one)


def _joined(values: list[Any]) -> Any:  # noqa: ANN401 -- likewise
    """One value of the frames and clients of all, which are alike in all else."""
    first = values[0]
    if isinstance(first, pl.DataFrame):
        return pl.concat(values)
    if isinstance(first, tuple):
        return tuple(map(_joined, map(list, zip(*values, strict=True))))
    if isinstance(first, dict) and any(isinstance(one, Client) for one in first.values()):
        return {name: one for value in values for name, one in value.items()}
    if isinstance(first, dict):
        return {name: _joined([value[name] for value in values]) for name in first}
    if is_dataclass(first) and not isinstance(first, type):
        names = [one.name for one in fields(first)]
        return replace(first, **{name: _joined([getattr(one, name) for one in values]) for name in names})
    return first
