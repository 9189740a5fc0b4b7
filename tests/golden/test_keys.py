"""What tells rows apart in the contracts does so in what three nights published."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from schemas.outputs.analyst import ANALYST_TABLES
from schemas.outputs.analyst_views import ANALYST_VIEWS
from schemas.outputs.reports import BinToCount, Pick, StatusLine
from tests.golden.published import MONDAY, TUESDAY, WEDNESDAY

if TYPE_CHECKING:
    from schemas.table import Table
    from tests.golden.published import PublishedNights

EACH_NIGHT = pytest.mark.parametrize("night", [MONDAY, TUESDAY, WEDNESDAY])
READABLE = {name: table.contract for name, table in ANALYST_TABLES.items()} | ANALYST_VIEWS


@EACH_NIGHT
def test_no_two_rows_of_an_analyst_table_have_one_key(nights: PublishedNights, night: str) -> None:
    questions = []
    for name, contract in READABLE.items():
        key = ", ".join(f'"{column}"' for column in contract.key())
        questions.append(f"SELECT '{name}' FROM {name} GROUP BY {key} HAVING count(*) > 1")  # noqa: S608 -- names of contracts
    assert nights.rows(night, " UNION ALL ".join(questions)) == []


@EACH_NIGHT
@pytest.mark.parametrize(
    ("pattern", "contract"),
    [
        ("picks/*/picks_*.csv", Pick),
        ("status/*/*.csv", StatusLine),
        ("picks/*/bins_to_count.csv", BinToCount),
    ],
)
def test_no_two_rows_of_a_file_have_one_key(
    nights: PublishedNights, night: str, pattern: str, contract: type[Table]
) -> None:
    files = nights.texts(night, pattern)
    assert files
    for path, text in files.items():
        keys = [
            tuple(row[name] for name in contract.key())
            for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
        ]
        assert len(keys) == len(set(keys)), path
