"""The parent of every contract: a table with exactly these columns and types."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

import pandera.polars as pa
import polars as pl

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

Utc = Annotated[pl.Datetime, "us", "UTC"]
"""An instant, kept in UTC."""

Money = Annotated[pl.Decimal, 18, 4]
"""An amount in the row's own currency, four decimals."""

T = TypeVar("T", bound="Table")


class Table(pa.DataFrameModel):
    """A table with exactly the declared columns; a subclass's docstring says what a row is."""

    class Config:
        """Strict: an unknown column is an error, and nothing is coerced."""

        strict = True

    @classmethod
    def dtypes(cls) -> pl.Schema:
        """Column names and Polars types, in the order of declaration."""
        columns = cls.to_schema().columns
        return pl.Schema({name: cast("pl.DataType", column.dtype.type) for name, column in columns.items()})

    @classmethod
    def names(cls) -> list[str]:
        """Column names in the order of declaration."""
        return list(cls.to_schema().columns)


def empty(table: type[T]) -> DataFrame[T]:
    """A frame of `table` without rows."""
    return cast("DataFrame[T]", _empty(table))


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
