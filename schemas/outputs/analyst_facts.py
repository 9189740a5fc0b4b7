"""Contracts of the views that are facts: a row a line, order, parcel, night or month, to be added up.

Each is one statement in `flows/outbound/analysts/views/`. Quantities are true ones. What happened is what the
tables of the file show: the last `analyst_days`.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Price, Table, Total


class LineFill(Table, key=("client_id", "order_id", "line_no", "days")):
    """Units of a line that were filled (released or reserved) within so many days of its first due night.

    Of these `fill_rate_daily` is made; joined with `line_facts` they say it of a SKU, a channel or a buyer.
    """

    client_id: str
    order_id: str
    line_no: int
    due_night_on: pl.Date = pa.Field(description="first night the line was due")
    days: int = pa.Field(description="0 (from stock on that night), 3, 7 or 14; none that are not over")
    wanted_qty: float = pa.Field(description="units it wanted then")
    filled_qty: float = pa.Field(description="of them, those that it had got by then")


class LineFact(Table, key=("client_id", "order_id", "line_no")):
    """An order line in true units and money: what became of it, when, and how long that took."""

    client_id: str
    order_id: str
    line_no: int
    sku: str
    warehouse_id: str = pa.Field(description="the line's first warehouse")
    consignee_id: str = pa.Field(nullable=True)
    po_number: str = pa.Field(nullable=True)
    order_type: str
    channel: str = pa.Field(nullable=True)
    segment: str = pa.Field(nullable=True)
    ship_rule: str
    ship_method: str = pa.Field(nullable=True)
    status: str
    ordered_on: pl.Date = pa.Field(description="the client's local day on which the order was placed")
    accepted_on: pl.Date = pa.Field(description="business date of the night that accepted it")
    due_on: pl.Date = pa.Field(description="the day the line should ship")
    ship_due_on: pl.Date = pa.Field(description="last day on which it leaves and is still shipped by due")
    first_due_on: pl.Date = pa.Field(nullable=True, description="first night the line was due")
    first_short_on: pl.Date = pa.Field(nullable=True, description="first night it was short while due")
    first_shipped_on: pl.Date = pa.Field(nullable=True, description="day on which its first units left")
    last_shipped_on: pl.Date = pa.Field(nullable=True, description="day on which the last ones left so far")
    cancelled_on: pl.Date = pa.Field(
        nullable=True, description="business date on which units of it were cancelled last"
    )
    cancel_cause: str = pa.Field(
        nullable=True, description="cause of that movement: the consignee's word or a rule"
    )
    is_closed: bool = pa.Field(description="nothing of it is open, reserved or released")
    days_to_ship: int = pa.Field(
        nullable=True, description="calendar days from the order to its last shipment; null: not closed"
    )
    waited_days: int = pa.Field(
        nullable=True,
        description="calendar days from its first short night to its last shipment, else its cancellation, "
        "else this version; null: it was never short",
    )
    is_filled_first_pass: bool = pa.Field(description="the first night on which it was due filled it whole")
    is_shipped_by_due: bool = pa.Field(description="closed, and its last unit left by ship_due_on")
    parcels: int = pa.Field(description="shipments that it had units in")
    ordered_qty: float
    open_qty: float
    reserved_qty: float
    released_qty: float
    shipped_qty: float
    cancelled_qty: float
    backordered_qty: float = pa.Field(description="open units that are due")
    first_pass_qty: float = pa.Field(nullable=True, description="units it got on its first due night")
    short_picked_qty: float = pa.Field(description="units that pickers did not find")
    each_price: Price = pa.Field(nullable=True, description="price of one unit of these quantities")
    currency: str = pa.Field(nullable=True)
    ordered_value: Total = pa.Field(nullable=True, description="value of the ordered units")
    open_value: Total = pa.Field(nullable=True, description="value of the open units")
    backordered_value: Total = pa.Field(nullable=True, description="value of the open units that are due")
    shipped_value: Total = pa.Field(nullable=True, description="value of the shipped units")
    cancelled_value: Total = pa.Field(nullable=True, description="value of the cancelled units")


class PromiseHistory(Table, key=("client_id", "order_id", "line_no", "business_date", "run_no", "source")):
    """Each date that a message told of a line, each to which the date believed of it moved, and if it held.

    A message has its row also where its date is the one told before; `notices.state` says if it went out.
    Of what was believed before the nights that the file shows nothing is known: its first date there is new.
    """

    client_id: str
    order_id: str
    line_no: int
    sku: str
    business_date: pl.Date = pa.Field(description="night that told it, or that was the first to believe it")
    run_no: int = pa.Field(description="run of that night; of what was believed the date's last")
    source: str = pa.Field(description="told: in a message; believed: by the night, told or not")
    eta_on: pl.Date = pa.Field(nullable=True, description="the date; null: there is none, or no longer")
    previous_eta_on: pl.Date = pa.Field(nullable=True, description="the one before it of the same source")
    moved_days: int = pa.Field(nullable=True, description="days from the one before; below zero: earlier")
    asn_id: str = pa.Field(
        nullable=True,
        description="announcement that the date believed on that night rests on; null: none, or not known",
    )
    asn_line_no: int = pa.Field(nullable=True, description="its line")
    message_id: str = pa.Field(nullable=True, description="the message; null: believed")
    last_shipped_on: pl.Date = pa.Field(
        nullable=True, description="day on which the line's last units left so far"
    )
    is_kept: bool = pa.Field(
        nullable=True,
        description="the line's last units left by the date; false: later, or some wait or were cancelled "
        "after it; "
        "null: no date, not over yet, not confirmed yet, or nothing left after it was said",
    )


class OrderFact(Table, key=("client_id", "order_id")):
    """An order: its lines added up, its parcels and messages counted."""

    client_id: str
    order_id: str
    consignee_id: str = pa.Field(nullable=True)
    po_number: str = pa.Field(nullable=True)
    order_type: str
    channel: str = pa.Field(nullable=True)
    segment: str = pa.Field(nullable=True)
    ship_rule: str
    ordered_on: pl.Date = pa.Field(description="the client's local day on which it was placed")
    ship_due_on: pl.Date = pa.Field(description="latest of its lines")
    first_short_on: pl.Date = pa.Field(nullable=True, description="first night a due line of it was short")
    first_shipped_on: pl.Date = pa.Field(nullable=True, description="day on which its first units left")
    last_shipped_on: pl.Date = pa.Field(nullable=True, description="day on which the last ones left so far")
    is_closed: bool = pa.Field(description="nothing of it is open, reserved or released")
    days_to_ship: int = pa.Field(
        nullable=True, description="calendar days from the order to its last shipment; null: not closed"
    )
    is_shipped_by_due: bool = pa.Field(
        description="all that was not cancelled left by the day on which its line was due"
    )
    is_filled_first_pass: bool = pa.Field(description="each line was filled whole on its first due night")
    lines: int = pa.Field(description="its order lines")
    shipped_lines: int = pa.Field(description="lines of which units left")
    backordered_lines: int = pa.Field(description="lines that are on back order")
    parcels: int = pa.Field(description="shipments: each day and warehouse from which units of it left")
    notices: int = pa.Field(description="messages about it")
    first_told_on: pl.Date = pa.Field(nullable=True, description="business date of the first of them")
    ordered_qty: float
    shipped_qty: float
    cancelled_qty: float
    backordered_qty: float = pa.Field(description="open units that are due")
    short_picked_qty: float = pa.Field(description="units that pickers did not find")
    currency: str = pa.Field(nullable=True, description="null where its lines differ")
    ordered_value: Total = pa.Field(nullable=True, description="value of the ordered units")
    open_value: Total = pa.Field(nullable=True, description="value of the open units")
    shipped_value: Total = pa.Field(nullable=True, description="value of the shipped units")


class Parcel(Table, key=("client_id", "order_id", "warehouse_id", "shipped_on")):
    """Units of an order that left a warehouse on one day; a carrier may have made several boxes of them."""

    client_id: str
    order_id: str
    warehouse_id: str
    shipped_on: pl.Date
    parcel_no: int = pa.Field(description="1..n of the order; from 2 on it is a follow-up")
    lines: int = pa.Field(description="lines it has units of")
    shipped_qty: float = pa.Field(description="units; of a kit its parts are counted")
    currency: str = pa.Field(nullable=True, description="null where its lines differ")
    shipped_value: Total = pa.Field(nullable=True, description="value of its units")
    tracking_nos: str = pa.Field(nullable=True, description="tracking numbers, joined by |")
    is_assumed: bool = pa.Field(description="nobody confirmed it")


class StockNight(Table, key=("client_id", "warehouse_id", "sku", "business_date")):
    """A SKU of a warehouse on a night that moved it: opening + received - shipped + adjusted + counted + gap.

    On a night without a row it closed as on the last night that has one.
    """

    client_id: str
    warehouse_id: str
    sku: str
    business_date: pl.Date
    opening_qty: float = pa.Field(description="on hand before the night")
    received_qty: float = pa.Field(description="units received, less those taken back")
    shipped_qty: float = pa.Field(description="units shipped, less slips taken back")
    adjusted_qty: float = pa.Field(description="signed: corrections that were reported")
    counted_qty: float = pa.Field(
        description="signed: what counts differed by, and late facts that a count had inside"
    )
    gap_qty: float = pa.Field(description="signed: units that must have been there, since more left")
    closing_qty: float = pa.Field(description="on hand after it: the sum of all these")


class Reconciliation(Table, key=("client_id", "warehouse_id", "business_date")):
    """A client's goods in a warehouse, every night: opening and all that moved make closing."""

    client_id: str
    warehouse_id: str
    business_date: pl.Date
    opening_qty: float = pa.Field(description="on hand before the night")
    received_qty: float = pa.Field(description="units received, less those taken back")
    shipped_qty: float = pa.Field(description="units shipped, less slips taken back")
    adjusted_qty: float = pa.Field(description="signed: corrections that were reported")
    counted_qty: float = pa.Field(description="signed: what counts differed by; the first count is all of it")
    gap_qty: float = pa.Field(description="signed: units that must have been there, since more left")
    closing_qty: float = pa.Field(description="opening + received - shipped + adjusted + counted + gap")


