"""A night stopped by kill -9 at each of its fault points, then run again: `python -m tests.trials.crashes`.

One small client, without Prefect. The first night stands; the second is stopped, each time in a process
of its own, and run again by another one. Compared with a night that was not disturbed is everything that
`everything_kept` names: published files, analyst database, outbox, archive, landing, ledger, strays.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

from flows.disk import sealing
from flows.night.run import run_nights
from flows.workspace import Workspace
from tests.crash.stopping import KILLED, list_points, run_job, spread
from tests.trials.sample_nights import (
    NIGHTS,
    SMALL_CLIENT,
    differing,
    drop_files,
    everything_kept,
    run_sample,
)

FIRST, SECOND = NIGHTS[:2]


@dataclass(frozen=True)
class Undisturbed:
    """A workspace before its second night, and what that night leaves if nothing stops it."""

    before: Path
    expected: dict[str, str]
    points: tuple[str, ...]


def second_night(root: Path) -> None:
    """The night that is stopped, and the one that goes on from there."""
    run_nights(Workspace(root), business_date=SECOND)


def second_night_of_many(root: Path) -> None:
    """The same, where so few files of a version are many: their file system is synced once."""
    with patch.object(sealing, "MANY", 1), patch.object(sealing, "_tells_of_errors", lambda _: True):
        second_night(root)


def first_night(root: Path) -> None:
    """Everything up to the second night, whose files lie in inbound."""
    drop_files(run_sample(root, [SMALL_CLIENT], [FIRST]), SECOND, [SMALL_CLIENT])


def undisturbed_night(folder: Path) -> Undisturbed:
    """The start of every try, and what it must end in; found in processes that nothing stops."""
    before, after = folder / "before", folder / "after"
    assert run_job(first_night, before) == 0
    copy_workspace(before, after)
    points = list_points(second_night, after, folder / "points")
    return Undisturbed(before, everything_kept(Workspace(after)), tuple(points))


def differences_after_stop(undisturbed: Undisturbed, folder: Path, stop_at: int) -> list[str]:
    """What a night that was stopped at its k-th point and run again left differently."""
    root = stop_night(undisturbed, folder, stop_at)
    return differences_after_rerun(undisturbed, root)


def stop_night(undisturbed: Undisturbed, folder: Path, stop_at: int) -> Path:
    """The workspace that a night left when it was stopped at its k-th point."""
    root = copy_workspace(undisturbed.before, folder / f"stopped_{stop_at}")
    ended = run_job(second_night, root, stop_at=stop_at)
    assert ended == KILLED, f"the night was not stopped at point {stop_at} but ended with {ended}"
    return root


def differences_after_rerun(undisturbed: Undisturbed, root: Path) -> list[str]:
    """What a rerun left differently, or how it failed; the workspace is removed."""
    try:
        second_night(root)
    except Exception as error:  # noqa: BLE001 -- any failure is a finding of the trial
        return [f"the rerun failed: {type(error).__name__}: {error}"]
    found = differing(everything_kept(Workspace(root)), undisturbed.expected)
    remove_workspace(root)
    return found


def copy_workspace(source: Path, target: Path) -> Path:
    """A copy with its modes and links."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
    return target


def remove_workspace(root: Path) -> None:
    """Remove a workspace, whose published folders are read-only."""
    subprocess.run(["chmod", "-R", "u+w", str(root)], check=True)
    shutil.rmtree(root)


def main() -> int:
    """Try the points and print what was found; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, help="how many points, evenly spread; all unless given")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        undisturbed = undisturbed_night(folder)
        tried = spread(len(undisturbed.points), asked.points or len(undisturbed.points))
        print(f"{len(undisturbed.points)} fault points, {len(tried)} tried")  # noqa: T201 -- a trial prints
        stop = partial(differences_after_stop, undisturbed, folder)
        with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
            bad = sum(
                report(at, undisturbed.points[at - 1], found)
                for at, found in zip(tried, pool.map(stop, tried), strict=True)
            )
    seconds = time.monotonic() - started
    print(f"{len(tried)} points, {bad} with differences, {seconds:.0f} s")  # noqa: T201 -- as above
    return 1 if bad else 0


def report(number: int, point: str, found: list[str]) -> bool:
    """Whether a try found anything, which is printed; every hundredth try shows how far the trial is."""
    if found or number % 100 == 0:
        print(f"  {number} {point}: {'; '.join(found[:5]) or 'no difference'}", flush=True)  # noqa: T201 -- a trial prints
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main())
