"""The parent of every contract: a table with exactly these columns and types."""

from __future__ import annotations

import operator
import sys
from functools import cache
from inspect import getattr_static
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    NamedTuple,
    Self,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

import pandera.polars as pa
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pandera.typing.polars import DataFrame

Utc = Annotated[pl.Datetime, "us", "UTC"]
"""An instant, kept in UTC."""

Instant = Annotated[pl.Datetime, "us", None]
"""A time in UTC without saying so: whatever zone an analyst's session is in, it shows the same."""

Money = Annotated[pl.Decimal, 18, 4]
"""An amount in the row's own currency, four decimals."""

Price = Annotated[pl.Decimal, 38, 10]
"""An amount over a number of units: more places than money has."""

Total = Annotated[pl.Decimal, 38, 4]
"""A sum of money, wide enough for any quantity at any price."""

T = TypeVar("T", bound="Table")

Row_co = TypeVar("Row_co", covariant=True)

if TYPE_CHECKING:

    class Frame(pl.DataFrame, Generic[Row_co]):
        """A frame whose rows are promised to keep a contract; one of a narrower contract may stand for it.

        Whoever makes one casts it. `DataFrame` of a contract was validated.
        """

        clear: Callable[..., Self]
        filter: Callable[..., Self]
        sort: Callable[..., Self]
        unique: Callable[..., Self]


LIMITS: dict[str, Callable[[Any, Any], bool]] = {
    "greater_than_or_equal_to": operator.ge,
    "less_than_or_equal_to": operator.le,
}
"""Pandera's checks that hold of all values where they hold of the least and the greatest, by their name."""

PROVABLE: dict[str, Callable[..., pl.Expr]] = {
    "greater_than_or_equal_to": pl.Expr.ge,
    "less_than_or_equal_to": pl.Expr.le,
    "not_equal_to": pl.Expr.ne,
    "isin": pl.Expr.is_in,
}
"""Pandera's checks that can be asked of all columns at once, by their name."""

PYTHON_TYPES: dict[Any, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
}
"""What Python's types are called in a frame."""


class DeclaredColumn(NamedTuple):
    """A column as its contract declares it.

    Attributes:
        dtype: of its values.
        nullable: whether it may have none.
        checks: what values must be, as Pandera's checks.
        description: what it means; none: as of every column of its name.
        metadata: what else is known of it.
    """

    dtype: pl.DataType
    nullable: bool
    checks: Sequence[pa.Check]
    description: str | None
    metadata: Mapping[str, Any]


class Table(pa.DataFrameModel):
    """A table with exactly the declared columns; a subclass's docstring says what a row is.

    `key` names the columns that tell its rows apart, those that say most first; null is a value like any
    other there. A contract without one has its parent's.
    """

    _key: ClassVar[tuple[str, ...]] = ()

    class Config:
        """Strict: an unknown column is an error, and nothing is coerced."""

        strict = True

    def __init_subclass__(cls, *, key: tuple[str, ...] = (), **options: Any) -> None:  # noqa: ANN401 -- Pandera's own
        """Remember the key."""
        super().__init_subclass__(**options)  # type: ignore[no-untyped-call]
        cls._key = key or cls._key

    @classmethod
    def key(cls) -> list[str]:
        """The columns that tell rows apart; empty: two rows may be equal."""
        return list(cls._key)

    @classmethod
    def declared(cls) -> Mapping[str, DeclaredColumn]:
        """Its columns, in the order of declaration."""
        return _declared(cls)

    @classmethod
    def dtypes(cls) -> pl.Schema:
        """Column names and Polars types, in the order of declaration."""
        return _dtypes(cls)

    @classmethod
    def names(cls) -> list[str]:
        """Column names in the order of declaration."""
        return list(_dtypes(cls))

    if not TYPE_CHECKING:  # the type checker shall see Pandera's own signatures, which name the contract

        @classmethod
        def validate(
            cls, check_obj: pl.DataFrame | pl.LazyFrame, *args: object, **options: object
        ) -> pl.DataFrame | pl.LazyFrame:
            """The rows, which are now known to keep the contract; of a lazy frame only columns and types.

            Pandera asks a query a column and rule, which took half of a small night. So all are asked in
            one query first; where that does not answer yes, Pandera's answer and its words count.
            What keeps the contract keeps it whether all faults are asked for (`lazy`) or the first.
            """
            is_whole = not args and options.keys() <= {"lazy"}
            if is_whole and _keeps(check_obj, cls):
                return check_obj
            return super().validate(check_obj, *args, **options)


def empty(table: type[T]) -> DataFrame[T]:
    """A frame of `table` without rows."""
    return cast("DataFrame[T]", _empty(table))


