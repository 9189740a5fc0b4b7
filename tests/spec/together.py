"""The examples of a session, each a client of one night of the engine: plans cost more than their clients do.

A client gets alone what it gets among others: a property of its own (`tests/properties/test_plans.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pandera.errors import SchemaError

from schemas.errors import InvariantError
from schemas.night import STATE_TABLES
from tests.cases import Case
from tests.engine_and_oracle import allocate
from tests.plan_tables import KEYS
from tests.spec.tables import CLIENT, case_of, with_fences

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from tests.case_orders import Tables
    from tests.spec.tables import Example


def examples_of(tests: Iterable[pytest.Item]) -> list[Example]:
    """The examples that tests will show."""
    shown: list[Example] = []

    def note(example: Example, **_: str) -> None:
        shown.append(example)

    for test in tests:
        params: dict[str, Any] = test.callspec.params if hasattr(test, "callspec") else {}
        if hasattr(test, "function") and params.get("expect") == "engine":
            test.function(**params | {"expect": note})
    return shown


def plan_together(examples: Iterable[Example]) -> dict[str, Tables]:
    """The engine's plan of each example, by how it reads; one night plans all whose warehouses are alike.

    Where a night ends with an error, its examples are missing: each is then planned, and fails, for itself.
    """
    nights: dict[str, dict[str, Example]] = {}
    for example in examples:
        warehouses = repr((example.bin_order, example.max_release_lines))
        nights.setdefault(warehouses, {})[repr(example)] = example
    plans: dict[str, Tables] = {}
    for night in nights.values():
        try:
            plans |= _plan_night(night)
        except (SchemaError, InvariantError):
            continue
    return plans


def plan_alone(example: Example) -> Tables:
    """The engine's plan of an example; tables without rows are missing."""
    return _plan_night({repr(example): example})[repr(example)]


def _plan_night(examples: dict[str, Example]) -> dict[str, Tables]:
    """The plan of each example of one night."""
    clients: dict[str, str] = {f"e{number:03d}": example for number, example in enumerate(examples)}
    night = Case({}, {}, {name: [] for name in STATE_TABLES})
    for client_id, example in clients.items():
        case = case_of(examples[example])
        night.clients[client_id] = case.clients[CLIENT].model_copy(update={"client_id": client_id})
        night.warehouses.update(case.warehouses)
        for name, rows in case.tables.items():
            night.tables[name] += [row | {"client_id": client_id} for row in rows]
    plan = allocate(with_fences(night))
    plans: dict[str, Tables] = {example: {} for example in examples}
    for name in KEYS:
        for row in getattr(plan, name).to_dicts():
            plans[clients[row["client_id"]]].setdefault(name, []).append(row)
    return plans
