"""What becomes of units and lines: the frames that rooms of the allocation hand on from pass 1 to the end.

What stands there and who asks for it is in `frames`. Tests look whether real frames keep these contracts; no
night does.
"""

from __future__ import annotations

from typing import Optional

import pandera.polars as pa
import polars as pl

from schemas.table import Money, Table
from schemas.vocabulary.explanations import ReservedReason


class Holding(Table, key=("piece", "pool")):
    """What a piece has in a pool after pass 1; kits stand in the pool of the kit."""

    piece: int
    pool: int
    kept_qty: int = pa.Field(ge=0, description="reserved units that it found again")
    taken_qty: int = pa.Field(ge=0, description="units that it newly got")
    again_qty: int = pa.Field(ge=0, description="of these, what it had reserved there and had to give up")


class Drawn(Table):
    """What a piece has in a pool in which units stand: parts in place of the kits that are made of them."""

    piece: int
    pool: int
    kept_qty: int = pa.Field(ge=0, description="as of `Holding`, and so the next two")
    taken_qty: int = pa.Field(ge=0)
    again_qty: int = pa.Field(ge=0)
    kit: Optional[int] = pa.Field(nullable=True, description="pool of the kits; null, or absent: whole units")  # noqa: UP045 -- Pandera reads it


class Lost(Table, key=("client_id", "order_id", "line_no", "warehouse_id", "sku")):
    """A line that has less of a SKU in a warehouse than it had reserved."""

    client_id: str
    order_id: str
    line_no: int
    warehouse_id: str
    sku: str
    is_scattered: bool = pa.Field(description="given up, since it must leave in one shipment")
    group_far: bool = pa.Field(nullable=True, description="given up, since its release date is too far away")
    standing: str
    lost_qty: int = pa.Field(ge=1)


class Cell(Table, key=("cell",)):
    """Units of a pool that may be promised for one date (an ATP bucket); row n is cell n + 1."""

    cell: int = pa.Field(ge=1, description="its number")
    pool: int
    fence: int = pa.Field(ge=0)
    life: int = pa.Field(ge=0)
    available_on: pl.Date = pa.Field(
        nullable=True, description="day on which they can ship; null: they stand there"
    )
    is_late: bool = pa.Field(nullable=True, description="they should have come by tonight")
    qty: int = pa.Field(ge=0)
    asn_id: str = pa.Field(nullable=True, description="announcement; null: stock")
    asn_line_no: int = pa.Field(nullable=True)
    date: pl.Date = pa.Field(nullable=True, description="day on which a line can have them")


class PromisedUnits(Table, key=("piece", "cell")):
    """Units of a cell that a piece counts on."""

    piece: int
    cell: int
    date: pl.Date = pa.Field(nullable=True, description="day on which it has them")
    is_freed: bool = pa.Field(description="a fence keeps them from it until then")
    qty: int = pa.Field(ge=1)


class PromisedPart(Table):
    """Units of a cell that a piece counts on as parts of kits."""

    piece: int
    kit: int = pa.Field(description="cell of the kits")
    cell: int
    qty: int = pa.Field(ge=1)


class PieceWarehouse(Table):
    """A warehouse in which a piece has units."""

    piece: int
    warehouse_id: str


class PromisedRest(Table, key=("line",)):
    """A line of which all short units are promised."""

    line: int
    rest_on: pl.Date = pa.Field(nullable=True, description="the day of the last of them")


class ChosenHolding(Holding):
    """A holding of which is known whether it leaves tonight."""

    line: int
    group: int
    ship_rule: str
    reserved_reason: pl.Enum = pa.Field(
        nullable=True,
        dtype_kwargs={"categories": ReservedReason.values()},
        description="why it stays; null: it leaves",
    )
    ships: bool = pa.Field(description="it leaves tonight")


class StayingUnits(Table, key=("line", "warehouse_id", "sku", "reason_code")):
    """Units of a line that stay reserved tonight for one reason."""

    line: int
    warehouse_id: str
    sku: str
    reason_code: str
    qty: int


class Shortage(Table, key=("line", "reason_code")):
    """Units of a line that are short for one reason."""

    line: int
    reason_code: str
    qty: int = pa.Field(ge=1)


