"""The rules of the house that no other test sees."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


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
