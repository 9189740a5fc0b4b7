"""Which clients a simulation is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ConfigurationError
from schemas.settings.parent import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from flows.configuration import Configuration


def choose_clients(
    configuration: Configuration, wanted: Sequence[str], *, held: Collection[str], night: date
) -> list[str]:
    """The asked clients, or all for which a night decides.

    Raises:
        ConfigurationError: an asked one is unknown, has no settings that can be followed, or was held; or
            none is left.
    """
    for client_id in wanted:
        if client_id in held:
            message = (
                f"client {client_id} was held on {night}: nothing was decided for it; choose another night"
            )
            raise ConfigurationError(message)
        if client_id in configuration.refused:
            message = f"client {client_id} sits out {night}: {configuration.refused[client_id]}"
            raise ConfigurationError(message)
        if client_id not in configuration.clients:
            nearest = suggest(client_id, configuration.clients, "clients")
            message = f"there is no clients/{client_id}.toml for {night}; {nearest}"
            raise ConfigurationError(message)
    chosen = sorted(set(wanted) or set(configuration.clients) - set(held))
    if not chosen:
        message = f"nothing is decided for any client on {night}"
        raise ConfigurationError(message)
    return chosen


def choose_clients_of_span(decided: Collection[str], wanted: Sequence[str]) -> list[str]:
    """The asked clients, or all that any night of a span `decided` for.

    Raises:
        ConfigurationError: no night decided anything for an asked one, or for any client.
    """
    for client_id in wanted:
        if client_id not in decided:
            nearest = suggest(client_id, decided, "clients")
            message = f"no night of the span decided anything for client {client_id}; {nearest}"
            raise ConfigurationError(message)
    if not decided:
        message = "no night of the span decided anything for any client"
        raise ConfigurationError(message)
    return sorted(set(wanted) or decided)
