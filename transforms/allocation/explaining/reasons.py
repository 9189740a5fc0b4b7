"""Why each short unit is short: quantities by reason that sum exactly to the short quantity.

Each piece's short units are split over the reasons in the order of `DecisionCode`: a reason gets as many as
it can explain, the next one of the rest.

| code | units it can explain, over the pools of the line's own warehouses |
|---|---|
| order_hold, not_due | all, if the group is on hold, or not due |
| parcel_may_follow | all, if units of the group may still be told as shipped |
| past_cancel_date | all, if the group is past its last ship date; else units whose inbound comes after it |
| not_asking | all, if a line of the group asks for no more than it has reserved |
| not_a_multiple | what a line in parts found and could not use, because it takes whole multiples |
| group_incomplete | what the group found and could not use; all, if another member's item is held |
| kept_by_reservation | units that other lines kept |
| ring_fence | units kept for other channels |
| safety_stock, lot_hold | units kept back, on hold |
| shelf_life | units past their last day, or too near to it for the line |
| item_hold | all, if the item is inactive or not yet available |
| other_warehouse | units left that it could use, were they in a warehouse where it may draw |
| rank | units that groups ahead of it newly took |
| no_stock | the rest |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.explanations import DecisionCode
from transforms.allocation.explaining.turns import own_units, unfit_units, units_ahead
from transforms.allocation.supply.fences import is_open_to
from transforms.allocation.supply.kits import MADE
from transforms.allocation.supply.supplies import LIFE_ASKED
from transforms.allocation.tonight.serving import is_complete
from transforms.keys import SHELF

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.frames import Option, Pool, Reach, Way
    from transforms.allocation.outcome_frames import Cell, PromisedUnits, Shortage
    from transforms.allocation.supply.stock import Stock
    from transforms.allocation.tonight.serving import Tonight

_EVERYTHING = 2**62


def explain_shortages(
    tonight: Tonight,
    reaches: Frame[Reach],
    stock: Stock,
    promised: Frame[PromisedUnits],
    cells: Frame[Cell],
) -> Frame[Shortage]:
    """The short units of every line, split over reason codes.

    Args:
        tonight: what pass 1 gave.
        reaches: as `number_reaches`.
        stock: what stood there, and by which ways lines may be served.
        promised: as `promise_units`.
        cells: as `lay_out_future`.

    Returns:
        Sorted by line and code.
    """
    short_qty = pl.col("rest_qty") - pl.col("kept_qty") - pl.col("taken_qty")
    shorts = tonight.pieces.with_columns(short_qty=short_qty).filter(pl.col("short_qty") > 0)
    options = tonight.options.filter(pl.col("opens_on").is_null())
    facts = _facts_of_reaches(reaches, stock, tonight.options, tonight.pools)
    told = shorts.with_columns(facts[name].gather(shorts["reach"]) for name in facts.columns)
    for parts in (
        units_ahead(shorts, options, tonight),
        own_units(shorts, tonight),
        promised.select("piece", found_qty="qty"),
        _too_late_units(shorts, tonight.options, cells),
        unfit_units(shorts, reaches, stock.ways, options, tonight),
        _members_before(tonight.pieces, reaches),
    ):
        sums = parts.group_by("piece").agg(pl.exclude("piece").sum())
        told = told.join(sums, on="piece", how="left", maintain_order="left")
    split = told.with_columns(pl.col(pl.Int64).fill_null(0)).pipe(_split_over_codes)
    codes = pl.Series("reason_code", sorted(_explanations()), pl.String)
    by_code = [
        split.select("line", code=pl.lit(number, pl.Int64), qty=code).filter(pl.col("qty") > 0)
        for number, code in enumerate(codes)
    ]
    in_order = pl.col("line") * len(codes) + pl.col("code")
    told = pl.concat(by_code).with_columns(key=in_order).sort("key")
    is_again = pl.col("key") == pl.col("key").shift()
    if told.select(is_again.any()).item():
        told = told.group_by("key", maintain_order=True).agg(
            pl.col("line", "code").first(), pl.col("qty").sum()
        )
    return cast("Frame[Shortage]", told.select("line", codes.gather(told["code"]), "qty"))


def _split_over_codes(shorts: pl.DataFrame) -> pl.DataFrame:
    """One column a code, in the order of attribution; each takes what it explains of what is left."""
    rest = shorts.with_columns(rest="short_qty")
    for code, explains in _explanations().items():
        rest = rest.with_columns(pl.min_horizontal("rest", explains.clip(0)).alias(code.value)).with_columns(
            rest=pl.col("rest") - pl.col(code.value)
        )
    return rest


def _explanations() -> dict[DecisionCode, pl.Expr]:
    """How many units each code can explain, in the order of attribution."""
    is_incomplete = is_complete & ~pl.col("is_whole")
    taken_ahead = pl.col("ahead_qty") - pl.col("line_ahead_qty")
    own_qty = pl.when(pl.col("tier").is_null()).then("taken_qty").otherwise(0)
    unused = pl.col("before_qty") - pl.col("ahead_qty") - pl.col("members_before_qty") - own_qty
    too_late = pl.min_horizontal(pl.col("short_qty") - pl.col("found_qty"), "too_late_qty")
    kept_by_others = pl.col("pool_kept_qty") - pl.col("line_kept_qty")
    unused_qty = (pl.col("own_left_qty") - pl.col("unfit_qty").clip(0)).clip(0)
    unused_here = pl.when(is_complete).then(0).otherwise(unused_qty)
    by_item = pl.col("group_item_held") & ~pl.col("is_item_held")
    return {
        DecisionCode.ORDER_HOLD: _all_if(pl.col("group_held")),
        DecisionCode.NOT_DUE: _all_if(~pl.col("is_due")),
        DecisionCode.PARCEL_MAY_FOLLOW: _all_if(pl.col("group_withheld")),
        DecisionCode.PAST_CANCEL_DATE: pl.when("group_past").then(_EVERYTHING).otherwise(too_late),
        DecisionCode.NOT_ASKING: _all_if(pl.col("group_fill")),
        DecisionCode.NOT_A_MULTIPLE: pl.col("unfit_qty"),
        DecisionCode.GROUP_INCOMPLETE: pl.when(~is_incomplete)
        .then(0)
        .when(pl.col("is_blocked"))
        .then(_all_if(by_item))
        .otherwise(unused),
        DecisionCode.KEPT_BY_RESERVATION: kept_by_others,
        DecisionCode.RING_FENCE: pl.col("fenced_qty"),
        DecisionCode.SAFETY_STOCK: pl.col("safety_qty"),
        DecisionCode.SHELF_LIFE: pl.col("expired_qty") + pl.col("short_lived_qty"),
        DecisionCode.LOT_HOLD: pl.col("hold_qty"),
        DecisionCode.ITEM_HOLD: _all_if(pl.col("is_item_held")),
        DecisionCode.OTHER_WAREHOUSE: pl.col("elsewhere_qty") + unused_here,
        DecisionCode.RANK: taken_ahead,
        DecisionCode.NOT_COUNTED: _all_if(pl.col("group_uncounted")),
        DecisionCode.NO_STOCK: pl.lit(_EVERYTHING),
    }


def _all_if(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(_EVERYTHING).otherwise(0)


def _facts_of_reaches(
    reaches: Frame[Reach], stock: Stock, options: Frame[Option], pools: Frame[Pool]
) -> pl.DataFrame:
    """What stands in the pools of each reach, added up, and the units it could use that are left anywhere.

    Returns:
        One row a reach, by its number: `safety_qty`, `expired_qty`, `hold_qty`, `pool_kept_qty`,
        `own_left_qty`, `before_qty` (usable when serving began), `fenced_qty` (kept for others),
        `short_lived_qty` (too near to their last day) and `elsewhere_qty` (left in other warehouses).
    """
    quantities = ["safety_qty", "expired_qty", "hold_qty", "pool_kept_qty", "own_left_qty", "before_qty"]
    facts = pools.select(
        "pool", "usable_qty", "safety_qty", "expired_qty", "hold_qty",
        pool_kept_qty="kept_qty", own_left_qty="left_qty", before_qty=pl.col("usable_qty") -
        pl.col("kept_qty"),
    )  # fmt: skip
    is_foreign = pl.col("opens_on").is_not_null()
    stands = pl.col("fence") != MADE
    summed = (
        options.join(facts, on="pool")
        .group_by("reach")
        .agg(
            pl.col(quantities).filter(~is_foreign).sum(),
            fenced_qty=pl.col("usable_qty").filter(is_foreign).sum(),
            suiting_qty=pl.col("usable_qty").filter(stands).sum(),
            here_qty=pl.col("own_left_qty").filter(stands & ~is_foreign).sum(),
        )
    )
    return (
        reaches.join(summed, on="reach", how="left", maintain_order="left")
        .join(_near_units(options, stock.ways, pools), on="reach", how="left", maintain_order="left")
        .join(_left_anywhere(stock, pools), on="reach", how="left", maintain_order="left")
        .with_columns(
            short_lived_qty=pl.col("near_qty") - pl.col("suiting_qty"),
            elsewhere_qty=pl.col("client_left_qty") - pl.col("here_qty").fill_null(0),
        )
        .select(pl.col(*quantities, "fenced_qty", "short_lived_qty", "elsewhere_qty").fill_null(0))
    )


def _near_units(options: Frame[Option], ways: Frame[Way], pools: Frame[Pool]) -> pl.DataFrame:
    """Usable units of each reach's shelves, whoever may take them: `near_qty`; only where lives differ."""
    asking = ways.filter(pl.any_horizontal(pl.col(LIFE_ASKED).is_not_null())).select(
        "reach", "client_id", "sku"
    )
    shelves = options.select("reach", "warehouse_id", "sku").unique().join(asking, on=["reach", "sku"])
    standing = pools.filter(pl.col("fence") != MADE)
    return shelves.join(standing, on=SHELF).group_by("reach").agg(near_qty=pl.col("usable_qty").sum())


