"""A settled plan on disk, between planning and committing; scratch that can be made again."""

from __future__ import annotations

import shutil
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.night.planning.planning import Settled
from schemas.books.laws import Violation
from schemas.intake.verdicts import FileOutcome
from schemas.night import Books, NightPlan

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace
    from schemas.night import AsOf


BOOKS = ("books", "retired")
"""Of a plan what is several tables."""


def staging_folder(workspace: Workspace, as_of: AsOf) -> Path:
    """Where a run keeps what it has not committed yet."""
    return workspace.staging / f"{as_of.business_date}-{as_of.run_no}"


def stage_plan(workspace: Workspace, as_of: AsOf, settled: Settled) -> Path:
    """The folder in which the plan now lies, in place of an earlier try."""
    folder = staging_folder(workspace, as_of)
    shutil.rmtree(folder, ignore_errors=True)
    for part, tables in _parts(settled).items():
        (folder / part).mkdir(parents=True)
        for name, frame in tables.items():
            frame.write_parquet(folder / part / f"{name}.parquet", statistics=False)
    return folder


def read_staged(folder: Path) -> Settled:
    """The plan that lies in a folder."""

    def tables(part: str) -> dict[str, Any]:
        return {
            path.stem: pl.read_parquet(path, glob=False) for path in sorted((folder / part).glob("*.parquet"))
        }

    held = {client: frame.pipe(Violation.validate) for client, frame in tables("held").items()}
    return Settled(
        plan=NightPlan(
            books=Books.of(tables("books")), retired=Books.of(tables("retired")), **tables("plan")
        ),
        files=tables("files")["files"].pipe(FileOutcome.validate),
        held=held,
    )


def clear_staging(workspace: Workspace, as_of: AsOf) -> None:
    """Remove the scratch of a run that is committed: it holds addresses."""
    shutil.rmtree(staging_folder(workspace, as_of), ignore_errors=True)


def _parts(settled: Settled) -> dict[str, dict[str, pl.DataFrame]]:
    """Every table of a plan by its folder and name; of books those that have a row."""
    plan = settled.plan
    own = {field.name: getattr(plan, field.name) for field in fields(plan) if field.name not in BOOKS}
    return {
        "plan": own,
        **{name: _with_rows(getattr(plan, name)) for name in BOOKS},
        "files": {"files": settled.files},
        "held": dict(settled.held),
    }


def _with_rows(books: Books) -> dict[str, pl.DataFrame]:
    """The tables in which something stands."""
    return {name: table for name, table in books.tables().items() if table.height}
