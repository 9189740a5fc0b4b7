"""`flows/LICENCES.md`: under which licence stands what an installation brings along."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "flows" / "LICENCES.md"
HEAD = """# Licences

What `backorders` brings along when it is installed, in the versions of `uv.lock`, as each package says
itself, with commas where it names several. Of all that only the fonts of pick lists stand in this repository:
[DejaVu](outbound/paper/fonts/LICENSE-DejaVu.txt) and WenQuanYi Micro Hei, which its authors offer under
[Apache 2.0](outbound/paper/fonts/LICENSE-WenQuanYi-Micro-Hei.txt) or the GPL. `backorders` itself stands
under the [MIT licence](../LICENSE). Written by `pytest --update-golden tests/test_licences.py`.

| package | version | licence |
| --- | --- | --- |
"""
CLASSIFIER = "License :: OSI Approved :: "
LONGEST = 100
"""Of a licence's name: some packages have its whole text in that place."""

UNKNOWN = "not said"
SHARED_TERMS = re.compile(r"\b(A?GPL|SSPL|BUSL|Commons Clause)", re.IGNORECASE)
"""With an installation could not be handed on as simply as under MIT; the LGPL is no part of it."""


def locked_packages() -> dict[str, dict[str, Any]]:
    """Every package of the lock by its name."""
    content = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    return {package["name"]: package for package in content["package"]}


def brought_along(packages: dict[str, dict[str, Any]]) -> list[str]:
    """The names of all that an installation may bring, on any system."""
    found: set[tuple[str, str]] = set()
    waiting = [("backorders", "")]
    while waiting:
        name, extra = waiting.pop()
        package = packages[name]
        asked = (
            package.get("optional-dependencies", {}).get(extra, [])
            if extra
            else package.get("dependencies", [])
        )
        for needed in asked:
            ways = {(needed["name"], ""), *((needed["name"], part) for part in needed.get("extra", []))}
            waiting += ways - found
            found |= ways
    return sorted({name for name, _ in found})


def licence_of(name: str) -> str | None:
    """What an installed package says; None: it is not installed on this system."""
    try:
        said: dict[str, Any] = metadata(name).json
    except PackageNotFoundError:
        return None
    classifiers = [text.removeprefix(CLASSIFIER) for text in said.get("classifier", []) if CLASSIFIER in text]
    first_line = said.get("license", "").strip().partition("\n")[0]
    named = (said.get("license_expression"), ", ".join(classifiers), first_line, _heading_of_file(name))
    return next((words for words in named if words and len(words) <= LONGEST), UNKNOWN)


def _heading_of_file(name: str) -> str:
    """The first line of the licence that a package brings; empty: it brings none."""
    for path in files(name) or []:
        if path.name.upper().startswith("LICEN"):
            return path.read_text("utf-8").strip().partition("\n")[0].strip()
    return ""


def known_rows() -> dict[str, str]:
    """The licences that the page has, for packages of other systems."""
    rows = re.findall(
        r"^\| (\S+) \| \S+ \| (.+) \|$", PAGE.read_text("utf-8") if PAGE.is_file() else "", re.MULTILINE
    )
    return dict(rows)


def rows() -> Iterator[tuple[str, str, str]]:
    """Name, version and licence of each."""
    packages, known = locked_packages(), known_rows()
    for name in brought_along(packages):
        yield name, packages[name]["version"], licence_of(name) or known.get(name, UNKNOWN)


def test_the_page_of_licences_is_of_the_lock(assert_golden: Callable[[str, Path], None]) -> None:
    assert_golden(HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows()), PAGE)


def test_nothing_that_is_brought_along_asks_for_the_whole_to_be_shared() -> None:
    listed = list(rows())
    assert len(listed) > 50
    asks = [row for row in listed if all(SHARED_TERMS.search(choice) for choice in row[2].split(", "))]
    assert not asks
    assert not [row for row in listed if row[2] == UNKNOWN]
