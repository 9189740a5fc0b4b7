"""The built wheel is the program: installed away from the checkout it makes a workspace and runs a night."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
UV = shutil.which("uv")


def call(*command: str | Path, folder: Path) -> str:
    """What a command printed; it has ended well, away from the checkout and from its settings."""
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("BACKORDERS_", "PYTHON"))
    }
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `backorders` of the installed wheel.

    What it depends on is that of the test run: only the wheel is installed, so nothing is downloaded.
    """
    if UV is None:
        pytest.skip("uv builds the wheel, and is not here")
    root = tmp_path_factory.mktemp("wheel")
    dependencies = sysconfig.get_paths()["purelib"]
    call(UV, "build", "--wheel", "--out-dir", root, CHECKOUT, folder=root)
    call(UV, "venv", "--python", sys.executable, root / "venv", folder=root)
    (wheel,) = root.glob("*.whl")
    python = root / "venv" / "bin" / "python"
    call(UV, "pip", "install", "--offline", "--no-deps", "--python", python, wheel, folder=root)
    (site,) = (root / "venv" / "lib").glob("python*/site-packages")
    # after the wheel's own packages, and without the checkout's editable install (a .pth is not followed)
    (site / "dependencies.pth").write_text(f"{dependencies}\n", "utf-8")
    return root / "venv" / "bin" / "backorders"


def test_the_command_helps_makes_a_workspace_and_runs_a_night(program: Path, tmp_path: Path) -> None:
    assert "serve" in call(program, "--help", folder=tmp_path)
    sites = ("--warehouse", "W1=Europe/London", "--client", "acme")
    call(program, "init", "data", *sites, folder=tmp_path)
    shown = call(program, "run", "--plain", "--date", "2026-03-02", folder=tmp_path)
    assert "Night of 2026-03-02" in shown
    assert (tmp_path / "data" / "published" / "current" / "analytics.duckdb").is_file()


@pytest.mark.thorough
def test_the_demo_runs_away_from_the_checkout(program: Path, tmp_path: Path) -> None:
    shown = call(program, "demo", "--plain", folder=tmp_path)
    assert "Wednesday, 2026-03-04" in shown
    assert "backorders queue torquebarn TB-PAD-F12" in shown


@pytest.mark.long
def test_in_an_empty_environment_the_wheel_brings_all_that_the_demo_needs(tmp_path: Path) -> None:
    """What it depends on comes from a package index, in the versions of the lock; Prefect runs the nights."""
    if UV is None:
        pytest.skip("uv builds the wheel, and is not here")
    locked = call(
        UV, "export", "--locked", "--no-dev", "--no-emit-project", "--project", CHECKOUT, folder=tmp_path
    )
    (tmp_path / "locked.txt").write_text(locked, "utf-8")
    call(UV, "build", "--wheel", "--out-dir", tmp_path, CHECKOUT, folder=tmp_path)
    call(UV, "venv", "--python", sys.executable, tmp_path / "venv", folder=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    python = tmp_path / "venv" / "bin" / "python"
    call(UV, "pip", "install", "--python", python, "--requirements", tmp_path / "locked.txt", folder=tmp_path)
    call(
        UV, "pip", "install", "--python", python, "--offline", wheel, folder=tmp_path
    )  # all it asks for is there
    home = tmp_path / "home"
    home.mkdir()
    shown = call(tmp_path / "venv" / "bin" / "backorders", "demo", folder=home)
    assert "Wednesday, 2026-03-04" in shown


def test_the_sample_comes_with_the_program(program: Path, tmp_path: Path) -> None:
    python = program.parent / "python"
    script = "from flows.cli.trying.demo import find_sample; print(find_sample())"
    found = Path(call(python, "-c", script, folder=tmp_path).strip())
    assert program.parents[1] in found.parents
    assert (found / "nights" / "2026-03-04").is_dir()
