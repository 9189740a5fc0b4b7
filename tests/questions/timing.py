"""How long the questions take: `python -m tests.questions.timing WORKSPACE`, seconds, the median of three."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from flows.cli.asking.sql import ask, open_for_questions
from flows.workspace import Workspace
from tests.questions.asked import read_questions

MEASURED = """
On 2026-12-01 they were asked of a made file of fifteen million rows (90 nights of 20 clients, 1.5 million
order lines, 2.9 million of their nights) on two cores that others used as well, so these are seconds of a
processor, of which two work at once: 21 took less than one; 15, 4, 30, 12, 27, 19, 13 and 6 between one and
three; 11 five; 1 eight. `python -m tests.questions.timing WORKSPACE` measures it.

What a night decided is there of nights that this program has made (9, 10, 31). What reason a client sent
with a cancellation nobody can ask yet (15).
"""
"""What the page says of it, with the date on which it was measured."""


def main() -> None:
    """Ask each of the questions of a workspace three times, and print what that took."""
    with open_for_questions(Workspace(Path(sys.argv[1]))) as connection:
        for question in read_questions():
            seconds = []
            for _ in range(3):
                began = time.perf_counter()
                rows = ask(connection, question.sql).height
                seconds.append(time.perf_counter() - began)
            print(f"{question.number:>2} {median(seconds):7.3f} s {rows:>9,} rows  {question.words}")  # noqa: T201 -- the output


if __name__ == "__main__":
    main()
