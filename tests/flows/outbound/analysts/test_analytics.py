"""Tests of the analyst database on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from flows.outbound.analysts.digests import logical_digest
from schemas.dictionary.columns import describe_columns
from schemas.intake.verdicts import FileOutcome
from schemas.night import AsOf
from schemas.outputs.analyst import ANALYST_TABLES, Night
from schemas.outputs.analyst_views import ANALYST_VIEWS
from schemas.results import Finding
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import night_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemas.table import Table

    MakeDatabase = Callable[..., Path]
    ShowVersion = Callable[..., Path]

DUCKDB_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP",
}


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    """The rows that an analyst gets."""
    with duckdb.connect(path, read_only=True) as connection:
        rows: list[tuple[object, ...]] = connection.execute(question).fetchall()
        return rows


def duckdb_type(dtype: pl.DataType) -> str:
    """The type that an analyst sees."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return DUCKDB_TYPES[type(dtype)]


def test_tables_and_views_have_the_columns_and_types_of_their_contracts(database: Path) -> None:
    contracts: dict[str, type[Table]] = {name: table.contract for name, table in ANALYST_TABLES.items()}
    for name, contract in (contracts | ANALYST_VIEWS).items():
        found = [(column, kind) for column, kind, *_ in ask(database, f"DESCRIBE {name}")]
        assert found == [(column, duckdb_type(dtype)) for column, dtype in contract.dtypes().items()], name


def test_every_table_and_column_says_what_it_is(database: Path) -> None:
    columns = ask(
        database, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    )
    contracts: dict[str, type[Table]] = {name: table.contract for name, table in ANALYST_TABLES.items()}
    expected = {
        (name, column, meaning)
        for name, contract in (contracts | ANALYST_VIEWS).items()
        for column, meaning in describe_columns(contract).items()
    }
    assert set(columns) == expected
    tables = ask(
        database,
        "SELECT comment FROM duckdb_tables() UNION ALL SELECT comment FROM duckdb_views() WHERE NOT internal",
    )
    assert len(tables) == len(contracts) + len(ANALYST_VIEWS)
    assert all(comment for (comment,) in tables)


def test_a_table_of_quantities_says_how_to_read_them(database: Path) -> None:
    tables = ask(database, "SELECT table_name FROM duckdb_tables() WHERE comment LIKE '%items.decimals%'")
    with_quantities = {
        name
        for name, table in ANALYST_TABLES.items()
        if any(column.endswith("qty") for column in table.contract.names())
    }
    assert {name for (name,) in tables} == with_quantities
    assert {"order_lines", "movements", "decisions", "items"} <= with_quantities


def test_the_file_can_be_read_by_duckdb_1_4(database: Path) -> None:
    with duckdb.connect(database, read_only=True) as connection:
        tags = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert "v1.4" in str(tags)


def test_the_file_is_read_only_and_nothing_else_is_left(make_database: MakeDatabase, tmp_path: Path) -> None:
    path = make_database()
    assert path.stat().st_mode & 0o777 == 0o444
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["analytics.duckdb", "scratch"]


def test_a_half_made_file_of_a_killed_run_is_replaced(make_database: MakeDatabase, tmp_path: Path) -> None:
    (tmp_path / "analytics.duckdb").write_bytes(b"half")
    assert ask(make_database(), "SELECT count(*) FROM order_lines") == [(1,)]


def test_rows_stand_in_the_order_of_their_key(make_database: MakeDatabase) -> None:
    nights = [night_row(NIGHT - timedelta(days=days), version=days + 1) for days in (0, 2, 1)]
    path = make_database(version_of(nights=frame_of(Night, *nights)))
    assert ask(path, "SELECT version FROM nights") == [(3,), (2,), (1,)]


def test_equal_content_has_an_equal_digest_whatever_the_order(make_database: MakeDatabase) -> None:
    findings = frame_of(
        Finding,
        {"code": "over_shipped", "subject": "O1"},
        {"code": "over_shipped", "subject": "O2"},
    )
    forth = make_database(version_of(history={"findings": findings}), name="forth")
    back = make_database(version_of(history={"findings": findings.reverse()}), name="back")
    assert logical_digest(forth) == logical_digest(back)


def test_other_content_has_another_digest(show_version: ShowVersion, database: Path) -> None:
    other = show_version(version_of(nights=frame_of(Night, night_row(version=2))), name="other")
    assert logical_digest(database) != logical_digest(other)


def test_a_value_that_moves_to_the_next_column_changes_the_digest(show_version: ShowVersion) -> None:
    findings = [{"subject": "O1", "detail": ""}, {"subject": "", "detail": "O1"}]
    paths = [
        show_version(version_of(history={"findings": frame_of(Finding, row)}), name=str(place))
        for place, row in enumerate(findings)
    ]
    assert logical_digest(paths[0]) != logical_digest(paths[1])


def test_how_long_a_night_took_is_not_content(show_version: ShowVersion) -> None:
    quick = show_version(version_of(nights=frame_of(Night, night_row(seconds=1.0))), name="quick")
    slow = show_version(version_of(nights=frame_of(Night, night_row(seconds=9.0))), name="slow")
    assert logical_digest(quick) == logical_digest(slow)


def test_names_of_files_are_not_content(show_version: ShowVersion) -> None:
    digests = set()
    for name in ("monday.csv", "tuesday.csv"):
        history = {
            "files": frame_of(
                FileOutcome, {"file_name": name, "verdict": "refused", "detail": f"{name} is empty"}
            ),
            "findings": frame_of(
                Finding, {"code": "file_refused", "subject": name, "command": f"check {name}"}
            ),
        }
        digests.add(logical_digest(show_version(version_of(history=history), name=name)))
    assert len(digests) == 1


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_the_zone_of_the_machine_changes_nothing(
    make_database: MakeDatabase, database: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    here = logical_digest(database)
    monkeypatch.setenv("TZ", zone)
    there = make_database(name="there")
    assert logical_digest(there) == here
    assert str(ask(there, "SELECT ordered_at FROM order_lines")[0][0]) == "2026-03-02 09:00:00"


def test_the_last_day_shown_is_the_night_itself(make_database: MakeDatabase) -> None:
    version = version_of(nights=frame_of(Night, night_row(date(2026, 3, 3))))
    path = make_database(replace(version), as_of=AsOf(date(2026, 3, 3)))
    assert ask(path, "SELECT max(business_date) FROM nights") == [(date(2026, 3, 3),)]
