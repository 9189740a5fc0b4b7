"""Each rule of each contract is kept, whichever way it is checked."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, NoReturn

import polars as pl
import pytest
from pandera.errors import SchemaErrors
from pandera.polars import DataFrameModel

import schemas
import transforms
from schemas.table import Table
from tests.frames import frame_of

if TYPE_CHECKING:
    from types import ModuleType

    import pandera.polars as pa


def contracts(package: ModuleType = schemas) -> list[type[Table]]:
    """Every contract of a package, by name."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    found = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    named = (table for table in found if issubclass(table, Table) and table is not Table)
    return sorted(named, key=lambda table: table.__name__)


def limit_of(rule: pa.Check) -> Any:  # noqa: ANN401 -- a number or a collection of words
    """The number or the words that a rule names."""
    (limit,) = (rule.statistics or {}).values()
    return limit


def allowed(rule: pa.Check) -> str | int:
    """A value that keeps a rule."""
    limit = limit_of(rule)
    if rule.name == "isin":
        return str(min(limit))
    return int(limit) + (rule.name == "not_equal_to")


def broken(rule: pa.Check) -> str | int:
    """A value that breaks a rule."""
    limit = limit_of(rule)
    if rule.name == "isin":
        return "no such word"
    steps = {"greater_than_or_equal_to": -1, "less_than_or_equal_to": 1, "not_equal_to": 0}
    return int(limit) + steps[str(rule.name)]


class AskedError(Exception):
    """Pandera was asked."""


def ask(*_: object, **__: object) -> NoReturn:
    """Pandera, which answers nothing."""
    raise AskedError


@pytest.mark.parametrize("contract", contracts(), ids=lambda table: table.__name__)
def test_a_value_that_breaks_a_rule_is_refused(
    contract: type[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one query over all rules, which then asks Pandera, and by Pandera, which tells all faults."""
    columns = contract.to_schema().columns.items()
    right = frame_of(contract, {name: allowed(rule) for name, column in columns for rule in column.checks})
    rules = [(name, broken(rule)) for name, column in columns for rule in column.checks]
    wrong = [*rules, *((name, None) for name, column in columns if not column.nullable)]
    rows = [right.with_columns(pl.lit(value, right.schema[name]).alias(name)) for name, value in wrong]
    with monkeypatch.context() as patched:
        patched.setattr(DataFrameModel, "validate", ask)
        for row in rows:
            with pytest.raises(AskedError):
                contract.validate(row)
    with pytest.raises(SchemaErrors) as told:
        contract.validate(pl.concat(rows), lazy=True)
    faults = told.value.failure_cases.select("index", "column").rows()
    assert sorted(faults) == list(enumerate(name for name, _ in wrong))


@pytest.mark.parametrize(
    "contract",
    [*contracts(), *(table for table in contracts(transforms) if table not in contracts())],
    ids=lambda table: table.__name__,
)
def test_what_a_contract_declares_is_what_pandera_asks(contract: type[Table]) -> None:
    """So nothing is asked of rows or of two columns together, which the quick proof would not see."""
    schema = contract.to_schema()
    assert not any((schema.checks, schema.unique, schema.ordered, schema.coerce))
    assert list(schema.columns) == contract.names()
    for name, declared in contract.declared().items():
        column = schema.columns[name]
        assert not any((column.unique, column.coerce, column.regex))
        assert column.dtype.type == declared.dtype
        assert (column.metadata or {}) == declared.metadata
        assert (column.nullable, column.description) == (declared.nullable, declared.description)
        asked, said = (
            [(check.name, check.statistics) for check in each.checks] for each in (column, declared)
        )
        assert asked == said


@pytest.mark.parametrize("contract", contracts(), ids=lambda table: table.__name__)
def test_a_key_is_among_the_columns(contract: type[Table]) -> None:
    assert set(contract.key()) <= set(contract.names())


def test_only_what_may_be_said_twice_has_no_key() -> None:
    unkeyed = {contract.__name__ for contract in contracts() if not contract.key()}
    assert unkeyed == {"Draft", "Posted", "ShelfFact", "Violation"}
