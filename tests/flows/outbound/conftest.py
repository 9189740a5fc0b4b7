"""A published version of the analyst tests' small world."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest

from flows.outbound.analysts.analytics import AnalystParts, write_analytics
from flows.workspace import Workspace
from schemas.outputs.analyst import ANALYST_TABLES
from tests.transforms.reports.analyst_world import AS_OF, CLIENTS, version_of
from transforms.reports.analyst import build_analyst_tables, first_shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemas.night import AsOf
    from schemas.outputs.analyst import VersionTables

ANALYST_DAYS = 90


def write_database(folder: Path, name: str, version: VersionTables, as_of: AsOf) -> Path:
    """The analyst database of a version, written into a folder."""
    tables = build_analyst_tables(version, as_of=as_of, clients=CLIENTS, analyst_days=ANALYST_DAYS)
    parts = AnalystParts(folder / "scratch")
    parts.add(tables)
    write_analytics(parts, folder / f"{name}.duckdb", first_shown(as_of, ANALYST_DAYS))
    return folder / f"{name}.duckdb"


@pytest.fixture
def make_database(tmp_path: Path) -> Callable[..., Path]:
    """Write the analyst database of a version, by default the small one."""

    def make(version: VersionTables | None = None, *, as_of: AsOf = AS_OF, name: str = "analytics") -> Path:
        return write_database(tmp_path, name, version or version_of(), as_of)

    return make


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of no rows; only ever copied."""
    folder = tmp_path_factory.mktemp("blank")
    write_analytics(AnalystParts(folder / "scratch"), folder / "blank.duckdb", AS_OF.business_date)
    return folder / "blank.duckdb"


@pytest.fixture
def show_version(tmp_path: Path, blank_database: Path) -> Callable[..., Path]:
    """Put the rows of a version into a copy of a database: most of what writing one costs is not its rows."""

    def show(version: VersionTables | None = None, *, as_of: AsOf = AS_OF, name: str = "shown") -> Path:
        path = tmp_path / f"{name}.duckdb"
        shutil.copyfile(blank_database, path)
        tables = build_analyst_tables(
            version or version_of(), as_of=as_of, clients=CLIENTS, analyst_days=ANALYST_DAYS
        )
        with duckdb.connect(path) as connection:
            for table, rows in tables.items():
                if rows.height:
                    connection.register("rows", rows.sort(ANALYST_TABLES[table].order))
                    connection.execute(f"INSERT INTO {table} BY NAME FROM rows")
        return path

    return show


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the small version, for tests that only read it."""
    return write_database(tmp_path_factory.mktemp("analysts"), "analytics", version_of(), AS_OF)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace that nothing was published in."""
    return Workspace(tmp_path)
