"""The data file of names that files of others have, as the core knows them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from schemas.vocabulary.words import Feed
from transforms.onboarding.names import ColumnWord, Done, Export, KnownNames

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def known_names() -> KnownNames:
    """All that is known of files of others."""
    text = resources.files("flows.onboarding").joinpath("exports.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return KnownNames(
        exports=tuple(map(_export, data["exports"])),
        words=tuple(map(_word, data["words"].values())),
        hints={Feed(feed): tuple(words) for feed, words in data["hints"].items()},
        no_rows=tuple(data["rows"]["no_rows"]),
        eaches=tuple(data["rows"]["eaches"]),
    )


def _export(entry: Mapping[str, Any]) -> Export:
    """A file that a known program writes."""
    columns = {
        ours: tuple(tuple(names) if isinstance(names, list) else (names,) for names in sources)
        for ours, sources in entry["columns"].items()
    }
    return Export(
        name=entry["name"],
        feed=Feed(entry["feed"]),
        marks=tuple(entry["marks"]),
        columns=columns,
        grouped=entry.get("grouped", False),
        done=tuple(Done(**done) for done in entry.get("done", ())),
    )


def _word(entry: Mapping[str, Any]) -> ColumnWord:
    """A word of any file."""
    return ColumnWord(
        columns={Feed(feed): ours for feed, ours in entry["columns"].items()},
        speaks={Feed(feed): weight for feed, weight in entry.get("speaks", {}).items()},
        names=tuple(entry["names"]),
    )
