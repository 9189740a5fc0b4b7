"""A small part of the warehouse trial: all that a day may bring, and faults that it must notice."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Literal

import pytest
from pandera.errors import SchemaError

from schemas.errors import InvariantError
from tests.trials.warehouse import main
from tests.warehouse.faults import WAREHOUSE_FAULTS
from tests.warehouse.kinds import Style
from tests.warehouse.nights import Nights
from tests.warehouse.trial import BAD, figures, is_clean, run_courses
from tests.warehouse.workspace import WorkspaceNights

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.warehouse.judging import Program

SEEDS = (0, 5, 10, 15, 18, 21)
"""Each temper, zones, one house and two, events with numbers and without."""

FAULTY_NIGHTS = 12
SHORTS: tuple[Literal["implied", "explicit"], ...] = ("implied", "explicit")


def styles_of(seeds: tuple[int, ...] = SEEDS) -> list[Style]:
    return [
        Style.of(seed, short=short, is_timed=(place + place // 2) % 2 == 0)
        for place, (seed, short) in enumerate(product(seeds, SHORTS))
    ]


def told_of(styles: list[Style], nights: int, program: Program) -> list[dict[str, Any]]:
    courses, _ = run_courses(styles, nights, program)
    return [figures(course, 0.0) for course in courses]


@pytest.mark.thorough
def test_the_books_are_what_lies_in_the_warehouse() -> None:
    styles = styles_of()
    told = told_of(styles, 12, Nights.of(styles))
    assert [one["causes"] for one in told if not is_clean(one)] == []
    assert all(one["counts"] and one["events"] for one in told)


def wild_styles() -> list[Style]:
    """Every temper, way to tell and numbering."""
    return [
        Style.of(seed, short=short, is_timed=is_timed)
        for seed, short, is_timed in product(range(4, 20), SHORTS, (True, False))
    ]


def sums_of(told: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(one[name] for one in told) for name in BAD}


@cache
def sums_without_a_fault() -> dict[str, int]:
    return sums_of(told_of(wild_styles(), FAULTY_NIGHTS, Nights.of(wild_styles())))


@pytest.mark.long
@pytest.mark.parametrize("name", WAREHOUSE_FAULTS)
def test_the_warehouse_notices_a_planted_fault(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sums_without_a_fault()
    module, seam, wrong = WAREHOUSE_FAULTS[name]
    monkeypatch.setattr(module, seam, wrong(getattr(module, seam)))
    try:
        found = sums_of(told_of(wild_styles(), FAULTY_NIGHTS, Nights.of(wild_styles())))
    except (SchemaError, InvariantError):
        return
    assert any(found[name] > before[name] for name in BAD)


@pytest.mark.long
def test_a_workspace_on_disk_answers_as_memory_does(tmp_path: Path) -> None:
    styles = styles_of((0, 5))[:3]
    on_disk = told_of(styles, 6, WorkspaceNights.of(styles, tmp_path / "workspace"))
    assert on_disk == told_of(styles, 6, Nights.of(styles))


@pytest.mark.thorough
def test_the_command_tells_every_seed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--seeds", "2", "--nights", "3", "--kinds", "receipts", "--times", "times", "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["seed"], one["short"], one["nights"]) for one in told] == [
        (0, "implied", 3),
        (0, "explicit", 3),
        (1, "implied", 3),
        (1, "explicit", 3),
    ]


def test_the_command_refuses_a_kind_that_there_is_not() -> None:
    with pytest.raises(SystemExit, match="no such kinds: thefts"):
        main(["--kinds", "thefts"])
