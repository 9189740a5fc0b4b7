"""The rules of the house that no other test sees."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOPS = ("schemas", "transforms", "flows")
MOST_MODULES = 16


def test_layers_point_one_way_and_the_core_is_pure() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_there_is_one_way_to_print() -> None:
    """`flows.cli.printing.paper` sees to it that no value is markup or steers a terminal."""
    ways = re.compile(r"\bprint\(|Console\(|typer\.(echo|secho)|rich\.(print|markup|prompt)")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "flows").rglob("*.py"))
        if path.name != "paper.py"
        for line in path.read_text("utf-8").splitlines()
        if ways.search(re.sub(r"console(\(.*\))?\.print\(", "", line))
    ]
    assert not found


def packages() -> list[Path]:
    """Every folder of the program that holds modules."""
    return sorted({module.parent for top in TOPS for module in (ROOT / top).rglob("*.py")})


def test_a_folder_has_so_few_modules_that_one_looks_through_them_and_says_what_belongs_there() -> None:
    crowded = [folder for folder in packages() if len([*folder.glob("[!_]*.py")]) > MOST_MODULES]
    silent = [
        folder
        for folder in packages()
        if not ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    ]
    assert not crowded
    assert not silent


def texts() -> list[Path]:
    """What people read of the program: its modules, its tests, and its pages but for what was landed when."""
    below = [path for top in (*TOPS, "tests") for path in (ROOT / top).rglob("*")]
    found = (path for path in (*ROOT.glob("*"), *below) if path.suffix in {".py", ".md", ".yaml"})
    return sorted(path for path in found if path.name != "CHANGELOG.md" and "golden" not in path.parts)


def leads_somewhere(name: str) -> bool:
    """Whether `flows.cli.main` or `flows/cli/app.py` names a module, a folder, or something in a module."""
    if "/" in name:
        return (ROOT / name).exists()
    words = name.split(".")
    for end in range(len(words), 0, -1):
        place, rest = ROOT.joinpath(*words[:end]), words[end:]
        module = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
        if module.is_file():
            return not rest or bool(re.search(rf"\b{rest[0]}\b", module.read_text("utf-8")))
    return False


def test_every_module_that_a_text_names_is_there() -> None:
    named = re.compile(rf"`({'|'.join(TOPS)})((?:\.[a-z_]\w*)+|(?:/[\w.]+)+)`")
    lost = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in texts()
        for found in named.finditer(path.read_text("utf-8"))
        if not leads_somewhere(found[0].strip("`"))
    ]
    assert not lost
