"""The frames that rooms of the allocation hand to each other: what a row is, its key, what its columns mean.

`Frame[Piece]` in a signature is a promise; `tests/transforms/allocation/test_frames.py` looks whether the
frames of real plans keep it, so a night does not. Numbers of lines, reaches, pieces and pools are made anew
each night; row n of a frame is the thing with number n, or n + 1 where numbers begin with 1. Quantities are
in the units of the books. What becomes of units and lines stands in `outcome_frames`.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Money, Table
from schemas.vocabulary.words import Standing


class Rules(Table):
    """What a client's policy says to each of its lines that fits no segment, or fits these."""

    rules: str = pa.Field(nullable=True, description="numbers of the segments that say otherwise; null: none")
    rank_keys: str = pa.Field(nullable=True, description="keys of the rank, first one first: priority|due_on")
    holdback: str = pa.Field(nullable=True, description="whether units wait for a group that is not complete")
    holdback_nights: int = pa.Field(nullable=True, description="overtaken nights that end the wait")
    holdback_days: int = pa.Field(nullable=True, description="days of waiting that end it")
    split: str = pa.Field(nullable=True, description="whether an order may leave from several warehouses")
    max_shipments: int = pa.Field(nullable=True, description="shipments an order may have; null: any number")
    fair_share: str = pa.Field(nullable=True, description="whether lines of one priority share, and how")
    lot_order: str = pa.Field(nullable=True, description="which lots are given out first")
    not_due: str = pa.Field(nullable=True, description="what a line may do before it is due")
    spares_b2b: bool = pa.Field(
        nullable=True, description="lines that state a delivery day do not leave early"
    )
    horizon_days: int = pa.Field(nullable=True, description="days before its day on which a line is due")
    reserve_ahead_days: int = pa.Field(nullable=True, description="days ahead for which a line may reserve")
    overdue_grace_days: int = pa.Field(
        nullable=True, description="working days a late announcement counts on"
    )
    asn_rest_days: int = pa.Field(nullable=True, description="working days a part-received one counts on")
    wait_for_rest_days: int = pa.Field(nullable=True, description="working days a part waits for its rest")
    min_release_qty: int = pa.Field(nullable=True, description="least units of a release")
    min_release_value: Money = pa.Field(nullable=True, description="least value of a release")
    min_release_until_days: int = pa.Field(
        nullable=True, description="days before its end that lift the least"
    )
    past_cancel: str = pa.Field(nullable=True, description="what becomes of units that come too late")


class ClientRules(Rules, key=("client_id", "rules")):
    """A client's policy, or what a set of its segments says of some orders in another way."""

    client_id: str


class ChannelRules(Table, key=("client_id", "channel")):
    """What a client's policy says of a channel that it names."""

    client_id: str
    channel: str
    fences: str = pa.Field(nullable=True, description="fences on which its lines may draw: 1|3; null: none")
    channel_place: int = pa.Field(nullable=True, description="its place in the client's order of channels")


class Line(Table, key=("client_id", "order_id", "line_no")):
    """An order line with open or reserved units; row n is line n."""

    client_id: str
    order_id: str
    line_no: int
    line: int = pa.Field(ge=0, description="its number")
    sku: str
    reach: int = pa.Field(description="number of what it may draw on")
    rest_qty: int = pa.Field(ge=1, description="open and reserved units")
    last_ship_on: pl.Date = pa.Field(nullable=True, description="last day it may ship; null: no limit")
    shipments_left: int = pa.Field(nullable=True, ge=1, description="of its order; null: any number")


