"""Contracts of a simulation: how policies would do side by side, and which orders would gain or lose."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table

OWN = "own"
"""The policy of the client's own file, with which the others are compared."""


class PolicyFigure(Table, key=("client_id", "policy")):
    """What a client's nights would be like under one policy.

    Quantities are true units, added up over items. First pass: lines that were due for the first time on
    one of the nights, and what was filled of them (released or reserved) on that night.
    """

    client_id: str
    policy: str = pa.Field(description="own: the client's file; else the name of the policy file")
    nights: int = pa.Field(ge=1, description="nights that were planned")
    rejected_rows: int = pa.Field(
        ge=0,
        description="rows of the nights' files that are rejected; a policy may refuse what another takes",
    )
    due_qty: float = pa.Field(ge=0, description="units wanted of lines that were due for the first time")
    due_lines: int = pa.Field(ge=0, description="lines that were due for the first time")
    due_orders: int = pa.Field(ge=0, description="orders of these lines, once for each first due night")
    filled_qty: float = pa.Field(ge=0, description="of due_qty: filled on the first due night")
    filled_lines: int = pa.Field(ge=0, description="of due_lines: filled whole")
    filled_orders: int = pa.Field(ge=0, description="of due_orders: all their due lines filled whole")
    unit_pct: float = pa.Field(nullable=True, description="filled_qty of due_qty")
    line_pct: float = pa.Field(nullable=True, description="filled_lines of due_lines")
    order_pct: float = pa.Field(nullable=True, description="filled_orders of due_orders")
    orders: int = pa.Field(ge=0, description="orders that took part in a plan")
    complete_orders: int = pa.Field(
        ge=0, description="of these: nothing open or reserved at the end, and something released or shipped"
    )
    waiting_lines: int = pa.Field(ge=0, description="lines with open or reserved units at the end")
    over_3_lines: int = pa.Field(ge=0, description="of these: first short more than 3 days before the end")
    over_10_lines: int = pa.Field(ge=0, description="more than 10 days")
    over_30_lines: int = pa.Field(ge=0, description="more than 30 days")
    oldest_days: int = pa.Field(nullable=True, ge=0, description="days since a waiting line was first short")
    later_dates: int = pa.Field(
        ge=0, description="times that a waiting line's date moved later, or became none, from night to night"
    )
    earlier_dates: int = pa.Field(ge=0, description="times that it moved earlier")
    shipments: int = pa.Field(ge=0, description="orders times warehouses times days on which they ship")
    shipped_orders: int = pa.Field(ge=0, description="orders with a release")
    order_shipments: float = pa.Field(nullable=True, description="shipments an order with a release")
    idle_qty: float = pa.Field(
        ge=0,
        description="usable units that stay on the shelf while a due line waits for their SKU there; a night",
    )
    idle_reserved_qty: float = pa.Field(ge=0, description="of idle_qty: reserved for a line; a night")
    gaining_orders: int = pa.Field(ge=0, description="orders that are better off than under own")
    losing_orders: int = pa.Field(ge=0, description="orders that are worse off than under own")


class OrderDifference(Table, key=("client_id", "policy", "order_id")):
    """An order that would be better or worse off than under its client's own policy.

    Sorted within a policy: who gains most first, who loses most last.
    """

    client_id: str
    policy: str = pa.Field(description="name of the policy file")
    order_id: str
    gained_qty: float = pa.Field(description="units released by the end, more (or less) than under own")
    gained_unit_nights: float = pa.Field(
        description="the same, added up over the nights: a unit ten nights sooner counts ten"
    )
    own_ready_on: pl.Date = pa.Field(
        nullable=True, description="night that releases its last unit under own, or the date believed"
    )
    ready_on: pl.Date = pa.Field(nullable=True, description="the same under this policy; empty: no date")
    gained_days: int = pa.Field(nullable=True, description="days from ready_on to own_ready_on")
