"""All stories of a module live in one world, made when its first test asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.spec.facts.reading import stories_of
from tests.spec.facts.world import live_cases

if TYPE_CHECKING:
    from types import ModuleType

    from tests.spec.facts.reading import Agree
    from tests.trials.worked_cases import Difference


@pytest.fixture(scope="module")
def differences(request: pytest.FixtureRequest) -> dict[str, list[Difference]]:
    """What is not as the stories of the module say, by story."""
    module: ModuleType = request.module
    cases = {name: story.as_case() for name, story in stories_of(module).items()}
    found = live_cases(list(cases.values()))
    return {name: found[case.name] for name, case in cases.items()}


@pytest.fixture
def agree(differences: dict[str, list[Difference]]) -> Agree:
    """Check that the books say what a story says."""

    def check(name: str, text: str, **_how: Any) -> None:  # noqa: ANN401 -- as `Story` has them
        wrong = [
            f"night {one.run.night} run {one.run.run_no}, {one.subject}: {one.expected} expected, {one.found} found"
            for one in differences[name]
        ]
        if wrong:
            pytest.fail("\n".join([f"story {name}:", text, *wrong]), pytrace=False)

    return check