class CountDifference(Table, key=("client_id", "warehouse_id", "sku", "lot_id", "business_date")):
    """What a count or a gap changed on a shelf on a night, the largest first; a first count is none.

    `backorders stock CLIENT SKU` has the movements behind it.
    """

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str = pa.Field(nullable=True)
    business_date: pl.Date
    counted_on: pl.Date = pa.Field(description="local day of the count, or of the fact that came late")
    difference_qty: float = pa.Field(description="signed: units there beyond the books; below zero: missing")
    shelf_difference_qty: float = pa.Field(
        description="of the shelf on all nights shown: 0 where a later fact explained it"
    )
    bin_ids: str = pa.Field(description="bins in which it differed, joined by |")


class SupplierPerformance(Table, key=("client_id", "supplier_id", "sku")):
    """Announced against received: what a supplier sends of a SKU, how late, how short."""

    client_id: str
    supplier_id: str = pa.Field(nullable=True)
    sku: str
    lines: int = pa.Field(description="announced lines")
    lines_coming: int = pa.Field(description="of them, something is still expected")
    lines_late_now: int = pa.Field(description="of these, first expected before this version's date")
    lines_moved_later: int = pa.Field(description="lines whose date is later than when first announced")
    lines_received: int = pa.Field(description="lines of which something came and nothing more is expected")
    lines_received_late: int = pa.Field(description="of them, the last units came after the first date")
    average_late_days: float = pa.Field(
        nullable=True, description="calendar days of these lines after the first date; early is below zero"
    )
    announced_qty: float
    received_qty: float
    short_qty: float = pa.Field(description="announced units that never came, of lines that are over")
    over_qty: float = pa.Field(description="units received beyond the announced")
    remaining_qty: float
    pegged_qty: float = pa.Field(description="expected units that are promised to lines")


