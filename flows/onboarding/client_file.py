"""A client's file with sections put in: what it says already stays, and its older form is kept beside it."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.disk import durable
from schemas.settings.client import Feeds
from transforms.onboarding.guesses import settings_of
from transforms.onboarding.page import write_section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from schemas.vocabulary.words import Feed
    from transforms.onboarding.section import FeedSection

HEADER = re.compile(r"^#?\[+(?P<name>[^\]]+)\]")
KEY = re.compile(r"^#?(?P<key>\w+)(?:\.\w+)* = ")


def said_of(text: str, feed: Feed) -> dict[str, Any]:
    """What a client's file says in the section of a feed."""
    section: dict[str, Any] = tomllib.loads(text).get("feeds", {}).get(feed.value, {})
    return section


def put_sections(text: str, sections: Sequence[FeedSection], *, decided: bool = False) -> str:
    """The text of a client's file with these sections, in which what it says beside them is kept."""
    kept = {section.feed: _kept(text, section) for section in sections}
    blocks = _without(text, [section.feed for section in sections])
    written = []
    for section in sections:
        lines = write_section(section, kept[section.feed], decided=decided)
        written.append("\n".join(lines))
    return "\n\n".join([blocks.strip("\n"), *written]) + "\n"


def without_answered(text: str, section: FeedSection) -> FeedSection:
    """The section without questions that the client's file has answered."""
    said = said_of(text, section.feed)
    answered = {*said, *(f"columns.{name}" for name in said.get("columns", {}))}
    left = tuple(guess for guess in section.guesses if not (guess.is_open and guess.key in answered))
    return replace(section, guesses=left)


def contradictions(text: str, sections: Sequence[FeedSection]) -> list[str]:
    """Keys of which the client's file says something else than was found: `feeds.orders.delimiter`."""
    return [
        f"feeds.{section.feed}.{key}"
        for section in sections
        for key, value in settings_of(section.guesses).items()
        if key in (said := said_of(text, section.feed)) and said[key] != value
    ]


def show_changes(before: str, after: str, name: str) -> list[str]:
    """The lines that change, as `diff -u` shows them."""
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, n=1, lineterm=""))


def keep_older(path: Path) -> Path | None:
    """A copy of a file beside it, under a name that no settings have; none where there is no file."""
    if not path.exists():
        return None
    numbers = (number for number in range(1, 10_000))
    copy = next(
        place for number in numbers if not (place := path.with_name(f"{path.name}.before-{number}")).exists()
    )
    durable.write_text(copy, path.read_text("utf-8"))
    return copy


def _kept(text: str, section: FeedSection) -> dict[str, Any]:
    """What the file says of a feed and was not found anew."""
    found = settings_of(section.guesses)
    return {key: value for key, value in said_of(text, section.feed).items() if key not in found}


def _without(text: str, feeds: Sequence[Feed]) -> str:
    """The text without the sections of some feeds: their headers, their keys, and what belongs to either."""
    kept, inside = [], ""
    for block in _blocks(text):
        lines = block.splitlines()
        headers = [found["name"] for line in lines if (found := HEADER.match(line)) and line.startswith("[")]
        has_example = any(line.startswith("#[") for line in lines)
        inside = headers[-1] if headers else ("" if has_example else inside)
        of_feed = next((feed for feed in feeds if inside.split(".")[:2] == ["feeds", feed.value]), None)
        if of_feed is None or not (headers or _has_key(lines, of_feed)):
            kept.append(block)
    return "\n\n".join(kept)


def _blocks(text: str) -> list[str]:
    """The parts of a text between blank lines; a second header in one of them begins another."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        has_header = any(earlier.startswith("[") for earlier in blocks[-1])
        if not line.strip() or (line.startswith("[") and has_header):
            blocks.append([])
        if line.strip():
            blocks[-1].append(line)
    return ["\n".join(block) for block in blocks if block]


def _has_key(lines: Sequence[str], feed: Feed) -> bool:
    """Whether a block has a key of a feed's section, in force or as a comment."""
    keys = type(Feeds().of(feed)).model_fields
    return any((found := KEY.match(line)) and found["key"] in keys for line in lines)
