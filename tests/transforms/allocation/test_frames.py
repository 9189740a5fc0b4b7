"""The frames of real plans are what their contracts and the signatures of the allocation say."""

from __future__ import annotations

import dataclasses
import functools
import pkgutil
import re
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.table import Table, repeated
from tests.cases import make_case
from tests.engine_and_oracle import allocate
from transforms import allocation
from transforms.allocation import frames, outcome_frames

if TYPE_CHECKING:
    from collections.abc import Callable

TYPED = re.compile(r"Frame\[(\w+)\]")

ROOMS = "transforms.allocation"
MODULES = [import_module(found.name) for found in pkgutil.walk_packages(allocation.__path__, f"{ROOMS}.")]


def contracts_of_frames() -> list[type[Table]]:
    """Every contract of the allocation's frames, as they stand in their modules."""
    return [
        value
        for module in (frames, outcome_frames)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Table) and value.__module__ == module.__name__
    ]


def contract_of(annotation: object) -> type[Table] | None:
    """The contract that an annotation names."""
    named = TYPED.fullmatch(str(annotation))
    return {contract.__name__: contract for contract in contracts_of_frames()}[named[1]] if named else None


def holders() -> list[type[Any]]:
    """What the rooms hand to each other that has frames as its fields."""
    named = [value for module in MODULES for value in vars(module).values() if isinstance(value, type)]
    return [kind for kind in {*named} if dataclasses.is_dataclass(kind) and kind.__module__.startswith(ROOMS)]


def givers() -> dict[FunctionType, type[Table]]:
    """The functions of the allocation whose signature promises a frame, and which."""
    functions = {
        value: contract_of(value.__annotations__.get("return"))
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    }
    return {function: contract for function, contract in functions.items() if contract}


def check_frame(frame: pl.DataFrame, contract: type[Table]) -> None:
    """See to it that a frame keeps a contract, whatever the order of its columns, and that its key is one."""
    contract.validate(frame)
    assert repeated(frame, contract).is_empty(), (contract, contract.key())


class Watch:
    """Looks at frames where they are made, and counts the rows of each contract."""

    def __init__(self) -> None:
        self.rows: dict[type[Table], int] = {}

    def look(self, frame: pl.DataFrame, contract: type[Table]) -> None:
        """See to it that the frame keeps its contract."""
        check_frame(frame, contract)
        self.rows[contract] = self.rows.get(contract, 0) + frame.height

    def on_holder(self, kind: type[Any]) -> Callable[..., None]:
        """How one is made: its fields are looked at."""
        make = kind.__init__

        def init(made: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401 -- any of the holders
            make(made, *given, **named)
            for field in dataclasses.fields(kind):
                if contract := contract_of(field.type):
                    self.look(getattr(made, field.name), contract)

        return init

    def on_giver(self, function: FunctionType, contract: type[Table]) -> Callable[..., pl.DataFrame]:
        """The function: what it returns is looked at."""

        @functools.wraps(function)
        def call(*given: Any, **named: Any) -> pl.DataFrame:  # noqa: ANN401 -- any of the functions
            frame: pl.DataFrame = function(*given, **named)
            self.look(frame, contract)
            return frame

        return call


@pytest.mark.thorough
def test_the_frames_of_random_plans_keep_their_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, promised = Watch(), givers()
    for kind in holders():
        monkeypatch.setattr(kind, "__init__", watch.on_holder(kind))
    for module in MODULES:
        for name, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value in promised:
                monkeypatch.setattr(module, name, watch.on_giver(value, promised[value]))
    allocate(make_case(3, 300))
    of_fields = {contract_of(field.type) for kind in holders() for field in dataclasses.fields(kind)}
    named = of_fields - {None} | {*promised.values()}
    assert {contract for contract, rows in watch.rows.items() if rows} == named


def test_a_frame_that_breaks_its_contract_is_seen() -> None:
    recipe = pl.DataFrame({"kit": [1, 1], "part": [1, 1], "per": [2, 2], "pool": [7, 7]})
    check_frame(recipe[:1], frames.Recipe)
    with pytest.raises(AssertionError):
        check_frame(recipe, frames.Recipe)


def test_every_contract_has_a_key_that_is_among_its_columns_and_says_what_a_row_is() -> None:
    for contract in contracts_of_frames():
        assert set(contract.key()) <= set(contract.names())
        assert contract.__doc__
