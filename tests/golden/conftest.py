"""The sample's three nights as tests of this folder read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.golden.published import PublishedNights

if TYPE_CHECKING:
    from flows.workspace import Workspace


@pytest.fixture(scope="session")
def nights(sample: Workspace) -> PublishedNights:
    """What the sample's three nights published, one version a night."""
    return PublishedNights.of(sample)
