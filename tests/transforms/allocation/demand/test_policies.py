"""Tests of what a client's policy says of channels, beside its lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from schemas.night import AsOf
from schemas.settings.client import Client
from tests.frames import NIGHT
from transforms.allocation.demand.policies import tabulate_channels, with_channels
from transforms.allocation.frames import ChannelRules
from transforms.shipping_days import ShippingDays

DAYS = ShippingDays.of(AsOf(NIGHT), {})
FENCE = {"name": "launch", "sku": ["A"], "channel": ["shop"], "qty": 5, "until": NIGHT + timedelta(days=30)}
RANKED = {"rank": ["channel", "ordered_at"], "channel_order": ["web", "shop"]}


def clients_of(**policies: dict[str, Any]) -> dict[str, Client]:
    """Clients with these policies, in one warehouse."""
    return {
        name: Client.model_validate({"client_id": name, "name": name, "warehouses": ["W1"], "policy": policy})
        for name, policy in policies.items()
    }


def lines_of(*channels: tuple[str, str | None]) -> pl.DataFrame:
    """Lines of a client in a channel each."""
    schema = {"client_id": pl.String, "channel": pl.String}
    return pl.DataFrame(channels, schema=schema, orient="row")


def test_a_channel_has_the_fences_and_the_place_that_its_client_gives_it() -> None:
    channels = tabulate_channels(clients_of(acme={"fences": [FENCE], **RANKED}, bolt={}), days=DAYS)
    assert sorted(channels.rows()) == [("acme", "shop", "1", 1), ("acme", "web", None, 0)]


def test_lines_stay_in_order_and_a_channel_that_nobody_names_says_nothing() -> None:
    lines = lines_of(("acme", "web"), ("acme", None), ("bolt", "shop"), ("acme", "shop"), ("acme", "fair"))
    channels = tabulate_channels(clients_of(acme={"fences": [FENCE], **RANKED}, bolt={}), days=DAYS)
    assert with_channels(lines, channels).rows() == [
        ("acme", None, 0), ("acme", None, None), ("bolt", None, None), ("acme", "1", 1), ("acme", None, None),
    ]  # fmt: skip


def test_where_no_policy_names_a_channel_the_columns_are_there_and_empty() -> None:
    channels = tabulate_channels(clients_of(acme={}), days=DAYS)
    said = with_channels(lines_of(("acme", "web")), channels)
    dtypes = ChannelRules.dtypes()
    assert said.schema == {name: dtypes[name] for name in dtypes if name != "channel"}
    assert said.rows() == [("acme", None, None)]
