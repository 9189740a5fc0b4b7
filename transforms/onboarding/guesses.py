"""A key of a client's file as it seems to be, with its evidence; or as a person must decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Choice(NamedTuple):
    """A value that a key may have.

    Attributes:
        value: as TOML has it.
        meaning: what follows from it.
        also: other keys that belong to it, with their values.
    """

    value: Any
    meaning: str = ""
    also: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Guess:
    """A key below `[feeds.<feed>]`, such as `date_format` or `columns.sku`.

    Attributes:
        key: dotted.
        choices: of a guess its value; of a decision each value that is possible, the likeliest first. A
            decision without any is one for which nothing in the file is known.
        why: the evidence, or the question.
        is_open: a person decides: the key stands there as a comment.
        example: how a value might be written which nobody but that person knows.
    """

    key: str
    choices: tuple[Choice, ...]
    why: str
    is_open: bool = False
    example: str = ""

    @property
    def value(self) -> Any:  # noqa: ANN401 -- what TOML has
        """What is written, or the likeliest of what may be; None where nothing is known."""
        return self.choices[0].value if self.choices else None


def state(key: str, value: object, why: str) -> Guess:
    """A guess with its evidence."""
    return Guess(key, (Choice(value),), why)


def ask(key: str, choices: Iterable[Choice], question: str, *, example: str = "") -> Guess:
    """A decision with what may be written, or an example of it."""
    return Guess(key, tuple(choices), question, is_open=True, example=example)


def settings_of(guesses: Iterable[Guess], *, decided: bool = False) -> dict[str, Any]:
    """The keys of a section as its file has them; `decided` takes the likeliest choice of what is open."""
    section: dict[str, Any] = {}
    for guess in guesses:
        if not guess.choices or (guess.is_open and not decided):
            continue
        for key, value in ((guess.key, guess.value), *guess.choices[0].also):
            table, _, name = key.rpartition(".")
            (section.setdefault(table, {}) if table else section)[name] = value
    return section
