"""Every example runs twice: by the oracle and by the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.spec.tables import Example, check_example

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(params=["oracle", "engine"])
def expect(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Check that an example gives the stated tables."""

    def check(example: Example, **gives: str) -> None:
        check_example(example, gives, request.param)

    return check
