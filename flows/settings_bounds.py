"""How much a settings file may hold, asked before its keys are followed: the answer is always quick.

What single keys may hold stands with them, in the models.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from schemas.errors import ConfigurationError
from schemas.settings.parent import MAX_EXPRESSION

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1_000_000
"""Of a settings file: what is longer is none, and TOML takes minutes to say so."""

MAX_DEPTH = 10
"""Tables and lists within each other, and parts of one key."""

MAX_KEYS = 500
MAX_KEY_CHARACTERS = 100
MAX_ENTRIES = 20_000
MAX_FIGURES = 18

MOST_FAULTS = 20
"""So many are told of one file; more would hide the first."""

KEY = r"""(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
LONG_KEY = re.compile(rf"(?:^|[\[{{,])[ \t]*(?:{KEY}[ \t]*\.[ \t]*){{{MAX_DEPTH}}}", re.MULTILINE)
"""A dotted key of too many parts, which a TOML parser takes a square of time and memory for."""


def refuse_long_keys(text: str, place: str) -> None:
    """See to it that no key of a settings file has more parts than tables may be deep.

    Raises:
        ConfigurationError: one has; the message says in which line.
    """
    if found := LONG_KEY.search(text):
        line = text.count("\n", 0, found.end()) + 1
        message = f"{place}: line {line}: a key has at most {MAX_DEPTH} parts with dots between them"
        raise ConfigurationError(message)


def refuse_tree(keys: dict[str, Any], place: str) -> None:
    """See to it that nothing in a settings file is longer, deeper or more than a person writes.

    Raises:
        ConfigurationError: something is; the message has a line for each, and says where.
    """
    if faults := list(islice(_faults(keys, ""), MOST_FAULTS)):
        raise ConfigurationError("\n".join(f"{place}: {fault}" for fault in faults))


def _faults(value: object, key: str, depth: int = 0) -> Iterator[str]:
    """What is beyond a bound in a value and all that it holds, each with its dotted key."""
    where = f"{key}: " if key else ""
    if depth > MAX_DEPTH:
        yield f"{where}tables and lists are at most {MAX_DEPTH} deep"
        return
    fault = _fault(value)
    if fault:
        yield f"{where}{fault}"
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _faults(entry, f"{key}[{number}]", depth + 1)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if len(name) > MAX_KEY_CHARACTERS:
                yield f"{where}a key has at most {MAX_KEY_CHARACTERS} characters, one has {len(name):,}"
            else:
                yield from _faults(inner, f"{key}.{name}" if key else name, depth + 1)


def _fault(value: object) -> str:
    """What is beyond a bound in a value alone; nothing if it is within all."""
    match value:
        case str() if len(value) > MAX_EXPRESSION:
            return f"takes at most {MAX_EXPRESSION:,} characters, this text has {len(value):,}"
        case int() if abs(value) >= 10**MAX_FIGURES:
            return f"a number has at most {MAX_FIGURES} figures"
        case list() if len(value) > MAX_ENTRIES:
            return f"a list has at most {MAX_ENTRIES:,} entries, this one {len(value):,}"
        case dict() if len(value) > MAX_KEYS:
            return f"a table has at most {MAX_KEYS} keys, this one {len(value):,}"
    return ""
