"""What the stories say of the books is what a written workspace publishes."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

import tests.spec.facts
from tests.spec.facts.reading import stories_of
from tests.trials.worked_cases import run_cases

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.long
def test_every_story_is_published_as_it_is_told(tmp_path: Path) -> None:
    modules = [module.name for module in pkgutil.iter_modules(tests.spec.facts.__path__)]
    told = [
        story
        for name in modules
        if name.startswith("test_")
        for story in stories_of(import_module(f"tests.spec.facts.{name}"))
    ]
    assert len({story.name for story in told}) == len(told) > 150
    assert run_cases(told, tmp_path / "workspace") == []
