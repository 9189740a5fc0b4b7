"""Contracts of the rows that warehouses and clients get as files. Quantities here are written for people.

A quantity is text: whole units, or with the item's decimals (125 of an item with one decimal is 12.5).
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table
from schemas.vocabulary.words import CountReason

CONTACT = "empty unless its client lets warehouses have it (`pick_contacts`)"


class Pick(Table, key=("release_id",)):
    """A release as the warehouse gets it.

    A row is a release, and repeats what is of its order, since import tools read each row by itself. Rows
    stand in walking order, or order by order (`pick_order` of the warehouse). New columns come at the end.

    The file is UTF-8 without a byte order mark, with commas, one header and line feeds; a value has no line
    end, and quotation marks only where it needs them ([pick files](../flows/README.md#pick-files)).
    """

    release_id: str
    warehouse_id: str
    client_id: str
    order_id: str
    line_no: int
    sku: str
    sent_sku: str = pa.Field(description="SKU as the client sent it")
    upc: str = pa.Field(nullable=True)
    gtin_case: str = pa.Field(nullable=True)
    description: str = pa.Field(nullable=True)
    lot_id: str = pa.Field(nullable=True, description="null: kept without lots")
    expiry_on: pl.Date = pa.Field(nullable=True)
    bin_id: str = pa.Field(
        nullable=True, description='null where the warehouse picks by line: pick_level = "line"'
    )
    qty: str
    unit: str = pa.Field(isin=["EA"])
    ship_to_name: str = pa.Field(nullable=True)
    ship_to_address: str = pa.Field(nullable=True)
    ship_to_city: str = pa.Field(nullable=True)
    ship_to_region: str = pa.Field(nullable=True)
    ship_to_postcode: str = pa.Field(nullable=True)
    ship_to_country: str = pa.Field(nullable=True)
    phone: str = pa.Field(nullable=True, description=CONTACT)
    order_note: str = pa.Field(nullable=True)
    po_number: str = pa.Field(nullable=True)
    ship_method: str = pa.Field(nullable=True)
    ship_not_before: pl.Date = pa.Field(nullable=True)
    ship_by: pl.Date = pa.Field(nullable=True)
    cancel_after: pl.Date = pa.Field(nullable=True)
    deliver_by: pl.Date = pa.Field(nullable=True)
    completes_order: bool = pa.Field(description="nothing of the order is left to release after this run")
    rest_qty: str = pa.Field(description="units of the line that are left to release")
    kit_sku: str = pa.Field(
        nullable=True, description="kit that this is a part of; the rows of its order line make it together"
    )
    kit_qty: str = pa.Field(nullable=True, description="how many of that kit they make")
    business_date: pl.Date
    ships_on: pl.Date = pa.Field(description="shipping day of the warehouse: when the row is to leave")
    ship_to_company: str = pa.Field(nullable=True)
    ship_to_address_2: str = pa.Field(nullable=True)
    ship_to_store_no: str = pa.Field(nullable=True)
    email: str = pa.Field(nullable=True, description=CONTACT)
    consignee_id: str = pa.Field(nullable=True)
    order_type: str
    priority: int = pa.Field(ge=1, le=9)
    ordered_on: pl.Date = pa.Field(description="day of the order, in the client's time zone")
    due_on: pl.Date
    case_uom: str = pa.Field(nullable=True, description="unit of measure of a case; null: the item has none")
    units_per_case: str = pa.Field(nullable=True, description="units in one case")
    cases: int = pa.Field(nullable=True, ge=0, description="whole cases in qty; null: the item has no case")
    loose_qty: str = pa.Field(description="units of qty beside the cases; without a case all of it")
    pick_no: str = pa.Field(
        nullable=True,
        description="short number of the release, as on the pick list; confirmations may name it in place of "
        "release_id; null: released by an older program",
    )


class BinToCount(Table, key=("warehouse_id", "bin_id", "client_id", "sku", "lot_id", "reason")):
    """A bin and lot that somebody should count, in walking order."""

    warehouse_id: str
    bin_id: str = pa.Field(nullable=True, description="null: nobody ever said where the units were")
    client_id: str
    sku: str
    lot_id: str = pa.Field(nullable=True, description="null: kept without lots")
    expected_qty: str = pa.Field(description="units that the books have there; released ones are among them")
    reason: str = pa.Field(isin=CountReason.values(), description="why somebody should look")
    since_on: pl.Date = pa.Field(description="business date of the first night for which this is so")
    next_step: str = pa.Field(description="what to do, in a sentence")


class StatusLine(Table, key=("client_id", "order_id", "line_no", "file_name", "file_row")):
    """An order line, or a rejected row, as the client gets it."""

    client_id: str
    order_id: str = pa.Field(nullable=True, description="null: a rejected row whose order is not known")
    line_no: int = pa.Field(nullable=True)
    po_number: str = pa.Field(nullable=True)
    sku: str = pa.Field(nullable=True, description="as the client sent it")
    status: str
    ordered_qty: str = pa.Field(nullable=True)
    open_qty: str = pa.Field(nullable=True)
    reserved_qty: str = pa.Field(nullable=True)
    released_qty: str = pa.Field(nullable=True)
    shipped_qty: str = pa.Field(nullable=True)
    cancelled_qty: str = pa.Field(nullable=True)
    newly_shipped_qty: str = pa.Field(nullable=True, description="since the last status")
    newly_cancelled_qty: str = pa.Field(nullable=True, description="since the last status")
    tracking_no: str = pa.Field(nullable=True, description="of the newly shipped units; joined by |")
    promised_on: pl.Date = pa.Field(nullable=True)
    due_on: pl.Date = pa.Field(nullable=True)
    told_eta_on: pl.Date = pa.Field(nullable=True, description="date told")
    eta_on: pl.Date = pa.Field(nullable=True, description="date now")
    queue_place: int = pa.Field(nullable=True)
    reason: str = pa.Field(description="why it stands where it stands, in a sentence")
    next_step: str
    who_acts: str = pa.Field(isin=["nobody", "warehouse", "client", "operator", "supervisor"])
    file_name: str = pa.Field(nullable=True, description="of a rejected row")
    file_row: int = pa.Field(nullable=True, description="of a rejected row: its number below the header")
    file_line: int = pa.Field(
        nullable=True, description="line of that file in which a rejected row stands; null: it is not known"
    )
