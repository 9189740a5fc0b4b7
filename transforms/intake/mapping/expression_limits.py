"""What a mapping expression may not do although its words are allowed: steer by cells, grow, or hide a slip.

A cell is data, never an instruction: patterns, lengths, places and fillers are written out in the client's
file, where they are tried once. Else one row could fail the whole file, or make a text of any length.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from schemas.errors import ConfigurationError
from transforms.intake.mapping.expression_growth import greatest_length
from transforms.intake.mapping.sql_text import Call, Case, Token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.intake.mapping.sql_text import Phrase

MAX_OPERATORS = 60
"""Polars takes a cube of time for the operators of an expression."""

MAX_GROWTH = 64
MAX_FIXED = 20_000
MAX_PAD = 200

MATCHES = ("LIKE", "ILIKE", "REGEXP", "RLIKE", "~", "!~")
"""What takes a pattern on its right."""

JOINING = ("AND", "OR", "NOT", "IS", "BETWEEN", *MATCHES)
LITERALS = ("string", "number")

AFTER_A_PATTERN = ("AND", "OR", "IS")
"""What may follow a pattern; a sign would belong to it."""

TEXTS = {
    "REGEXP_LIKE": (1, 2),
    "REGEXP_REPLACE": (1, 2, 3),
    "REPLACE": (1, 2),
    "SPLIT_PART": (1,),
    "STRPOS": (1,),
    "LPAD": (2,),
    "RPAD": (2,),
    "CONCAT_WS": (0,),
}
"""Arguments that steer a function and are texts, by their place from 0."""

NUMBERS = {"LEFT": (1,), "RIGHT": (1,), "SUBSTR": (1, 2), "SUBSTRING": (1, 2), "LPAD": (1,), "RPAD": (1,)}
"""Arguments that steer a function and are whole numbers, 0 or more."""

SOUGHT = ("REPLACE", "SPLIT_PART", "STRPOS")
"""Functions that look for their second argument."""

GROUP = re.compile(r"\$[\w{]|\\[\d{]")
"""A reference to a part of what a pattern found, as other dialects write it; here it would be plain text."""


def refuse_unbounded(phrase: Phrase) -> None:
    """See to it that an expression computes one bounded value from a row, whatever the row holds.

    Raises:
        ConfigurationError: it does not; the message says where.
    """
    operators = _operators(phrase)
    if operators > MAX_OPERATORS:
        message = (
            f"an expression has at most {MAX_OPERATORS} operators (signs, AND, OR, NOT), this one "
            f"{operators}; ask for one of many values with IN ('a', 'b')"
        )
        raise ConfigurationError(message)
    for call in _calls(phrase):
        _refuse_steering(call)
    _refuse_growth(phrase)
    if _products(phrase) > 1:
        message = "an expression multiplies at most once, since a longer product may not fit a number"
        raise ConfigurationError(message)


def refuse_neighbours(phrase: Phrase) -> None:
    """See to it that no two values stand side by side, and no pattern is computed.

    SQL reads the second of two values as a new name of the first. To be asked once every word is known to be
    a column: a header of several words looks the same.

    Raises:
        ConfigurationError: some do, or one is.
    """
    for item, after in pairwise(phrase):
        if _is_value(item) and _is_value(after):
            message = (
                f"an operator is missing before {_shown(after)}; a header of several words needs quotation "
                'marks, like "Invoice Date"'
            )
            raise ConfigurationError(message)
    for place, item in enumerate(phrase):
        if isinstance(item, Token) and (item.word or item.text) in MATCHES:
            _refuse_computed_pattern(item, phrase[place + 1 : place + 3])
        for inner in _inside(item):
            refuse_neighbours(inner)


def _refuse_computed_pattern(match: Token, after: Phrase) -> None:
    """What stands behind LIKE and its kind is a text written out, and nothing that is joined to it."""
    ends = len(after) < 2 or (isinstance(after[1], Token) and after[1].word in AFTER_A_PATTERN)  # noqa: PLR2004 -- the pattern, and what follows
    if not (after and isinstance(after[0], Token) and after[0].kind == "string" and ends):
        message = f"behind {match.text} stands a pattern written out, in single quotation marks"
        raise ConfigurationError(message)


def _is_value(item: Token | Call | Case) -> bool:
    """Whether an item is a value by itself; a call, a group and a CASE are."""
    return not isinstance(item, Token) or item.is_value


def _shown(item: Token | Call | Case) -> str:
    """An item in a message."""
    match item:
        case Token(text=text):
            return repr(text)
        case Call(name):
            return repr(f"{name}(")
    return "'CASE'"


def _refuse_steering(call: Call) -> None:
    """What steers a function is written out."""
    for place in TEXTS.get(call.name, ()):
        if place < len(call.arguments):
            _literal(call, place, "string")
    for place in NUMBERS.get(call.name, ()):
        if place < len(call.arguments):
            _whole(call, place)
    if call.name == "SPLIT_PART":
        _refuse_place(call)
    if call.name in SOUGHT and len(call.arguments) > 1 and not _literal(call, 1, "string"):
        message = f"{call.name} needs something to look for"
        raise ConfigurationError(message)
    if call.name == "REGEXP_REPLACE" and GROUP.search(_literal(call, 2, "string")):
        message = (
            "REGEXP_REPLACE puts in plain text and knows no group such as $1: cut the part out with "
            "SPLIT_PART or SUBSTR, or replace what is around it"
        )
        raise ConfigurationError(message)
    if call.name == "STRPOS" and any(inner.name == "STRPOS" for inner in _calls(call.arguments[0])):
        message = "STRPOS does not look in the result of another STRPOS"
        raise ConfigurationError(message)


def _refuse_place(call: Call) -> None:
    """Parts count from 1, or from -1 at the end."""
    argument = call.arguments[2] if len(call.arguments) > 2 else ()  # noqa: PLR2004 -- text, delimiter, place
    is_from_end = len(argument) > 1 and isinstance(argument[0], Token) and argument[0].text == "-"
    shortened = Call(call.name, (*call.arguments[:2], argument[1:])) if is_from_end else call
    if _whole(shortened, 2) == 0:
        message = "SPLIT_PART counts parts from 1, or from -1 at the end"
        raise ConfigurationError(message)


def _refuse_growth(phrase: Phrase) -> None:
    """A text may not grow without bound: what is joined, filled and replaced has a limit."""
    for call in _calls(phrase):
        if call.name in ("LPAD", "RPAD") and _whole(call, 1) > MAX_PAD:
            message = f"{call.name} fills up to {MAX_PAD} characters at most"
            raise ConfigurationError(message)
    length = greatest_length(phrase)
    if length.times > MAX_GROWTH:
        message = (
            f"it may make a text {length.times} times as long as a cell; at most {MAX_GROWTH} is allowed"
        )
        raise ConfigurationError(message)
    if length.fixed > MAX_FIXED:
        message = f"it may add {length.fixed:,} characters to a row; at most {MAX_FIXED:,} are allowed"
        raise ConfigurationError(message)


def _operators(phrase: Phrase) -> int:
    """Signs and words that join values; of a list of values that are not written out each entry is one."""
    count = 0
    for place, item in enumerate(phrase):
        if isinstance(item, Token):
            count += item.kind == "sign" or item.word in JOINING
        elif isinstance(item, Call) and not item.name and place and _is_word(phrase[place - 1], "IN"):
            kinds = {_literal_kind(argument) for argument in item.arguments}
            count += len(item.arguments) if len(kinds) > 1 or "" in kinds else 1
        count += sum(_operators(inner) for inner in _inside(item))
    return count


def _is_word(item: Token | Call | Case, word: str) -> bool:
    """Whether an item is this keyword."""
    return isinstance(item, Token) and item.word == word


def _literal_kind(argument: Phrase) -> str:
    """What kind of literal an argument is; empty for what is computed or a cell."""
    is_literal = len(argument) == 1 and isinstance(argument[0], Token) and argument[0].kind in LITERALS
    return argument[0].kind if is_literal and isinstance(argument[0], Token) else ""


def _products(phrase: Phrase) -> int:
    """How often a value of 64 bits may have been multiplied in the result; a CAST brings it back to them."""
    signs = sum(isinstance(item, Token) and item.text == "*" for item in phrase)
    return signs + sum(
        max((_products(inner) for inner in _inside(item)), default=0)
        for item in phrase
        if not (isinstance(item, Call) and item.cast_to)
    )


def _calls(phrase: Phrase) -> Iterator[Call]:
    """Every call of `phrase`, at any depth."""
    for item in phrase:
        if isinstance(item, Call):
            yield item
        for inner in _inside(item):
            yield from _calls(inner)


def _inside(item: Token | Call | Case) -> tuple[Phrase, ...]:
    """The phrases within an item."""
    match item:
        case Call(_, arguments):
            return arguments
        case Case(parts):
            return tuple(part for _, part in parts)
    return ()


def _whole(call: Call, place: int) -> int:
    """The whole number written out at `place`."""
    text = _literal(call, place, "number")
    if "." in text:
        message = f"argument {place + 1} of {call.name} must be a whole number"
        raise ConfigurationError(message)
    return int(text)


def _literal(call: Call, place: int, kind: str) -> str:
    """The literal argument of `call` at `place`."""
    argument = call.arguments[place] if place < len(call.arguments) else ()
    if len(argument) == 1 and isinstance(argument[0], Token) and argument[0].kind == kind:
        return argument[0].text if kind == "number" else argument[0].literal
    written = "a text written out in single quotation marks" if kind == "string" else "a number written out"
    message = f"argument {place + 1} of {call.name} must be {written}"
    raise ConfigurationError(message)
