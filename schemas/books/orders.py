"""Contracts of state: what is true of orders as of a version; goods on their way stand in `inbound`.

All of it can be recomputed from the journal and the files.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Money, Table, Utc
from schemas.vocabulary.words import Feed, LineAccount, OnShort


class OrderLine(Table, key=("client_id", "order_id", "line_no")):
    """An order line: its six quantities, what we know and what we told."""

    client_id: str
    order_id: str
    line_no: int = pa.Field(ge=1)
    sku: str
    sent_sku: str
    sent_qty: str = pa.Field(nullable=True)
    sent_uom: str = pa.Field(nullable=True)
    ordered_qty: int = pa.Field(ge=0)
    open_qty: int = pa.Field(ge=0)
    reserved_qty: int = pa.Field(ge=0)
    released_qty: int = pa.Field(ge=0)
    shipped_qty: int = pa.Field(ge=0)
    cancelled_qty: int = pa.Field(ge=0)
    ordered_at: Utc
    changed_at: Utc = pa.Field(nullable=True, description="effective time of the last change")
    accepted_on: pl.Date = pa.Field(description="business date of the night that accepted it")
    consignee_id: str = pa.Field(nullable=True)
    po_number: str = pa.Field(nullable=True)
    order_type: str
    promised_on: pl.Date = pa.Field(nullable=True)
    ship_not_before: pl.Date = pa.Field(nullable=True)
    ship_by: pl.Date = pa.Field(nullable=True)
    cancel_after: pl.Date = pa.Field(nullable=True)
    deliver_by: pl.Date = pa.Field(nullable=True)
    transit_days: int = pa.Field(ge=0)
    priority: int = pa.Field(ge=1, le=9)
    channel: str = pa.Field(nullable=True)
    segment: str = pa.Field(nullable=True)
    client_rank: int = pa.Field(nullable=True, ge=1, description="the client's own rank; 1 comes first")
    next_deadline_on: pl.Date = pa.Field(
        nullable=True, description="the law's next deadline for the line; null: none"
    )
    warehouse_ids: str = pa.Field(description="the order's own or the client's list, W1|W2")
    ship_rule: str = pa.Field(description="the order's own or the policy's")
    min_shelf_life_days: int = pa.Field(
        nullable=True, ge=0, description="days a lot must be usable from its shipping on"
    )
    on_short: str = pa.Field(
        nullable=True,
        isin=OnShort.values(),
        description="the order's own; null: the segment's or the policy's",
    )
    hold_reason: str = pa.Field(nullable=True)
    hold_since: pl.Date = pa.Field(nullable=True, description="business date of the first night on this hold")
    unit_price: Money = pa.Field(nullable=True)
    currency: str = pa.Field(nullable=True)
    postcode_area: str = pa.Field(nullable=True, description="all of the address that leaves people.sqlite")
    ship_to_country: str = pa.Field(nullable=True)
    ship_method: str = pa.Field(nullable=True)
    first_due_on: pl.Date = pa.Field(
        nullable=True, description="business date of the first night the line was due"
    )
    first_pass_qty: int = pa.Field(nullable=True, description="units released or reserved on that night")
    first_short_on: pl.Date = pa.Field(
        nullable=True, description="business date of the first night it was short while due"
    )
    overtaken_nights: int = pa.Field(
        ge=0, description="nights on which a lower rank took units its incomplete group wanted"
    )
    overtaken_on: pl.Date = pa.Field(nullable=True, description="business date of the last of these nights")
    eta_on: pl.Date = pa.Field(nullable=True, description="ship date we believe as of the last night")
    told_eta_on: pl.Date = pa.Field(nullable=True, description="ship date last told")
    told_on: pl.Date = pa.Field(
        nullable=True, description="business date of the last message about the line; null: nothing told"
    )
    told_qty: int = pa.Field(nullable=True, description="units waiting as last told")
    told_message_id: str = pa.Field(nullable=True, description="id of the order's last message")
    told_state: str = pa.Field(
        nullable=True, description="state of the message that last told what waits; preview: nobody got it"
    )
    told_shipped_qty: int = pa.Field(ge=0, description="shipped units already told or passed over")
    told_cancelled_qty: int = pa.Field(ge=0, description="cancelled units already told or passed over")
    untold_shipped_qty: int = pa.Field(
        ge=0, description="units confirmed on missed nights that told nobody; the next night tells them"
    )
    moved_on: pl.Date = pa.Field(nullable=True, description="business date a moved date was last told")


class ClosedOrder(Table, key=("client_id", "order_id")):
    """An order of which nothing is open, reserved or released any more, and which is still in the books."""

    client_id: str
    order_id: str
    closed_on: pl.Date = pa.Field(
        description="business date of the night that found it closed; later ones that touch it change nothing"
    )


class Promise(Table, key=("client_id", "order_id", "line_no")):
    """What the date of a waiting line rests on, and when and why it last moved.

    A line that rests on no announcement and never moved has no row.
    """

    client_id: str
    order_id: str
    line_no: int
    asn_id: str = pa.Field(nullable=True, description="announcement of its latest peg")
    asn_line_no: int = pa.Field(nullable=True, description="its line")
    asn_expected_on: pl.Date = pa.Field(nullable=True, description="when that line was expected that night")
    before_on: pl.Date = pa.Field(
        nullable=True, description="date before the last move; null: there was none"
    )
    moved_on: pl.Date = pa.Field(
        nullable=True, description="business date on which it last moved; null: never"
    )
    moved_reason: str = pa.Field(nullable=True, description="why it moved")


class OrderRaise(Table, key=("client_id", "order_id", "line_no", "raised_at")):
    """Units added to a line later; under `partial` they queue by their own time."""

    client_id: str
    order_id: str
    line_no: int = pa.Field(ge=1)
    raised_at: Utc
    qty: int = pa.Field(ge=1, description="added units still ordered")


class Wish(Table, key=("client_id", "order_id", "line_no", "account")):
    """Units that were too late to cancel or to order no longer: they are when they come back."""

    client_id: str
    order_id: str
    line_no: int
    account: str = pa.Field(
        isin=[LineAccount.CANCELLED, LineAccount.ORDERED], description="where they go when they come back"
    )
    qty: int = pa.Field(ge=1)
    since_on: pl.Date = pa.Field(description="business date of the night that came too late")


class Excess(Table, key=("client_id", "order_id", "line_no")):
    """Units that left, or were told to, beyond what their line ordered."""

    client_id: str
    order_id: str
    line_no: int
    qty: int = pa.Field(ge=1)
    unmoved_qty: int = pa.Field(ge=0, description="of them told only: the line could take none of its row")


class Withheld(Table, key=("client_id", "release_id")):
    """Units of a release that its confirmation left out without saying that they are short.

    They may still be told as shipped, so the night that judges them short does
    not release them again. Rows of earlier business dates are forgotten.
    """

    client_id: str
    release_id: str = pa.Field(description="of kits: of one of their parts")
    order_id: str
    line_no: int
    warehouse_id: str
    sku: str = pa.Field(description="of the release")
    lot_id: str = pa.Field(description="empty: kept without lots")
    bin_id: str
    qty: int = pa.Field(ge=1, description="in units of the line")
    judged_on: pl.Date = pa.Field(description="business date of the night that judged them short")
    judged_at: Utc = pa.Field(description="instant of the confirmation")


class LineBalance(Table, key=("client_id", "order_id", "line_no", "account", "warehouse_id", "sku")):
    """Balance of the line ledger."""

    client_id: str
    order_id: str
    line_no: int
    account: str = pa.Field(isin=[a for a in LineAccount.values() if a != LineAccount.ORDERED])
    warehouse_id: str = pa.Field(description="of RESERVED; empty elsewhere")
    sku: str = pa.Field(description="of RESERVED; empty elsewhere")
    qty: int = pa.Field(ge=0)


class Release(Table, key=("client_id", "release_id")):
    """A pick row handed to a warehouse."""

    client_id: str
    release_id: str
    order_id: str
    line_no: int
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    released_qty: int = pa.Field(ge=1)
    shipped_qty: int = pa.Field(ge=0)
    short_qty: int = pa.Field(ge=0)
    released_on: pl.Date = pa.Field(description="business date of the run")
    run_no: int
    ships_on: pl.Date = pa.Field(description="shipping day: when the warehouse picks and ships it")
    is_open: bool
    kit_id: str = pa.Field(
        nullable=True,
        description="effect id of the kits that are made of this part and others; null: no part",
    )
    kit_sku: str = pa.Field(nullable=True, description="SKU of these kits")
    kit_qty: int = pa.Field(nullable=True, ge=1, description="kits that the releases of a kit_id make")
    pick_no: str = pa.Field(
        nullable=True,
        description="short number on pick lists, which a confirmation may name; null: an older release",
    )


class Shipment(Table, key=("client_id", "shipment_id")):
    """A confirmed or assumed shipment, or a short pick."""

    client_id: str
    shipment_id: str = pa.Field(description="effect id")
    business_date: pl.Date = pa.Field(description="night that posted it")
    order_id: str
    line_no: int
    release_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    shipped_qty: int = pa.Field(description="below zero: a slip taken back")
    short_qty: int = pa.Field(ge=0)
    short_reason: str = pa.Field(nullable=True)
    shipped_on: pl.Date
    basis: str
    tracking_no: str = pa.Field(nullable=True)


class PendingRow(Table, key=("client_id", "feed", "file_hash", "row_no")):
    """A rejected row that waits for its correction, which keeps its number; an order's holds the order.

    File and row are those of its first try, so that a second try that is rejected again is the same pending
    row.
    """

    client_id: str
    feed: str = pa.Field(
        isin=[Feed.ORDERS, Feed.RECEIPTS, Feed.ASNS, Feed.CANCELLATIONS],
        description="the row's own feed; cancellations: it cancels an order that nobody knows yet",
    )
    order_id: str = pa.Field(description="order, receipt or announcement that the row is of")
    line_no: int = pa.Field(
        nullable=True, ge=1, description="its own, else its position among the order's rows of the file"
    )
    file_hash: str
    row_no: int
    since_on: pl.Date = pa.Field(description="business date of the night that rejected it")


class UncorrectedRow(Table, key=("client_id", "feed", "file_hash", "row_no")):
    """A rejected row that no later row corrected."""

    client_id: str
    feed: str = pa.Field(isin=Feed.values(), description="feed of the file that brought it last")
    file_hash: str = pa.Field(description="file of its first try")
    row_no: int = pa.Field(ge=1, description="row of its first try")
    last_hash: str = pa.Field(description="file that brought it last")
    last_name: str = pa.Field(description="a label of that file")
    reason_code: str = pa.Field(description="the first of the reasons for which it was rejected then")
    order_id: str = pa.Field(nullable=True, description="order, receipt or announcement, where it is known")
    line_no: int = pa.Field(nullable=True, description="its line there")
    since_on: pl.Date = pa.Field(description="business date of the night that rejected it last")


class RejectedBefore(Table, key=("client_id", "feed", "row_hash")):
    """A row as it was rejected, by which an export that tells it again is known.

    Kept for a while after a file said it last; only of rows that name what they are of.
    """

    client_id: str
    feed: str = pa.Field(isin=Feed.values(), description="feed of the files that say it")
    row_hash: str = pa.Field(description="hash of what the row says")
    file_hash: str = pa.Field(description="file of its first try")
    row_no: int = pa.Field(ge=1, description="row of its first try")
    last_on: pl.Date = pa.Field(description="business date on which a file said it last")
    corrected_on: pl.Date = pa.Field(
        nullable=True, description="business date on which it was corrected; null: it is not"
    )
