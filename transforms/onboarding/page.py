"""A section of a client's file as text: its keys, the evidence of each, and what is to be decided."""

from __future__ import annotations

import json
from datetime import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from transforms.onboarding.guesses import Guess
    from transforms.onboarding.section import FeedSection


def write_section(section: FeedSection, kept: Mapping[str, Any], *, decided: bool = False) -> list[str]:
    """The lines of `[feeds.<feed>]`.

    Args:
        section: what was found.
        kept: keys that the client's file says already.
        decided: what is open is written as its likeliest choice, to be tried and not to be kept.
    """
    program = f" ({section.program})" if section.program else ""
    lines = [
        comment(f"As `backorders onboard` found it in {', '.join(section.files)}{program}."),
        f"[feeds.{section.feed}]",
        *(f"{key} = {toml(value)}" for key, value in kept.items()),
    ]
    for guess in section.guesses:
        if guess.is_open and decided:
            pairs = [(guess.key, guess.value), *guess.choices[0].also] if guess.choices else []
            lines += [f"{key} = {toml(value)}" for key, value in pairs]
        elif guess.is_open:
            lines += ["", comment(f"decide: {guess.why}"), *_open_lines(guess), ""]
        elif guess.key.startswith("columns."):
            lines.append(f"{guess.key} = {toml(guess.value)}  {comment(guess.why)}")
        else:
            lines += [comment(guess.why), f"{guess.key} = {toml(guess.value)}"]
    return [line for line, before in zip(lines, ["x", *lines], strict=False) if line or before]


def _open_lines(guess: Guess) -> Iterator[str]:
    """What may be written, each as a comment."""
    for choice in guess.choices:
        meaning = f"  {comment(choice.meaning)}" if choice.meaning else ""
        yield f"#{guess.key} = {toml(choice.value)}{meaning}"
        for key, value in choice.also:
            yield f"#{key} = {toml(value)}  {comment('together with the line above')}"
    if guess.example:
        yield f"#{guess.key} = {toml(guess.example)}"


def comment(text: str) -> str:
    """A comment of one line; what cannot be seen is escaped."""
    return "# " + "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def toml(value: object) -> str:
    """A value as TOML has it, in one line."""
    match value:
        case time():
            return value.isoformat()
        case dict():
            return f"{{ {', '.join(f'{_key(key)} = {toml(part)}' for key, part in value.items())} }}"
        case list() | tuple():
            return f"[{', '.join(map(toml, value))}]"
        case str():
            return _text(value)
    return json.dumps(value)


def _key(name: str) -> str:
    """A key; bare where it can be."""
    return name if name.isascii() and name.replace("_", "").isalnum() else _text(name)


def _text(text: str) -> str:
    """A text in quotation marks; single ones where it has double ones and nothing else to escape."""
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
