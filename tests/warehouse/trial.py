"""Worlds and nights brought together: each day is lived, told, planned and judged."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.warehouse.judging import Verdict, judge
from tests.warehouse.kinds import FIRST_DAY
from tests.warehouse.life import live_a_day
from tests.warehouse.pick_lists import stop_picks, take_lists
from tests.warehouse.telling import confirm_count, items_file, write_files
from tests.warehouse.world import SKUS, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.warehouse.judging import Program
    from tests.warehouse.kinds import Style
    from tests.warehouse.telling import File


@dataclass
class Course:
    """One seed's world and what was found wrong with its books."""

    world: World
    verdict: Verdict = field(default_factory=Verdict)
    held: list[File] = field(default_factory=list)
    counts: dict[str, File] = field(default_factory=dict)
    """The last file of each sheet."""


def run_courses(styles: Sequence[Style], nights: int, program: Program) -> tuple[list[Course], float]:
    """All seeds together, night by night, and the seconds that it took."""
    started = time.perf_counter()
    courses = [Course(World(style, nights)) for style in styles]
    for number in range(nights):
        night = FIRST_DAY + timedelta(days=number)
        files: list[File] = []
        for course in courses:
            course.world.day = night
            live_a_day(course.world)
            files += _drop(course)
        replies = program.run(night, files)
        for course in courses:
            client_id = course.world.style.client_id
            answer = replies.answers[client_id]
            judge(course.world, night, answer, course.verdict)
            course.held = [confirm_count(course.counts[sheet]) for sheet in sorted(answer.counts_held)]
            course.world.day = night + timedelta(days=1)
            stop_picks(course.world, night, answer.findings)
            take_lists(course.world, replies.releases.get(client_id, ()))
    return courses, time.perf_counter() - started


def _drop(course: Course) -> list[File]:
    """The evening's files, the items on the first, and held counts that a person confirmed."""
    world = course.world
    files = write_files(world)
    if world.day == FIRST_DAY:
        files.insert(0, items_file(world, sorted(SKUS)))
    files += course.held
    for file in files:
        if file.sheet and not file.name.startswith("again-"):
            course.counts[file.sheet] = file
    return files


def figures(course: Course, seconds: float) -> dict[str, Any]:
    """What the trial says of a seed."""
    world, verdict = course.world, course.verdict
    return {
        "seed": world.style.seed,
        "short": world.style.short,
        "times": world.style.is_timed,
        "nights": world.nights,
        "events": world.events,
        "counts": len(world.told.counts),
        "differences": verdict.differences,
        "nightly_differences": verdict.nightly,
        "line_differences": verdict.lines,
        "unreported_missed": verdict.missed,
        "false_findings": verdict.false_findings,
        "false_codes": dict(verdict.by_code),
        "shipped_twice": world.shipped_twice,
        "cancelled_shipped": world.cancelled_shipped,
        "promised_twice": verdict.promised_twice,
        "counts_held": verdict.held,
        "causes": dict(verdict.by_cause),
        "happened": {kind: times for kind, times in world.happened.items() if times},
        "seconds": round(seconds, 3),
    }


def is_clean(told: dict[str, Any]) -> bool:
    """Whether nothing was wrong."""
    return not any(told[name] for name in BAD)


BAD = (
    "differences",
    "nightly_differences",
    "line_differences",
    "unreported_missed",
    "false_findings",
    "shipped_twice",
    "cancelled_shipped",
    "promised_twice",
)
