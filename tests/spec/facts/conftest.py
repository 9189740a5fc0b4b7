"""All stories of a session live in one world, made when the first asks: nights cost more than stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.spec.facts.reading import TOLD_BY, stories_of
from tests.spec.facts.stories import read_stories
from tests.spec.facts.world import live_cases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.spec.facts.reading import Agree
    from tests.trials.worked_cases import Difference


@pytest.fixture(scope="session")
def differences(request: pytest.FixtureRequest) -> dict[str, list[Difference]]:
    """What is not as the stories of all modules in this session say, by story."""
    tests = [item for item in request.session.items if isinstance(item, pytest.Function)]
    modules = {test.module.__name__: test.module for test in tests if TOLD_BY[0] in test.fixturenames}
    return live_cases([story for name in sorted(modules) for story in stories_of(modules[name])])


@pytest.fixture
def agree(differences: dict[str, list[Difference]]) -> Agree:
    """Check that the books say what stories say."""

    def check(text: str, files: Mapping[str, str] | None = None) -> None:
        wrong = [
            f"{story.why}\n    night {one.run.night}, run {one.run.run_no}, {one.subject}: "
            f"{one.expected} expected, {one.found} found"
            for story in read_stories(text, files)
            for one in differences[story.name]
        ]
        if wrong:
            pytest.fail("\n".join(wrong), pytrace=False)

    return check
