"""What analysts ask is answered from the sample, and the page of questions says how."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.cli.asking.sql import ask, open_for_questions
from tests.questions.asked import read_questions
from tests.questions.page import write_page
from tests.questions.timing import MEASURED

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.workspace import Workspace

PAGE = Path(__file__).parents[2] / "data" / "README.md"
ABOUT = """\
# data

`sample/` is the only thing here that git keeps: settings and dropped files of three invented clients over
three nights, and [what is expected of them](sample/README.md). `backorders demo` copies them elsewhere, so
they never change.

This folder is also the default workspace of every command (`--workspace` or `BACKORDERS_WORKSPACE` name
another). Whatever a night makes of it (`ledger/`, `landing/`, `published/` and the rest, described in
[flows/README.md](../flows/README.md)) is ignored by git. It holds names and addresses: keep it where only
those may read who must.
"""


def test_the_page_has_every_question_with_its_answer(
    sample: Workspace, assert_golden: Callable[[str, Path], None]
) -> None:
    with open_for_questions(sample) as connection:
        answers = {question: ask(connection, question.sql) for question in read_questions()}
    assert_golden(write_page(ABOUT, answers, MEASURED), PAGE)


def test_questions_are_numbered() -> None:
    numbers = [question.number for question in read_questions()]
    assert numbers == sorted(set(numbers))
