"""The rules as data: what each test of this folder says and shows, for the rule book."""

from __future__ import annotations

import inspect
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import tests.spec

if TYPE_CHECKING:
    from types import FunctionType, ModuleType

    from tests.spec.tables import Example

STORIES = "test_nights"
"""The module whose tests are stories of several nights, not examples."""


@dataclass(frozen=True)
class Rule:
    """A rule in one sentence, and the examples that show it: demand and supply, and what they give.

    Attributes:
        module: file of the chapter, without `test_`.
        chapter: what it is about, and after a blank line why one would want it.
        name: of the test, a sentence.
        sentence: the rule.
        examples: what goes in, and what comes out; none of a story.
    """

    module: str
    chapter: str
    name: str
    sentence: str
    examples: tuple[tuple[Example, dict[str, str]], ...]


def read_rules() -> list[Rule]:
    """Every rule, chapter by chapter, in the order in which they are written.

    A test that expects tables of an example is called with a recorder in place of the check, so nothing is
    planned. Of the nights, which are stories, only the sentence is read.
    """
    return [
        _read_rule(module_name, module, test)
        for module_name in sorted(found.name for found in pkgutil.iter_modules(tests.spec.__path__))
        for module in [import_module(f"tests.spec.{module_name}")]
        for test in _tests_of(module)
        if _is_example(test) or module_name == STORIES
    ]


def _tests_of(module: ModuleType) -> list[FunctionType]:
    """The tests of a module as they are written."""
    tests_of = [
        test for name, test in inspect.getmembers(module, inspect.isfunction) if name.startswith("test_")
    ]
    return sorted(tests_of, key=lambda test: test.__code__.co_firstlineno)


def _is_example(test: FunctionType) -> bool:
    return list(inspect.signature(test).parameters) == ["expect"]


def _read_rule(module_name: str, module: ModuleType, test: FunctionType) -> Rule:
    """The rule that a test shows."""
    examples: list[tuple[Example, dict[str, str]]] = []
    if _is_example(test):
        test(lambda example, **gives: examples.append((example, gives)))
    name, chapter = module_name.removeprefix("test_"), inspect.getdoc(module) or ""
    return Rule(name, chapter, test.__name__, inspect.getdoc(test) or "", tuple(examples))
