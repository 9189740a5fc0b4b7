"""The oracle catches what could go wrong: each planted fault of compiler or engine makes some plan differ.

CI tries one fault in eight; all of them take some ten minutes: `pytest -m "long or thorough or not thorough"`
with this file.
"""

from __future__ import annotations

from functools import cache

import pytest
from pandera.errors import SchemaError

from schemas.errors import InvariantError
from tests.cases import Case, make_case
from tests.engine_and_oracle import differing_clients, plan_by_engine, plan_by_oracle, show, shrink
from tests.plan_tables import Plan, compare
from tests.properties.faults import CLIENTS, FAULTS, SEED
from tests.properties.faults_cancelling import CANCELLING_FAULTS
from tests.properties.faults_of_days import DAY_FAULTS
from tests.properties.faults_of_earliest_days import EARLIEST_DAY_FAULTS
from tests.properties.faults_of_early import NOT_YET_FAULTS
from tests.properties.faults_of_first_counts import FIRST_COUNT_FAULTS
from tests.properties.faults_of_kits import KIT_FAULTS
from tests.properties.faults_of_segments import SEGMENT_FAULTS
from tests.properties.faults_of_successors import SUCCESSOR_FAULTS
from tests.properties.faults_of_withholding import WITHHOLDING_FAULTS
from tests.properties.variants import without_cancelling
from tests.tiers import sparsely, thorough
from transforms.allocation.solver import engine

LATE_FAULTS = CANCELLING_FAULTS | FIRST_COUNT_FAULTS | EARLIEST_DAY_FAULTS
"""Faults of what only some clients do: few clients do not show them."""

EARLY_FAULTS = FAULTS | KIT_FAULTS | SUCCESSOR_FAULTS | WITHHOLDING_FAULTS
ALL_FAULTS = EARLY_FAULTS | DAY_FAULTS | LATE_FAULTS | SEGMENT_FAULTS | NOT_YET_FAULTS
NIGHTS = (CLIENTS, 3 * CLIENTS, 6 * CLIENTS)
"""Clients of the nights in which a fault is looked for that does not show in few; a large night costs little
more than a small one.
"""

FEW = 80
"""Clients of the night in which a fault is looked for first."""


@cache
def make_night(number: int) -> tuple[Case, Plan]:
    """A night of random clients, and what the oracle says of it."""
    case = make_case(SEED + number, NIGHTS[number])
    return case, plan_by_oracle(case)


@cache
def make_quick_night() -> tuple[Case, Plan]:
    """A few clients that cancel nothing, and are planned once a night: most faults show among them."""
    case = without_cancelling(make_case(SEED, FEW))
    return case, plan_by_oracle(case)


def is_caught(case: Case, truth: Plan) -> bool:
    """The plan breaks a contract or a law, or differs from the oracle's."""
    try:
        return compare(plan_by_engine(case), truth) != []
    except (SchemaError, InvariantError):
        return True


def test_without_a_fault_nothing_differs() -> None:
    case, truth = make_quick_night()
    assert compare(plan_by_engine(case), truth) == []


@pytest.mark.parametrize("name", sparsely(ALL_FAULTS, thorough=8))
def test_the_oracle_catches_a_planted_fault(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, seam, wrong = ALL_FAULTS[name]
    monkeypatch.setattr(module, seam, wrong(getattr(module, seam)))
    shows_at_once = name not in LATE_FAULTS and is_caught(*make_quick_night())
    assert shows_at_once or any(is_caught(*make_night(number)) for number in range(len(NIGHTS)))


@pytest.mark.thorough
def test_a_differing_client_is_shrunk_to_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    case, _ = make_quick_night()
    module, seam, wrong = FAULTS["lots in reverse"]
    monkeypatch.setattr(module, seam, wrong(getattr(module, seam)))
    differing = map(case.only, differing_clients(case))
    client = min(differing, key=lambda part: sum(map(len, part.tables.values())))
    smallest = shrink(client, lambda part: bool(differing_clients(part)))
    assert len(smallest.tables["order_lines"]) == 1
    assert len(smallest.tables["stock_balances"]) == 2
    assert "oracle" in show(smallest)


@pytest.mark.parametrize("rounds", [0, *thorough(1, 50)])
def test_the_plan_does_not_depend_on_how_many_rounds_are_vectorised(
    rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, truth = make_quick_night()
    monkeypatch.setattr(engine, "ROUNDS", rounds)
    assert compare(plan_by_engine(case), truth) == []
