"""What of a test's cases belongs to the thorough tier, which CI runs after the quick one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _pytest.mark import ParameterSet

Case = TypeVar("Case")


def thorough(*cases: object) -> list[ParameterSet]:
    """Cases of a parametrised test that only `pytest -m thorough` tries; one of several values is a tuple."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.thorough)
        for case in cases
    ]


def mostly_thorough(cases: Iterable[Case], every: int) -> list[Case | ParameterSet]:
    """All cases, of which the quick tier tries the first and then one in so many."""
    return [
        case for number, each in enumerate(cases) for case in (thorough(each) if number % every else [each])
    ]
