"""A settings file in TOML, read into its frozen model; what is wrong is said in sentences for people."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

from pydantic import ValidationError

from flows.settings_bounds import MAX_BYTES, MOST_FAULTS, refuse_long_keys, refuse_tree
from schemas.errors import ConfigurationError
from schemas.settings.parent import Settings, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=Settings)

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""An id names files and folders: it never starts with a dot, and has nothing that could leave its folder."""

MAX_SHOWN = 60


def read_content(path: Path, place: str) -> bytes:
    """The bytes of a settings file; `place` names it in messages, relative to the workspace.

    Raises:
        ConfigurationError: it is no file, may not be read, or is too large.
    """
    if not path.is_file():
        message = f"{place}: not a file; put a readable file there"
        raise ConfigurationError(message)
    try:
        is_large = path.stat().st_size > MAX_BYTES
        content = b"" if is_large else path.read_bytes()
    except OSError as error:
        message = f"{place}: cannot be read ({error.strerror}); make it a readable file"
        raise ConfigurationError(message) from error
    if is_large:
        message = f"{place}: larger than {MAX_BYTES:,} bytes; a settings file is a few thousand"
        raise ConfigurationError(message)
    return content


def parse_settings(content: bytes | dict[str, Any], model: type[M], place: str, **identity: str) -> M:
    """The settings in `content` (a file's bytes or a section's keys), with what its name says put in.

    Raises:
        ConfigurationError: it is not TOML, or contradicts the model. The message has a line for each
            fault.
    """
    keys = parse_toml(content, place) if isinstance(content, bytes) else content
    if stated := sorted(identity.keys() & keys.keys()):
        message = f"{place}: {stated[0]}: the name of the file says it; take the key out"
        raise ConfigurationError(message)
    try:
        return model.model_validate(identity | keys)
    except ValidationError as error:
        details = [detail for detail in error.errors() if not _is_echo(detail)]
        faults = [f"{place}: {explain_error(detail, model)}" for detail in details[:MOST_FAULTS]]
        if more := len(details) - len(faults):
            faults.append(f"{place}: and {more:,} more")
        raise ConfigurationError("\n".join(faults)) from error


def is_id(name: str) -> bool:
    """Whether `name` may name a client or warehouse, and so a file and a folder."""
    return ID.fullmatch(name) is not None


