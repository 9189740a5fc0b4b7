"""The sample's three nights, run once for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.golden.published import PublishedNights
from tests.trials.sample_nights import run_sample

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublishedNights]:
    """What the sample's three nights published, one version a night."""
    published = PublishedNights.of(run_sample(tmp_path_factory.mktemp("sample") / "workspace"))
    yield published
    published.close()
