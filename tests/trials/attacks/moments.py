"""Files that are written, replaced or taken away while they are looked at and read."""

from __future__ import annotations

import os
import threading
from functools import partial
from typing import TYPE_CHECKING

from tests.trials.attacks.answer import GOOD, HEADER, WAITS, Answer, Attack, orders, taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WELL = orders()
OTHER = orders().replace(b"O9", b"O8")
EVER = 100_000
EACH = 0.01


def _while_it_runs(act: Callable[[int], None]) -> Callable[[], None]:
    """Does it again and again until it is ended."""
    is_over = threading.Event()

    def go_on() -> None:
        for number in range(EVER):
            if is_over.wait(EACH):
                return
            act(number)

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()

    def end() -> None:
        is_over.set()
        thread.join()

    return end


def _grows(folder: Path) -> Callable[[], None]:
    path = folder / "a.csv"
    path.write_bytes(WELL)

    def add(number: int) -> None:
        with path.open("ab") as file:
            file.write(f"G{number},1,A,1,2026-03-02 09:00\n".encode())

    return _while_it_runs(add)


def _is_replaced(folder: Path) -> Callable[[], None]:
    path = folder / "a.csv"
    path.write_bytes(WELL)

    def replace(number: int) -> None:
        (folder / ".new").write_bytes(OTHER if number % 2 else WELL)
        (folder / ".new").replace(path)

    return _while_it_runs(replace)


def _is_cut_and_written(folder: Path) -> Callable[[], None]:
    path = folder / "a.csv"
    path.write_bytes(WELL)

    def write(number: int) -> None:
        path.write_bytes(b"" if number % 2 else WELL)

    return _while_it_runs(write)


def _comes_and_goes(folder: Path) -> Callable[[], None]:
    path = folder / "a.csv"
    path.write_bytes(WELL)

    def turn(number: int) -> None:
        path.write_bytes(WELL) if number % 2 else path.unlink()

    return _while_it_runs(turn)


def _becomes_a_link(folder: Path) -> Callable[[], None]:
    path = folder / "a.csv"
    path.write_bytes(WELL)

    def turn(number: int) -> None:
        if number % 2:
            (folder / ".new").write_bytes(WELL)
        else:
            (folder / ".new").symlink_to("/etc/passwd")
        (folder / ".new").replace(path)

    return _while_it_runs(turn)


def _folder_is_swapped(folder: Path) -> Callable[[], None]:
    (folder / "a.csv").write_bytes(WELL)
    aside = folder.with_name("aside")

    def turn(number: int) -> None:
        if number % 2:
            folder.unlink()
            aside.rename(folder)
        else:
            folder.rename(aside)
            folder.symlink_to("/etc")

    return _while_it_runs(turn)


FOUR_IN_THE_MORNING = 1_772_510_400
"""Of the day after the trial's night: when its clock says that it begins."""


def _as_old_as(seconds: float, folder: Path) -> None:
    """A file that was changed so long before four in the morning after the night."""
    path = folder / "a.csv"
    path.write_bytes(WELL)
    stamp = FOUR_IN_THE_MORNING - seconds
    os.utime(path, (stamp, stamp))


def _half(folder: Path) -> None:
    """Long enough ago for a whole file, not for one whose last line has no end (the trial settles in two)."""
    path = folder / "a.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\nO8,1,A,1,2026-03".encode())
    stamp = FOUR_IN_THE_MORNING - 3
    os.utime(path, (stamp, stamp))


WHOLE = Answer("waits|loaded|refused", "not_a_file|unknown_feed|empty_file|unreadable|still_written")
"""Whatever of it is right at that moment: half a file never is."""

MOMENTS = (
    ("it grows while it is read", _grows, WAITS),
    ("it is replaced again and again", _is_replaced, Answer("waits|loaded")),
    (
        "it is emptied and written again and again",
        _is_cut_and_written,
        Answer("waits|loaded|refused", "empty_file"),
    ),
    ("it comes and goes", _comes_and_goes, Answer("waits|loaded")),
    ("it turns into a link and back", _becomes_a_link, Answer("waits|loaded|refused", "not_a_file")),
    ("its folder turns into a link and back", _folder_is_swapped, WHOLE),
    ("it was written a second ago", partial(_as_old_as, 1), WAITS),
    ("it was written an hour ago", partial(_as_old_as, 3600), taken()),
    ("its last row is half there", _half, WAITS),
)

ATTACKS = tuple(Attack("moment", name, b"", answer, drop=drop) for name, drop, answer in MOMENTS)
