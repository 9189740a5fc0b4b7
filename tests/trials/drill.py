"""The restore drill on a real wholesaler's orders: `python -m tests.trials.drill`.

Nights are run, a backup is made, some more nights are run and their picks fetched; then the books are lost.
The backup is put back, a person says what became of the picks, and the lost nights are caught up. Printed is
how long each step took, what a person had to do, and whether anything was handed out twice unsaid.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flows.clock import SYSTEM_CLOCK
from flows.ledger.runs.handed_out import HandedOutVerdict, read_handed_out, say_of
from flows.ledger.store.ledger import Ledger
from flows.night.run import run_nights
from flows.safekeeping.backup import make_backup
from flows.safekeeping.restore import Statement, restore_backup
from schemas.errors import PublicationError
from tests.trials.online_retail import FIRST, SOURCE, drop_files, nights_of, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from flows.workspace import Workspace

LINE = ("client_id", "order_id", "line_no", "sku")


@dataclass
class Drill:
    """What was done, how long it took, and what the warehouse got."""

    workspace: Workspace
    source: Path
    seconds: dict[str, float] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)
    fetched: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Units by order line and SKU, of all pick files that the warehouse fetched and works on."""

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """A step of the drill."""
        started = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - started, 1)

    def run(self, night: date, *, drop: bool = True) -> None:
        """A night; its picks are fetched at once."""
        if drop:
            drop_files(self.source, self.workspace, night)
        run_nights(self.workspace, business_date=night)
        self.fetch()

    def fetch(self) -> None:
        """The warehouse takes its files away."""
        for path in self.workspace.outbox.glob("*/*.csv"):
            if path.name.startswith("picks_"):
                rows = pl.read_csv(path, infer_schema=False)
                for *line, qty in rows.select(*LINE, "qty").iter_rows():
                    self.fetched[tuple(line)] += int(qty)
            path.unlink()


def live(drill: Drill, kept: int, lost: int, verdict: HandedOutVerdict) -> bool:
    """Whether the books and the warehouse agree after the drill."""
    last_kept = FIRST + timedelta(days=kept - 1)
    last = last_kept + timedelta(days=lost)
    backup = drill.workspace.root.parent / "backup"
    for night in nights_of(FIRST, last_kept):
        drill.run(night)
    with drill.timed("backup"):
        make_backup(drill.workspace, backup, SYSTEM_CLOCK.now())
    before = Counter(drill.fetched)
    for night in nights_of(last_kept + timedelta(days=1), last):
        drill.run(night)
    if verdict is HandedOutVerdict.DROPPED:
        drill.fetched = before
    shutil.rmtree(drill.workspace.ledger)
    with drill.timed("restore"):
        restored = restore_backup(drill.workspace, backup, Statement(replace=True), SYSTEM_CLOCK)
    drill.acts.append("backorders restore BACKUP --replace")
    rows, files = restored.handed_out.height, restored.handed_out["file_name"].n_unique()
    print(f"dropped again: {len(restored.dropped)} files; handed out since: {rows} rows in {files} files")  # noqa: T201 -- a trial prints
    with drill.timed("catch up"):
        catch_up(drill, last, verdict)
    return compare(drill)


def catch_up(drill: Drill, last: date, verdict: HandedOutVerdict) -> None:
    """Run the lost nights; say what became of the picks when it is asked."""
    try:
        drill.run(last, drop=False)
    except PublicationError as error:
        print(f"asked: {error}")  # noqa: T201 -- a trial prints
        drill.acts += ["backorders run", "a call to the warehouse"]
        with Ledger.open(drill.workspace) as ledger:
            say_of(ledger.connection, "MAIN", verdict)
        drill.acts += [f"backorders handed-out MAIN --{verdict}", "backorders run"]
        drill.run(last, drop=False)


def compare(drill: Drill) -> bool:
    """Whether what the warehouse has is what the books released, and what they say that it has besides."""
    with Ledger.open(drill.workspace) as ledger:
        besides = read_handed_out(ledger.connection)
    print(f"rows that the warehouse works on and the books have not released: {besides.height}")  # noqa: T201 -- as above
    known = released(drill.workspace)
    for *line, qty in besides.select(*LINE, "qty").iter_rows():
        known[tuple(line)] += int(qty)
    differing = [key for key in {*known, *drill.fetched} if known[key] != drill.fetched[key]]
    for key in differing[:5]:
        print(f"{key}: {known[key]} in the books, {drill.fetched[key]} at the warehouse")  # noqa: T201 -- as above
    return not differing


def released(workspace: Workspace) -> Counter[tuple[str, ...]]:
    """Units that the books ever released, by order line and SKU."""
    with Ledger.open(workspace) as ledger:
        rows = ledger.load_history("allocations").filter(kind="release")
    units = rows.group_by("client_id", "order_id", "line_no", "sku").agg(pl.col("allocated_qty").sum())
    return Counter({tuple(map(str, line)): qty for *line, qty in units.iter_rows()})


def main() -> int:
    """Run the drill and print it; 1 if the books and the warehouse disagree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=SOURCE)
    parser.add_argument("--kept", type=int, default=14, help="nights before the backup")
    parser.add_argument("--lost", type=int, default=2, help="nights after it")
    parser.add_argument(
        "--verdict", type=HandedOutVerdict, default=HandedOutVerdict.KEPT, choices=list(HandedOutVerdict)
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        drill = Drill(set_up(Path(folder) / "workspace"), asked.source)
        agrees = live(drill, asked.kept, asked.lost, asked.verdict)
    print(f"seconds: {drill.seconds}")  # noqa: T201 -- as above
    print(f"a person: {'; '.join(drill.acts)}")  # noqa: T201 -- as above
    print(f"books and warehouse agree: {agrees}")  # noqa: T201 -- as above
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
