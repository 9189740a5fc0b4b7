"""How long the questions take: `python -m tests.questions.timing WORKSPACE`, seconds, the median of three."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from flows.cli.asking.sql import ask, open_for_questions
from flows.workspace import Workspace
from tests.questions.asked import read_questions

MEASURED = ""
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
