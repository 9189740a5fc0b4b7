"""The glossary has every frame of the allocation, and the words that it advises against name nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from transforms.allocation import frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "transforms" / "GLOSSARY.md"
LISTED = re.compile(r"(<!-- frames: begin[^\n]*-->\n).*(<!-- frames: end -->)", re.DOTALL)


def list_frames() -> str:
    """A row for each frame: what one of its rows is, and what tells them apart."""
    rows = [
        f"| `{contract.__name__}` | {' '.join((contract.__doc__ or '').splitlines()[0].split())} "
        f"| {', '.join(f'`{name}`' for name in key)} |"
        for contract, key in frames.KEYS.items()
        if contract not in {frames.Inner, frames.Shelf, frames.Rules}
    ]
    return "\n".join(["| frame | a row is | key |", "|---|---|---|", *rows, ""])


def names_in(module: ast.Module) -> Iterator[str]:
    """Names that a module gives to something."""
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def test_the_glossary_lists_the_frames_of_today(assert_golden: Callable[[str, Path], None]) -> None:
    page = PAGE.read_text("utf-8")
    assert_golden(LISTED.sub(lambda found: f"{found[1]}{list_frames()}{found[2]}", page), PAGE)


def test_nothing_is_named_by_a_word_that_the_glossary_advises_against() -> None:
    table = PAGE.read_text("utf-8").split("## Instead of")[1]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)[1:]
    words = {word for _, banned in rows for word in banned.split(", ")}
    assert len(words) >= len(rows) > 1
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for top in ("schemas", "transforms", "flows")
        for path in (ROOT / top).rglob("*.py")
        for name in names_in(ast.parse(path.read_text("utf-8")))
        if words & set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()))
    }
    assert not found