def _left_anywhere(stock: Stock, pools: Frame[Pool]) -> pl.DataFrame:
    """Units that a reach could use and that are left, in any warehouse: `client_left_qty`."""
    place = [] if stock.shelves.lives.is_empty() else ["warehouse_id"]
    kind = ["client_id", *place, "sku", "fence", "life"]
    kinds = pools.group_by(kind).agg(client_left_qty=pl.col("left_qty").sum())
    return (
        stock.ways.select("reach", "client_id", "sku", "fences", *LIFE_ASKED)
        .join(kinds, on=["client_id", "sku"])
        .pipe(stock.shelves.with_least_life)
        .filter(is_open_to(pl.col("fences")) & (pl.col("life") >= pl.col("least_life")))
        .group_by("reach")
        .agg(pl.col("client_left_qty").sum())
    )


def _too_late_units(shorts: pl.DataFrame, options: Frame[Option], cells: Frame[Cell]) -> pl.DataFrame:
    """Inbound of a piece's own pools that comes after its last ship date: `too_late_qty`."""
    return (
        shorts.filter(pl.col("last_ship_on").is_not_null())
        .select("piece", "reach", "last_ship_on")
        .join(options.select("reach", "pool", "opens_on"), on="reach")
        .join(cells.filter(pl.col("asn_id").is_not_null()), on="pool")
        .filter(pl.max_horizontal("date", "opens_on") > pl.col("last_ship_on"))
        .select("piece", too_late_qty="qty")
    )


def _members_before(pieces: pl.DataFrame, reaches: Frame[Reach]) -> pl.DataFrame:
    """Units that earlier lines of the same group wanted of the same SKU: `members_before_qty`."""
    incomplete = pieces.filter(is_complete & ~pl.col("is_whole"))
    wanted = pl.col("rest_qty") - pl.col("kept_qty")
    before = wanted.cum_sum().over("group", "sku", order_by="piece") - wanted
    return incomplete.with_columns(reaches["sku"].gather(incomplete["reach"])).select(
        "piece", members_before_qty=before
    )
