"""Effect ids: what makes a release, a shipment or a message happen once in all history."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATOR = "\x1f"
ID_LENGTH = 32


def with_effect_id(frame: pl.DataFrame, name: str, columns: Sequence[str], *, kind: str) -> pl.DataFrame:
    """`frame` with column `name`: a hex id that depends on `kind` and the values of `columns` alone.

    The id is the same on every machine and under every version of Polars: SHA-256 over a text from
    which the values can be read back, so different values cannot give one text. Null differs from empty.
    """
    texts = frame.select(_canonical_text(frame.select(columns), kind)).to_series()
    ids = [sha256(text.encode()).hexdigest()[:ID_LENGTH] for text in texts]
    return frame.with_columns(pl.Series(name, ids, dtype=pl.String))


def _canonical_text(keys: pl.DataFrame, kind: str) -> pl.Expr:
    """Kind and values as one text; `+` marks a value and `-` a null, so a doubled separator is a value's."""
    values = [
        pl.when(pl.col(name).is_null()).then(pl.lit("-")).otherwise(pl.lit("+") + _plain_text(name, dtype))
        for name, dtype in keys.schema.items()
    ]
    return pl.concat_str([pl.lit(kind), *values], separator=SEPARATOR)


def _plain_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A value as text; dates and times as their number, which no release of Polars formats anew."""
    if dtype.is_temporal():
        return pl.col(name).to_physical().cast(pl.String)
    text = pl.col(name).cast(pl.String)
    return text.str.replace_all(SEPARATOR, SEPARATOR * 2, literal=True) if dtype == pl.String else text
