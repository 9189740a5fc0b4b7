"""Contracts of what a night decides: allocations, pegs, decisions, standings, messages and findings."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table
from schemas.vocabulary.explanations import (
    DecisionCode,
    LostReason,
    OvertakingRule,
    ReservedReason,
    WaitReason,
)
from schemas.vocabulary.findings import Owner
from schemas.vocabulary.words import AllocationKind, Cause, NoticeKind, NoticeState
from schemas.vocabulary.words import Standing as StandingRule

CANCELLING = [Cause.CANCELLED_SHORT.value, Cause.CANCELLED_LATE.value]
"""Causes of a rule that cancels, in the order in which they are posted."""


class Allocation(
    Table,
    key=(
        "business_date",
        "run_no",
        "client_id",
        "order_id",
        "line_no",
        "sku",
        "warehouse_id",
        "lot_id",
        "bin_id",
        "kind",
        "release_id",
    ),
):
    """Units newly given to a line. A release carries all units released, a reservation only new ones."""

    business_date: pl.Date
    run_no: int
    client_id: str
    order_id: str
    line_no: int
    sku: str
    warehouse_id: str
    lot_id: str = pa.Field(nullable=True, description="null on a reservation")
    bin_id: str = pa.Field(nullable=True, description="null on a reservation")
    allocated_qty: int = pa.Field(ge=1)
    kind: str = pa.Field(isin=AllocationKind.values())
    from_reserved_qty: int = pa.Field(ge=0, description="part of a release that was reserved before")
    release_id: str = pa.Field(nullable=True, description="effect id of a release")
    ships_on: pl.Date = pa.Field(
        nullable=True, description="shipping day of a release: the day on which it is picked and leaves"
    )
    kit_id: str = pa.Field(
        nullable=True,
        description="effect id of the kits that are made of this part and others; null: no part",
    )
    kit_sku: str = pa.Field(nullable=True, description="SKU of these kits")
    kit_qty: int = pa.Field(nullable=True, ge=1, description="kits that the releases of a kit_id make")
    rank: int = pa.Field(
        nullable=True, ge=1, description="rank of the line when it got them; null: from before it was kept"
    )


class LostReservation(Table, key=("client_id", "order_id", "line_no", "warehouse_id", "sku")):
    """Reserved units that a line no longer has."""

    client_id: str
    order_id: str
    line_no: int
    warehouse_id: str
    sku: str
    lost_qty: int = pa.Field(ge=1)
    standing: str = pa.Field(isin=StandingRule.values(), description="what the line's reservation may do")
    lost_reason: str = pa.Field(isin=LostReason.values(), description="why it lost them")
    to_order_id: str = pa.Field(nullable=True, description="best-ranked order that has units there instead")
    to_line_no: int = pa.Field(nullable=True, description="its line")


class Reservation(Table, key=("client_id", "order_id", "line_no", "warehouse_id", "sku", "reason_code")):
    """Units that stay reserved tonight, and why; quantities of a line sum to its reserved quantity."""

    client_id: str
    order_id: str
    line_no: int
    warehouse_id: str
    sku: str
    reason_code: str = pa.Field(isin=ReservedReason.values())
    qty: int = pa.Field(ge=1)


class Overtaking(Table, key=("client_id", "order_id", "line_no", "warehouse_id", "sku", "rule")):
    """Units that worse ranks got tonight where a short line that is due wanted them, and by which rule."""

    client_id: str
    order_id: str
    line_no: int
    warehouse_id: str
    sku: str
    rule: str = pa.Field(isin=OvertakingRule.values(), description="which rule let them")
    qty: int = pa.Field(ge=1, description="units that worse ranks got there")
    by_order_id: str = pa.Field(description="best-ranked order among them")
    by_line_no: int = pa.Field(description="its line")


class FenceUse(Table, key=("client_id", "fence", "warehouse_id", "sku")):
    """Units that a fence newly gave its channels tonight."""

    client_id: str
    fence: str = pa.Field(description="its name in the policy")
    warehouse_id: str
    sku: str
    taken_qty: int = pa.Field(
        ge=1, description="units that lines of its channels newly got, none that they gave up and took again"
    )


class Cancellation(Table, key=("client_id", "order_id", "line_no", "cause")):
    """Units that a rule of the client cancels tonight."""

    client_id: str
    order_id: str
    line_no: int
    sku: str
    cause: str = pa.Field(isin=CANCELLING)
    is_due: bool
    cancelled_qty: int = pa.Field(ge=1)
    from_reserved_qty: int = pa.Field(ge=0, description="part of it that was reserved for the line")


class Peg(Table, key=("client_id", "order_id", "line_no", "asn_id", "asn_line_no", "eta_on")):
    """Inbound units promised to a line tonight."""

    client_id: str
    order_id: str
    line_no: int
    asn_id: str
    asn_line_no: int
    pegged_qty: int = pa.Field(ge=1)
    eta_on: pl.Date = pa.Field(description="when these units can ship")


class Decision(Table, key=("client_id", "order_id", "line_no", "reason_code")):
    """Why units of a line got nothing tonight; quantities of a line sum to its short quantity."""

    client_id: str
    order_id: str
    line_no: int
    reason_code: str = pa.Field(isin=DecisionCode.values())
    qty: int = pa.Field(ge=1)


class QueuePosition(Table, key=("client_id", "order_id", "line_no")):
    """Where a line with open or reserved units stands after tonight."""

    client_id: str
    order_id: str
    line_no: int
    warehouse_id: str = pa.Field(description="the line's first warehouse")
    due_on: pl.Date = pa.Field(description="the day the line should ship")
    is_due: bool
    rank: int = pa.Field(ge=1, description="1..n among the client's groups")
    queue_place: int = pa.Field(ge=1, description="place among the waiting lines of (first warehouse, sku)")
    ahead_qty: int = pa.Field(ge=0, description="units wanted by better ranks of that queue")
    short_qty: int = pa.Field(ge=0, description="open after tonight's plan")
    backordered_qty: int = pa.Field(
        ge=0, description="short less what is not due; none while it waits for a first count"
    )
    eta_on: pl.Date = pa.Field(nullable=True, description="date of the last unit; null if any has none")
    eta_reason: str = pa.Field(description="which announcement the date rests on, or why there is none")
    asn_id: str = pa.Field(nullable=True, description="announcement of its latest peg")
    asn_line_no: int = pa.Field(nullable=True, description="its line")
    may_be_overtaken: bool = pa.Field(description="a lower rank may take stock while its group is incomplete")
    is_overtaken: bool = pa.Field(
        description="a lower rank took units tonight that its incomplete group wanted"
    )
    standing: str = pa.Field(isin=StandingRule.values(), description="what the line's reservation may do")
    awaits_count: str = pa.Field(
        nullable=True,
        description="warehouses whose first count it, or what it ships with, waits for: W1|W2; null: none",
    )


class LineNight(Table, key=("business_date", "run_no", "client_id", "order_id", "line_no")):
    """An open line on a night, kept as history."""

    business_date: pl.Date
    run_no: int = pa.Field(description="analysts see the date's last run only")
    client_id: str
    order_id: str
    line_no: int
    rank: int
    eta_on: pl.Date = pa.Field(nullable=True)
    open_qty: int
    reserved_qty: int
    reason_code: str = pa.Field(nullable=True, description="decision code with the largest quantity")
    reserved_reason: str = pa.Field(
        nullable=True, description="why most of its reserved units stayed although they were there"
    )
    overtaken_nights: int = pa.Field(
        nullable=True, description="nights so far on which a worse rank took units its group wanted"
    )
    asn_id: str = pa.Field(
        nullable=True, description="announcement that its date rests on; null: none, or before this was kept"
    )
    asn_line_no: int = pa.Field(nullable=True, description="its line")


class Message(Table, key=("message_id",)):
    """A message to a consignee about one order."""

    business_date: pl.Date
    run_no: int
    client_id: str
    order_id: str
    message_id: str = pa.Field(description="effect id")
    previous_id: str = pa.Field(nullable=True, description="the order's previous message")
    kind: str = pa.Field(isin=NoticeKind.values(), description="the gravest of its facts")
    eta_on: pl.Date = pa.Field(nullable=True, description="the order's date told: latest of its lines")
    due_on: pl.Date = pa.Field(nullable=True, description="deadline of an answer, where the law sets one")
    state: str = pa.Field(isin=NoticeState.values())


class MessageLine(Table, key=("message_id", "line_no")):
    """A line's part in a message."""

    client_id: str
    order_id: str
    message_id: str
    line_no: int
    sku: str
    kind: str = pa.Field(isin=NoticeKind.values(), description="what is told of this line")
    waiting_qty: int = pa.Field(ge=0)
    shipped_qty: int = pa.Field(ge=0, description="newly told")
    cancelled_qty: int = pa.Field(ge=0, description="newly told")
    cancel_cause: str = pa.Field(
        nullable=True,
        isin=CANCELLING,
        description="rule that cancelled all of these; null: the client's word",
    )
    eta_on: pl.Date = pa.Field(nullable=True, description="null: no date yet")
    previous_eta_on: pl.Date = pa.Field(nullable=True, description="as told before")
    queue_place: int = pa.Field(nullable=True)
    wait_reason: str = pa.Field(
        nullable=True, isin=WaitReason.values(), description="why units wait; null: none does"
    )
    wait_qty: int = pa.Field(nullable=True, ge=1, description="waiting units of which that is true")


