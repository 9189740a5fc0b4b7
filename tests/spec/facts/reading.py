"""The stories that the tests of a module tell, read from the tests themselves."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Protocol

from tests.spec.facts.stories import StoryError, read_stories

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from tests.trials.worked_cases import Case

TOLD_BY = ["agree"]
"""The only argument of a test that tells stories."""


class Agree(Protocol):
    """Tell stories, whose books must say what they say."""

    def __call__(self, text: str, files: Mapping[str, str] | None = None) -> None:
        """Compare what came of the nights of each story with what it says."""


def stories_of(module: ModuleType) -> list[Case]:
    """The stories of a module's tests: each test is called with a recorder in place of the check."""
    told: list[Case] = []

    def record(text: str, files: Mapping[str, str] | None = None) -> None:
        told.extend(read_stories(text, files))

    for name, test in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("test_") and list(inspect.signature(test).parameters) == TOLD_BY:
            test(record)
    names = [story.name for story in told]
    if twice := {name for name in names if names.count(name) > 1}:
        message = f"several stories of {module.__name__} are called {', '.join(sorted(twice))}"
        raise StoryError(message)
    return told
