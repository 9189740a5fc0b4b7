"""What an executor does: a function for each of some tasks, in other processes, whichever of them may die."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from flows.ledger.store.versions import program_version
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LOG = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

ROOMS = ("schemas", "transforms", "flows")


@dataclass(frozen=True)
class LostTask:
    """A task whose process died before it came to its end.

    Attributes:
        how: it died, without values of people.
    """

    how: str


class Executor(Protocol):
    """Has functions run by other processes, which import them by their names."""

    def run(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R | LostTask]]:
        """The number of each task with its result, as they come; what a function raises is raised here.

        Raises:
            ExecutorLostError: nobody is there any more who could do a task.
        """

    def close(self) -> None:
        """Let go of its processes."""


def run_all(
    executor: Executor, function: Callable[[T], R], tasks: Sequence[T], words: str
) -> list[R | LostTask]:
    """The result of each task, in their order; one whose process died is tried once more.

    Args:
        executor: of the run.
        function: found by its name in another process, the same each time for the same task.
        tasks: small.
        words: what a task is, for the log.

    Raises:
        ExecutorLostError: nobody is there any more who could do a task.
    """
    found: dict[int, R | LostTask] = {}
    for _ in range(2):
        left = [
            number for number in range(len(tasks)) if isinstance(found.get(number, LostTask("")), LostTask)
        ]
        for place, result in executor.run(function, [tasks[number] for number in left]):
            found[left[place]] = result
            done = sum(not isinstance(one, LostTask) for one in found.values())
            facts = {"part": words, "place": done, "of": len(tasks)}
            LOG.debug("%s %s of %s", words, done, len(tasks), extra=facts)
            if isinstance(result, LostTask):
                LOG.warning("%s %s was lost: %s", words, left[place] + 1, result.how)
    return [found[number] for number in range(len(tasks))]


@cache
def fingerprint() -> str:
    """The version of this program and a hash of its code: who has another one does other work."""
    root, digest = Path(__file__).parents[2], hashlib.sha256()
    for place in sorted(path for room in ROOMS for path in (root / room).rglob("*.py")):
        digest.update(f"{place.relative_to(root)}\0".encode())
        digest.update(hashlib.sha256(place.read_bytes()).digest())
    return f"{program_version()} {digest.hexdigest()[:16]}"


def refuse_other_program(asked: str) -> None:
    """See to it that a worker runs the program of whoever asks it.

    Raises:
        ConfigurationError: it runs another one.
    """
    if asked != fingerprint():
        message = (
            f"a worker runs backorders {fingerprint()} and the night {asked}. Install the same version "
            "everywhere, start the workers again and run again. Nothing was changed."
        )
        raise ConfigurationError(message)
