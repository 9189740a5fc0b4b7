"""Progress of nights on a terminal: a line a night, as the steps say in the log how far they are."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from flows.cli.printing.paper import open_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ANNOUNCED = logging.getLogger("flows.night.announcing")
STEPS = {
    "freeze": "fixing files and settings",
    "plan": "reading, posting, allocating",
    "commit": "committing",
    "publish": "writing picks, notices, reports",
    "deliver": "delivering",
}
"""The steps of a run, in order, and what each does."""


class Watcher(logging.Handler):
    """Turns what steps say into a line a run; remembers which runs are done."""

    def __init__(self, progress: Progress, waiting_for: str) -> None:
        super().__init__(logging.DEBUG)
        self.progress = progress
        self.finished: list[str] = []
        self._waiting: TaskID | None = progress.add_task(waiting_for, total=None)
        self._lines: dict[str, TaskID] = {}
        self._all: TaskID | None = None
        self._nights = 0
        self._running = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one step's begin or end, a part of it, or how many nights there are."""
        said = record.__dict__
        step, run_id = said.get("step", ""), said.get("run_id", "")
        if "nights" in said:
            self._show_nights(said["nights"])
        elif "waits" in said:
            self._show_waiting(said["waits"])
        elif "stage" in said:
            self._show_part(said["stage"], 0.5)
        elif "part" in said:
            place, of = said["place"], said["of"]
            self._show_part(f"{said['part']} {place:,} of {of:,}", place / of / 2)
        elif not run_id:
            self._show_waiting("looking at what was dropped")
        elif step in STEPS:
            self._show_step(step, run_id, is_done=said["is_done"])

    def _show_nights(self, nights: int) -> None:
        """Of several nights a line of their own says how many are done."""
        self._nights = nights
        if nights > 1:
            self._all = self.progress.add_task(f"0 of {nights:,} nights", total=nights)

    def _show_waiting(self, words: str) -> None:
        if self._waiting is not None:
            self.progress.update(self._waiting, description=words)

    def _show_step(self, step: str, run_id: str, *, is_done: bool) -> None:
        """Move the run's line to a step."""
        if self._waiting is not None:
            self.progress.remove_task(self._waiting)
            self._waiting = None
        if run_id not in self._lines:
            self._lines[run_id] = self.progress.add_task("", total=len(STEPS))
        is_last = is_done and step == "deliver"
        done = list(STEPS).index(step) + is_done
        words = "done" if is_last else STEPS[step]
        self.progress.update(self._lines[run_id], completed=done, description=f"{run_id[:10]}  {words}")
        self._running = run_id
        if is_last:
            self.finished.append(run_id)
            self._close_line(run_id)

    def _show_part(self, words: str, share: float) -> None:
        """How far the plan is; reading is about half of it."""
        if self._running in self._lines:
            completed = list(STEPS).index("plan") + share
            description = f"{self._running[:10]}  {words}"
            self.progress.update(self._lines[self._running], completed=completed, description=description)

    def _close_line(self, run_id: str) -> None:
        """Of several nights only the one that runs has a line."""
        if self._all is not None:
            self.progress.remove_task(self._lines.pop(run_id))
            done = len(self.finished)
            self.progress.update(
                self._all, completed=done, description=f"{done:,} of {self._nights:,} nights"
            )


@contextmanager
def watched_nights(waiting_for: str = "looking at what was dropped") -> Iterator[Watcher]:
    """A watcher of the nights that run in the block; its lines stand on stderr and go when it ends."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<45}", markup=False),
        BarColumn(20),
        TimeElapsedColumn(),
    )
    level, was_off = ANNOUNCED.level, ANNOUNCED.disabled
    console = open_console(to_stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        watcher = Watcher(progress, waiting_for)
        ANNOUNCED.addHandler(watcher)
        ANNOUNCED.disabled = False  # a library that sets up logging may have turned it off
        ANNOUNCED.setLevel(logging.DEBUG if console.is_terminal else logging.INFO)
        try:
            yield watcher
        finally:
            ANNOUNCED.removeHandler(watcher)
            ANNOUNCED.setLevel(level)
            ANNOUNCED.disabled = was_off


@contextmanager
def watched_steps(waiting_for: str) -> Iterator[Callable[[str, int], None]]:
    """What to call with the name of each step and their number, before it begins; shows a bar on stderr."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<25}", markup=False),
        BarColumn(30),
        TimeElapsedColumn(),
    )
    console = open_console(to_stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(waiting_for, total=None)
        begun = 0

        def on_step(words: str, steps: int) -> None:
            nonlocal begun
            progress.update(task, description=words, completed=begun, total=steps)
            begun += 1

        yield on_step