def shown(name: str) -> str:
    """A file name as it can be printed and stored: what is no text or no character to see is escaped."""
    text = name.encode("utf-8", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def explain_error(detail: ErrorDetails, model: type[Settings]) -> str:
    """One fault: the dotted key, what is wrong with it, what to do."""
    key = _dotted(detail["loc"])
    if detail["type"] == "extra_forbidden":
        *section, name = detail["loc"]
        return f"{key}: no such key; {suggest(str(name), _keys_of(model, section), 'keys here')}"
    if detail["type"] == "missing":
        return f"{key}: needed, but not there; {_ask_for(detail, model)}"
    if detail["type"] == "literal_error":
        return f"{key}: {_value(detail)} is not allowed; {_suggest_choice(detail)}"
    phrase = PHRASES.get(detail["type"])
    wrong = phrase(detail.get("ctx", {})) if phrase else detail["msg"]
    return f"{key}: {wrong}" if detail["type"] in WITHOUT_VALUE else f"{key}: {wrong}, not {_value(detail)}"


WITHOUT_VALUE = ("value_error", "too_long")
"""Faults whose words say all of it."""

PHRASES: dict[str, Callable[[dict[str, Any]], str]] = {
    "value_error": lambda context: str(context["error"]),
    "int_type": lambda _: "needs a whole number",
    "int_parsing": lambda _: "needs a whole number",
    "int_from_float": lambda _: "needs a whole number",
    "float_type": lambda _: "needs a number",
    "float_parsing": lambda _: "needs a number",
    "finite_number": lambda _: "needs a number",
    "bool_type": lambda _: "needs true or false",
    "bool_parsing": lambda _: "needs true or false",
    "string_type": lambda _: 'needs text in quotation marks, like "x"',
    "tuple_type": lambda _: 'needs a list, like ["x", "y"]',
    "dict_type": lambda _: 'needs a table, like { ours = "theirs" }',
    "decimal_type": lambda _: "needs a number",
    "decimal_parsing": lambda _: "needs a number",
    "decimal_max_places": lambda context: f"takes at most {context['decimal_places']} decimals",
    "int_parsing_size": lambda _: "needs a number of fewer figures",
    "model_type": lambda _: "needs a section of its own in square brackets",
    "time_type": lambda _: "needs a time of day, like 23:59:00",
    "time_parsing": lambda _: "needs a time of day, like 23:59:00",
    "date_type": lambda _: "needs a date, like 2026-12-25",
    "date_from_datetime_parsing": lambda _: "needs a date, like 2026-12-25",
    "too_short": lambda context: f"needs at least {_count(context['min_length'], 'entry', 'entries')}",
    "too_long": lambda context: (
        f"takes at most {_count(context['max_length'], 'entry', 'entries')}, this list has "
        f"{context['actual_length']:,}"
    ),
    "string_too_long": lambda context: f"takes at most {_count(context['max_length'], 'character')}",
    "string_too_short": lambda context: f"needs at least {_count(context['min_length'], 'character')}",
    "greater_than_equal": lambda context: f"must be {context['ge']:,} or more",
    "less_than_equal": lambda context: f"must be {context['le']:,} or less",
    "greater_than": lambda context: f"must be more than {context['gt']}",
}


def _count(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def parse_toml(content: bytes, place: str) -> dict[str, Any]:
    """The keys of a TOML file; a byte order mark, as some editors leave it, does no harm.

    Raises:
        ConfigurationError: it is not TOML, or holds more than a person writes.
    """
    try:
        text = content.decode("utf-8-sig")
        refuse_long_keys(text, place)
        keys = tomllib.loads(text)
        refuse_tree(keys, place)
    except UnicodeDecodeError as error:
        message = f"{place}: byte {error.start} is not UTF-8; save the file as UTF-8"
    except tomllib.TOMLDecodeError as error:
        message = f"{place}: not TOML: {error}; correct that line"
    except RecursionError:
        message = f"{place}: not TOML that a person wrote: brackets within brackets without end"
    except ValueError:
        message = f"{place}: not TOML that a person wrote: a number of thousands of figures"
    else:
        return keys
    raise ConfigurationError(message)


def _dotted(location: tuple[int | str, ...]) -> str:
    """`feeds.orders.routes[0].to`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".") or "the file"


def _keys_of(model: type[Settings], section: Iterable[int | str]) -> list[str]:
    """The keys that a section of a model's file may have."""
    return [name for name in _section_of(model, section).model_fields if not name.endswith("_id")]


def _section_of(model: type[Settings], section: Iterable[int | str]) -> type[Settings]:
    """The model of a section of a model's file."""
    for part in section:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _ask_for(detail: ErrorDetails, model: type[Settings]) -> str:
    """What to write for a key that is needed: what it means, the allowed words, and a line as an example."""
    *section, last = detail["loc"]
    name, field = str(last), _section_of(model, section).model_fields[str(last)]
    words = [f'"{word}"' for word in get_args(field.annotation) if isinstance(word, str)]
    kind = get_origin(field.annotation) or field.annotation
    example = words[0] if words else EXAMPLES.get(kind, '"..."')
    allowed = f"one of {', '.join(words)}, " if words else ""
    meaning = f" ({field.description})" if field.description else ""
    return f"write {allowed}for example `{name} = {example}`{meaning}"


EXAMPLES: dict[object, str] = {tuple: '["..."]', dict: '{ ours = "theirs" }', int: "1", bool: "true"}
"""A value of each type as TOML has it; of others a text."""


def _model_in(annotation: object) -> type[Settings] | None:
    """The settings model within an annotation such as `tuple[Route, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _is_echo(detail: ErrorDetails) -> bool:
    """A list called too short only because its wrong entries were taken out; they are faults of their own."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _suggest_choice(detail: ErrorDetails) -> str:
    """The nearest of the allowed words, which pydantic quotes one by one, but not true and false."""
    expected = detail["ctx"]["expected"]
    truths = [word.lower() for word in re.findall(r"\bTrue\b|\bFalse\b", expected)]
    return suggest(str(detail["input"]), [*re.findall(r"'([^']*)'", expected), *truths], "allowed")


def _value(detail: ErrorDetails) -> str:
    """The value at fault, cut to a length that can be read."""
    text = repr(detail["input"])
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
