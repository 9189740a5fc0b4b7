"""The text of a mapping expression as a small tree, so that only allowed words reach Polars SQL.

The grammar of operators is left to Polars. What is read here is what decides about safety: which words
are functions, which are columns, where a CAST stands, and how far a text may grow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.errors import ConfigurationError
from schemas.settings.parent import MAX_EXPRESSION

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 30

KEYWORDS = frozenset(
    re.findall(
        r"\w+", "AND OR NOT IS NULL TRUE FALSE LIKE ILIKE IN BETWEEN REGEXP RLIKE CASE WHEN THEN ELSE END AS"
    )
)
VALUES = ("NULL", "TRUE", "FALSE")
"""Keywords that are values."""

CASTS = ("CAST", "TRY_CAST")
FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        """
    ABS CEIL CHAR_LENGTH COALESCE CONCAT CONCAT_WS ENDS_WITH FLOOR GREATEST IFNULL INITCAP LEAST LEFT LENGTH
    LOWER LPAD LTRIM MOD NULLIF REGEXP_LIKE REGEXP_REPLACE REPLACE RIGHT RPAD RTRIM SIGN SPLIT_PART
    STARTS_WITH STRPOS SUBSTR SUBSTRING TRIM UPPER
        """,
    )
)
"""Row by row, bounded, and without a clock: everything else is refused."""

TYPES = {
    "BIGINT": "INT128", "INT": "INT128", "INTEGER": "INT128", "SMALLINT": "INT128",
    "DOUBLE": "DOUBLE", "FLOAT": "DOUBLE",
    "VARCHAR": "VARCHAR", "TEXT": "VARCHAR", "STRING": "VARCHAR",
}  # fmt: skip
"""Types of a CAST. Whole numbers are computed in 128 bits: Polars wraps 64-bit products silently."""

TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<number>[0-9]{1,9}\.[0-9]{1,6}|[0-9]{1,18})
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|<>|!=|\|\||!~|[-+*/%=<>(),~])""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A word, quoted column, literal or sign of an expression."""

    kind: str
    text: str

    @property
    def word(self) -> str:
        """The word in capitals; empty for what is not a bare word."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def is_value(self) -> bool:
        """Whether it is a value by itself, and no word or sign between values."""
        is_word = self.kind == "word" and (self.word not in KEYWORDS or self.word in VALUES)
        return is_word or self.kind in ("string", "quoted", "number")

    @property
    def literal(self) -> str:
        """What a string or a quoted column says."""
        mark = self.text[0]
        return self.text[1:-1].replace(mark * 2, mark)


@dataclass(frozen=True)
class Call:
    """A function with its arguments; a group in brackets has no name. `cast_to` is a CAST's type."""

    name: str
    arguments: tuple[Phrase, ...]
    cast_to: str = ""


@dataclass(frozen=True)
class Case:
    """CASE ... END as alternating keywords and phrases."""

    parts: tuple[tuple[str, Phrase], ...]


Phrase = tuple[Token | Call | Case, ...]


def read_phrase(text: str) -> Phrase:
    """The tree of `text`.

    Raises:
        ConfigurationError: a sign, word or shape that no row-wise expression has.
    """
    if len(text) > MAX_EXPRESSION:
        message = f"an expression has at most {MAX_EXPRESSION} characters, this one {len(text)}"
        raise ConfigurationError(message)
    reader = _Reader(_split_tokens(text))
    phrase = reader.phrase(0)
    if reader.ahead.text:
        message = f"{reader.ahead.text!r} stands where the expression should end"
        raise ConfigurationError(message)
    return phrase


def _split_tokens(text: str) -> list[Token]:
    """The tokens of `text` without the spaces between them."""
    tokens: list[Token] = []
    place, joined = 0, False
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            message = f"{text[place]!r} is no part of a mapping expression"
            raise ConfigurationError(message)
        kind = str(match.lastgroup)
        if joined and kind not in ("space", "sign"):
            message = f"a space is missing before {match.group()!r}"
            raise ConfigurationError(message)
        joined = kind not in ("space", "sign")
        tokens += [] if kind == "space" else [Token(kind, match.group())]
        place = match.end()
    return tokens


@dataclass
class _Reader:
    """Reads tokens from left to right."""

    tokens: list[Token]
    place: int = field(default=0)

    @property
    def ahead(self) -> Token:
        """The next token; an empty one at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("end", "")

    def take(self) -> Token:
        """The next token, and step over it."""
        token = self.ahead
        self.place += 1
        return token

    def need(self, text: str) -> None:
        """Step over `text`, which must stand here."""
        token = self.take()
        if (token.word or token.text) != text:
            message = f"{text} is missing before {token.text or 'the end'!r}"
            raise ConfigurationError(message)

    def phrase(self, depth: int) -> Phrase:
        """What stands up to the next comma, closing bracket, AS or part of a CASE."""
        if depth > MAX_DEPTH:
            message = f"an expression is nested at most {MAX_DEPTH} deep"
            raise ConfigurationError(message)
        items: list[Token | Call | Case] = []
        while self.ahead.text not in ("", ",", ")") and self.ahead.word not in (
            "AS", "WHEN", "THEN", "ELSE", "END",
        ):  # fmt: skip
            items.append(self.item(depth + 1))
        return tuple(items)

    def item(self, depth: int) -> Token | Call | Case:
        """A call, a group, a CASE or a single token."""
        token = self.take()
        if token.text == "(":
            return Call("", self.arguments(depth))
        if token.word == "CASE":
            return Case(tuple(self.case_parts(depth)))
        if token.kind == "word" and self.ahead.text == "(" and token.word not in KEYWORDS:
            self.take()
            return self.cast(token, depth) if token.word in CASTS else Call(token.word, self.arguments(depth))
        return token

    def arguments(self, depth: int) -> tuple[Phrase, ...]:
        """Phrases between commas up to the closing bracket."""
        arguments = [self.phrase(depth)]
        while self.ahead.text == ",":
            self.take()
            arguments.append(self.phrase(depth))
        self.need(")")
        return tuple(arguments)

    def cast(self, function: Token, depth: int) -> Call:
        """The rest of CAST(... AS type)."""
        inner = self.phrase(depth)
        self.need("AS")
        cast_to = self.take()
        if cast_to.word not in TYPES:
            message = f"CAST AS {cast_to.text} is not allowed; use one of {', '.join(sorted(TYPES))}"
            raise ConfigurationError(message)
        self.need(")")
        return Call(function.word, (inner,), TYPES[cast_to.word])

    def case_parts(self, depth: int) -> Iterator[tuple[str, Phrase]]:
        """Keyword and phrase for each part of a CASE, up to its END."""
        yield "CASE", self.phrase(depth)
        while self.ahead.word in ("WHEN", "THEN", "ELSE"):
            yield self.take().word, self.phrase(depth)
        self.need("END")
