"""Settled plans on disk, between planning and committing; scratch that can be made again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.ledger.store.commit import Settled
from schemas.books.laws import Violation
from schemas.errors import InvariantError
from schemas.intake.verdicts import FileOutcome
from schemas.night import Books, NightPlan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.workspace import Workspace
    from schemas.night import AsOf


COUNT = "count"
"""File that says how many plans lie beside it; written last."""

BOOKS = ("books", "retired")
"""Of a plan what is several tables."""


UNCHANGED = "unchanged.parquet"
"""File of a plan that says what of it is as before."""

SCHEMA = {"table": pl.String, "client_id": pl.String}


def staging_folder(workspace: Workspace, as_of: AsOf) -> Path:
    """Where a run keeps what it has not committed yet."""
    return workspace.staging / f"{as_of.business_date}-{as_of.run_no}"


@dataclass
class Staging:
    """A run's settled plans, laid down one after the other, each of clients of its own."""

    folder: Path
    count: int = 0

    @classmethod
    def begin(cls, workspace: Workspace, as_of: AsOf) -> Staging:
        """Nothing is laid down yet; an earlier try is gone."""
        folder = staging_folder(workspace, as_of)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return cls(folder)

    def lay(self, settled: Settled) -> None:
        """Keep a settled plan."""
        self.count += 1
        for part, tables in _parts(settled).items():
            folder = self.folder / str(self.count) / part
            folder.mkdir(parents=True)
            for name, frame in tables.items():
                frame.write_parquet(folder / f"{name}.parquet", statistics=False)
        unchanged = pl.DataFrame(sorted(settled.unchanged), SCHEMA, orient="row")
        unchanged.write_parquet(self.folder / str(self.count) / UNCHANGED, statistics=False)

    def scan(self, part: str, table: str) -> list[pl.LazyFrame]:
        """A table of each plan that lies here and has rows of it."""
        found = [self.folder / str(number + 1) / part / f"{table}.parquet" for number in range(self.count)]
        return [pl.scan_parquet(path, glob=False) for path in found if path.exists()]

    def end(self) -> None:
        """All of the run is settled: only now it can be read."""
        (self.folder / COUNT).write_text(str(self.count), "ascii")


def read_staged(folder: Path) -> list[Callable[[], Settled]]:
    """The settled plans that lie in a folder, each read when it is called.

    Raises:
        InvariantError: not all of the run is settled.
    """
    try:
        count = int((folder / COUNT).read_text("ascii"))
    except FileNotFoundError as error:
        message = f"{folder.name} was not settled to its end; plan it again"
        raise InvariantError(message) from error
    return [partial(_read_settled, folder / str(number + 1)) for number in range(count)]


def _read_settled(folder: Path) -> Settled:
    """The plan that lies in a folder."""

    def tables(part: str) -> dict[str, Any]:
        return {
            path.stem: pl.read_parquet(path, glob=False) for path in sorted((folder / part).glob("*.parquet"))
        }

    held = {client: frame.pipe(Violation.validate) for client, frame in tables("held").items()}
    unchanged = pl.read_parquet(folder / UNCHANGED, glob=False)
    return Settled(
        plan=NightPlan(
            books=Books.of(tables("books")), retired=Books.of(tables("retired")), **tables("plan")
        ),
        files=tables("files")["files"].pipe(FileOutcome.validate),
        held=held,
        unchanged=frozenset(unchanged.iter_rows()),
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
