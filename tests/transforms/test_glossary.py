"""The glossary has every frame of the allocation, and the words that it advises against name nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.transforms.allocation.test_frames import contracts_of_frames
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
        f"| {', '.join(f'`{name}`' for name in contract.key())} |"
        for contract in contracts_of_frames()
        if contract not in {frames.OnShelf, frames.Rules}
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


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the program."""
    for top in ("schemas", "transforms", "flows"):
        for path in sorted((ROOT / top).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for path, module in modules():
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(str(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_nothing_is_named_by_a_word_that_the_glossary_advises_against() -> None:
    table = PAGE.read_text("utf-8").split("## Instead of")[1]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)[1:]
    words = {word for _, banned in rows for word in banned.split(", ")}
    assert len(words) >= len(rows) > 1
    found = {
        f"{path}: {name}"
        for path, module in modules()
        for name in names_in(module)
        if words & set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()))
    }
    assert not found
