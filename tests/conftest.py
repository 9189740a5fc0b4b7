"""Options and fixtures of the whole suite."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.workspace import Workspace

os.environ.setdefault("POLARS_MAX_THREADS", "1")
"""Frames of tests are small, and the other cores have tests of their own. Heard because Polars is not yet
imported: this file imports nothing of ours at its top."""

MOST_WORKERS = 4
"""A worker collects the suite anew and makes the shared nights anew, so many of them share little."""

settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")
"""A suite gives one answer for one tree; `--hypothesis-profile=default` draws other examples each time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write generated pages and golden files again"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let workers and started programs share bytecode, also where none may be left beside the sources.

    Without it each of some forty processes compiles all that it imports.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", "") and config.cache:
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(config.cache.mkdir("bytecode")))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core for whole folders; none for single files, on one core, or where output is shown."""
    has_folder = any((config.invocation_params.dir / place).is_dir() for place in config.args)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not has_folder or cores == 1 or config.getoption("capture") == "no":
        return 0
    return min(cores, MOST_WORKERS)


@pytest.fixture
def assert_golden(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """Compare a text with a committed file; with `--update-golden` write the file instead."""

    def check(text: str, golden: Path) -> None:
        if request.config.getoption("--update-golden"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(text, encoding="utf-8")
        found = golden.read_text(encoding="utf-8") if golden.is_file() else ""
        if found != text:
            pytest.fail(f"{golden} is stale: run pytest --update-golden and read the difference")

    return check


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample after its three nights; only read by tests."""
    from tests.trials.sample_nights import run_sample  # noqa: PLC0415 -- it imports Polars

    return run_sample(tmp_path_factory.mktemp("sample") / "workspace")
