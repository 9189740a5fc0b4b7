"""Orders of a world by seed: one to six lines, SKUs by Zipf's law, somebody at an address who ordered."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import polars as pl

from tests.bench.demand import chance, make_order_lines
from tests.bench.nights.world import date_of

if TYPE_CHECKING:
    from tests.bench.nights.world import World

MINUTES = 1_080
"""Of a day on which orders come in, from midnight on."""

FIRST_NAMES = pl.Series(["Ada", "Ben", "Cleo", "Dev", "Elin", "Femi", "Goran", "Hana", "Imre", "Jun"])
LAST_NAMES = pl.Series(["Ash", "Brook", "Cole", "Dale", "East", "Ford", "Glen", "Hill", "Isle", "Judd"])
STREETS = pl.Series(["Mill Lane", "High Street", "Station Road", "Orchard Row", "Harbour Way"])
TOWNS = pl.Series(["York", "Derby", "Ely", "Looe", "Leeds", "Bath", "Ripon"])


def orders_of(world: World, night: int, lines: int) -> pl.DataFrame:
    """So many lines that came in before a night, in the columns of the feed `orders` and `client_id`.

    Those of the first night were ordered in the two months before it, later ones on the night's own day.
    """
    made = make_order_lines(lines, world.skus, world.merchants, seed=world.seed + 1_000 * night)
    number = made["order_id"].str.slice(1).cast(pl.Int64) + 100_000_000 * night
    midnight = datetime.combine(date_of(night), time(), UTC)
    today = pl.lit(midnight) + pl.duration(minutes=chance(pl.col("person"), world.seed + 5) % MINUTES)
    ordered_at = pl.col("ordered_at") if night == 0 else today
    person = pl.col("person")
    return made.with_columns(person=number).select(
        "client_id",
        order_id=pl.format("O{}", person.cast(pl.String).str.zfill(11)),
        line_no="line_no",
        sku="sku",
        qty="ordered_qty",
        ordered_at=ordered_at.dt.strftime("%Y-%m-%dT%H:%M:%S"),
        priority="priority",
        channel="channel",
        warehouse_ids="warehouse_ids",
        ship_to_name=pl.format(
            "{} {}", _one_of(FIRST_NAMES, world.seed + 41), _one_of(LAST_NAMES, world.seed + 42)
        ),
        ship_to_address=pl.format("{} {}", person % 300 + 1, _one_of(STREETS, world.seed + 43)),
        ship_to_city=_one_of(TOWNS, world.seed + 44),
        ship_to_postcode=pl.format("Q{} {}AA", person % 90 + 10, person % 9 + 1),
        ship_to_country=pl.lit("GB"),
        email=pl.format("p{}@example.com", person),
    )


def _one_of(words: pl.Series, seed: int) -> pl.Expr:
    """A word for each order."""
    return pl.lit(words).gather(chance(pl.col("person"), seed) % len(words))
