"""An empty ledger for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.open(Workspace(tmp_path)) as opened:
        yield opened
