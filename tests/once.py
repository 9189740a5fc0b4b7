"""Pure nights that several tests live alike are lived once, and those of many tests together.

A night costs a hundred times what a client of it costs. So a module may say
`pytestmark = pytest.mark.usefixtures("lived_together")`. Before the first such test of a session all of them
are begun, each up to the first night that was not lived yet. Nights that they wait for, alike in all but
their clients, are lived as one, the client of each under a name of its own, and their tests go on to the
next night, until none waits. Then each runs as it stands, and finds its nights lived. What nobody asked for
in time is lived when a test asks for it.

That clients do not depend on each other is tried by itself (`tests/transforms/posting/test_properties.py`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from threading import Event, Thread, current_thread
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import polars as pl
import pytest

from schemas.settings.client import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Call = tuple[tuple[Any, ...], dict[str, Any]]
    Parts = dict[int, dict[tuple[object, ...], pl.DataFrame]]

P = ParamSpec("P")
T = TypeVar("T")

REMEMBERED = 3_000
"""Nights that are kept: those of all tests that say so, and of some others."""


class Story(Thread):
    """A test that is called ahead of time: it runs while nothing else does, and waits for nights."""

    def __init__(self, test: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._test = test
        self._has_turn, self._has_stopped = Event(), Event()
        self.asks: tuple[object, Callable[..., Any], Call] | None = None

    def run(self) -> None:
        """Call the test; what it says is for later."""
        with suppress(Exception, pytest.fail.Exception):
            self._test()
        self._has_stopped.set()

    def begin(self) -> None:
        """Let it run up to the first night."""
        self.start()
        self._has_stopped.wait()

    def go_on(self) -> None:
        """Let it run up to the next night."""
        self.asks = None
        self._has_stopped.clear()
        self._has_turn.set()
        self._has_stopped.wait()

    def wait(self, key: object, step: Callable[..., Any], call: Call) -> None:
        """Within the test: let a night be lived first."""
        self.asks = key, step, call
        self._has_turn.clear()
        self._has_stopped.set()
        self._has_turn.wait()


LIVED: dict[object, Any] = {}
"""What steps gave, by step and by what they were given."""


def taken_once(step: Callable[P, T]) -> Callable[P, T]:
    """A pure step of a night, which gives what it gave before when it is called with the same again."""

    @wraps(step)
    def take(*args: P.args, **how: P.kwargs) -> T:
        key = step, _told((args, how))
        if key not in LIVED and isinstance(story := current_thread(), Story) and _is_of_one((args, how)):
            story.wait(key, step, (args, how))
        if key not in LIVED:
            LIVED[key] = step(*args, **how)
            if len(LIVED) > REMEMBERED:
                del LIVED[next(iter(LIVED))]
        given: T = LIVED[key]
        return given

    return take


def rehearse(tests: Iterable[Callable[[], object]]) -> None:
    """Live the nights of tests: first that for which most of them wait, since others may join the rest."""
    waiting: dict[object, list[Story]] = {}
    begun = [Story(test) for test in tests]
    for story in begun:
        story.begin()
    while True:
        for story in begun:
            if story.asks:
                _, step, call = story.asks
                waiting.setdefault((step, _terms(call)), []).append(story)
        if not waiting:
            return
        begun = waiting.pop(max(waiting, key=lambda terms: len(waiting[terms])))
        _live({key: (step, call) for key, step, call in (one.asks for one in begun if one.asks)})
        for story in begun:
            story.go_on()


def _live(calls: dict[object, tuple[Callable[..., Any], Call]]) -> None:
    """Take a step for several clients at once; where that fails for one, its test takes it for itself."""
    named = {f"client-{number}-": call for number, (_, call) in enumerate(calls.values())}
    (step, _), *_ = calls.values()
    args, how = _joined([_renamed(call, name) for name, call in named.items()])
    try:
        whole = step(*args, **how)
    except Exception:  # noqa: BLE001 -- the test itself will tell
        both = list(calls.items())
        for half in (both[: len(both) // 2], both[len(both) // 2 :]):
            if len(calls) > 1:
                _live(dict(half))
        return
    frames = [one for one in _leaves(whole) if isinstance(one, pl.DataFrame)]
    parts = {id(one): one.partition_by("client_id", as_dict=True) if one.height else {} for one in frames}
    for key, (name, call) in zip(calls, named.items(), strict=True):
        (own,) = (one.client_id for one in _leaves(call) if isinstance(one, Client))
        LIVED[key] = _part(whole, parts, name, own)


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


def _part(value: Any, parts: Parts, name: str, own: str) -> Any:  # noqa: ANN401 -- likewise
    """What of the value is about one client, under its own name, in sentences too."""
    by_name = pl.col(pl.String).str.replace_all(name, own, literal=True)

    def take(one: pl.DataFrame) -> pl.DataFrame:
        mine = parts[id(one)].get((name,))
        return one.clear() if mine is None else mine.with_columns(by_name)

    return _mapped(value, take)


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
