"""What each warehouse picks: tonight's releases with all that a warehouse system needs, in walking order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from schemas.reports import Pick
from schemas.table import conform
from schemas.vocabulary import NO_LOT, AllocationKind
from transforms.allocation.supplies import walking_order
from transforms.reports.texts import single_line
from transforms.units import written_qty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.people import ShipTo
    from schemas.results import Allocation
    from schemas.warehouse import Warehouse

ORDER = ("client_id", "order_id")
ITEM = ("client_id", "sku")
LOT = ("client_id", "warehouse_id", "sku", "lot_id")


def build_picks(
    allocations: DataFrame[Allocation],
    books: Books,
    ship_to: DataFrame[ShipTo],
    *,
    warehouses: Mapping[str, Warehouse],
) -> DataFrame[Pick]:
    """One row for each release of tonight, in the order in which a picker walks.

    Walking order: the warehouse's `bin_order`, other bins by natural sort, then sku, client, order,
    line, lot. Every release keeps a row of its own, also under `pick_level = "line"`: a release is what
    the warehouse confirms. There its bin is left empty, since the warehouse finds the bins itself, and
    rows follow by sku. A part says of which kit it is and how many kits the parts of its line make; it, too,
    stands in walking order. Values are as sent, but line ends inside them become spaces.
    """
    releases = allocations.filter(pl.col("kind") == AllocationKind.RELEASE)
    picks = (
        releases.join(_order_facts(books), on=(*ORDER, "line_no"), how="left", validate="m:1")
        .join(_item_facts(books), on=ITEM, how="left", validate="m:1")
        .join(books.stock_lots.select(*LOT, "expiry_on"), on=LOT, how="left", validate="m:1")
        .join(ship_to, on=ORDER, how="left", validate="m:1")
        .join(walking_order(releases, warehouses), on=["warehouse_id", "bin_id"], how="left", validate="m:1")
        .with_columns(_picks_by_line(warehouses))
        .with_columns(pl.when(~pl.col("picks_by_line")).then("bin_place").alias("bin_place"))
        .sort("warehouse_id", "bin_place", "sku", *ORDER, "line_no", "lot_id", "release_id")
        .with_columns(
            pl.when(~pl.col("picks_by_line")).then("bin_id").alias("bin_id"),
            pl.col("lot_id").replace(NO_LOT, None),
            written_qty(pl.col("allocated_qty"), pl.col("decimals")).alias("qty"),
            written_qty(pl.col("rest_qty"), pl.col("line_decimals")).alias("rest_qty"),
            pl.col("kit_qty").cast(pl.String),
            pl.lit("EA").alias("unit"),
        )
        .with_columns(single_line(cs.string()))
    )
    return conform(picks, Pick)


def _order_facts(books: Books) -> pl.DataFrame:
    """What a pick says of its order line; the order is complete when none of its lines waits."""
    rest = pl.col("open_qty") + pl.col("reserved_qty")
    counted = books.items.select(*ITEM, line_decimals="decimals")  # what is picked may be counted in others
    return books.order_lines.join(counted, on=ITEM, how="left").select(
        *ORDER,
        "line_no",
        "sent_sku",
        "line_decimals",
        "po_number",
        "ship_method",
        "ship_not_before",
        "ship_by",
        "cancel_after",
        "deliver_by",
        rest.alias("rest_qty"),
        (rest.sum().over(ORDER) == 0).alias("completes_order"),
    )


def _item_facts(books: Books) -> pl.DataFrame:
    return books.items.select(*ITEM, "description", "upc", "gtin_case", "decimals")


def _picks_by_line(warehouses: Mapping[str, Warehouse]) -> pl.Expr:
    by_line = sorted(name for name, warehouse in warehouses.items() if warehouse.pick_level == "line")
    return pl.col("warehouse_id").is_in(by_line).alias("picks_by_line")
