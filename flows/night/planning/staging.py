"""What a run has settled, between planning and committing; scratch that can be made again.

Its segments lie in the books already, where nobody refers to them. Here lies what the commit says of them.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import polars as pl

from flows.ledger.store.lookup import Level
from flows.ledger.store.segments import StoredSegment
from flows.ledger.store.writing import Facts, Written
from schemas.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flows.workspace import Workspace
    from schemas.night import AsOf


SETTLED = "settled.json"
"""File that says which cohorts lie beside it; written last."""

SAID = "written.json"
"""File of a cohort that says which segments were written."""


def staging_folder(workspace: Workspace, as_of: AsOf) -> Path:
    """Where a run keeps what it has not committed yet."""
    return workspace.staging / f"{as_of.business_date}-{as_of.run_no}"


@dataclass(frozen=True)
class Staging:
    """What a run has settled, a folder for each cohort of its clients."""

    folder: Path

    @classmethod
    def begin(cls, workspace: Workspace, as_of: AsOf) -> Staging:
        """Nothing is settled yet; an earlier try is gone."""
        staging = cls.of(workspace, as_of)
        shutil.rmtree(staging.folder, ignore_errors=True)
        staging.folder.mkdir(parents=True)
        return staging

    @classmethod
    def of(cls, workspace: Workspace, as_of: AsOf) -> Staging:
        """What lies there of a run."""
        return cls(staging_folder(workspace, as_of))

    def lay(self, written: Written, **names: pl.DataFrame) -> str:
        """Keep what was written of a cohort, and tables of names that laws across cohorts ask for.

        Returns:
            Its folder, a new one each time: who is believed to be dead may still write to another.
        """
        folder = self.folder / uuid4().hex
        folder.mkdir()
        for name, table in {**written.facts._asdict(), **names}.items():
            table.write_parquet(folder / f"{name}.parquet", statistics=False)
        said = {name: value for name, value in vars(written).items() if name != "facts"}
        (folder / SAID).write_text(json.dumps(said, default=asdict), "utf-8")
        return folder.name

    def scan(self, name: str, table: str) -> pl.LazyFrame:
        """A table of names of a cohort, by its folder."""
        return pl.scan_parquet(self.folder / name / f"{table}.parquet", glob=False)

    def read(self, name: str) -> Written:
        """What was written of a cohort, by its folder."""
        folder = self.folder / name
        said = json.loads((folder / SAID).read_text("utf-8"))
        facts = (pl.read_parquet(folder / f"{name}.parquet", glob=False) for name in Facts._fields)
        return Written(
            **{
                **said,
                "scope": [tuple(key) for key in said["scope"]],
                "replaced": _segments(said["replaced"]),
                "appended": _segments(said["appended"]),
                "marks": [(kind, [_level(level) for level in levels]) for kind, levels in said["marks"]],
            },
            facts=Facts(*facts),
        )

    def end(self, names: Sequence[str]) -> None:
        """The cohorts in these folders are all of the run: only now it can be read."""
        (self.folder / SETTLED).write_text(json.dumps(names), "ascii")

    def read_all(self) -> list[Written]:
        """What was written of all cohorts.

        Raises:
            InvariantError: not all of the run is settled.
        """
        try:
            names = json.loads((self.folder / SETTLED).read_text("ascii"))
        except FileNotFoundError as error:
            message = f"{self.folder.name} was not settled to its end; plan it again"
            raise InvariantError(message) from error
        return [self.read(name) for name in names]

    def clear(self) -> None:
        """Remove the scratch of a run that is committed: it holds addresses."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _segments(said: list[dict[str, Any]]) -> list[StoredSegment]:
    return [StoredSegment(**segment) for segment in said]


def _level(said: dict[str, Any]) -> Level:
    parts = [(part, StoredSegment(**segment)) for part, segment in said["parts"]]
    return Level(**{**said, "parts": parts})
