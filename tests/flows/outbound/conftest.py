"""A published version of the analyst tests' small world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.outbound.analysts.analytics import write_analytics
from flows.workspace import Workspace
from tests.transforms.reports.analyst_world import AS_OF, CLIENTS, version_of
from transforms.reports.analyst import build_analyst_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemas.night import AsOf
    from schemas.outputs.analyst import VersionTables


@pytest.fixture
def make_database(tmp_path: Path) -> Callable[..., Path]:
    """Write the analyst database of a version, by default the small one."""

    def make(version: VersionTables | None = None, *, as_of: AsOf = AS_OF, name: str = "analytics") -> Path:
        tables = build_analyst_tables(version or version_of(), as_of=as_of, clients=CLIENTS, analyst_days=90)
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        path = tmp_path / f"{name}.duckdb"
        write_analytics(tables, path, scratch=scratch)
        return path

    return make


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace that nothing was published in."""
    return Workspace(tmp_path)
