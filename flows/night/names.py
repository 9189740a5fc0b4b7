"""The id of a run as text: what steps hand each other, and what names its folder in staging."""

from __future__ import annotations

from datetime import date

from schemas.errors import ConfigurationError
from schemas.night import AsOf


def name_run(as_of: AsOf) -> str:
    """The id of a run, such as `2026-03-02-1`."""
    return f"{as_of.business_date.isoformat()}-{as_of.run_no}"


def find_run_of(run_id: str) -> AsOf:
    """The night and number of an id."""
    day, _, number = run_id.rpartition("-")
    return AsOf(date.fromisoformat(day), int(number))


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