class NumberedReach(Rules, key=("reach",)):
    """On which supplies lines may draw and how; lines of which all of that is alike share one."""

    reach: int = pa.Field(ge=0, description="its number")
    client_id: str
    sku: str = pa.Field(description="as ordered")
    warehouse_ids: str = pa.Field(description="warehouses, best first: W2|W1")
    fences: str = pa.Field(nullable=True, description="fences that are kept for it: 1|3; null: none")
    earliest_on: pl.Date = pa.Field(nullable=True, description="first day it can leave; null: tonight")
    min_shelf_life_days: int = pa.Field(nullable=True, description="usable days that its lots must have left")
    available_from: pl.Date = pa.Field(nullable=True, description="first day on which the item is sold")
    decimals: int = pa.Field(description="of the item's quantities")
    substitutes: str = pa.Field(nullable=True, description="SKUs that may stand in, best first")
    replaced_by: str = pa.Field(nullable=True, description="the item's successor")
    step: int = pa.Field(ge=1, description="sell multiple")
    warehouse_id: str = pa.Field(nullable=True, description="its first warehouse")
    ships_on: pl.Date = pa.Field(nullable=True, description="shipping day of its first warehouse")
    next_ships_on: pl.Date = pa.Field(nullable=True, description="the shipping day after that")
    soonest_on: pl.Date = pa.Field(nullable=True, description="first shipping day of all its warehouses")
    latest_on: pl.Date = pa.Field(nullable=True, description="last shipping day of all its warehouses")
    is_replaced: bool = pa.Field(description="its item is no longer sold, and has a successor that is")
    is_inactive: bool = pa.Field(
        nullable=True, description="its item is no longer sold, and nothing follows it"
    )
    due_until: pl.Date = pa.Field(nullable=True, description="what is due by then is due tonight")
    reserves_for: pl.Date = pa.Field(nullable=True, description="last release date it reserves for tonight")
    is_item_held: bool = pa.Field(nullable=True, description="its item is inactive or not sold yet")


class Reach(NumberedReach):
    """A reach of which is known whose first count it waits for."""

    awaits_count: str = pa.Field(nullable=True, description="its warehouses that were never counted: W1|W2")


class WithheldUnits(Table, key=("client_id", "order_id", "line_no")):
    """Units of a line that tonight's confirmation left out; they may still be told as shipped."""

    client_id: str
    order_id: str
    line_no: int
    withheld_qty: int


class Piece(Table, key=("piece",)):
    """Units of a line that queue by one time (a schedule line), in the order of lines; row n is piece n.

    Pieces of one group stand or fall together: a piece (`partial`), a line, or the lines of an order.
    """

    piece: int = pa.Field(ge=0, description="its number")
    line: int
    reach: int
    rest_qty: int = pa.Field(ge=1, description="units it asks for, with those that it has reserved")
    line_due_on: pl.Date = pa.Field(description="day its line should ship")
    last_ship_on: pl.Date = pa.Field(nullable=True, description="last day it may ship; null: no limit")
    ship_rule: str
    standing: pl.Enum = pa.Field(
        dtype_kwargs={"categories": Standing.values()},
        description="what its reservation may do (reservation rule)",
    )
    is_item_held: bool = pa.Field(nullable=True)
    tier: pl.Int8 = pa.Field(nullable=True, description="of lines that share, lower first; null: it does not")
    starts_on: pl.Date = pa.Field(nullable=True, description="latest day before which a member may not leave")
    group_held: bool = pa.Field(description="a member's order is on hold; likewise for the following")
    group_past: bool = pa.Field(description="a member can no longer ship in time")
    group_inactive: bool = pa.Field(nullable=True, description="a member's item is no longer sold")
    group_item_held: bool = pa.Field(nullable=True, description="a member's item is inactive or not sold yet")
    group_fill: bool = pa.Field(description="a member asks for no more than it has reserved")
    group_ripe: bool = pa.Field(description="a member was overtaken, or waited, for long enough")
    group_cancelling: bool = pa.Field(description="what a member lacks is cancelled")
    group_withheld: bool = pa.Field(description="units of a member may still be told as shipped")
    group_uncounted: bool = pa.Field(description="a warehouse of a member was never counted")
    group_undue: bool = pa.Field(nullable=True, description="a member is not due")
    group_far: bool = pa.Field(
        nullable=True, description="a member's release date is too far away to reserve for"
    )
    group_idle: bool = pa.Field(
        nullable=True, description="a member is not due, nor will be on its release date"
    )
    group_b2b: bool = pa.Field(nullable=True, description="a member states its delivery day")
    rank: int = pa.Field(ge=1, description="of its group among the groups of its client")
    group: int = pa.Field(ge=0, description="place of its group among those of all clients")
    lets_pass: bool = pa.Field(nullable=True, description="its group takes nothing while it is not complete")
    is_due: bool = pa.Field(nullable=True)
    is_blocked: bool = pa.Field(nullable=True, description="held, too late, or its item is held")
    ships_early: bool = pa.Field(
        nullable=True, description="it may leave before it is due, with all of its order"
    )
    may_serve: bool = pa.Field(nullable=True, description="its group takes part in pass 1")
    serving: int = pa.Field(description="order in which groups are served")
    turn: int = pa.Field(description="when it is served: as `serving`, but one for all that share")


