"""A business date that a person or a program gave."""

from __future__ import annotations

from datetime import date

from schemas.errors import ConfigurationError


def read_date(text: str | None) -> date | None:
    """A business date that a person or a program gave; None where none was given.

    Raises:
        ConfigurationError: it is no date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is not a date; write it as 2026-03-02"
        raise ConfigurationError(message) from error