class MessageSubstitute(Table, key=("message_id", "line_no", "sku")):
    """Units of a line's message that are another SKU than the ordered one."""

    client_id: str
    message_id: str
    line_no: int
    sku: str = pa.Field(description="what was sent")
    shipped_qty: int = pa.Field(ge=1, description="part of the line's newly told shipped units")


class Finding(Table, key=("business_date", "run_no", "client_id", "code", "subject", "cause")):
    """Something that a person must look at, on a night on which it is open."""

    business_date: pl.Date = pa.Field(description="the night on which it is open")
    run_no: int = pa.Field(description="analysts see the date's last run only")
    client_id: str
    code: str
    subject: str = pa.Field(description="what it is about: an order, a sku, a file; never a person")
    cause: str = pa.Field(
        description="what tells it from others of its subject: a place, a file, else the run that said it"
    )
    opened_on: pl.Date = pa.Field(description="business date of the first night on which it was open")
    detail: str
    owner: str = pa.Field(isin=Owner.values())
    command: str = pa.Field(description="what to type to see the trouble; `.` is the folder of the workspace")


class DoneFinding(Table, key=("client_id", "code", "subject", "cause")):
    """A finding that somebody says is done."""

    client_id: str
    code: str
    subject: str = pa.Field(description="that of the finding")
    cause: str = pa.Field(description="that of the finding")
