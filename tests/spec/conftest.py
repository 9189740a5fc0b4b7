"""Every example runs twice: by the oracle and by the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.spec.tables import Example, check_example, plan_by_oracle
from tests.spec.together import examples_of, plan_alone, plan_together

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.case_orders import Tables


@pytest.fixture(scope="session")
def plans(request: pytest.FixtureRequest) -> dict[str, Tables]:
    """What the engine gives in the examples of this session, planned together when the first asks."""
    return plan_together(examples_of(request.session.items))


@pytest.fixture(params=["oracle", "engine"])
def expect(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Check that an example gives the stated tables."""

    def check(example: Example, **gives: str) -> None:
        check_example(gives, plan_of(example), request.param)

    def plan_of(example: Example) -> Tables:
        if request.param == "oracle":
            return plan_by_oracle(example)
        plans: dict[str, Tables] = request.getfixturevalue("plans")
        told = repr(example)
        return plans[told] if told in plans else plan_alone(example)

    return check