def with_nulls(frame: pl.DataFrame, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """`frame` with columns in which nothing stands, by name and type.

    They are laid beside the others without a query, which would take longer than a small frame is worth.
    """
    nothing = {
        dtype: pl.Series("", [], dtype).extend_constant(None, frame.height) for dtype in set(types.values())
    }
    return frame.hstack([nothing[dtype].alias(name) for name, dtype in types.items()])


def repeated(frame: pl.DataFrame, table: type[Table]) -> pl.DataFrame:
    """Rows whose key stands more than once in a frame of `table`; none where it has no key.

    Keys of different hashes differ, which takes a seventh of the time that comparing them takes.
    """
    key = table.key()
    if not key or frame.select(key).hash_rows().n_unique() == frame.height:
        return frame.clear()
    return frame.filter(pl.struct(key).is_duplicated())


@cache
def _declared(table: type[Table]) -> dict[str, DeclaredColumn]:
    """As Pandera reads it, without the schema that it makes of it: those took a twelfth of a small night."""
    declared = {}
    for name, annotation in _annotations(table).items():
        field = getattr_static(table, name)
        dtype = _dtype(annotation, **(field.dtype_kwargs or {}))
        declared[name] = DeclaredColumn(
            dtype, field.nullable, field.checks, field.description, field.metadata or {}
        )
    return declared


def _annotations(table: type[Table]) -> dict[str, Any]:
    """What its columns are annotated with, those of its parents first; a text is evaluated once a module.

    What `typing.get_type_hints` gives, which evaluates each annotation of each parent for each contract.
    """
    return {
        name: _evaluated(annotation, parent.__module__)
        for parent in reversed(table.__mro__)
        for name, annotation in vars(parent).get("__annotations__", {}).items()
        if not name.startswith("_") and name != "Config"
    }


@cache
def _evaluated(annotation: str, module: str) -> Any:  # noqa: ANN401 -- whatever may be annotated
    """What an annotation says in its module."""
    return eval(annotation, vars(sys.modules[module]))  # noqa: S307 -- of our own contracts


def _dtype(annotation: Any, **options: Any) -> pl.DataType:  # noqa: ANN401 -- whatever may be annotated
    """The type of an annotated column: Python's or Polars's own, or one of `Annotated` with its arguments.

    A column that may be absent (`Optional`) is proven where it is there; else Pandera is asked.
    """
    if get_origin(annotation) is Union:
        annotation = get_args(annotation)[0]
    if annotation in PYTHON_TYPES:
        return PYTHON_TYPES[annotation]
    kind = getattr(annotation, "__origin__", annotation)
    return cast("pl.DataType", kind(*getattr(annotation, "__metadata__", ()), **options))


@cache
def _dtypes(table: type[Table]) -> pl.Schema:
    """Made once: building it takes longer than using it."""
    return pl.Schema({name: column.dtype for name, column in table.declared().items()})


def _keeps(rows: pl.DataFrame | pl.LazyFrame, table: type[Table]) -> bool:
    """Whether rows are proven to keep the contract; false also where only Pandera can tell."""
    if dict(rows.collect_schema()) != dict(table.dtypes()):
        return False
    if isinstance(rows, pl.LazyFrame) or rows.is_empty():
        return True
    proof = _proof(table)
    if proof is None or any(rows.get_column(name).null_count() for name in proof.needed):
        return False
    for name, holds, limit in proof.limits:
        column = rows.get_column(name)
        ends = (column.min(), column.max())
        if not all(end is None or holds(end, limit) for end in ends):
            return False
    return proof.others is None or bool(rows.select(proof.others).item())


class _Proof(NamedTuple):
    """What is asked of rows: first what takes no query, since a small night asks of hundreds of small frames.

    Attributes:
        needed: columns without nulls.
        limits: columns of whole numbers, how their ends compare, and with what.
        others: true of rows that keep the rules that are left; none: none is.
    """

    needed: list[str]
    limits: list[tuple[str, Callable[[Any, Any], bool], Any]]
    others: pl.Expr | None


@cache
def _proof(table: type[Table]) -> _Proof | None:
    """What is asked of rows of the contract; None: it has a rule that only Pandera knows."""
    columns = table.declared()
    rules = [
        (name, str(check.name), *(check.statistics or {}).values())
        for name, column in columns.items()
        for check in column.checks
    ]
    if any(rule not in PROVABLE for _, rule, *_ in rules):
        return None
    needed = [name for name, column in columns.items() if not column.nullable]
    ends = [rule for rule in rules if rule[1] in LIMITS and columns[rule[0]].dtype.is_integer()]
    others = [pl.col(name).is_not_nan().all() for name in needed if columns[name].dtype.is_float()]
    others += [
        PROVABLE[rule](pl.col(name), *limit).all()
        for name, rule, *limit in rules
        if (name, rule, *limit) not in ends
    ]
    return _Proof(
        needed,
        [(name, LIMITS[rule], limit) for name, rule, limit in ends],
        pl.all_horizontal(others) if others else None,
    )


@cache
def _empty(table: type[Table]) -> pl.DataFrame:
    """Made once: frames do not change, and validating one takes longer than a small night's rules."""
    return pl.DataFrame(schema=table.dtypes()).pipe(table.validate)


def conform(frame: pl.DataFrame, table: type[T]) -> DataFrame[T]:
    """`frame` with the columns of `table` in their order: absent ones null, foreign ones dropped.

    Types are not changed: a column of another type is an error of the caller.

    Raises:
        pandera.errors.SchemaError: a type differs, or a column that may not be null is.
    """
    dtypes = table.dtypes()
    absent = {name: dtype for name, dtype in dtypes.items() if name not in frame.columns}
    if absent:
        frame = with_nulls(frame, absent)
    own = frame if frame.columns == dtypes.names() else frame.select(dtypes.names())
    return own.pipe(table.validate)
