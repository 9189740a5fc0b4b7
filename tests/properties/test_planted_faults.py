"""The oracle catches what could go wrong: each planted fault of compiler or engine makes some plan differ."""

from __future__ import annotations

import pytest
from pandera.errors import SchemaError

from tests.cases import Case, make_case
from tests.engine_and_oracle import differing_clients, plan_by_engine, plan_by_oracle, show, shrink
from tests.plan_tables import Plan, compare
from tests.properties.faults import CLIENTS, FAULTS, SEED
from transforms.allocation import engine


@pytest.fixture(scope="module")
def case() -> Case:
    return make_case(SEED, CLIENTS)


@pytest.fixture(scope="module")
def truth(case: Case) -> Plan:
    return plan_by_oracle(case)


def is_caught(case: Case, truth: Plan) -> bool:
    """The plan breaks its own contract, or differs from the oracle's."""
    try:
        return compare(plan_by_engine(case), truth) != []
    except SchemaError:
        return True


def test_without_a_fault_nothing_differs(case: Case, truth: Plan) -> None:
    assert compare(plan_by_engine(case), truth) == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_oracle_catches_a_planted_fault(
    name: str, case: Case, truth: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, seam, wrong = FAULTS[name]
    monkeypatch.setattr(module, seam, wrong(getattr(module, seam)))
    assert is_caught(case, truth)


def test_a_differing_client_is_shrunk_to_what_it_needs(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    module, seam, wrong = FAULTS["lots in reverse"]
    monkeypatch.setattr(module, seam, wrong(getattr(module, seam)))
    client = case.only(differing_clients(case)[0])
    smallest = shrink(client, lambda part: bool(differing_clients(part)))
    assert len(smallest.tables["order_lines"]) == 1
    assert len(smallest.tables["stock_balances"]) == 2
    assert "oracle" in show(smallest)


@pytest.mark.parametrize("rounds", [0, 1, 50])
def test_the_plan_does_not_depend_on_how_many_rounds_are_vectorised(
    rounds: int, case: Case, truth: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ROUNDS", rounds)
    assert compare(plan_by_engine(case), truth) == []
