"""The stories that the tests of a module tell, read from the tests themselves."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Protocol

from tests.spec.facts.stories import Story, StoryError

if TYPE_CHECKING:
    from types import ModuleType

TOLD_BY = ["agree"]
"""The only argument of a test that tells stories."""


class Agree(Protocol):
    """Tell a story, whose books must say what it says."""

    def __call__(self, name: str, text: str, **how: Any) -> None:  # noqa: ANN401 -- as `Story` has them
        """Compare what came of the story's nights with what it says."""


def stories_of(module: ModuleType) -> dict[str, Story]:
    """The stories of a module's tests by name: each test is called with a recorder in place of the check."""
    told: dict[str, Story] = {}

    def record(name: str, text: str, **how: Any) -> None:  # noqa: ANN401 -- as above
        if name in told:
            message = f"two stories of {module.__name__} are called {name}"
            raise StoryError(message)
        told[name] = Story(name, text, **how)

    for name, test in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("test_") and list(inspect.signature(test).parameters) == TOLD_BY:
            test(record)
    return told
