"""What of the clients' policies and warehouse lists the compiler joins to rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.client import Client

SPLITS = {True: "true", False: "false", "if_needed": "if_needed"}
"""Whether an order may ship from several warehouses, in one type."""

POLICIES = pl.Schema(
    {
        "client_id": pl.String(),
        "rank_keys": pl.String(),
        "holdback": pl.String(),
        "holdback_nights": pl.Int64(),
        "holdback_days": pl.Int64(),
        "split": pl.String(),
        "max_shipments": pl.Int64(),
        "fair_share": pl.String(),
        "lot_order": pl.String(),
        "not_due": pl.String(),
        "horizon_days": pl.Int64(),
        "overdue_grace_days": pl.Int64(),
        "asn_rest_days": pl.Int64(),
        "wait_for_rest_days": pl.Int64(),
        "min_release_qty": pl.Int64(),
        "min_release_value": pl.Decimal(18, 4),
        "min_release_until_days": pl.Int64(),
        "past_cancel": pl.String(),
    }
)
"""One row a client."""


def tabulate_policies(clients: Mapping[str, Client]) -> pl.DataFrame:
    """The policies of all clients, columns as `POLICIES`, sorted by client."""
    rows = [
        {
            "client_id": client_id,
            "rank_keys": "|".join(client.policy.rank),
            "split": SPLITS[client.policy.split],
        }
        | {
            name: getattr(client.policy, name)
            for name in POLICIES
            if name in type(client.policy).model_fields and name != "split"
        }
        for client_id, client in sorted(clients.items())
    ]
    return pl.DataFrame(rows, schema=POLICIES)
