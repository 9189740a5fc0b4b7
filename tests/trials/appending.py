"""Whether an analyst database that is appended to says the same: `uv run python -m tests.trials.appending`.

Warehouses live their days (`tests.warehouse`) in a workspace on disk. Each version's database is compared
with one that is made anew from the ledger: every table, the order of its rows, and what the manifest says of
it. Meanwhile dates are run twice, others are missed and caught up, clients are held, orders leave the books
and come back, settings change, and the days that analysts see become fewer and more.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import duckdb
import polars as pl

from flows.configuration import parse_configuration
from flows.ledger.store.ledger import Ledger
from flows.night.planning import planning
from flows.night.publishing import analysts
from flows.night.publishing.analysts import AnalystDesk
from flows.night.publishing.committed import CommittedNight
from flows.night.publishing.yesterday import copy_yesterday
from flows.night.run import run_nights
from flows.outbound.analysts.analytics import FILE_NAME
from flows.outbound.analysts.digests import logical_digest
from flows.outbound.versions.publish import kept_manifest, version_folder
from schemas.outputs.analyst import ANALYST_TABLES
from tests.flows.night.small_world import clock_after
from tests.trials.retiring import is_equal
from tests.warehouse.judging import Answer, Replies
from tests.warehouse.kinds import FIRST_DAY, Style
from tests.warehouse.trial import run_courses
from tests.warehouse.workspace import WorkspaceNights
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from flows.night.publishing.yesterday import Yesterday
    from flows.outbound.analysts.analytics import Shown
    from flows.workspace import Workspace
    from schemas.night import NightInputs, NightPlan
    from tests.warehouse.telling import File

DAYS = {0: 9, 8: 3, 11: 4, 18: 12, 26: 12, 30: 5, 44: 8}
"""From which night on how many days analysts see."""

MISSED, AGAIN, HELD, SETTINGS = (5, 2), (4, 3), (6, 4), (7, 6)
"""Every how many nights, and on which of these, a date is missed, run twice, a client held, a setting new."""

SETTINGS_FILE = "settle_seconds = 0\nmin_free_bytes = 0\nclosed_days = 1\nanalyst_days = {days}\n"
WORKING = ('["mon", "tue", "wed", "thu", "fri"]', '["tue", "wed", "thu", "fri", "sat"]')
UNTIL_ITS_END = "seconds"
"""What a night took: while it is published that is not known yet."""

WORDS = """
    SELECT 'table', table_name, '', comment FROM duckdb_tables()
    UNION ALL SELECT sql, view_name, '', comment FROM duckdb_views() WHERE NOT internal
    UNION ALL SELECT data_type, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal
    ORDER BY ALL
