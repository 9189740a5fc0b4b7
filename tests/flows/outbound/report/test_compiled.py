"""Templates are compiled once: their bytecode lies beside that of the modules."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import DictLoader, Environment

from flows.outbound.pages.compiled import CompiledBeside

if TYPE_CHECKING:
    from pathlib import Path

NAME = "greeting.html.jinja"


@pytest.fixture(autouse=True)
def _keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a program of a user, Python keeps bytecode, in the folder itself."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)


class Counting(Environment):
    """Counts what it compiles."""

    compiled = 0

    def compile(self, *source: Any, **how: Any) -> Any:  # noqa: ANN401 -- as Jinja has it
        """Count, and compile."""
        self.compiled += 1
        return super().compile(*source, **how)


def greet(folder: Path, text: str = "Hello {{ name }}", options: str = "") -> tuple[str, int]:
    """What a new environment says, and how many templates it compiled for it."""
    environment = Counting(loader=DictLoader({NAME: text}), bytecode_cache=CompiledBeside(folder, options))
    return environment.get_template(NAME).render(name="Ada"), environment.compiled


def test_a_template_is_compiled_once(tmp_path: Path) -> None:
    assert greet(tmp_path) == ("Hello Ada", 1)
    assert greet(tmp_path) == ("Hello Ada", 0)
    assert [place.name for place in tmp_path.iterdir()] == ["__pycache__"]


def test_another_text_or_option_is_compiled_anew(tmp_path: Path) -> None:
    greet(tmp_path)
    assert greet(tmp_path, "Bye {{ name }}") == ("Bye Ada", 1)
    assert greet(tmp_path, "Bye {{ name }}", "trimmed") == ("Bye Ada", 1)
    assert greet(tmp_path, "Bye {{ name }}", "trimmed") == ("Bye Ada", 0)


@pytest.mark.parametrize("length", [0, 20, 41, 60])
def test_bytecode_that_was_cut_is_made_anew(tmp_path: Path, length: int) -> None:
    greet(tmp_path)
    (place,) = (tmp_path / "__pycache__").iterdir()
    place.write_bytes(place.read_bytes()[:length])
    assert greet(tmp_path) == ("Hello Ada", 1)
    assert greet(tmp_path) == ("Hello Ada", 0)


def test_where_nothing_can_be_kept_each_program_compiles(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("no folder", "ascii")
    assert greet(tmp_path) == ("Hello Ada", 1)
    assert greet(tmp_path) == ("Hello Ada", 1)


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert greet(tmp_path) == ("Hello Ada", 1)
    assert list(tmp_path.iterdir()) == []
