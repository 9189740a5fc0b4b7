"""Contract of the analysts' order lines: all that is known of a line, side by side."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Instant, Money, Price, Table, Total
from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from schemas.vocabulary.words import LineStatus


class AnalystLine(Table, key=("client_id", "order_id", "line_no")):
    """An order line as of this version: what was ordered, where it stands, what was told."""

    client_id: str
    order_id: str
    line_no: int
    sku: str
    warehouse_id: str = pa.Field(description="the line's first warehouse")
    order_type: str
    channel: str = pa.Field(nullable=True)
    segment: str = pa.Field(nullable=True)
    priority: int
    ship_rule: str
    ordered_at: Instant = pa.Field(description="when the order was placed, in UTC")
    accepted_on: pl.Date = pa.Field(description="business date of the night that accepted it")
    promised_on: pl.Date = pa.Field(nullable=True)
    ship_not_before: pl.Date = pa.Field(nullable=True)
    ship_by: pl.Date = pa.Field(nullable=True)
    cancel_after: pl.Date = pa.Field(nullable=True)
    deliver_by: pl.Date = pa.Field(nullable=True)
    due_on: pl.Date = pa.Field(description="the day the line should ship")
    ship_due_on: pl.Date = pa.Field(
        description="last day on which it leaves and is still shipped by due: the promised day, if its first "
        "warehouse does not work then the working day before; without a promise the first shipping day "
        "after the day of the order"
    )
    ordered_qty: int
    open_qty: int
    backordered_qty: int = pa.Field(
        description="open after tonight's plan, less what is not due; none while it waits for a first count"
    )
    reserved_qty: int
    released_qty: int
    shipped_qty: int
    cancelled_qty: int
    status: str = pa.Field(isin=LineStatus.values(), description="a pure function of the six quantities")
    rank: int = pa.Field(nullable=True, description="place 1..n among the client's groups; null: not waiting")
    queue_place: int = pa.Field(
        nullable=True,
        description="place among the waiting lines of (first warehouse, sku); null: nothing open",
    )
    ahead_qty: int = pa.Field(nullable=True, description="units wanted by better ranks of that queue")
    may_be_overtaken: bool = pa.Field(
        nullable=True, description="a lower rank may take stock while its group is incomplete"
    )
    eta_on: pl.Date = pa.Field(nullable=True, description="ship date of the last unit we believe tonight")
    eta_reason: str = pa.Field(
        nullable=True,
        description="what the date rests on, or why there is none; and when and why it last moved",
    )
    told_eta_on: pl.Date = pa.Field(nullable=True, description="ship date last told")
    told_on: pl.Date = pa.Field(nullable=True, description="business date of the last message about the line")
    first_due_on: pl.Date = pa.Field(nullable=True, description="first night the line was due")
    first_pass_qty: int = pa.Field(nullable=True, description="units released or reserved on that night")
    first_short_on: pl.Date = pa.Field(nullable=True, description="first night it was short while due")
    awaits_count: str = pa.Field(
        nullable=True,
        description="warehouses whose first count it, or what it ships with, waits for, W1|W2: until then "
        "nobody is told of it, and no clock starts; null: none",
    )
    counted_on: pl.Date = pa.Field(
        nullable=True,
        description="business date of the first count that it waited for, on which its clocks began; "
        "null: it waited for none, or still does",
    )
    days_waiting: int = pa.Field(nullable=True, description="business date less first_short_on")
    short_reason: str = pa.Field(
        nullable=True,
        isin=DecisionCode.values(),
        description="decision code with the largest quantity tonight",
    )
    reserved_reason: str = pa.Field(
        nullable=True,
        isin=ReservedReason.values(),
        description="why most of its reserved units stay tonight although they are there",
    )
    overtaken_nights: int = pa.Field(
        description="nights on which a worse rank took units its incomplete group wanted"
    )
    overtaken_on: pl.Date = pa.Field(nullable=True, description="the last of these nights")
    hold_reason: str = pa.Field(nullable=True)
    unit_price: Money = pa.Field(nullable=True)
    currency: str = pa.Field(nullable=True)
    open_value: Total = pa.Field(nullable=True, description="value of the open units, in that currency")
    postcode_area: str = pa.Field(
        nullable=True, description="start of the postcode; all there is of an address"
    )
    ship_to_country: str = pa.Field(nullable=True)
    consignee_id: str = pa.Field(
        nullable=True, description="as the books keep it: the client's id of the buyer; no mail address"
    )
    po_number: str = pa.Field(nullable=True)
    ship_method: str = pa.Field(nullable=True)
    ordered_on: pl.Date = pa.Field(description="the client's local day on which the order was placed")
    sent_uom: str = pa.Field(nullable=True, description="unit of the price and of the quantity as sent")
    uom_eaches: int = pa.Field(description="eaches in one sent_uom; of one that nobody knows 1")
    each_price: Price = pa.Field(
        nullable=True, description="price of one each in that currency: unit_price over uom_eaches"
    )
    closed_on: pl.Date = pa.Field(
        nullable=True,
        description="business date of the night that found the whole order closed; null: something of it is "
        "open, reserved or released",
    )
