"""Law 1 another way: the books recomputed from those before and the journal, in SQL.

The posting rules keep balances in Polars; an error of theirs, or of Polars, shows as a difference.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from schemas.books.laws import Violation
from schemas.table import conform, empty

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books, NightPlan

QUANTITIES = (
    "client_id",
    "order_id",
    "line_no",
    "ordered_qty",
    "open_qty",
    "reserved_qty",
    "released_qty",
    "shipped_qty",
    "cancelled_qty",
)
STATEMENTS = ("recompute_lines.sql", "recompute_stock.sql", "recompute_quantities.sql")


def recompute_balances(before: Books, plan: NightPlan) -> DataFrame[Violation]:
    """Balances and quantities where state after is not state before + journal; empty: they agree."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        for name, rows in _tables(before, plan).items():
            connection.register(name, rows.to_arrow())
        differences: list[pl.DataFrame] = [connection.sql(_statement(name)).pl() for name in STATEMENTS]
    found = pl.concat(differences).with_columns(pl.lit(1, pl.Int64).alias("law"))
    return conform(pl.concat([empty(Violation), found.select(Violation.names())]).sort(pl.all()), Violation)


def _tables(before: Books, plan: NightPlan) -> dict[str, pl.DataFrame]:
    """What the statements read, by the names they use."""
    return {
        "movements": plan.movements,
        "lines_before": before.line_balances,
        "lines_after": plan.books.line_balances,
        "stock_before": before.stock_balances,
        "stock_after": plan.books.stock_balances,
        "quantities_before": before.order_lines.select(QUANTITIES),
        "quantities_after": plan.books.order_lines.select(QUANTITIES),
    }


def _statement(name: str) -> str:
    """The SQL of one check."""
    return resources.files("flows.ledger.store").joinpath(name).read_text(encoding="utf-8")
