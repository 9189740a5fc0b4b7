"""The days that decide what may be told of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.calendars import add_working_days
from transforms.shipping_days import with_ships_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import AsOf, Books
    from schemas.settings.warehouse import Warehouse

ITEM = ("client_id", "sku")
INBOUND = ("client_id", "asn_id", "asn_line_no")


def with_days(
    lines: pl.DataFrame, books: Books, *, as_of: AsOf, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`lines` with the days that decide what may be told of them.

    These are `ships_on`, the shipping day of the line's first warehouse; `available_from` of its item;
    `starts_on`, the working day from which `ship_not_before` lets it leave; and `rests_on_late`: the goods
    that its date rests on should have come and have not.
    """
    lines = add_working_days(
        lines, date_column="ship_not_before", days=pl.lit(0), name="starts_on", warehouses=warehouses
    )
    late = add_working_days(
        books.inbound_lines, date_column="expected_on", days=pl.lit(0), name="comes_on", warehouses=warehouses
    ).select(*INBOUND, rests_on_late=pl.col("comes_on") < as_of.business_date)
    return (
        with_ships_on(lines, as_of=as_of, warehouses=warehouses)
        .join(books.items.select(*ITEM, "available_from"), on=ITEM, how="left", maintain_order="left")
        .join(late, on=INBOUND, how="left", maintain_order="left")
        .with_columns(pl.col("rests_on_late").fill_null(value=False))
    )