class CancelledUnits(Table, key=("line",)):
    """Units of a line that the client's rules cancel."""

    line: int
    is_due: bool
    cancelled_qty: int = pa.Field(ge=1)
    is_whole: bool = pa.Field(description="all units of the line, so also those that are reserved for it")
    cause: str


class PeggedUnits(Table, key=("line", "asn_id", "asn_line_no", "eta_on")):
    """Announced units on which a line counts."""

    line: int
    asn_id: str
    asn_line_no: int
    eta_on: pl.Date = pa.Field(description="day on which it can have them")
    pegged_qty: int = pa.Field(ge=1)
    available_on: pl.Date = pa.Field(description="day on which they can ship")


class LatestPeg(Table, key=("line",)):
    """The announced line that decides the date of an order line."""

    line: int
    asn_id: str
    asn_line_no: int
    pegged_on: pl.Date


class RestOfOrder(Table, key=("line",)):
    """A line with units that stay tonight, of an order whose next shipment is its last."""

    line: int
    order: int = pa.Field(description="a number, alike for all lines of the order")


class LimitedLine(Table, key=("line",)):
    """A waiting line of a client that keeps small releases back."""

    line: int
    order: pl.UInt32 = pa.Field(description="a number, alike for all lines of the order")
    rest_qty: int
    last_ship_on: pl.Date = pa.Field(nullable=True)
    ships_on: pl.Date = pa.Field(nullable=True, description="shipping day of its first warehouse")
    next_ships_on: pl.Date = pa.Field(nullable=True, description="the shipping day after that")
    unit_price: Money = pa.Field(nullable=True)
    scale: pl.Int32 = pa.Field(ge=1, description="millionths in a unit of its quantities")
    min_release_qty: int = pa.Field(nullable=True)
    min_release_value: Money = pa.Field(nullable=True)
    min_release_until_days: int = pa.Field(nullable=True)


class LineToRelease(LimitedLine):
    """The same, as far as its units stay tonight."""

    held_qty: int = pa.Field(ge=0, description="units that are there and too little to leave tonight")
    leaves_qty: int = pa.Field(ge=0, description="units that leave tonight")
    later_qty: int = pa.Field(ge=0, description="all others")


class PlacedLine(Table, key=("line",)):
    """A line that waited when the night began, in its queue; row n is line n. Its pieces are added up."""

    line: int
    line_no: int
    reach: int
    group: int
    rank: int
    ship_rule: str
    group_held: bool = pa.Field(description="this and what follows as of its piece")
    group_past: bool
    group_inactive: bool = pa.Field(nullable=True)
    group_fill: bool
    lets_pass: bool = pa.Field(nullable=True)
    standing: str
    starts_on: pl.Date = pa.Field(nullable=True)
    is_due: bool = pa.Field(nullable=True)
    due_on: pl.Date
    short_qty: int = pa.Field(ge=0, description="units that it lacks after pass 1")
    backordered_qty: int = pa.Field(ge=0, description="of these, what counts as a back order")
    unfound_qty: int = pa.Field(ge=0, description="of these, what is promised for no day")
    freed_on: pl.Date = pa.Field(nullable=True, description="day on which a fence leaves it its last unit")
    warehouse_id: str = pa.Field(nullable=True, description="its first warehouse")
    available_from: pl.Date = pa.Field(nullable=True)
    horizon_days: int = pa.Field(nullable=True)
    leaves: bool = pa.Field(description="all of it leaves tonight")
    queue: int = pa.Field(description="number of its first warehouse and SKU")
    queue_place: int = pa.Field(ge=1, description="its place among the short lines of the queue")
    ahead_qty: int = pa.Field(ge=0, description="units that those before it lack")
    may_be_overtaken: bool = pa.Field(nullable=True)
    is_overtaken: bool
    stands_on: pl.Date = pa.Field(nullable=True, description="last shipping day of where it has units")
    awaits_count: str = pa.Field(
        nullable=True, description="warehouses whose first count it waits for: W1|W2"
    )


class DatedLine(PlacedLine):
    """A line with its date."""

    asn_id: str = pa.Field(nullable=True, description="announced line that decides its date; null: none does")
    asn_line_no: int = pa.Field(nullable=True)
    eta_on: pl.Date = pa.Field(nullable=True, description="day of its last unit; null: nobody knows")
    eta_reason: str = pa.Field(description="what the date rests on, or why there is none")
