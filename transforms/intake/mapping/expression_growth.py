"""How long the texts can be that mappings make of a row: known from the expression, before anything is made.

Every part of an expression is a text of at most `times` as many characters as the longest cell that it
names, and `fixed` ones more. What a file is asked to make follows from that and from its cells
(`routes.refuse_growth`).
"""

from __future__ import annotations

from functools import reduce
from itertools import chain
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from transforms.intake.mapping.sql_text import KEYWORDS, Call, Case, Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from transforms.intake.mapping.sql_text import Phrase

NUMBER = 8
"""Characters of a number among joined texts; alone it is shorter than what it was read from."""

COUNTS = ("LENGTH", "CHAR_LENGTH", "STRPOS", "REGEXP_LIKE", "STARTS_WITH", "ENDS_WITH", "SIGN", "ABS", "MOD")


class Length(NamedTuple):
    """The greatest length of a text: so many characters, and so many for each of the longest cell in it."""

    fixed: int
    times: int

    def plus(self, other: Length) -> Length:
        """Of both, one behind the other."""
        return Length(self.fixed + other.fixed, self.times + other.times)

    def or_(self, other: Length) -> Length:
        """Of either."""
        return Length(max(self.fixed, other.fixed), max(self.times, other.times))

    def by(self, times: int) -> Length:
        """Of a text in which each character became so many."""
        return Length(self.fixed * times, self.times * times)


NOTHING = Length(0, 0)


def greatest_length(phrase: Phrase) -> Length:
    """Of the longest text that an expression makes on its way."""
    computed = (part for part in _parts(phrase) if len(part) > 1 or not isinstance(part[0], Token))
    return _longest(map(_length, chain([phrase], computed)))


def _parts(phrase: Phrase) -> Iterator[Phrase]:
    """Every phrase within a phrase, at any depth."""
    for item in phrase:
        inner = item.arguments if isinstance(item, Call) else ()
        inner = tuple(part for _, part in item.parts) if isinstance(item, Case) else inner
        for part in filter(None, inner):
            yield part
            yield from _parts(part)


def _length(phrase: Phrase) -> Length:
    """Of what a phrase gives: all of it if it joins texts, else the longest of its values."""
    lengths = [_length_of(item) for item in phrase if not (isinstance(item, Token) and item.kind == "sign")]
    joins = any(isinstance(item, Token) and item.text == "||" for item in phrase)
    return _joined(lengths) if joins else _longest(lengths)


def _length_of(item: Token | Call | Case) -> Length:
    """Of a value; of a number, or a sign or word between values, nothing."""
    match item:
        case Case(parts):
            return _longest(_length(part) for _, part in parts)
        case Call():
            return _length_of_call(item)
        case Token(kind="string"):
            return Length(len(item.literal), 0)
    is_cell = item.kind == "quoted" or (item.kind == "word" and item.word not in KEYWORDS)
    return Length(0, 1) if is_cell else NOTHING


def _length_of_call(call: Call) -> Length:
    """Of what a function gives."""
    if call.name in COUNTS or (call.cast_to and call.cast_to != "VARCHAR"):
        return NOTHING
    lengths = [_length(argument) for argument in call.arguments]
    given = _longest(lengths)
    match call.name:
        case "CONCAT":
            given = _joined(lengths)
        case "CONCAT_WS":
            given = _joined(text.plus(lengths[0]) for text in lengths[1:])
        case "LPAD" | "RPAD":
            given = lengths[0].or_(Length(_number(call.arguments[1]), 0))
        case "REPLACE":
            sought, filler = (len(_text(argument)) for argument in call.arguments[1:3])
            given = lengths[0].by(max(1, ceil(filler / sought)))
        case "REGEXP_REPLACE":
            filler = len(_text(call.arguments[2]))
            given = lengths[0].by(1 + filler).plus(Length(filler, 0))
    return given


def _joined(lengths: Iterable[Length]) -> Length:
    """Of texts or numbers one behind the other."""
    return reduce(lambda total, length: total.plus(length).plus(Length(NUMBER, 0)), lengths, NOTHING)


def _longest(lengths: Iterable[Length]) -> Length:
    """Of the longest of some texts."""
    return reduce(Length.or_, lengths, NOTHING)


def _text(argument: Phrase) -> str:
    """A text that is written out; `refuse_unbounded` has seen to that."""
    return argument[0].literal if argument and isinstance(argument[0], Token) else ""


def _number(argument: Phrase) -> int:
    """A number that is written out, likewise."""
    return int(argument[0].text) if argument and isinstance(argument[0], Token) else 0
