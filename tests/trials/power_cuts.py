"""The power cut after each operation of a night, then a rerun: `python -m tests.trials.power_cuts`.

The night's operations are replayed (`tests.crash.replay`) on a copy of the workspace as it stood before;
whatever was not synced is lost in four ways. States of the disk that are the same are run once.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from tests.crash.replay import Disk, Loss, read_log, replay
from tests.crash.stopping import run_job, spread
from tests.trials.crashes import (
    Undisturbed,
    copy_workspace,
    differences_after_rerun,
    report,
    second_night,
    second_night_of_many,
    undisturbed_night,
)

if TYPE_CHECKING:
    from tests.crash.stopping import Job


@dataclass(frozen=True)
class Cut:
    """The power is gone after so many operations, and some of what was not synced with it."""

    upto: int
    loss: Loss


def log_night(undisturbed: Undisturbed, folder: Path, job: Job = second_night) -> Path:
    """The log of the operations of a night that nothing stops."""
    root, log = folder / "logged", folder / "log"
    copy_workspace(undisturbed.before, root)
    assert run_job(job, root, log=log) == 0
    return log


def choose_cuts(undisturbed: Undisturbed, log: Path, sample: int) -> tuple[int, list[Cut]]:
    """How many cuts there are after evenly spread operations, and those of them that differ.

    Of the cuts that leave the same disk, the first stands for all.
    """
    lines = read_log(log)
    chosen = {0, *spread(len(lines), sample)}
    disk = Disk(log / "payloads", undisturbed.before)
    found: dict[str, Cut] = {}
    for upto in range(len(lines) + 1):
        if upto:
            disk.apply(lines[upto - 1])
        for loss in Loss if upto in chosen else ():
            found.setdefault(disk.digest(loss), Cut(upto, loss))
    return len(chosen) * len(Loss), list(found.values())


def cut_power(undisturbed: Undisturbed, log: Path, folder: Path, cut: Cut) -> Path:
    """The workspace as it stands after a cut."""
    root = folder / f"cut_{cut.upto}_{cut.loss.name}"
    return replay(log, cut.upto, root, loss=cut.loss, start=undisturbed.before)


def differences_after_cut(undisturbed: Undisturbed, log: Path, folder: Path, cut: Cut) -> list[str]:
    """What a rerun from the disk after a cut left differently."""
    return differences_after_rerun(undisturbed, cut_power(undisturbed, log, folder, cut))


def main() -> int:
    """Try the cuts and print what was found; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, help="after how many operations; all unless given")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--many", action="store_true", help="as if the files of the version were many")
    asked = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        undisturbed = undisturbed_night(folder)
        log = log_night(undisturbed, folder, second_night_of_many if asked.many else second_night)
        lines = read_log(log)
        cuts, tried = choose_cuts(undisturbed, log, asked.operations or len(lines))
        print(f"{len(lines)} operations, {cuts} cuts, {len(tried)} different disks", flush=True)  # noqa: T201 -- a trial prints
        cut_at = partial(differences_after_cut, undisturbed, log, folder)
        with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
            bad = sum(
                report(
                    cut.upto,
                    f"{lines[cut.upto - 1]['op'] if cut.upto else 'none'}, lost {cut.loss.value}",
                    found,
                )
                for cut, found in zip(tried, pool.map(cut_at, tried), strict=True)
            )
    seconds = time.monotonic() - started
    print(f"{cuts} cuts, {len(tried)} different disks, {bad} with differences, {seconds:.0f} s")  # noqa: T201 -- as above
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
