"""The questions: their numbers, words and SQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """A question of somebody.

    Attributes:
        number: its place on the page.
        words: as people ask it.
        sql: as `backorders sql` is asked.
    """

    number: int
    words: str
    sql: str


def read_questions() -> list[Question]:
    """All of them, by number."""
    return [_read(path) for path in sorted(FOLDER.glob("*.sql"))]


def _read(path: Path) -> Question:
    """The question of a file: its first line is the words."""
    words, _, sql = path.read_text(encoding="utf-8").partition("\n")
    return Question(int(path.name[:2]), words.removeprefix("-- "), sql)
