"""Contracts of the views of the analyst database: questions that are asked every day, answered once.

Each is one statement in `flows/outbound/views/`. Quantities are true ones, with the fraction of their item.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.outputs.analyst_facts import (
    Billing,
    CountDifference,
    KeyColumn,
    LineFact,
    LineFill,
    OrderFact,
    Parcel,
    PromiseHistory,
    Reconciliation,
    StockNight,
    SupplierPerformance,
)
from schemas.table import Table, Total


class QueueView(Table, key=("client_id", "order_id", "line_no")):
    """Who waits for which SKU, in the order in which they are served, and why they wait."""

    client_id: str
    warehouse_id: str = pa.Field(description="the line's first warehouse")
    sku: str
    queue_place: int
    rank: int
    order_id: str
    line_no: int
    open_qty: float
    reserved_qty: float
    backordered_qty: float = pa.Field(description="open units that are due")
    ahead_qty: float = pa.Field(description="units wanted by better ranks of that queue")
    due_on: pl.Date = pa.Field(description="the day the line should ship")
    eta_on: pl.Date = pa.Field(nullable=True)
    eta_reason: str = pa.Field(nullable=True, description="what the date rests on, or why there is none")
    short_reason: str = pa.Field(nullable=True, description="decision code with the largest quantity")
    why: str = pa.Field(nullable=True, description="every reason with its units, in words")
    hold_reason: str = pa.Field(nullable=True)
    may_be_overtaken: bool = pa.Field(description="a lower rank may take stock while its group is incomplete")
    days_waiting: int = pa.Field(nullable=True, description="business date less first_short_on")


class SkuBackorderView(Table, key=("client_id", "sku")):
    """What each SKU owes, what is there and what is on its way."""

    client_id: str
    sku: str
    lines: int = pa.Field(description="lines on back order")
    orders: int = pa.Field(description="orders with such a line")
    backordered_qty: float = pa.Field(description="units on back order")
    backordered_value: Total = pa.Field(
        nullable=True, description="value of the open units of these lines; null where currencies differ"
    )
    currency: str = pa.Field(nullable=True, description="null where they differ")
    oldest_on: pl.Date = pa.Field(nullable=True, description="first short night of the oldest line")
    undated_qty: float = pa.Field(description="back-ordered units of lines without a date")
    last_eta_on: pl.Date = pa.Field(nullable=True, description="latest date of a line that has one")
    available_qty: float = pa.Field(description="free units in all warehouses, reserved ones among them")
    hold_qty: float = pa.Field(description="units on hold in all warehouses")
    inbound_qty: float = pa.Field(description="units still expected")
    next_expected_on: pl.Date = pa.Field(nullable=True, description="earliest of them")


class FillRateView(Table, key=("client_id", "due_night_on")):
    """How much was filled (released or reserved), by the night on which lines were due first.

    First pass: filled from stock on that night. After n days: within n calendar days of it; null until
    they have passed. What is cancelled while short counts as not filled. An order counts on each night
    on which lines of it are due first, with those lines. Units wanted are those of that night: later
    changes of the order move no figure.
    """

    client_id: str
    due_night_on: pl.Date = pa.Field(description="first night the lines were due")
    lines: int = pa.Field(description="lines due first on that night")
    units: float = pa.Field(description="units they wanted then")
    orders: int = pa.Field(description="orders they belong to")
    first_pass_lines: int = pa.Field(description="lines filled whole on that night")
    first_pass_line_pct: float = pa.Field(description="lines filled whole on that night")
    first_pass_unit_pct: float = pa.Field(description="units filled on that night")
    first_pass_order_pct: float = pa.Field(description="orders all of whose lines were filled whole")
    day_3_lines: int = pa.Field(nullable=True, description="lines filled whole within 3 days")
    day_3_line_pct: float = pa.Field(nullable=True, description="lines filled whole within 3 days")
    day_3_unit_pct: float = pa.Field(nullable=True, description="units filled within 3 days")
    day_3_order_pct: float = pa.Field(nullable=True, description="orders filled whole within 3 days")
    day_7_lines: int = pa.Field(nullable=True, description="lines filled whole within 7 days")
    day_7_line_pct: float = pa.Field(nullable=True, description="lines filled whole within 7 days")
    day_7_unit_pct: float = pa.Field(nullable=True, description="units filled within 7 days")
    day_7_order_pct: float = pa.Field(nullable=True, description="orders filled whole within 7 days")
    day_14_lines: int = pa.Field(nullable=True, description="lines filled whole within 14 days")
    day_14_line_pct: float = pa.Field(nullable=True, description="lines filled whole within 14 days")
    day_14_unit_pct: float = pa.Field(nullable=True, description="units filled within 14 days")
    day_14_order_pct: float = pa.Field(nullable=True, description="orders filled whole within 14 days")
    first_pass_units: float = pa.Field(description="units filled on that night")
    first_pass_orders: int = pa.Field(description="orders all of whose lines were filled whole on that night")
    day_3_units: float = pa.Field(nullable=True, description="units filled within 3 days")
    day_3_orders: int = pa.Field(
        nullable=True, description="orders all of whose lines were filled whole within 3 days"
    )
    day_7_units: float = pa.Field(nullable=True, description="units filled within 7 days")
    day_7_orders: int = pa.Field(
        nullable=True, description="orders all of whose lines were filled whole within 7 days"
    )
    day_14_units: float = pa.Field(nullable=True, description="units filled within 14 days")
    day_14_orders: int = pa.Field(
        nullable=True, description="orders all of whose lines were filled whole within 14 days"
    )


class ServiceView(Table, key=("client_id", "ship_due_on")):
    """What was shipped by due, and the perfect orders, by the day on which it should have left.

    A line is shipped by due if its last unit left by `order_lines.ship_due_on`. An order counts on the latest
    of these days over its lines. It is perfect, as the field has it, if it was complete, on time and right:
    every line was shipped by due, no picker was short of it, no shipment of it was taken back or came on top.
    What the consignee cancelled was not wanted; what a rule cancelled was, and did not ship. Days count
    once they are closed. An assumed shipment counts on the day that is assumed.
    """

    client_id: str
    ship_due_on: pl.Date = pa.Field(description="day on which it should have left at the latest")
    lines: int = pa.Field(description="lines that should have left by that day")
    lines_by_due: int = pa.Field(description="of them, all units left by that day")
    orders: int = pa.Field(description="orders whose last line should have left by that day")
    orders_by_due: int = pa.Field(description="of them, all lines were shipped by due")
    perfect_orders: int = pa.Field(description="of them, nothing was short, taken back or too many")
    shipped_orders: int = pa.Field(description="of them, units left, now or before")
    parcels: int = pa.Field(
        description="shipments of these orders so far: each day and warehouse from which units of one left"
    )


class AgeingView(Table, key=("client_id", "order_id", "line_no")):
    """A back-ordered line and how long it waits; day 8 without a date costs orders later."""

    client_id: str
    order_id: str
    line_no: int
    sku: str
    first_short_on: pl.Date = pa.Field(description="first night it was short while due")
    days_waiting: int = pa.Field(description="business date less first_short_on")
    age_class: str = pa.Field(description="0-3, 4-10, 11-30 or >30 days")
    backordered_qty: float = pa.Field(description="open units that are due")
    open_value: Total = pa.Field(nullable=True, description="value of the open units")
    currency: str = pa.Field(nullable=True)
    eta_on: pl.Date = pa.Field(nullable=True)
    is_undated_at_day_8: bool = pa.Field(description="it has waited 8 days or more and has no date")
    age_class_no: int = pa.Field(description="1 to 4: the age classes in their order")


ANALYST_VIEWS: dict[str, type[Table]] = {
    "queue": QueueView,
    "backorders_by_sku": SkuBackorderView,
    "line_fills": LineFill,
    "fill_rate_daily": FillRateView,
    "service_daily": ServiceView,
    "ageing": AgeingView,
    "line_facts": LineFact,
    "order_facts": OrderFact,
    "promise_history": PromiseHistory,
    "parcels": Parcel,
    "stock_nights": StockNight,
    "reconciliation": Reconciliation,
    "count_differences": CountDifference,
    "supplier_performance": SupplierPerformance,
    "billing": Billing,
    "keys": KeyColumn,
}
"""Every view of `analytics.duckdb`, by its name there; one may stand on those before it."""
