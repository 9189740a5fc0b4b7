"""The parent of every contract: a table with exactly these columns and types."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Self, TypeVar, cast

import pandera.polars as pa
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandera.typing.polars import DataFrame

Utc = Annotated[pl.Datetime, "us", "UTC"]
"""An instant, kept in UTC."""

Instant = Annotated[pl.Datetime, "us", None]
"""A time in UTC without saying so: whatever zone an analyst's session is in, it shows the same."""

Money = Annotated[pl.Decimal, 18, 4]
"""An amount in the row's own currency, four decimals."""

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


PROVABLE: dict[str, Callable[..., pl.Expr]] = {
    "greater_than_or_equal_to": pl.Expr.ge,
    "less_than_or_equal_to": pl.Expr.le,
    "not_equal_to": pl.Expr.ne,
    "isin": pl.Expr.is_in,
}
"""Pandera's checks that can be asked of all columns at once, by their name."""


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
            is_whole = isinstance(check_obj, pl.DataFrame) and not args and options.keys() <= {"lazy"}
            if is_whole and _keeps(check_obj, cls):
                return check_obj
            return super().validate(check_obj, *args, **options)


def empty(table: type[T]) -> DataFrame[T]:
    """A frame of `table` without rows."""
    return cast("DataFrame[T]", _empty(table))


def repeated(frame: pl.DataFrame, table: type[Table]) -> pl.DataFrame:
    """Rows whose key stands more than once in a frame of `table`; none where it has no key.

    Keys of different hashes differ, which takes a seventh of the time that comparing them takes.
    """
    key = table.key()
    if not key or frame.select(key).hash_rows().n_unique() == frame.height:
        return frame.clear()
    return frame.filter(pl.struct(key).is_duplicated())


@cache
def _dtypes(table: type[Table]) -> pl.Schema:
    """Made once: building it takes longer than using it."""
    columns = table.to_schema().columns
    return pl.Schema({name: cast("pl.DataType", column.dtype.type) for name, column in columns.items()})


def _keeps(frame: pl.DataFrame, table: type[Table]) -> bool:
    """Whether the frame is proven to keep the contract; false also where only Pandera can tell."""
    proof = _proof(table)
    if proof is None or dict(frame.schema) != dict(table.dtypes()):
        return False
    return frame.is_empty() or bool(frame.select(proof).item())


@cache
def _proof(table: type[Table]) -> pl.Expr | None:
    """True of rows that keep the contract; None: it has a rule that only Pandera knows."""
    schema = table.to_schema()
    columns = schema.columns.items()
    rules = [(name, check) for name, column in columns for check in column.checks]
    is_known = all(check.name in PROVABLE for _, check in rules) and not (schema.checks or schema.unique)
    is_plain = all(column.required and not column.unique for _, column in columns)
    needed = [name for name, column in columns if not column.nullable]
    if not (is_known and is_plain) or any(table.dtypes()[name].is_float() for name in needed):
        return None
    present = [pl.col(name).null_count() == 0 for name in needed]
    kept = [PROVABLE[str(rule.name)](pl.col(name), *rule.statistics.values()).all() for name, rule in rules]
    return pl.all_horizontal([pl.lit(True), *present, *kept])


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
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in dtypes.items() if name not in frame.columns]
    return frame.with_columns(absent).select(dtypes.names()).pipe(table.validate)
