"""The worked cases of issue 8 themselves, where they lie beside the tree; they are no part of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.trials.worked_cases import main

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

BESIDE = Path(__file__).parents[3] / "shared" / "cases" / "facts.json"
CASES = Path(os.environ.get("BACKORDERS_WORKED_CASES", BESIDE))


@pytest.mark.thorough
@pytest.mark.skipif(not CASES.is_file(), reason=f"there are no worked cases: {CASES}")
def test_all_worked_cases_agree(capsys: CaptureFixture[str]) -> None:
    assert main([str(CASES)]) == 0, capsys.readouterr().out
    assert "89 of 89 cases agree" in capsys.readouterr().out
