"""Whose orders the bench serves: the clients of each policy, and what their orders look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from schemas.night import AsOf
from schemas.settings.client import Client
from schemas.settings.warehouse import Warehouse

NIGHT = AsOf(date(2026, 3, 2))
HASH = 2_654_435_761


def sku_code(place: int) -> str:
    """The code of a client's k-th SKU; neighbours in demand are not neighbours in the alphabet."""
    return f"S{place * HASH % 2**32:010d}"


WAREHOUSES = {name: Warehouse(warehouse_id=name, allocator="us") for name in ("W1", "W2", "W3")}


FENCED_SKUS = 100
FENCE = {
    "name": "wholesale",
    "sku": [sku_code(place) for place in range(1, FENCED_SKUS + 1)],
    "channel": ["b2b"],
    "pct": 20,
    "until": date(2026, 12, 31),
}
"""A fifth of the units of the SKUs that are wanted most is kept for a fifth of the orders."""


@dataclass(frozen=True)
class Merchant:
    """A client of the bench.

    Attributes:
        client_id: its name.
        rules: its `[policy]`, where it differs from the defaults.
        complete_pct: of a hundred orders, how many ship complete only.
        draws_on_several: its orders may be split over two or three warehouses, in an order of their own.
    """

    client_id: str
    rules: dict[str, Any] = field(default_factory=dict)
    complete_pct: int = 0
    draws_on_several: bool = False


MERCHANTS: dict[str, tuple[Merchant, ...]] = {
    "plain": (Merchant("bench"),),
    "mixed": (
        Merchant("fair_1", {"fair_share": "water_filling"}),
        Merchant("fair_2", {"fair_share": "water_filling"}),
        Merchant("fenced_1", {"fences": [FENCE]}),
        Merchant("fenced_2", {"fences": [FENCE]}),
        Merchant("split_1", {"split": True}, complete_pct=30, draws_on_several=True),
        Merchant("split_2", {"split": True}, complete_pct=30, draws_on_several=True),
    ),
}
"""By policy, in the order of their names, as the books are; each merchant has the same number of orders.

Lines with several warehouses want two and a half pools each, and fenced ones that may use the fence two, so a
mixed night has one and a half claims a line.
"""


def clients_of(policy: str) -> dict[str, Client]:
    """The settings of a policy's clients."""
    return {
        merchant.client_id: Client.model_validate(
            {
                "client_id": merchant.client_id,
                "name": merchant.client_id,
                "warehouses": tuple(WAREHOUSES),
                "policy": merchant.rules,
            }
        )
        for merchant in MERCHANTS[policy]
    }


CLIENTS = clients_of("plain")
