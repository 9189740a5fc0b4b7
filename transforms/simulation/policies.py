"""A client and its books under another policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine
from schemas.books.stock import FenceBalance
from schemas.settings.client import Client
from schemas.table import conform
from transforms.keys import LINE
from transforms.segments import with_usual_ship_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.settings.policy import Policy


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
    it, and becomes the other policy's; any other was the order's own, and stays, unless the other policy
    shares, which knows parts only. A fence goes on with its balance where both policies have the same
    one; any other begins anew.
    """
    is_shared = policy.fair_share != "none"
    others = {name: client.model_copy(update={"policy": policy}) for name, client in own.items()}
    lines = books.order_lines
    before, after = (
        with_usual_ship_rule(lines.select(*LINE), lines, clients)["usual_ship_rule"]
        for clients in (own, others)
    )
    is_restated = (lines["ship_rule"] == before) | (before.is_not_null() & is_shared)
    restated = lines.with_columns(ship_rule=pl.when(is_restated).then(after).otherwise("ship_rule"))
    return replace(
        books,
        order_lines=conform(restated, OrderLine),
        fence_balances=_same_fences(books.fence_balances, own, policy),
    )


def _same_fences(
    balances: DataFrame[FenceBalance], own: Mapping[str, Client], policy: Policy
) -> DataFrame[FenceBalance]:
    """Balances of fences that a client's own policy and the other one both have."""
    same = [
        (client_id, fence.name)
        for client_id, client in own.items()
        for fence in client.policy.fences
        if fence in policy.fences
    ]
    names = pl.DataFrame(same, schema={"client_id": pl.String, "fence": pl.String}, orient="row")
    kept = balances.join(names, on=["client_id", "fence"], how="semi", maintain_order="left")
    return kept.pipe(FenceBalance.validate)
