"""Steps say in the log when they begin and end; whoever shows progress listens to that log.

Standard logging, so that the same steps speak under Prefect, in a test and on a command line.
"""

from __future__ import annotations

import logging
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

LOG = logging.getLogger(__name__)


def announced(step: Callable[P, R]) -> Callable[P, R]:
    """The step, whose begin and end stand in the log with its name and its run's id.

    A listener finds them as `step`, `run_id` and `is_done` of the record.
    """
    name = step.__name__.removesuffix("_step")
    parameters = signature(step)

    @wraps(step)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        run_id = parameters.bind(*args, **kwargs).arguments.get("run_id", "")
        _say("%s %s begins", name, run_id, is_done=False)
        result = step(*args, **kwargs)
        _say("%s %s is done", name, run_id, is_done=True)
        return result

    return call


def _say(words: str, name: str, run_id: str, *, is_done: bool) -> None:
    """One line of the log."""
    LOG.info(words, name, run_id, extra={"step": name, "run_id": run_id, "is_done": is_done})


def announce_nights(nights: int) -> None:
    """How many runs are to be done, before the first begins."""
    LOG.info("%s %s to run", nights, "night" if nights == 1 else "nights", extra={"nights": nights})


def announce_wait(words: str) -> None:
    """What is waited for before any run begins."""
    LOG.info("%s", words, extra={"waits": words})


def announce_stage(words: str) -> None:
    """What a step does from now on. Not kept in a log."""
    LOG.debug("%s", words, extra={"stage": words})


def each_told(things: Sequence[T], words: str) -> Iterator[T]:
    """The things, one after the other; before each it is told which of how many it is. Not kept in a log."""
    for place, thing in enumerate(things, 1):
        facts = {"part": words, "place": place, "of": len(things)}
        LOG.debug("%s %s of %s", words, place, len(things), extra=facts)
        yield thing
