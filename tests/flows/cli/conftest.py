"""The published workspace that the pages are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.cli.published import STORY, publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one published night; only read by tests."""
    return publish(tmp_path_factory.mktemp("workspace"), STORY)
