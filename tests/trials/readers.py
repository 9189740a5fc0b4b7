"""Analysts who keep the published database open while nights run: `python -m tests.trials.readers`.

Three processes of an ordinary user hold `published/current/analytics.duckdb` open for reading, and query
and open it anew, while the nights run. None of them may fail, nor may the nights; none of them may
open it for writing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from flows.night.run import run_nights
from flows.outbound.analysts.analytics import FILE_NAME
from tests.trials.sample_nights import CLIENTS, NIGHTS, drop_files, set_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event

    from flows.workspace import Workspace

NOBODY = 65534
HOLDS = (3, 30, 1_000_000)
"""For each reader how often it asks before it opens what is current by then; the last never lets go."""

QUERIES = (
    "SELECT count(*) FROM order_lines",
    "SELECT count(*), sum(backordered_qty) FROM backorders_by_sku",
    "SELECT max(version) FROM nights",
)
_context = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Reading:
    """What a reader lived through."""

    queries: int
    versions: tuple[int, ...]
    errors: tuple[str, ...]
    write_refused: bool


def read_on(published: Path, hold: int, stop: Event, answers: Queue[Reading]) -> None:
    """Query until told to stop, as an ordinary user; open the file anew after `hold` rounds."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    queries = 0
    versions: set[int] = set()
    errors: list[str] = []
    refused = is_write_refused(published)
    while not stop.is_set() or not (queries or errors):
        try:
            with duckdb.connect(published / "current" / FILE_NAME, read_only=True) as connection:
                for asked in range(hold):
                    if asked and stop.is_set():
                        break
                    rows = [connection.execute(query).fetchall() for query in QUERIES]
                    versions.add(int(rows[-1][0][0]))
                    queries += len(rows)
                    time.sleep(0.05)
        except Exception as error:  # noqa: BLE001 -- any failure is a finding of the trial
            errors.append(f"{type(error).__name__}: {error}")
            time.sleep(0.05)
    answers.put(Reading(queries, tuple(sorted(versions)), tuple(errors), refused))


def is_write_refused(published: Path) -> bool:
    """Whether the database cannot be opened for writing by this user."""
    try:
        duckdb.connect(published / "current" / FILE_NAME).close()
    except duckdb.Error:
        return True
    return False


def read_through_nights(root: Path, nights: int, clients: Iterable[str] = CLIENTS) -> list[Reading]:
    """What each reader lived through while that many nights ran after a first one."""
    chosen = tuple(clients)
    workspace = set_up(root, chosen)
    run_night(workspace, 0, chosen)
    answers: Queue[Reading] = _context.Queue()
    stop = _context.Event()
    readers = [
        _context.Process(target=read_on, args=(workspace.published, hold, stop, answers)) for hold in HOLDS
    ]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, nights + 1):
            run_night(workspace, number, chosen)
    finally:
        stop.set()
        try:
            readings = [answers.get(timeout=60) for _ in readers]
        finally:
            for reader in readers:
                reader.join(timeout=5)
                reader.kill()
    return readings


def run_night(workspace: Workspace, number: int, clients: tuple[str, ...]) -> None:
    """A night of the sample, or one without files once the sample is over."""
    night = NIGHTS[0] + timedelta(days=number)
    drop_files(workspace, night, clients)
    run_nights(workspace, business_date=night)


def open_to_all(folder: Path) -> Path:
    """A scratch folder through which an ordinary user reaches what lies below."""
    folder.chmod(0o755)
    return folder


def main() -> int:
    """Run the nights beside the readers and print what they saw; 1 if anybody failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=5)
    asked = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        readings = read_through_nights(open_to_all(Path(place)) / "workspace", asked.nights)
    for number, reading in enumerate(readings, 1):
        write = "refused" if reading.write_refused else "POSSIBLE"
        print(  # noqa: T201 -- a trial prints
            f"reader {number}: {reading.queries} queries, versions {reading.versions}, "
            f"{len(reading.errors)} errors, opening for writing {write}"
        )
        for error in reading.errors[:3]:
            print(f"  {error}")  # noqa: T201 -- as above
    print(f"{asked.nights} nights, {time.monotonic() - started:.0f} s")  # noqa: T201 -- as above
    return 0 if all(reading.write_refused and not reading.errors for reading in readings) else 1


if __name__ == "__main__":
    raise SystemExit(main())
