"""Large tables come back as they were, whatever of them is named and not sent."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from flows.inbound.reading.framing import LARGE, dump_answer

ROWS = LARGE * 2
NULLS = {
    "nothing": pl.Series([None] * ROWS, dtype=pl.Decimal(18, 4)),
    "no_text": pl.Series([None] * ROWS, dtype=pl.String),
}
TABLES = {
    "mixed": pl.DataFrame(
        {
            **NULLS,
            "one": ["x" * 64] * ROWS,
            "some": ["a", None] * (ROWS // 2),
            "text": [f"é{n}" for n in range(ROWS)],
            "number": range(ROWS),
            "same_number": [7] * ROWS,
            "at": [datetime(2026, 3, 2, 9, tzinfo=UTC)] * ROWS,
            "on": [date(2026, 3, 2), None] * (ROWS // 2),
            "amount": [Decimal("1.2500")] * ROWS,
            "is_so": [True, False] * (ROWS // 2),
            "empty": [""] * ROWS,
        }
    ),
    "all named": pl.DataFrame({**NULLS, "one": ["x"] * ROWS}),
    "one column": pl.DataFrame({"one": ["x"] * ROWS}),
    "small": pl.DataFrame({"one": ["x", None]}),
    "no rows": pl.DataFrame(schema={"one": pl.String, "two": pl.Int64}),
    "no columns": pl.DataFrame(),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_as_it_was(name: str) -> None:
    table = TABLES[name]
    back = pickle.loads(dump_answer({"tables": [table, table.head(LARGE)], "other": 1}))  # noqa: S301 -- our own bytes
    assert back["other"] == 1
    for found, wanted in zip(back["tables"], (table, table.head(LARGE)), strict=True):
        assert found.schema == wanted.schema
        assert found.equals(wanted)


def test_what_is_one_in_all_rows_is_not_sent() -> None:
    wide = TABLES["mixed"].select("number", **{f"c{n}": pl.lit("x" * 64) for n in range(50)})
    assert len(dump_answer(wide)) < 2 * ROWS * 8
