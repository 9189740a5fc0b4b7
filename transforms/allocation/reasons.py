"""Why each short unit is short: quantities by reason that sum exactly to the short quantity.

Each piece's short units are split over the reasons in the order of `DecisionCode`: a reason gets as many as
it can explain, the next one of the rest.

| code | units it can explain, over the pools of the line's own warehouses |
|---|---|
| order_hold, not_due | all, if the group is on hold, or not due |
| past_cancel_date | all, if the group is past its last ship date; else units whose inbound comes after it |
| group_incomplete | what the group found and could not use; all, if another member's item is held |
| kept_by_reservation | units that other lines kept |
| safety_stock, shelf_life, lot_hold | units kept back, past their last day, on hold |
| item_hold | all, if the item is inactive or not yet available |
| other_warehouse | usable units left where the line may not draw |
| rank | units that groups ahead of it newly took |
| no_stock | the rest |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import Decision
from schemas.vocabulary import DecisionCode, StockAccount
from transforms.allocation.lines import LINE
from transforms.allocation.policies import list_options
from transforms.allocation.supplies import POOL

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, Books
    from transforms.allocation.tonight import Tonight

_EVERYTHING = 2**62


def explain_shortages(
    tonight: Tonight, promised: pl.DataFrame, cells: pl.DataFrame, books: Books, *, as_of: AsOf
) -> DataFrame[Decision]:
    """The short units of every line, split over reason codes.

    Args:
        tonight: what pass 1 gave.
        promised: as `promise_units`.
        cells: as `lay_out_future`.
        books: where units stand that could not be used.
        as_of: the night.
    """
    short_qty = pl.col("rest_qty") - pl.col("kept_qty") - pl.col("taken_qty")
    shorts = tonight.pieces.with_columns(short_qty=short_qty).filter(pl.col("short_qty") > 0)
    facts = _sum_over_own_pools(shorts, tonight, _pool_facts(tonight.pools, books, as_of=as_of))
    told = (
        shorts.join(facts, on="piece", how="left")
        .join(_other_units(shorts, tonight.pools), on="piece", how="left")
        .join(promised.group_by("piece").agg(found_qty=pl.col("qty").sum()), on="piece", how="left")
        .join(_too_late_units(shorts, cells), on="piece", how="left")
        .join(_members_before(tonight.pieces), on="piece", how="left")
        .with_columns(pl.col(pl.Int64).fill_null(0))
        .pipe(_split_over_codes)
    )
    return (
        told.unpivot(
            [code.value for code in _explanations()],
            index=LINE,
            variable_name="reason_code",
            value_name="qty",
        )
        .group_by(*LINE, "reason_code")
        .agg(pl.col("qty").sum())
        .filter(pl.col("qty") > 0)
        .sort(*LINE, "reason_code")
        .pipe(Decision.validate)
    )


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
    is_incomplete = (pl.col("ship_rule") != "partial") & ~pl.col("is_whole")
    unused = pl.col("left_at_turn") - pl.col("members_before_qty") - pl.col("taken_qty")
    too_late = pl.min_horizontal(pl.col("short_qty") - pl.col("found_qty"), "too_late_qty")
    kept_by_others = pl.col("pool_kept_qty") - pl.col("line_kept_qty")
    own_warehouses = pl.when(pl.col("ship_rule") == "partial").then(0).otherwise("own_left_qty")
    by_item = pl.col("group_item_held") & ~pl.col("is_item_held")
    return {
        DecisionCode.ORDER_HOLD: _all_if(pl.col("group_held")),
        DecisionCode.NOT_DUE: _all_if(~pl.col("is_due")),
        DecisionCode.PAST_CANCEL_DATE: pl.when("group_past").then(_EVERYTHING).otherwise(too_late),
        DecisionCode.GROUP_INCOMPLETE: pl.when(~is_incomplete)
        .then(0)
        .when(pl.col("is_blocked"))
        .then(_all_if(by_item))
        .otherwise(unused),
        DecisionCode.KEPT_BY_RESERVATION: kept_by_others,
        DecisionCode.SAFETY_STOCK: pl.col("safety_qty"),
        DecisionCode.SHELF_LIFE: pl.col("expired_qty"),
        DecisionCode.LOT_HOLD: pl.col("hold_qty"),
        DecisionCode.ITEM_HOLD: _all_if(pl.col("is_item_held")),
        DecisionCode.OTHER_WAREHOUSE: pl.col("client_left_qty") - own_warehouses,
        DecisionCode.RANK: pl.col("taken_ahead_qty"),
        DecisionCode.NO_STOCK: pl.lit(_EVERYTHING),
    }


def _all_if(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(_EVERYTHING).otherwise(0)


def _pool_facts(pools: pl.DataFrame, books: Books, *, as_of: AsOf) -> pl.DataFrame:
    """Every pool in which anything stands: what is kept back, expired, on hold, kept and left."""
    is_expired = (pl.col("expiry_on") < as_of.business_date).fill_null(value=False)
    is_free = pl.col("account") == StockAccount.FREE
    standing = (
        books.stock_balances.join(books.stock_lots, on=[*POOL, "lot_id"], how="left")
        .group_by(POOL)
        .agg(
            expired_qty=pl.col("qty").filter(is_free & is_expired).sum(),
            hold_qty=pl.col("qty").filter(pl.col("account") == StockAccount.HOLD).sum(),
        )
    )
    return standing.join(pools, on=POOL, how="left").with_columns(pl.col(pl.Int64).fill_null(0))


def _sum_over_own_pools(shorts: pl.DataFrame, tonight: Tonight, facts: pl.DataFrame) -> pl.DataFrame:
    """The facts of each short piece's own pools, added up, and what was taken there ahead of it."""
    serving = tonight.pieces.select("piece", "line", "serving")
    takes = tonight.holdings.join(serving, on="piece")
    reached = (
        shorts.select("piece", "serving", "client_id", "sku", "warehouse_ids")
        .join(list_options(shorts), on="warehouse_ids")
        .join(facts, on=POOL)
        .pipe(_with_taken_ahead, takes)
    )
    return (
        reached.group_by("piece")
        .agg(
            pl.col("safety_qty", "expired_qty", "hold_qty", "ahead_qty").sum(),
            pool_kept_qty=pl.col("kept_qty").sum(),
            own_left_qty=pl.col("left_qty").sum(),
            left_at_turn=(pl.col("usable_qty") - pl.col("kept_qty") - pl.col("ahead_qty")).sum(),
        )
        .join(_own_units(shorts, takes), on="piece", how="left")
        .with_columns(pl.col("line_kept_qty", "line_ahead_qty").fill_null(0))
        .with_columns(taken_ahead_qty=pl.col("ahead_qty") - pl.col("line_ahead_qty"))
    )


