"""What clients' files say, as a frame that is joined to rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.settings.client import Client


def rules_of_clients(clients: Mapping[str, Client], **columns: Callable[[Client], Any]) -> pl.DataFrame:
    """One row a client: client_id and one column for each rule that reads a client's file."""
    values = {name: [read(client) for client in clients.values()] for name, read in columns.items()}
    ids = pl.Series("client_id", list(clients), pl.String)
    return pl.DataFrame([ids, *(pl.Series(name, value) for name, value in values.items())])
