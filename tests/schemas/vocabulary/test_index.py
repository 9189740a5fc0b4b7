"""Tests of the list of vocabularies: whatever a module of `schemas` declares is on it, once."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import schemas
from schemas.vocabulary.index import CODES, VOCABULARIES
from schemas.vocabulary.words import HoldReason, Term


def test_every_vocabulary_of_the_package_is_listed() -> None:
    for module in walk_packages(schemas.__path__, "schemas."):
        import_module(module.name)
    declared = {term for term in Term.__subclasses__() if term.__module__.startswith("schemas.")}
    assert declared == {*VOCABULARIES.values(), *CODES.values()}


def test_a_vocabulary_stands_under_its_own_name_in_one_list() -> None:
    assert all(name == term.__name__ for name, term in (VOCABULARIES | CODES).items())
    assert VOCABULARIES.keys().isdisjoint(CODES)


def test_the_base_of_all_vocabularies_is_none() -> None:
    assert Term not in VOCABULARIES.values()


def test_a_person_judges_what_was_found_and_not_what_is_missing() -> None:
    assert HoldReason.DAMAGED in HoldReason.judged()
    assert HoldReason.SHORT_PICK not in HoldReason.judged()
