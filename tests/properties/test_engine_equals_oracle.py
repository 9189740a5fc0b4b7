"""The engine gives what the oracle gives, to the unit, lot and bin."""

from __future__ import annotations

import pytest

from schemas.explanations import DecisionCode, LostReason, OvertakingRule, ReservedReason
from tests.cases import make_case
from tests.engine_and_oracle import differing_clients, plan_by_oracle, show, shrink
from tests.tiers import thorough

CLIENTS = 300


@pytest.mark.parametrize(
    "seed",
    [1, *thorough(*range(2, 9)), *(pytest.param(n, marks=pytest.mark.long) for n in range(9, 18))],
)
def test_engine_equals_oracle_on_hundreds_of_random_clients(seed: int) -> None:
    case = make_case(seed, CLIENTS)
    differing = differing_clients(case)
    if differing:
        smallest = shrink(case.only(differing[0]), lambda part: bool(differing_clients(part)))
        pytest.fail(f"{len(differing)} of {CLIENTS} clients differ; one of them, shrunk:\n{show(smallest)}")


def test_random_clients_meet_every_reason_and_both_kinds() -> None:
    plan = plan_by_oracle(make_case(1, CLIENTS))
    assert {key[-1] for key in plan["decisions"]} == set(DecisionCode.values())
    assert {key[-2] for key in plan["allocations"]} == {"release", "reserve"}
    assert {key[-1] for key in plan["allocations"]} == {None, "A", "B", "C"}
    assert plan["pegs"]
    assert {key[5] for key in plan["lost_reservations"]} == set(LostReason.values())
    assert {key[5] for key in plan["reservations"]} == set(ReservedReason.values())
    assert {key[5] for key in plan["overtakings"]} == set(OvertakingRule.values())