class ServedPiece(Piece):
    """A piece after pass 1."""

    kept_qty: int = pa.Field(ge=0, description="reserved units that it found again")
    taken_qty: int = pa.Field(ge=0, description="units that it newly got")
    is_whole: bool = pa.Field(description="it ships in parts, or its group has all it wants")


class OnShelf(Table):
    """A SKU of a client in a warehouse; parent of what stands or comes there."""

    client_id: str
    warehouse_id: str
    sku: str


class StandingFence(OnShelf, key=("client_id", "warehouse_id", "sku", "fence")):
    """A fence that has not ended, on one of its shelves."""

    fence: int = pa.Field(ge=1, description="its place in the client's policy")
    name: str
    pct: int = pa.Field(nullable=True, description="share that it keeps")
    qty: int = pa.Field(nullable=True, description="units that it keeps, not scaled")
    until: pl.Date = pa.Field(description="day on which what is left is common again")


class KeptUnits(StandingFence):
    """A standing fence, with what it still keeps."""

    kept_qty: int = pa.Field(ge=0, description="what it still keeps")


class Lot(OnShelf, key=("client_id", "warehouse_id", "sku", "fence", "lot")):
    """Usable units of a lot in a bin, in the order in which they are given out, without safety stock."""

    fence: int = pa.Field(ge=0, description="fence that keeps them; 0: common stock")
    lot: int = pa.Field(ge=0, description="number of its row before fences cut it")
    lot_id: str
    bin_id: str
    expiry_on: pl.Date = pa.Field(nullable=True, description="last usable day; null: never")
    qty: int = pa.Field(ge=1)


class LivingLot(Lot):
    """A lot of which is known how long it lasts for those who ask."""

    life: int = pa.Field(ge=0, description="how many of the last days that lines ask of the shelf it reaches")


class Life(OnShelf, key=("client_id", "warehouse_id", "sku", "earliest_on", "min_shelf_life_days")):
    """A last usable day that lines ask of a shelf with lots that expire."""

    earliest_on: pl.Date = pa.Field(nullable=True, description="of the lines that ask")
    min_shelf_life_days: int = pa.Field(nullable=True, description="of the lines that ask")
    lasts_until: pl.Date = pa.Field(description="the day")
    life: int = pa.Field(ge=1, description="its place among those of the shelf, soonest first")


class Expected(OnShelf, key=("client_id", "warehouse_id", "sku", "asn_id", "asn_line_no", "fence")):
    """Announced units, or a fence's share of them."""

    asn_id: str
    asn_line_no: int
    is_late: bool = pa.Field(nullable=True, description="they should have come by tonight")
    available_on: pl.Date = pa.Field(description="day on which they can ship")
    qty: int = pa.Field(ge=0)
    fence: int = pa.Field(ge=0, description="fence that keeps them; 0: common stock")


class LivingExpected(Expected):
    """Announced units; nobody knows their lots, so they count as lasting for whoever asks."""

    life: int = pa.Field(ge=0, description="how many of the last days that lines ask of the shelf they reach")


class ReachPlace(Table, key=("reach", "warehouse_id")):
    """A warehouse of a reach."""

    reach: int
    warehouse_id: str
    place: int = pa.Field(ge=0, description="its place in the list, best first")


class BinPlace(Table, key=("warehouse_id", "bin_id")):
    """A bin, and when one passes it on the way through its warehouse."""

    warehouse_id: str
    bin_id: str
    bin_place: int = pa.Field(ge=0, description="its place among the bins of all warehouses")


