"""How long ago something may have been, as it is typed."""

from __future__ import annotations

import re
from datetime import timedelta

import typer

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_max_age(text: str) -> timedelta:
    """A length of time such as `26h`, `90m` or `2d`.

    Raises:
        BadParameter: it is none.
    """
    found = re.fullmatch(r"(\d{1,6})([mhd])", text.strip().lower())
    if not found:
        message = f"{text!r} is no length of time; write it like 26h, 90m or 2d"
        raise typer.BadParameter(message)
    return timedelta(**{UNITS[found[2]]: int(found[1])})
