"""Tests of what is shown while nights run: which night of how many, which file of how many."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from rich.progress import Progress

from flows.cli.printing.watching import ANNOUNCED, Watcher, watched_nights
from flows.night.announcing import announce_nights, announce_stage, each_told
from flows.night.run import run_nights
from tests.flows.night.small_world import MONDAY, clock_after, drop_first_day, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """A watcher that hears everything and shows nothing."""
    shown = Watcher(Progress(disable=True), "waiting")
    before = ANNOUNCED.level
    ANNOUNCED.addHandler(shown)
    ANNOUNCED.setLevel(logging.DEBUG)
    yield shown
    ANNOUNCED.removeHandler(shown)
    ANNOUNCED.setLevel(before)


def lines(watcher: Watcher) -> list[str]:
    """What stands on the screen."""
    return [task.description for task in watcher.progress.tasks]


def say(step: str, run_id: str, *, is_done: bool) -> None:
    """What a step says."""
    ANNOUNCED.info("step", extra={"step": step, "run_id": run_id, "is_done": is_done})


def test_of_many_nights_the_screen_says_how_many_are_done_and_which_one_runs(watcher: Watcher) -> None:
    announce_nights(270)
    for run_id in ("2026-03-05-1", "2026-03-06-1"):
        say("freeze", run_id, is_done=False)
        say("deliver", run_id, is_done=True)
    say("freeze", "2026-03-07-1", is_done=False)
    assert lines(watcher) == ["2 of 270 nights", "2026-03-07  fixing files and settings"]
    assert watcher.finished == ["2026-03-05-1", "2026-03-06-1"]


def test_one_night_has_one_line_that_says_which_file_is_read(watcher: Watcher) -> None:
    announce_nights(1)
    say("plan", "2026-03-05-1", is_done=False)
    seen = [lines(watcher)[-1] for _ in each_told(["a", "b"], "reading file")]
    assert seen == ["2026-03-05  reading file 1 of 2", "2026-03-05  reading file 2 of 2"]
    announce_stage("checking the laws")
    assert lines(watcher) == ["2026-03-05  checking the laws"]
    assert [task.completed for task in watcher.progress.tasks] == [1.5]


def test_parts_of_what_is_not_watched_show_nothing(watcher: Watcher) -> None:
    assert list(each_told([], "reading file")) == []
    assert list(each_told(["a"], "reading file")) == ["a"]
    assert lines(watcher) == ["waiting"]


@pytest.mark.thorough
def test_real_nights_tell_how_many_they_are_and_which_file_is_read(tmp_path: Path, watcher: Watcher) -> None:
    seen: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())

    listener = Listener()
    ANNOUNCED.addHandler(listener)
    place = make_world(tmp_path / "data")
    drop_first_day(place)
    run_nights(place, business_date=MONDAY, clock=clock_after(MONDAY + timedelta(days=1)))
    ANNOUNCED.removeHandler(listener)
    assert {"1 night to run", "reading file 1 of 2", "reading file 2 of 2", "checking the laws"} <= set(seen)
    assert watcher.finished == ["2026-03-02-1"]


def test_nothing_is_shown_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with watched_nights():
        say("plan", "2026-03-05-1", is_done=False)
    assert capsys.readouterr().err == ""
