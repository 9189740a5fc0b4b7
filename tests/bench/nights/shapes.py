"""Shapes of nights: which worlds live which nights, and what of them is compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.bench.measuring import in_own_process, tell
from tests.bench.nights.course import Course
from tests.bench.nights.dropping import drop_first, drop_goods, drop_orders, drop_shipments
from tests.bench.nights.old_keys import write_old_keys
from tests.bench.nights.world import World, name_client

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.nights.course import Row

FEW = 49
"""Rows that one client sends while all others send none."""

NEW_PART = 20
"""One of so many lines of the first night is as much as an ordinary night brings: 5 %."""

KEYED = 2_000
"""Rows of the night that meets old keys."""

TINY = World(lines=30, clients=3)


@dataclass(frozen=True)
class Asked:
    """What the command was asked for; of `World` what is named alike.

    Attributes:
        sizes: order lines of first nights, one course for each.
        clients: of first and ordinary nights.
        many_clients: of whom one sends `FEW` rows.
        many_lines: order lines of their first night.
        notices: with them, without, or both.
        ordinary_lines: order lines of the night before the ordinary ones.
        ordinary_nights: how many of them.
        ageing_lines: new order lines of each ageing night.
        ageing_nights: how many of them.
        keys: old keys.
        closed_days: after which the books forget closed orders, in the ageing world.
        analyst_days: of history in the analyst file, likewise.
    """

    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    clients: int = 20
    many_clients: int = 200
    many_lines: int = 100_000
    notices: tuple[bool, ...] = (False, True)
    ordinary_lines: int = 100_000
    ordinary_nights: int = 3
    ageing_lines: int = 20_000
    ageing_nights: int = 90
    keys: int = 20_000_000
    closed_days: int = 10
    analyst_days: int = 30
    seed: int = 1


def first(asked: Asked, folder: Path) -> list[Row]:
    """The first night of each size."""
    rows = []
    for notices in asked.notices:
        for lines in asked.sizes:
            world = World(lines, asked.clients, notices=notices, seed=asked.seed)
            rows += _lived(f"first of {lines:,} lines", world, folder / f"{notices}{lines}", _first)
    return rows


def ordinary(asked: Asked, folder: Path) -> list[Row]:
    """After a first night: new orders, goods that come, and confirmations of all that was released."""

    def nights(course: Course) -> None:
        course.live("before", drop_first)
        for _ in range(asked.ordinary_nights):
            course.live(
                "ordinary", drop_goods, drop_orders, drop_shipments, lines=course.world.lines // NEW_PART
            )

    rows = []
    for notices in asked.notices:
        world = World(asked.ordinary_lines, asked.clients, notices=notices, seed=asked.seed)
        rows += _lived("ordinary nights", world, folder / str(notices), nights)
    return rows


def untouched(asked: Asked, folder: Path) -> list[Row]:
    """One of many clients sends a few rows, then nobody anything; beside it that client alone."""

    def nights(course: Course) -> None:
        name = "alone" if course.world.only else "one of all"
        course.live("before", drop_first)
        course.live("shipped", drop_shipments)
        course.live(f"{FEW} rows, {name}", drop_orders, lines=FEW, client_id=name_client(1))
        course.live(f"empty, {name}")

    everybody = World(asked.many_lines, asked.many_clients, seed=asked.seed)
    alone = replace(everybody, only=name_client(1))
    return [
        *_lived(f"one of {asked.many_clients}", everybody, folder / "all", nights),
        *_lived("that one alone", alone, folder / "alone", nights),
    ]


def ageing(asked: Asked, folder: Path) -> list[Row]:
    """The same number of new lines every night, all of which ship on the next day."""

    def nights(course: Course) -> None:
        course.live("ageing", drop_first)
        for _ in range(asked.ageing_nights - 1):
            course.live("ageing", drop_orders, drop_shipments, lines=course.world.lines)

    settings = (("closed_days", asked.closed_days), ("analyst_days", asked.analyst_days))
    world = World(asked.ageing_lines, asked.clients, is_full=True, settings=settings, seed=asked.seed)
    return _lived("ageing", world, folder / "ageing", nights)


def old_keys(asked: Asked, folder: Path) -> list[Row]:
    """A small night in a workspace that has accepted many facts, beside the same in one that has not."""

    def nights(course: Course) -> None:
        with_keys = course.folder.name == "many"
        if with_keys:
            tell("  writing old keys")
            course.age = in_own_process(write_old_keys, course.world, course.workspace, asked.keys)
        course.live("before", drop_first)
        name = f"{asked.keys:,} old keys" if with_keys else "no old keys"
        course.live(name, drop_orders, lines=KEYED)

    world = World(KEYED, asked.clients, seed=asked.seed)
    return [
        row for kind in ("none", "many") for row in _lived(f"old keys: {kind}", world, folder / kind, nights)
    ]


def tiny(_: Asked, folder: Path) -> list[Row]:
    """A night of thirty lines, plain and with Prefect; each lived twice, the second time all is compiled."""
    rows = []
    for name, is_plain in (("tiny", True), ("tiny, Prefect", False)):
        for place in ("warm", "measured"):
            course = Course(TINY, folder / name / place)
            row = course.live(name, drop_first, is_plain=is_plain)
        rows.append(row)
    return rows


SHAPES: dict[str, Callable[[Asked, Path], list[Row]]] = {
    "tiny": tiny,
    "first": first,
    "ordinary": ordinary,
    "untouched": untouched,
    "ageing": ageing,
    "old_keys": old_keys,
}


def _lived(title: str, world: World, folder: Path, nights: Callable[[Course], None]) -> list[Row]:
    """The rows of a course, whose folder is removed after it."""
    notices = "with notices" if world.notices else "without notices"
    tell(f"{title}, {len(world.present)} clients, {notices}")
    course = Course(world, folder)
    nights(course)
    course.remove()
    return course.rows


def _first(course: Course) -> None:
    """The first night of a course."""
    course.live("first", drop_first)
