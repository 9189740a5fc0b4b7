"""Days and numbers of rows that come back from quarantine, in whose place a spreadsheet wrote its own form.

Rewritten is only what can mean one thing: `03.04.2026` where the client writes the year first, `4/25/2026`,
and `12,5` for `12.5`. Anything else stays, and is rejected where the client's own form does not read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from schemas.settings.client import FeedSettings

YEAR_FIRST = "%Y"
SLASHED = r"^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})$"
DOTTED = r"^([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})$"
MOST_MONTHS = 12


def in_own_form(
    texts: pl.Series, is_back: pl.Series, dtype: pl.DataType, settings: FeedSettings
) -> pl.Series:
    """The texts of a column, where a spreadsheet changed them in the client's own form.

    Args:
        texts: the cells.
        is_back: whether each stands in a row that comes back.
        dtype: of the column's values.
        settings: how the client writes.
    """
    if not is_back.any() or dtype in {pl.Boolean, pl.String}:
        return texts
    text = pl.lit(texts)
    own = _day(text, settings) if dtype.is_temporal() else _number(text, settings.decimal_mark)
    changed = pl.when(pl.lit(is_back)).then(pl.coalesce(own, text)).otherwise(text)
    return pl.select(changed).to_series().alias(texts.name)


def _number(text: pl.Expr, mark: str) -> pl.Expr:
    """A number with the other decimal mark; none with three digits behind it, which may be a thousand."""
    other = "," if mark == "." else "."
    is_other = text.str.contains(rf"^[+-]?[0-9]+\{other}(?:[0-9]{{1,2}}|[0-9]{{4,}})$")
    return pl.when(is_other).then(text.str.replace(other, mark, literal=True))


def _day(text: pl.Expr, settings: FeedSettings) -> pl.Expr:
    """A day of a client who writes the year first, where it can be only one day."""
    if not settings.date_format.startswith(YEAR_FIRST):
        return pl.lit(None, pl.String)
    first, second, year = (text.str.extract(SLASHED, group).cast(pl.Int32) for group in (1, 2, 3))
    is_day_first = (first > MOST_MONTHS) | (first == second)
    is_month_first = second > MOST_MONTHS
    day, month = (
        pl.when(is_day_first).then(one).when(is_month_first).then(other)
        for one, other in ((first, second), (second, first))
    )
    dotted = [text.str.extract(DOTTED, group).cast(pl.Int32) for group in (3, 2, 1)]
    parts = [pl.coalesce(part, slashed) for part, slashed in zip(dotted, (year, month, day), strict=True)]
    written = pl.format(
        "{}-{}-{}", parts[0], *(part.cast(pl.String).str.zfill(2) for part in parts[1:])
    ).str.to_date("%Y-%m-%d", strict=False)
    return written.dt.strftime(settings.date_format)
