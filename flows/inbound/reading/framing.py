"""What the process that reads files answers, as bytes: pickled, but large tables as Arrow's own memory.

Polars pickles a table in a way that takes as long as a third of reading it. A table of a feed is
wide, and most of its columns are empty or say of which file a row is: such a column is named and not sent.
"""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE = 1_000
"""Rows; smaller tables are pickled, which is quick enough."""


class Constant(NamedTuple):
    """A column that says one thing in all rows; None: nothing."""

    name: str
    dtype: pl.DataType
    value: str | None


def dump_answer(answer: object) -> bytes:
    """The bytes of an answer; `pickle.loads` reads them."""
    written = io.BytesIO()
    _Pickler(written, protocol=5).dump(answer)
    return written.getvalue()


def load_table(content: bytes, constants: list[Constant], columns: list[str]) -> pl.DataFrame:
    """The table again: what was sent, and what was only named, in the order of the columns."""
    sent = pl.read_ipc(io.BytesIO(content))
    same = [pl.lit(value, dtype).alias(name) for name, dtype, value in constants]
    return sent.with_columns(same).select(columns)


class _Pickler(pickle.Pickler):
    """Pickles all but large tables as ever."""

    def reducer_override(self, obj: Any) -> tuple[Callable[..., pl.DataFrame], tuple[Any, ...]] | Any:  # noqa: ANN401 -- as the base class has it
        """How a large table is written."""
        if not isinstance(obj, pl.DataFrame) or obj.height < LARGE:
            return NotImplemented
        constants = [found for column in obj if (found := _constant(column))]
        # one column is sent in any case, since it tells how many rows there are
        sent = obj.drop([constant.name for constant in constants]) if len(constants) < obj.width else obj
        content = io.BytesIO()
        sent.write_ipc(content, compression="uncompressed")
        named = constants if len(constants) < obj.width else []
        return load_table, (pickle.PickleBuffer(content.getbuffer()), named, obj.columns)


def _constant(column: pl.Series) -> Constant | None:
    """A column of nothing, or of one text; None for any other."""
    if column.null_count() == len(column):
        return Constant(column.name, column.dtype, None)
    if column.dtype != pl.String or column.null_count():
        return None
    first = column[0]
    return Constant(column.name, column.dtype, first) if (column == first).all() else None
