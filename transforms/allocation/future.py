"""Pass 2: which units on their way each waiting line may count on, and so the date it can be told.

Every group takes what it finds, by pure rank, over what pass 1 left and the dated inbound: a promise is a
reservation of the future. Lines that are not due peg like others; held, past and inactive ones do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import InboundStatus
from transforms.allocation.engine import serve
from transforms.allocation.options import draw_options
from transforms.allocation.supplies import POOL
from transforms.calendars import add_working_days, with_available_on
from transforms.matching import match_in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import AsOf, Books
    from schemas.warehouse import Warehouse

EMPTY_CELL = -1
"""Number of the cell that stands for a warehouse without units."""

COMING = [InboundStatus.EXPECTED, InboundStatus.OVERDUE, InboundStatus.PART_RECEIVED]


def expected_units(
    books: Books, policies: pl.DataFrame, *, warehouses: Mapping[str, Warehouse], as_of: AsOf
) -> pl.DataFrame:
    """Announced units that may still be promised.

    A line that is past its date stays for the policy's `overdue_grace_days` working days after it, a part
    received one for `asn_rest_days` after its last receipt; it keeps its date, even past.

    Returns:
        One row an announced line: its pool's key, `asn_id`, `asn_line_no`, `qty` and `available_on` (the
        expected date, or the next working day, and the warehouse's dock_to_stock_days).
    """
    graces = {"arrival_on": "overdue_grace_days", "last_received_on": "asn_rest_days"}
    coming = (
        books.inbound_lines.filter((pl.col("remaining_qty") > 0) & pl.col("status").is_in(COMING))
        .join(policies.select("client_id", *graces.values()), on="client_id", how="left")
        .pipe(
            add_working_days,
            date_column="expected_on",
            days=pl.lit(0),
            name="arrival_on",
            warehouses=warehouses,
        )
        .pipe(with_available_on, date_column="expected_on", name="available_on", warehouses=warehouses)
    )
    for date_column, days in graces.items():
        coming = add_working_days(
            coming,
            date_column=date_column,
            days=pl.col(days),
            name=f"{date_column}_until",
            warehouses=warehouses,
        )
    is_late = pl.max_horizontal("arrival_on_until", "last_received_on_until") < as_of.business_date
    return coming.filter(~is_late).select(*POOL, "asn_id", "asn_line_no", "available_on", qty="remaining_qty")


def lay_out_future(pools: pl.DataFrame, expected: pl.DataFrame, books: Books, *, as_of: AsOf) -> pl.DataFrame:
    """The dated axis of every pool: what pass 1 left, then the inbound by its date.

    Returns:
        One row a cell, each pool's cells in order: `cell` (0, 1, ...), the pool's key, `qty`, `date` (when
        a line can have it), `asn_id` and `asn_line_no` (null for stock).
    """
    stock = pools.filter(pl.col("left_qty") > 0).select(
        *POOL, pl.lit(None, pl.Date).alias("available_on"), qty="left_qty"
    )
    opening = books.items.select("client_id", "sku", "available_from")
    return (
        pl.concat([stock, expected], how="diagonal")
        .join(opening, on=["client_id", "sku"], how="left")
        .sort(*POOL, "available_on", "asn_id", "asn_line_no", nulls_last=False)
        .with_columns(
            cell=pl.int_range(pl.len()),
            date=pl.max_horizontal(pl.col("available_on").fill_null(as_of.business_date), "available_from"),
        )
        .drop("available_from")
    )


def promise_units(pieces: pl.DataFrame, holdings: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Which units of the future each piece takes: `piece`, `cell`, `qty`.

    Args:
        pieces: as pass 1 left them.
        holdings: what pass 1 gave.
        cells: as `lay_out_future`.
    """
    is_out = pl.col("group_held") | pl.col("group_past") | pl.col("group_inactive")
    open_qty = pl.col("rest_qty") - pl.col("kept_qty") - pl.col("taken_qty")
    wanting = pieces.with_columns(want=open_qty).filter(~is_out)
    is_bound = ~pl.col("split") & (pl.col("ship_rule") != "partial")
    options = draw_options(wanting, holdings, is_bound=is_bound)
    claims = (
        wanting.filter(pl.col("want") > 0)
        .select("piece", "client_id", "sku", "want", "last_ship_on", needs_all=is_bound)
        .join(options, on="piece")
    )
    supplied = cells.select(POOL).unique().with_columns(is_supplied=pl.lit(value=True))
    reach = claims.join(supplied, on=POOL, how="left").with_columns(
        pl.col("is_supplied").fill_null(value=False)
    )
    is_coupled = (pl.col("is_supplied").sum().over("piece") > 1) | pl.col("has_sites")
    reach = reach.with_columns(is_coupled=is_coupled.any().over("client_id", "sku"))
    return pl.concat(
        [
            _draw_along_pools(reach.filter(~pl.col("is_coupled") & pl.col("is_supplied")), cells),
            _draw_over_cells(reach.filter("is_coupled"), cells),
        ]
    )


def _draw_along_pools(claims: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Pieces with one pool each take its axis from the start, as far as their last ship date allows."""
    axis = cells.with_columns(reached=pl.col("qty").cum_sum().over(POOL))
    numbered = axis.select(POOL).unique().sort(POOL).with_row_index("pool")
    totals = axis.group_by(POOL).agg(total=pl.col("qty").sum())
    limited = (
        claims.filter(pl.col("last_ship_on").is_not_null())
        .join(axis.select(*POOL, "date", "reached"), on=POOL)
        .filter(pl.col("date") <= pl.col("last_ship_on"))
        .group_by("piece")
        .agg(pl.col("reached").max())
    )
    stock = pl.when(pl.col("last_ship_on").is_null()).then("total").otherwise(pl.col("reached").fill_null(0))
    ordered = (
        claims.join(numbered, on=POOL)
        .join(totals, on=POOL)
        .join(limited, on="piece", how="left")
        .sort("piece")
        .with_columns(
            pl.col("pool").cast(pl.Int64),
            stock=stock,
            line="piece",
            soon=pl.lit(0, pl.Int64),
            all_or_nothing=pl.lit(value=False),
            has_sites=pl.lit(value=False),
        )
    )
    taken = ordered.select(*POOL, want_id="piece", qty=serve(ordered))
    matched = match_in_order(taken, cells.select(*POOL, "qty", offer_id="cell"), on=POOL)
    return matched.select(piece="want_id", cell="offer_id", qty="qty")


def _draw_over_cells(reach: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Pieces that may draw on several pools take cell by cell, the soonest first."""
    within = (pl.col("date") <= pl.col("last_ship_on")).fill_null(value=True)
    reachable = reach.join(cells.rename({"qty": "stock"}), on=POOL).filter(within)
    absent = (
        reach.filter("needs_all")
        .join(reachable, on=["piece", "warehouse_id"], how="anti")
        .with_columns(cell=pl.lit(EMPTY_CELL, pl.Int64), stock=pl.lit(0, pl.Int64))
    )
    claims = (
        pl.concat([reachable, absent], how="diagonal")
        .sort("piece", "site", "available_on", "option", "asn_id", "asn_line_no", nulls_last=False)
        .with_columns(
            option=pl.int_range(pl.len()).over("piece", "site"),
            line="piece",
            pool="cell",
            soon=pl.col("date").cast(pl.Int64).fill_null(0),
            all_or_nothing=pl.lit(value=False),
        )
        .sort("group", "site", "line", "option")
    )
    return claims.select("piece", "cell", serve(claims).alias("qty")).filter(pl.col("qty") > 0)
