"""The engine gives what the oracle gives, to the unit, lot and bin."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from schemas.vocabulary.explanations import DecisionCode, LostReason, OvertakingRule, ReservedReason
from tests.cases import make_case
from tests.engine_and_oracle import differing_clients, plan_by_oracle, show, shrink
from tests.tiers import thorough

if TYPE_CHECKING:
    from tests.cases import Case
    from tests.plan_tables import Plan

CLIENTS = 300
SEED = 3
"""Of a night that shows every reason."""

UNPLANNED = {"only_posted"}
"""Reasons of a night that is caught up and plans nothing."""


@cache
def make_night(seed: int) -> tuple[Case, Plan]:
    """A night of random clients, and what the oracle says of it."""
    case = make_case(seed, CLIENTS)
    return case, plan_by_oracle(case)


@pytest.mark.parametrize(
    "seed",
    [SEED, *thorough(1, 2, 4, 5), *(pytest.param(n, marks=pytest.mark.long) for n in range(6, 18))],
)
def test_engine_equals_oracle_on_hundreds_of_random_clients(seed: int) -> None:
    case, truth = make_night(seed)
    differing = differing_clients(case, truth)
    if differing:
        smallest = shrink(case.only(differing[0]), lambda part: bool(differing_clients(part)))
        pytest.fail(f"{len(differing)} of {CLIENTS} clients differ; one of them, shrunk:\n{show(smallest)}")


@pytest.mark.thorough
def test_random_clients_meet_every_reason_and_both_kinds() -> None:
    _, plan = make_night(SEED)
    assert {key[-1] for key in plan["decisions"]} == set(DecisionCode.values()) - UNPLANNED
    assert {key[-2] for key in plan["allocations"]} == {"release", "reserve"}
    assert {key[-1] for key in plan["allocations"]} == {None, "A", "B", "C"}
    assert plan["pegs"]
    assert {key[5] for key in plan["lost_reservations"]} == set(LostReason.values())
    assert {key[5] for key in plan["reservations"]} == set(ReservedReason.values()) - UNPLANNED
    assert {key[5] for key in plan["overtakings"]} == set(OvertakingRule.values())
