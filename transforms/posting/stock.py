"""Stock that a fact takes or brings: from where it is taken, which gaps that leaves, which lots it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.findings import FindingCode
from schemas.vocabulary import DOCK, NO_LOT, Cause, HoldReason, StockAccount
from transforms.allocation.supplies import lot_keys, walking_order
from transforms.balances import CELL, LOT
from transforms.posting.movements import stock_movements
from transforms.posting.rows import findings_of, units
from transforms.posting.taking import Tier, take_by_names

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.posting.posting import Terms

POOL = ["client_id", "warehouse_id", "sku"]
WHENCE = ["effective_on", "file_hash", "row_no"]
SHORT_PICK = pl.col("hold_reason") == HoldReason.SHORT_PICK
FREE = pl.col("account") == StockAccount.FREE
HELD = (pl.col("account") == StockAccount.HOLD) & ~SHORT_PICK
TIERS = [Tier(SHORT_PICK), Tier(FREE), Tier(FREE, ("bin_id",)), Tier(HELD), Tier(HELD, ("bin_id",))]
"""What a fact of missing units takes: those a picker missed, then free ones, then held ones.

A bin is a hint: where the named one has too few, others of the lot give. A named lot is not.
"""


def take_units(books: Books, wants: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """The cells and accounts from which `wants` take, the rest as a gap.

    Args:
        books: whose stock is taken.
        wants: in posting order: row, pool, lot_id and bin_id (null for any), qty, and where it came from.
        terms: the clients' lot orders and the warehouses' walking orders.

    Returns:
        The wants' columns with lot and bin filled in, account, hold_reason, and `is_gap` for units that
        the books do not have; those stand at the named place, else without lot at DOCK.
    """
    offers = _from_the_end(books, wants, terms)
    asked = wants.select("row", *CELL, "qty").rename({"row": "want_id"})
    taking = take_by_names(asked, offers, TIERS, on=POOL, named=["lot_id", "bin_id"])
    places = offers.select("offer_id", *CELL, "account", "hold_reason")
    had = taking.taken.join(places, on="offer_id").drop("offer_id").with_columns(is_gap=False)
    gaps = taking.missing.with_columns(
        pl.col("lot_id").fill_null(NO_LOT),
        pl.col("bin_id").fill_null(DOCK),
        account=pl.lit(StockAccount.FREE.value),
        hold_reason=pl.lit(""),
        is_gap=True,
    ).select(had.columns)
    others = [name for name in wants.columns if name not in (*CELL, "qty", "row")]
    return (
        pl.concat([had, gaps])
        .rename({"want_id": "row"})
        .join(wants.select("row", *others), on="row")
        .sort("row", "is_gap", "account", "hold_reason", *CELL)
    )


def _from_the_end(books: Books, wants: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Free and held units of the wanted pools, last of the lot order first."""
    lot_order = terms.of_clients(lot_order=lambda client: client.policy.lot_order)
    stock = books.stock_balances.filter(pl.col("account") != StockAccount.RELEASED).join(
        wants, on=POOL, how="semi"
    )
    keys = lot_keys()
    return (
        stock.join(books.stock_lots, on=LOT, how="left")
        .join(lot_order, on="client_id", how="left")
        .join(walking_order(stock, terms.warehouses), on=["warehouse_id", "bin_id"], how="left")
        .sort(
            *POOL,
            *keys,
            "account",
            "hold_reason",
            descending=[False] * len(POOL) + [True] * len(keys) + [False] * 2,
            nulls_last=[True] * len(POOL) + [False] * len(keys) + [True] * 2,
        )
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
        .select("offer_id", *CELL, "account", "hold_reason", "qty")
    )


def take_out(taken: pl.DataFrame, *, into: StockAccount, cause: Cause) -> list[pl.DataFrame]:
    """Drafts for `taken`: first the gaps come from ADJUSTED, then all of it leaves."""
    accounts = StockAccount
    return [
        stock_movements(
            taken.filter("is_gap"), out=accounts.ADJUSTED, into=accounts.FREE, cause=Cause.BOOK_GAP
        ),
        *(
            stock_movements(taken.filter(pl.col("account") == out), out=out, into=into, cause=cause)
            for out in (accounts.FREE, accounts.HOLD)
        ),
    ]


def gap_findings(taken: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """What to count, for each sku that a fact took below zero."""
    return findings_of(
        taken.filter("is_gap"),
        FindingCode.NEGATIVE_STOCK,
        terms,
        subject=pl.col("sku"),
        detail=pl.format(
            "{} units that the books did not have left {} at {}", units("qty"), "bin_id", "warehouse_id"
        ),
    )


def with_counted(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `is_counted`: a count that is already posted has seen what they report.

    A row that names no bin, or DOCK, is seen by any count of its sku (and lot, if it names one): the
    goods may have stood in any bin by then.
    """
    last = pl.col("counted_at").max()
    cells = books.counts.group_by(CELL).agg(cell_at=last)
    lots = books.counts.group_by(LOT).agg(lot_at=last)
    pools = books.counts.group_by(POOL).agg(pool_at=last)
    is_anywhere = pl.col("bin_id").fill_null(DOCK) == DOCK
    seen_at = (
        pl.when(pl.col("lot_id").is_null())
        .then("pool_at")
        .when(is_anywhere)
        .then("lot_at")
        .otherwise("cell_at")
    )
    joined = rows
    for counted, key in ((cells, CELL), (lots, LOT), (pools, POOL)):
        joined = joined.join(counted, on=key, how="left", maintain_order="left")
    return joined.with_columns(is_counted=(pl.col("at") <= seen_at).fill_null(value=False)).drop(
        "cell_at", "lot_at", "pool_at"
    )


def reversed_drafts(drafts: list[pl.DataFrame], counted: pl.DataFrame) -> list[pl.DataFrame]:
    """The reversal of the drafts of rows that a count has already seen, last movement first."""
    key = ["client_id", "file_hash", "row_no"]
    return [
        draft.join(counted, on=key, how="semi", maintain_order="left").with_columns(
            from_account=pl.col("to_account"),
            to_account=pl.col("from_account"),
            cause=pl.lit(Cause.ALREADY_COUNTED.value),
        )
        for draft in reversed(drafts)
    ]


def counted_findings(counted: pl.DataFrame, qty: str, terms: Terms) -> pl.DataFrame:
    """Late facts that changed nothing."""
    return findings_of(
        counted,
        FindingCode.ALREADY_COUNTED,
        terms,
        subject=pl.col("sku"),
        detail=pl.format("{} units of {} are in a count already", units(qty), "effective_on"),
    )
