"""A client and its books under another policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books import OrderLine
from schemas.client import Client
from schemas.policy import Policy
from schemas.table import conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import Books

STAMPED = tuple(sorted(set(OrderLine.names()) & set(Policy.model_fields)))
"""Rules that a line carries from its acceptance on, unless its order stated its own: `ship_rule`."""


def under_policy(client: Client, policy: Policy) -> Client:
    """The client with another policy.

    Raises:
        pydantic.ValidationError: the policy contradicts the rest of the client's file.
    """
    stated = {name: getattr(client, name) for name in type(client).model_fields}
    return Client.model_validate({**stated, "policy": policy})


def restate_rules(books: Books, own: Mapping[str, Client], policy: Policy) -> Books:
    """The books as if their lines had been accepted under another policy.

    The books do not say where a line's rule comes from. One that is the policy's is taken to come from
    it, and becomes the other policy's; any other was the order's own, and stays.
    """
    rules = pl.DataFrame(
        {
            "client_id": pl.Series(list(own), dtype=pl.String),
            **{
                f"own_{name}": pl.Series(
                    [getattr(client.policy, name) for client in own.values()], dtype=OrderLine.dtypes()[name]
                )
                for name in STAMPED
            },
        }
    )
    lines = books.order_lines.join(rules, on="client_id", how="left", maintain_order="left").with_columns(
        pl.when(pl.col(name) == pl.col(f"own_{name}"))
        .then(pl.lit(getattr(policy, name)))
        .otherwise(name)
        .alias(name)
        for name in STAMPED
    )
    return replace(books, order_lines=conform(lines, OrderLine))