class Billing(Table, key=("client_id", "warehouse_id", "month")):
    """What a client is billed by, for a month, as far as the nights of the file go."""

    client_id: str
    warehouse_id: str
    month: str = pa.Field(description="of the business dates, such as 2026-03")
    nights: int = pa.Field(description="business dates of the month that the file shows")
    receipt_rows: int = pa.Field(description="rows of receipts that brought units")
    received_qty: float = pa.Field(description="units received, less those taken back")
    stored_unit_nights: float = pa.Field(description="units on hand, added up over these nights")
    orders: int = pa.Field(description="orders of which units left")
    lines: int = pa.Field(description="lines of them")
    shipped_qty: float = pa.Field(description="units shipped, less slips taken back")
    parcels: int = pa.Field(description="orders and days on which units of them left")


class KeyColumn(Table, key=("table_name", "column_name")):
    """A column by which rows are told apart or joined: the keys that the file has no constraints for.

    A constraint keeps an index: the file would be five times as large, and a night slower.
    """

    table_name: str = pa.Field(description="table or view of this file")
    column_name: str = pa.Field(description="its column")
    key_place: int = pa.Field(
        nullable=True, description="place in the key of that table; null: no part of it"
    )
    leads_to: str = pa.Field(
        nullable=True,
        description="tables of whose key it is a part, joined by |; with the other parts it finds their row",
    )