"""
"""What a database says of itself."""


class DifferenceError(AssertionError):
    """A database that was appended to says something else."""


class MadeAnew(AnalystDesk):
    """A desk that reads all from the ledger."""

    _yesterday = None


@dataclass
class Appending(WorkspaceNights):
    """A workspace whose nights do all that may keep a database from being appended to."""

    compared: int = 0
    """The last version that was compared."""
    appended: int = 0
    largest: float = 0.0
    """How many times as large as one that is made anew a database has been."""

    def run(self, night: date, files: Sequence[File]) -> Replies:
        """What the last version says; what is dropped on a date that is missed comes with the next one."""
        number = (night - FIRST_DAY).days
        self._change_settings(number)
        if _is(number, MISSED):
            self.drop(night, files)
            return Replies({client_id: Answer() for client_id in self.client_ids}, {})
        held = self.client_ids[number % len(self.client_ids)] if _is(number, HELD) else None
        with (
            patch.object(analysts, "copy_yesterday", self._copy),
            patch.object(planning, "plan_night", partial(_plan, held)),
        ):
            self._run(night, files, is_twice=_is(number, AGAIN), is_late=_is(number - 1, MISSED))
        with Ledger.open(self.workspace) as ledger:
            last = ledger.last_committed()
            for version in range(self.compared + 1, (last.version or 0) + 1 if last else 1):
                self._compare(ledger, version)
        return self.read(night)

    def _run(self, night: date, files: Sequence[File], *, is_twice: bool, is_late: bool) -> None:
        early, late = (files[::2], files[1::2]) if is_twice else (files, [])
        self.drop(night, early)
        if is_late:
            run_nights(self.workspace, clock=clock_after(night))
        run_nights(self.workspace, business_date=night)
        if is_twice:
            self.drop(night, late)
            run_nights(self.workspace, business_date=night, again=True)

    def _change_settings(self, number: int) -> None:
        days = DAYS[max(first for first in DAYS if first <= number)]
        self.workspace.settings_file.write_text(SETTINGS_FILE.format(days=days), "utf-8")
        if _is(number, SETTINGS):
            for path in sorted(self.workspace.warehouses.glob("*.toml")):
                text = re.sub(
                    r"working_days = .*", f"working_days = {WORKING[number % 2]}", path.read_text("utf-8")
                )
                path.write_text(text, "utf-8")

    def _copy(self, night: CommittedNight, since: date, path: Path) -> Yesterday | None:
        """As the night does, counted."""
        found = copy_yesterday(night, since, path)
        self.appended += found is not None
        return found

    def _compare(self, ledger: Ledger, version: int) -> None:
        """See to it that a version's database is what the ledger makes of it.

        Raises:
            DifferenceError: it is not.
        """
        published, anew = (
            version_folder(self.workspace, version) / FILE_NAME,
            self.workspace.root.parent / FILE_NAME,
        )
        shown = make_anew(self.workspace, ledger, version, anew)
        manifest = json.loads(kept_manifest(self.workspace, version).read_bytes())
        said = (manifest["database_digest"], manifest["database"], logical_digest(published))
        differs = [] if said == (shown.digest, shown.content(), shown.digest) else ["the manifest"]
        differs += differences(published, anew)
        if differs:
            message = f"version {version}: {', '.join(differs)}"
            raise DifferenceError(message)
        self.largest = max(self.largest, published.stat().st_size / anew.stat().st_size)
        self.compared = version


def make_anew(workspace: Workspace, ledger: Ledger, version: int, path: Path) -> Shown:
    """What the database of a version shows that was now made at a path from the ledger alone."""
    (run,) = (run for run in ledger.all_runs() if run.version == version)
    configuration = parse_configuration(ledger.frozen(run.as_of).policies)
    night = CommittedNight(workspace, ledger, configuration, run.as_of, version)
    desk = MadeAnew(night, path)
    for cohort in night.cohorts():
        desk.add(cohort)
    shown = desk.write()
    shutil.rmtree(night.scratch)
    return shown


def differences(published: Path, anew: Path) -> list[str]:
    """Tables in which two databases differ, or whose rows stand in another order."""
    with duckdb.connect(published, read_only=True) as one, duckdb.connect(anew, read_only=True) as other:
        words = [connection.execute(WORDS).fetchall() for connection in (one, other)]
        tables = {name: (_rows(one, name), _rows(other, name)) for name in ANALYST_TABLES}
    return [
        *(["words"] if words[0] != words[1] else []),
        *(name for name, (rows, others) in tables.items() if not is_equal(rows, others)),
        *(
            f"order of {name}"
            for name, (rows, others) in tables.items()
            if not rows.select(ANALYST_TABLES[name].order).equals(others.select(ANALYST_TABLES[name].order))
        ),
    ]


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    rows = pl.DataFrame(pl.from_arrow(connection.table(name).to_arrow_table()))
    return rows.drop(UNTIL_ITS_END) if name == "nights" else rows


def _plan(held: str | None, inputs: NightInputs) -> NightPlan:
    """The plan of a night; that of a client who shall be held fails."""
    if held in inputs.clients:
        raise ArithmeticError
    return plan_night(inputs)


def _is(number: int, every: tuple[int, int]) -> bool:
    """Whether it is the turn of a night."""
    return number % every[0] == every[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Live, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, action="append", help="default: 5, 9 and 14")
    parser.add_argument("--nights", type=int, default=60)
    asked = parser.parse_args(arguments)
    seeds = asked.seed or [5, 9, 14]
    styles = [Style.of(seed, short="implied", is_timed=seed % 2 == 0) for seed in seeds]
    with tempfile.TemporaryDirectory() as folder:
        nights = Appending.of(styles, Path(folder) / "w")
        run_courses(styles, asked.nights, nights)
    print(  # noqa: T201 -- the command's output
        f"{nights.compared} versions, {nights.appended} of them appended: all equal; "
        f"at most {nights.largest:.1f} times as large"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
