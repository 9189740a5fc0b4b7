"""A business date that a person or a program gave."""

from __future__ import annotations

import re
from datetime import date

from schemas.errors import ConfigurationError

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_date(text: str | None) -> date | None:
    """A business date that a person or a program gave; None where none was given.

    Raises:
        ConfigurationError: it is no date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError as error:
        message = f"{text!r} is not a date; write it as 2026-03-02"
        raise ConfigurationError(message) from error
