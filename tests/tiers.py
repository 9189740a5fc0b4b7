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


def long(*cases: object) -> list[ParameterSet]:
    """Cases that only `pytest -m long` tries."""
    return [pytest.param(case, marks=pytest.mark.long) for case in cases]


def sparsely(cases: Iterable[Case], *, thorough: int) -> list[Case | ParameterSet]:
    """All cases: the first for the quick tier, one in `thorough` for CI, the others for `-m long`."""
    marks = (pytest.mark.thorough, pytest.mark.long)
    return [
        pytest.param(case, marks=marks[number % thorough > 0]) if number else case
        for number, case in enumerate(cases)
    ]
