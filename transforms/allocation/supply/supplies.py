"""What may be given out tonight: usable units, lot by lot and bin by bin, in the order they are given out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.words import StockAccount
from transforms.allocation.frames import BinPlace
from transforms.keys import SHELF
from transforms.shipping_days import lasts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import Books
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.frames import ClientRules
    from transforms.shipping_days import ShippingDays


LIFE_ASKED = ["earliest_on", "min_shelf_life_days"]
"""What a line asks of the life of a lot: the earliest day on which it can leave, and how many days more the
lot must be usable then; null: it can leave tonight, and asks for none."""


def usable_lots(
    books: Books, policies: Frame[ClientRules], *, warehouses: Mapping[str, Warehouse], days: ShippingDays
) -> pl.DataFrame:
    """Free units of lots that are usable on their warehouse's shipping day, in the order of giving them out.

    Returns:
        One row a (shelf, lot, bin) with `expiry_on` and `qty`; each shelf's rows by the client's lot order,
        then the warehouse's walking order.
    """
    return (
        books.stock_balances.filter(pl.col("account") == StockAccount.FREE)
        .join(books.stock_lots, on=[*SHELF, "lot_id"], how="left")
        .filter(lasts(days.ships_on()))
        .join(policies.select("client_id", "lot_order"), on="client_id", how="left")
        .join(walking_order(books.stock_balances, warehouses), on=["warehouse_id", "bin_id"], how="left")
        .sort(*SHELF, *lot_keys(), nulls_last=True)
        .select(*SHELF, "lot_id", "bin_id", "expiry_on", "qty")
    )


def lot_keys() -> list[pl.Expr]:
    """The order in which a shelf's lots and bins are given out, by `lot_order` of the client; nulls last.

    `fefo`: the soonest to expire, then as `fifo`; `fifo`: the first seen; `lifo`: the last seen. Then lot,
    then the warehouse's walking order.
    """
    seen = pl.col("first_seen_on").cast(pl.Int64)
    return [
        pl.when(pl.col("lot_order") == "fefo").then("expiry_on"),
        pl.when(pl.col("lot_order") == "lifo").then(-seen).otherwise(seen),
        pl.col("lot_id"),
        pl.col("bin_place"),
    ]


def walking_order(places: pl.DataFrame, warehouses: Mapping[str, Warehouse]) -> Frame[BinPlace]:
    """The place of each (warehouse, bin): those the warehouse names first, the others by natural sort.

    Natural sort reads digits as numbers: A-2 stands before A-10.
    """
    bins = places.select("warehouse_id", "bin_id").unique().rows()
    named = {
        (warehouse_id, bin_id): place
        for warehouse_id, warehouse in warehouses.items()
        for place, bin_id in enumerate(warehouse.bin_order)
    }
    walked = sorted(bins, key=lambda row: (row[0], named.get(row, len(named)), natural_key(row[1]), row[1]))
    placed = [(*row, place) for place, row in enumerate(walked)]
    return cast("Frame[BinPlace]", pl.DataFrame(placed, schema=BinPlace.dtypes(), orient="row"))


def natural_key(text: str) -> list[tuple[int, int, str]]:
    """A sort key that reads the digits in `text` as numbers."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part
    ]
