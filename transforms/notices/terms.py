"""A client's terms of telling as columns beside its order lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import NoticeKind, NoticeState
from transforms.keys import ORDER
from transforms.segments import rule_of_orders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.settings.client import Client

TERMS: dict[str, type[pl.DataType]] = {
    "client_id": pl.String,
    "state": pl.String,
    **{f"tells_{kind}": pl.Boolean for kind in NoticeKind.values()},
    "tell_after_days": pl.Int64,
    "eta_churn_days": pl.Int64,
    "moved_every_days": pl.Int64,
    "tells_queue": pl.Boolean,
    "has_desk": pl.Boolean,
}
"""Columns of the terms; `state` is the state a new message gets, null where nothing is told."""


def with_terms(lines: pl.DataFrame, order_lines: pl.DataFrame, clients: Mapping[str, Client]) -> pl.DataFrame:
    """The lines of which anything may be told, with the terms of their client and of their order's segments.

    Args:
        lines: some of `order_lines`.
        order_lines: all lines of each order, since the first of them decides what segments say of it.
        clients: their terms.
    """
    told = tabulate_terms(clients).filter(pl.col("state").is_not_null())
    by_client = lines.join(told, on="client_id", how="inner")
    said = rule_of_orders(order_lines, clients, "tell_after_days", pl.Int64())
    if said.is_empty():
        return by_client
    both = by_client.join(said, on=ORDER, how="left", maintain_order="left", suffix="_said")
    return both.with_columns(tell_after_days=pl.coalesce("tell_after_days_said", "tell_after_days")).drop(
        "tell_after_days_said"
    )


def tabulate_terms(clients: Mapping[str, Client]) -> pl.DataFrame:
    """One row a client: what it tells and when."""
    rows = [_terms_of(client_id, clients[client_id]) for client_id in sorted(clients)]
    return pl.DataFrame(rows, schema=TERMS, orient="row")


def _terms_of(client_id: str, client: Client) -> dict[str, object]:
    """One client's terms; in a trial nobody is told, whatever the mode."""
    notices = client.notices
    is_told = notices.mode != "off"
    is_live = notices.mode == "live" and client.status != "trial"
    state = NoticeState.TO_SEND if is_live else NoticeState.PREVIEW
    kinds = {f"tells_{kind}": is_told and kind in notices.tell_on for kind in NoticeKind.values()}
    return kinds | {
        "client_id": client_id,
        "state": state.value if is_told else None,
        "tell_after_days": notices.tell_after_days,
        "eta_churn_days": notices.eta_churn_days,
        "moved_every_days": notices.moved_every_days,
        "tells_queue": notices.tell_queue,
        "has_desk": notices.desk_address != "",
    }
