"""The sample's nights in other circumstances: `python -m tests.trials.repeatability`.

Other names of files, orders of dropping, time zones, locales, threads, seeds of hashing. Each way is a
process of its own, with a workspace of its own. What is promised must be the same to the byte: picks,
notices, MANIFEST.json; and the logical digest of the analyst database.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from flows.night.run import run_nights
from tests.trials.sample_nights import CLIENTS, NIGHTS, differing, drop_files, promised_outputs, set_up

ZONES = ("UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Apia")
MADE_LOCALES = Path(tempfile.gettempdir()) / "backorders-trial-locales"
LOCALES = {
    "C": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "C.utf8": {"LC_ALL": "C.utf8"},
    "tr_TR": {"LC_ALL": "tr_TR.ISO-8859-9", "LOCPATH": str(MADE_LOCALES), "PYTHONUTF8": "0"},
}
"""Bare C means ASCII for whatever names no encoding; Turkish has other capitals and its own bytes."""

THREADS = ("1", "2")
SEEDS = ("0", "1", "random")
DAY_IN_NAME = re.compile(r"^count_\d{8}\.")
LONG_AGO = 1_700_000_000


@dataclass(frozen=True)
class Way:
    """Circumstances of a run that must not matter."""

    zone: str = "UTC"
    locale: str = "C.utf8"
    threads: str = "2"
    seed: str = "0"
    is_renamed: bool = False

    def environment(self) -> dict[str, str]:
        """The variables of a process that runs this way."""
        own = {"TZ": self.zone, "POLARS_MAX_THREADS": self.threads, "PYTHONHASHSEED": self.seed}
        return {**os.environ, **LOCALES[self.locale], **own}

    def __str__(self) -> str:
        """A line of the table."""
        names = "renamed, other order" if self.is_renamed else "as named"
        return f"{self.zone:17} {self.locale:7} {self.threads:7} {self.seed:7} {names:21}"


PLAIN = Way()
QUICK = (
    Way("Pacific/Apia", "C", "1", "random", is_renamed=True),
    Way("America/New_York", "tr_TR", "2", "1", is_renamed=True),
)
"""For the suite: every kind of circumstance differs at least once."""

ALL = tuple(
    Way(zone, locale, threads, seed, is_renamed=is_renamed)
    for zone, locale, threads, (seed, is_renamed) in product(
        ZONES, LOCALES, THREADS, zip(SEEDS, (False, True, True), strict=True)
    )
)


def make_turkish() -> bool:
    """Whether the Turkish locale is there now; where its sources are not installed, it is not."""
    place = MADE_LOCALES / "tr_TR.ISO-8859-9"
    MADE_LOCALES.mkdir(exist_ok=True)
    if not place.exists() and shutil.which("localedef"):
        command = ["localedef", "-i", "tr_TR", "-f", "ISO-8859-9", str(place)]
        subprocess.run(command, check=False, capture_output=True)
    return place.exists()


def outputs_of(way: Way, folder: Path) -> dict[str, str]:
    """What the nights put out when they run this way, in a process of its own."""
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__, "--inside", str(folder)]
    ended = subprocess.run(
        [*command, *(["--renamed"] if way.is_renamed else [])],
        env=way.environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if ended.returncode:
        return {f"failed: {ended.stderr.strip().splitlines()[-1]}": ""}
    outputs: dict[str, str] = json.loads(ended.stdout)
    return outputs


def run_inside(root: Path, *, is_renamed: bool) -> dict[str, str]:
    """The nights in this process; renamed files also come in another order, with other times."""
    workspace = set_up(root)
    for night in NIGHTS:
        clients = reversed(CLIENTS) if is_renamed else CLIENTS
        dropped = drop_files(workspace, night, clients, other_name if is_renamed else lambda _, name: name)
        for number, file in enumerate(dropped):
            age = number if is_renamed else -number
            os.utime(file, (LONG_AGO + age, LONG_AGO + age))
        run_nights(workspace, business_date=night)
    return promised_outputs(workspace)


def other_name(number: int, name: str) -> str:
    """A name that sorts the other way round; where the client says that a day stands in it, it stays."""
    if DAY_IN_NAME.search(name):
        return name
    return f"{chr(ord('z') - number)} {name[::-1].removesuffix('vsc.')} {number}.csv"


def main() -> int:
    """Try the ways and print a line each; 1 if any output differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inside", type=Path, help="only run here and print the outputs")
    parser.add_argument("--renamed", action="store_true")
    parser.add_argument("--quick", action="store_true", help="the two ways of the suite")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    if asked.inside:
        print(json.dumps(run_inside(asked.inside, is_renamed=asked.renamed)))  # noqa: T201 -- read by outputs_of
        return 0
    return print_table(QUICK if asked.quick else ALL, asked.processes)


def print_table(ways: tuple[Way, ...], processes: int) -> int:
    """A line for each way; 1 if any output differs from those of the plain way."""
    started = time.monotonic()
    if not make_turkish():
        print("no Turkish locale could be made; those ways are left out")  # noqa: T201 -- a trial prints
        ways = tuple(way for way in ways if way.locale != "tr_TR")
    with tempfile.TemporaryDirectory() as place:
        expected = outputs_of(PLAIN, Path(place) / "plain")
        print(f"{len(expected)} outputs of {len(NIGHTS)} nights, {len(CLIENTS)} clients")  # noqa: T201 -- a trial prints
        print(f"{'time zone':17} {'locale':7} {'threads':7} {'seed':7} {'files':21} differences")  # noqa: T201 -- as above
        bad = 0
        with ThreadPoolExecutor(processes) as pool:
            folders = [Path(place) / str(number) for number in range(len(ways))]
            for way, outputs in zip(ways, pool.map(outputs_of, ways, folders), strict=True):
                found = differing(outputs, expected)
                bad += bool(found)
                print(f"{way} {'; '.join(found[:3]) or 0}", flush=True)  # noqa: T201 -- as above
    print(f"{len(ways)} ways, {bad} with differences, {time.monotonic() - started:.0f} s")  # noqa: T201 -- as above
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
