"""The books beside living warehouses: `uv run python -m tests.trials.warehouse`.

Each seed is a warehouse that owns its units, lives day by day and writes files about it (`tests.warehouse`).
All seeds are clients of one plan. `--json` prints a list of objects, one a seed and way; else a table, and of
the first seed that is not clean the story of what went wrong first. To look closer: `--seed 17 --nights 12
--kinds receipts,late`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.warehouse.kinds import ALL_KINDS, Style
from tests.warehouse.nights import Nights
from tests.warehouse.trial import BAD, figures, is_clean, run_courses
from tests.warehouse.workspace import WorkspaceNights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.warehouse.trial import Course

TOGETHER = 800
"""Clients of one plan."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print; 1 if a seed is not clean."""
    asked = _parser().parse_args(arguments)
    styles = _styles(asked)
    told: list[dict[str, Any]] = []
    dirty: list[Course] = []
    profile: list[str] = []
    for begin in range(0, len(styles), TOGETHER):
        part = styles[begin : begin + TOGETHER]
        if asked.workspace:
            with tempfile.TemporaryDirectory() as folder:
                courses, seconds = run_courses(
                    part, asked.nights, WorkspaceNights.of(part, Path(folder) / "w")
                )
        else:
            nights = Nights.of(part)
            courses, seconds = run_courses(part, asked.nights, nights)
            profile += _profile(nights.posting_seconds)
        for course in courses:
            told.append(figures(course, seconds / len(part)))
            if not is_clean(told[-1]):
                dirty.append(course)
    if asked.json:
        print(json.dumps(told, indent=1))  # noqa: T201 -- the command's output
    else:
        _print_table(told, dirty, stories=asked.stories)
    if asked.profile:
        print("\n".join(profile), file=sys.stderr)  # noqa: T201 -- beside the output
    return 1 if dirty else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=200, help="seeds 0, 1, 2, ...")
    parser.add_argument("--seed", type=int, action="append", help="these seeds only")
    parser.add_argument("--short", choices=["implied", "explicit"], action="append")
    parser.add_argument("--times", choices=["times", "days"], action="append")
    parser.add_argument("--zone", help="time zone of all warehouses and clients, instead of the seed's")
    parser.add_argument(
        "--kinds", help=f"what may happen, instead of the seed's temper: {', '.join(ALL_KINDS)}"
    )
    parser.add_argument("--without", default="", help="kinds that never happen")
    parser.add_argument("--workspace", action="store_true", help="real files and runs; slow, for a few seeds")
    parser.add_argument("--stories", type=int, default=1, help="so many stories of what went wrong first")
    parser.add_argument(
        "--profile", action="store_true", help="seconds of posting by night, on the error output"
    )
    parser.add_argument("--json", action="store_true", help="a list of objects instead of a table")
    return parser


def _styles(asked: argparse.Namespace) -> list[Style]:
    kinds = None if asked.kinds is None else tuple(kind for kind in asked.kinds.split(",") if kind)
    without = frozenset(asked.without.split(",")) - {""}
    unknown = [kind for kind in {*(kinds or ()), *without} if kind not in ALL_KINDS]
    if unknown:
        message = f"no such kinds: {', '.join(unknown)}; there are {', '.join(ALL_KINDS)}"
        raise SystemExit(message)
    zones = (asked.zone, asked.zone) if asked.zone else None
    made = [
        Style.of(seed, short=short, is_timed=times == "times", kinds=kinds, zones=zones)
        for seed, short, times in product(
            asked.seed or range(asked.seeds),
            asked.short or ("implied", "explicit"),
            asked.times or ("times", "days"),
        )
    ]
    return [style.lacking(without) for style in made]


def _profile(seconds: Sequence[float]) -> list[str]:
    """What posting took on every fifth night, the nights around it averaged."""
    return [
        f"posting, nights {night - 4} to {night}: {sum(seconds[night - 5 : night]) / 5:.3f} s a night"
        for night in range(5, len(seconds) + 1, 5)
    ]


def _print_table(told: list[dict[str, Any]], dirty: list[Course], *, stories: int) -> None:
    lines = [*_sums(told), *_totals(told)]
    for course in dirty[:stories]:
        style = course.world.style
        lines += ["", f"seed {style.seed}, {style.short}, {'times' if style.is_timed else 'days'}: first"]
        lines += [f"  {line}" for line in course.verdict.first or course.world.problems[:3]]
    print("\n".join(lines))  # noqa: T201 -- the output


def _sums(told: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each way to tell."""
    for short, is_timed in product(("implied", "explicit"), (True, False)):
        mine = [one for one in told if one["short"] == short and one["times"] == is_timed]
        if mine:
            sums = ", ".join(f"{name} {sum(one[name] for one in mine)}" for name in BAD)
            events = sum(one["events"] for one in mine)
            way = f"{short}, {'times' if is_timed else 'days'}"
            yield f"{way:16} {len(mine)} seeds, {sum(map(is_clean, mine))} clean, {events} events: {sums}"


def _totals(told: list[dict[str, Any]]) -> Iterator[str]:
    """What was wrong how often, what happened how often, and how long it took."""
    causes: Counter[str] = Counter()
    happened: Counter[str] = Counter()
    for one in told:
        causes.update(one["causes"])
        happened.update(one["happened"])
    for cause, times in causes.most_common():
        yield f"{times:>7}  {cause}"
    yield "happened: " + ", ".join(f"{kind} {number}" for kind, number in happened.most_common())
    yield f"{sum(one['seconds'] for one in told):.0f} s"


if __name__ == "__main__":
    sys.exit(main())
