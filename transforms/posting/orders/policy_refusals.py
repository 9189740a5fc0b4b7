"""What a client's policy has no place for: order rows are rejected, and waiting lines give way to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine
from schemas.vocabulary.codes import ReasonCode
from transforms.units import sell_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import Books
    from schemas.settings.client import Client
    from transforms.terms import Terms

FAULTS: dict[ReasonCode, tuple[pl.Expr, str]] = {
    ReasonCode.NOT_A_MULTIPLE: (
        pl.col("is_whole_only") & (pl.col("qty") % pl.col("sold_by") != 0),
        "qty",
    ),
    ReasonCode.RULE_NOT_ALLOWED: (
        pl.col("is_sharing") & pl.col("ship_rule").is_in(["line_complete", "order_complete"]),
        "ship_rule",
    ),
    ReasonCode.ON_SHORT_NOT_ALLOWED: (
        pl.col("on_short").is_not_null() & ~pl.col("on_short").is_in(pl.col("allowed_on_short")),
        "on_short",
    ),
}
"""Of rows that `with_rules` knows: when one is refused, and the column that is at fault."""


def with_rules(rows: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Order rows with what decides `FAULTS`: rules of the client, and the units the item is sold by."""
    rules = terms.of_clients(
        is_sharing=lambda client: client.policy.fair_share != "none",
        allowed_on_short=lambda client: client.policy.allowed_on_short,
        is_whole_only=lambda client: not client.policy.loose_rest,
    )
    sold = terms.items.select("client_id", "sku", sold_by=sell_step())
    return rows.join(rules, on="client_id", how="left", maintain_order="left").join(
        sold, on=["client_id", "sku"], how="left", maintain_order="left"
    )


def ship_in_parts(books: Books, *, clients: Mapping[str, Client]) -> Books:
    """The books in which no line of a client that shares waits to ship complete.

    Such lines were accepted before their client began to share; from now on they take their parts.
    """
    sharing = [client_id for client_id, client in clients.items() if client.policy.fair_share != "none"]
    rule = pl.when(pl.col("client_id").is_in(sharing)).then(pl.lit("partial")).otherwise("ship_rule")
    lines = books.order_lines.with_columns(ship_rule=rule).pipe(OrderLine.validate)
    return replace(books, order_lines=lines) if sharing else books
