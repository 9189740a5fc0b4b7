"""Options and fixtures of the whole suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.trials.sample_nights import run_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.workspace import Workspace

settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")
"""A suite gives one answer for one tree; `--hypothesis-profile=default` draws other examples each time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write generated pages and golden files again"
    )


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
    return run_sample(tmp_path_factory.mktemp("sample") / "workspace")
