"""What is to come: announced units, and the dated axis on which all that may be promised lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.words import InboundStatus
from transforms.allocation.supply.kit_dates import lay_out_kits
from transforms.allocation.supply.kits import MADE
from transforms.allocation.supply.pools import POOL
from transforms.calendars import add_working_days, with_available_on
from transforms.keys import SHELF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import Books
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.frames import ClientRules, LivingExpected, Pool, Recipe
    from transforms.allocation.outcome_frames import Cell
    from transforms.shipping_days import ShippingDays

COMING = [InboundStatus.EXPECTED, InboundStatus.OVERDUE, InboundStatus.PART_RECEIVED]


def expected_units(
    books: Books, policies: Frame[ClientRules], *, warehouses: Mapping[str, Warehouse], days: ShippingDays
) -> pl.DataFrame:
    """Announced units that may still be promised.

    A line that is past its date stays for the policy's `overdue_grace_days` working days after it, a part
    received one for `asn_rest_days` after its last receipt: as if it came on the day after the night.

    Returns:
        One row an announced line: its shelf's key, `asn_id`, `asn_line_no`, `qty`, `is_late` (it should have
        come by the night) and `available_on` (when it can ship: some working days after it comes, and
        not before its warehouse ships).
    """
    night = pl.lit(days.as_of.business_date)
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
        .with_columns(planned_on=pl.max_horizontal("expected_on", night + pl.duration(days=1)))
        .pipe(with_available_on, date_column="planned_on", name="available_on", warehouses=warehouses)
    )
    for date_column, grace in graces.items():
        coming = add_working_days(
            coming,
            date_column=date_column,
            days=pl.col(grace),
            name=f"{date_column}_until",
            warehouses=warehouses,
        )
    is_over = pl.max_horizontal("arrival_on_until", "last_received_on_until") < night
    return coming.filter(~is_over).select(
        *SHELF,
        "asn_id",
        "asn_line_no",
        is_late=pl.col("arrival_on") <= night,
        available_on=pl.max_horizontal("available_on", days.ships_on()),
        qty="remaining_qty",
    )


@dataclass(frozen=True)
class Future:
    """What may be promised, and for when.

    Attributes:
        cells: the dated axis of every pool, each pool's in order.
        kit_cells: the same of kit pools, numbered after them.
        recipes: of cells.
        pool_recipes: of pools.
    """

    cells: Frame[Cell]
    kit_cells: Frame[Cell]
    recipes: Frame[Recipe]
    pool_recipes: Frame[Recipe]

    def all_cells(self) -> Frame[Cell]:
        """Cells of both kinds; row n is cell n + 1."""
        return cast(
            "Frame[Cell]", pl.concat([self.cells, self.kit_cells]) if self.kit_cells.height else self.cells
        )


def lay_out_future(pools: Frame[Pool], recipes: Frame[Recipe], expected: Frame[LivingExpected]) -> Future:
    """What pass 1 left, then the inbound by its date; and the kits that can be made of both.

    Args:
        pools: as `Tonight.pools`.
        recipes: of pools.
        expected: as `share_expected`.
    """
    cells = _lay_out_cells(pools, expected)
    if recipes.is_empty():
        return Future(cells, cells.clear(), recipes, recipes)
    return Future(cells, *lay_out_kits(cells, recipes, pools), recipes)


def _lay_out_cells(pools: Frame[Pool], expected: Frame[LivingExpected]) -> Frame[Cell]:
    """The cells of goods that stand there or are announced."""
    stock = pools.filter((pl.col("left_qty") > 0) & (pl.col("fence") != MADE)).select(
        "pool", "available_from", "ships_on", "fence", "life", pl.lit(None, pl.Date).alias("available_on"),
        pl.lit(value=False).alias("is_late"),
        qty="left_qty",
    )  # fmt: skip
    inbound = (
        expected.filter(pl.col("qty") > 0)
        .join(pools.select(*POOL, "pool", "available_from", "ships_on"), on=POOL)
        .select(*stock.columns, "asn_id", "asn_line_no")
    )
    return cast(
        "Frame[Cell]",
        (
            pl.concat([stock, inbound], how="diagonal")
            .sort("pool", "available_on", "is_late", "asn_id", "asn_line_no", nulls_last=False)
            .with_columns(
                cell=pl.int_range(1, pl.len() + 1),
                date=pl.max_horizontal("ships_on", "available_on", "available_from"),
            )
            .drop("available_from", "ships_on")
        ),
    )
