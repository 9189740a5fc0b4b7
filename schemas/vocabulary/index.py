"""Every closed vocabulary by its name, wherever it is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.vocabulary import codes, explanations, findings, words
from schemas.vocabulary.words import Term

if TYPE_CHECKING:
    from types import ModuleType


def _declared(module: ModuleType) -> dict[str, type[Term]]:
    """The vocabularies that a module declares, in that order; none that it imports."""
    return {
        name: term
        for name, term in vars(module).items()
        if isinstance(term, type)
        and issubclass(term, Term)
        and term.__module__ == module.__name__
        and term is not Term
    }


VOCABULARIES = _declared(words) | _declared(explanations)
"""What a column of the books and results may say."""

CODES = _declared(codes) | _declared(findings)
"""What is wrong with a row or file, what a person must look at, and who."""