def _with_taken_ahead(reached: pl.DataFrame, takes: pl.DataFrame) -> pl.DataFrame:
    """Add `ahead_qty`: units that groups served before this one newly took from the pool."""
    by_turn = (
        takes.filter(pl.col("taken_qty") > 0)
        .group_by("pool", "serving")
        .agg(pl.col("taken_qty").sum())
        .sort("pool", "serving")
        .select("pool", "serving", ahead_qty=pl.col("taken_qty").cum_sum().over("pool"))
        .sort("serving")
    )
    return (
        reached.sort("serving")
        .join_asof(
            by_turn,
            on="serving",
            by="pool",
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .with_columns(pl.col("ahead_qty").fill_null(0))
    )


def _own_units(shorts: pl.DataFrame, takes: pl.DataFrame) -> pl.DataFrame:
    """Units that the piece's own line keeps, and that its other pieces took ahead of it."""
    is_ahead = pl.col("serving_own") < pl.col("serving")
    return (
        shorts.select("piece", "serving", "line")
        .join(takes.drop("piece"), on="line", suffix="_own")
        .group_by("piece")
        .agg(
            line_kept_qty=pl.col("kept_qty").sum(),
            line_ahead_qty=pl.col("taken_qty").filter(is_ahead).sum(),
        )
    )


def _other_units(shorts: pl.DataFrame, pools: pl.DataFrame) -> pl.DataFrame:
    """Usable units of the SKU that are left anywhere: `client_left_qty` by piece."""
    left = pools.group_by("client_id", "sku").agg(client_left_qty=pl.col("left_qty").sum())
    return (
        shorts.select("piece", "client_id", "sku")
        .join(left, on=["client_id", "sku"])
        .select("piece", "client_left_qty")
    )


def _too_late_units(shorts: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Inbound of a piece's own pools that comes after its last ship date: `too_late_qty` by piece."""
    limited = shorts.filter(pl.col("last_ship_on").is_not_null())
    return (
        limited.select("piece", "client_id", "sku", "warehouse_ids", "last_ship_on")
        .join(list_options(limited), on="warehouse_ids")
        .join(cells.filter(pl.col("asn_id").is_not_null()), on=POOL)
        .filter(pl.col("date") > pl.col("last_ship_on"))
        .group_by("piece")
        .agg(too_late_qty=pl.col("qty").sum())
    )


def _members_before(pieces: pl.DataFrame) -> pl.DataFrame:
    """Units that earlier lines of the same group wanted of the same SKU: `members_before_qty` by piece."""
    wanted = pl.col("rest_qty") - pl.col("kept_qty")
    before = wanted.cum_sum().over("group", "sku", order_by="piece") - wanted
    return pieces.filter((pl.col("ship_rule") != "partial") & ~pl.col("is_whole")).select(
        "piece", members_before_qty=before
    )
