"""The question that stands before what cannot be taken back."""

from __future__ import annotations

import typer

from schemas.errors import ConfigurationError


def confirm(question: str, *, is_asking: bool) -> None:
    """Ask once.

    Raises:
        ConfigurationError: the answer was not yes.
    """
    try:
        is_sure = not is_asking or typer.confirm(question)
    except typer.Abort:
        is_sure = False
    if not is_sure:
        message = "Not confirmed. Nothing was changed. --yes does not ask."
        raise ConfigurationError(message)
