"""The rules as data: what each test of this folder says and shows, for the rule book."""

from __future__ import annotations

import inspect
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import tests.spec

if TYPE_CHECKING:
    from tests.spec.tables import Example


@dataclass(frozen=True)
class Rule:
    """A rule in one sentence, and the examples that show it: demand and supply, and what they give."""

    chapter: str
    name: str
    sentence: str
    examples: tuple[tuple[Example, dict[str, str]], ...]


def read_rules() -> list[Rule]:
    """Every rule that has an example, chapter by chapter, in the order in which they are written.

    A test is called with a recorder in place of the check, so nothing is planned.
    """
    rules = []
    for module_name in sorted(module.name for module in pkgutil.iter_modules(tests.spec.__path__)):
        module = import_module(f"tests.spec.{module_name}")
        members = inspect.getmembers(module, inspect.isfunction)
        written = [test for name, test in members if name.startswith("test_")]
        for test in sorted(written, key=lambda test: test.__code__.co_firstlineno):
            if list(inspect.signature(test).parameters) == ["expect"]:
                examples: list[tuple[Example, dict[str, str]]] = []
                test(lambda example, examples=examples, **gives: examples.append((example, gives)))
                sentence = inspect.getdoc(test) or ""
                rules.append(Rule(inspect.getdoc(module) or "", test.__name__, sentence, tuple(examples)))
    return rules
