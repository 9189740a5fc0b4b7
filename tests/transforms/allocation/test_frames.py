"""The frames of real plans are what their contracts and the signatures of the allocation say."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.table import Table, repeated
from tests.cases import make_case
from tests.engine_and_oracle import allocate
from transforms.allocation import frames
from transforms.allocation.demand.waiting import Waiting
from transforms.allocation.promise.future import Promised
from transforms.allocation.supply.expected import Future
from transforms.allocation.supply.goods import Goods
from transforms.allocation.supply.pools import Shelves
from transforms.allocation.supply.stock import Stock
from transforms.allocation.tonight.serving import Tonight

if TYPE_CHECKING:
    from collections.abc import Callable

HOLDERS: list[type[Any]] = [Waiting, Goods, Shelves, Stock, Tonight, Future, Promised]
"""What the rooms hand to each other."""

TYPED = re.compile(r"Frame\[(\w+)\]")


def contracts_of_frames() -> list[type[Table]]:
    """Every contract of the allocation's frames, as they stand in their module."""
    named = [value for value in vars(frames).values() if isinstance(value, type) and issubclass(value, Table)]
    return [contract for contract in named if contract.__module__ == frames.__name__]


def contract_of(field: dataclasses.Field[Any]) -> type[Table] | None:
    """The contract that a field's annotation names."""
    named = TYPED.fullmatch(str(field.type))
    return getattr(frames, named[1]) if named else None


def check_frame(frame: pl.DataFrame, contract: type[Table]) -> None:
    """See to it that a frame keeps a contract, whatever the order of its columns, and that its key is one."""
    contract.validate(frame)
    assert repeated(frame, contract).is_empty(), (contract, contract.key())


def test_the_frames_of_random_plans_keep_their_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[type[Table], int] = {}

    def watched(kind: type[Any]) -> Callable[..., None]:
        make = kind.__init__

        def init(self: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401 -- any of the holders
            make(self, *given, **named)
            for field in dataclasses.fields(kind):
                if contract := contract_of(field):
                    check_frame(getattr(self, field.name), contract)
                    seen[contract] = seen.get(contract, 0) + getattr(self, field.name).height

        return init

    for kind in HOLDERS:
        monkeypatch.setattr(kind, "__init__", watched(kind))
    allocate(make_case(3, 300))
    named = {
        contract for kind in HOLDERS for field in dataclasses.fields(kind) if (contract := contract_of(field))
    }
    assert {contract for contract, rows in seen.items() if rows} == named


def test_a_frame_that_breaks_its_contract_is_seen() -> None:
    recipe = pl.DataFrame({"kit": [1, 1], "part": [1, 1], "per": [2, 2], "pool": [7, 7]})
    check_frame(recipe[:1], frames.Recipe)
    with pytest.raises(AssertionError):
        check_frame(recipe, frames.Recipe)


def test_every_contract_has_a_key_that_is_among_its_columns_and_says_what_a_row_is() -> None:
    for contract in contracts_of_frames():
        assert set(contract.key()) <= set(contract.names())
        assert contract.__doc__