class Heir(Table, key=("client_id", "sku")):
    """An item that is no longer sold, and that one which is sold follows, counted alike."""

    client_id: str
    sku: str
    has_heir: bool = pa.Field(description="true")
    heir_from: pl.Date = pa.Field(nullable=True, description="first day on which that one is sold")


class Way(Table, key=("reach", "way")):
    """A SKU by which a reach can be served: as ordered, its successor, or a substitute."""

    reach: int
    client_id: str
    sku: str
    way: int = pa.Field(ge=0, description="0: as ordered")
    step: int = pa.Field(ge=1, description="sell multiple")
    fences: str = pa.Field(nullable=True, description="as of the reach")
    earliest_on: pl.Date = pa.Field(nullable=True, description="as of the reach")
    min_shelf_life_days: int = pa.Field(nullable=True, description="as of the reach")


class PartWay(Table, key=("reach", "way", "part")):
    """A part of a kit by which a reach can be served."""

    reach: int
    client_id: str
    way: int
    kit_sku: str
    variant: int = pa.Field(ge=1, description="of the kit, by what its parts must be")
    part: int = pa.Field(ge=1)
    sku: str = pa.Field(description="of the part")
    per: int = pa.Field(ge=1, description="units of the part in one kit")
    step: int = pa.Field(ge=1, description="as of the way, and so the next three")
    fences: str = pa.Field(nullable=True)
    earliest_on: pl.Date = pa.Field(nullable=True)
    min_shelf_life_days: int = pa.Field(nullable=True)


class Pool(OnShelf, key=("client_id", "warehouse_id", "sku", "fence", "life")):
    """Units of a shelf that are interchangeable for every line; row n is pool n + 1."""

    fence: int = pa.Field(
        ge=0, description="fence that keeps them; 0: common stock; `MADE`: kits yet to be made"
    )
    life: int = pa.Field(ge=0, description="how many of the last days that lines ask of the shelf they reach")
    usable_qty: int = pa.Field(ge=0, description="units when the night begins; of kits, what could be made")
    safety_qty: int = pa.Field(
        nullable=True, description="kept back; on a shelf's common pool alone, as the next two"
    )
    expired_qty: int = pa.Field(nullable=True, description="free, but past their last day")
    hold_qty: int = pa.Field(nullable=True, description="on hold")
    available_from: pl.Date = pa.Field(nullable=True, description="first day on which the item is sold")
    until: pl.Date = pa.Field(nullable=True, description="end of the fence")
    pool: int = pa.Field(ge=1, description="its number; 0 stands for any other")
    ships_on: pl.Date = pa.Field(nullable=True, description="shipping day of its warehouse")


class ServedPool(Pool):
    """A pool after pass 1."""

    kept_qty: int = pa.Field(ge=0, description="units that were reserved and stay so")
    taken_qty: int = pa.Field(ge=0, description="units newly given out")
    left_qty: int = pa.Field(ge=0, description="units after both")


class Recipe(Table, key=("kit", "part", "pool")):
    """A pool (or cell) that gives a part of a kit, by kit and part and in the order of drawing."""

    kit: int = pa.Field(description="pool (or cell) of the kit")
    part: int = pa.Field(ge=1)
    per: int = pa.Field(ge=1, description="units of the part in one kit")
    pool: int = pa.Field(description="pool (or cell) that gives it")


class Option(Table, key=("reach", "option", "pool")):
    """A pool on which a reach may draw, in the order of drawing."""

    reach: int
    option: int = pa.Field(ge=0, description="its SKU and warehouse, best first")
    way: int = pa.Field(ge=0)
    sku: str
    step: int = pa.Field(ge=1)
    warehouse_id: str
    pool: int = pa.Field(ge=0, description="0: a pool in which nothing is")
    fence: int = pa.Field(ge=0)
    opens_on: pl.Date = pa.Field(nullable=True, description="day until which a fence keeps it from the reach")


class ReachedPool(Table):
    """A pool in which units stand that may serve a reach: parts in place of kits."""

    reach: int
    pool: int = pa.Field(ge=0, description="0: a pool in which nothing is")
