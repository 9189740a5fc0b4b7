"""Rows that say the same in one night: two lines, or one fact said twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.findings import FindingCode
from schemas.results import Finding
from schemas.table import conform
from transforms.intake.line_numbers import ROW
from transforms.intake.verdicts import DUPLICATE
from transforms.posting.posting import Terms
from transforms.posting.rows import findings_of

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.client import Client
    from schemas.night import AsOf


def with_twins(rows: pl.DataFrame, clients: dict[str, Client]) -> pl.DataFrame:
    """`is_twin` marks identical rows of an order that its file does not number, where both are lines.

    Where the client says that a twin is a duplicate, all but the first get that fate.
    """
    alike = ["client_id", "order_id", "file_hash", "content_hash"]
    once = [name for name, client in clients.items() if client.feeds.orders.twin_rows == "duplicate"]
    in_order = rows.sort(ROW)
    is_twin = in_order.select(*alike, "is_guessed").is_duplicated() & in_order["is_guessed"]
    is_again = ~in_order.select(pl.struct(*alike, "is_guessed").is_first_distinct()).to_series()
    is_one = in_order["client_id"].is_in(once)
    return in_order.with_columns(
        is_twin=is_twin & ~is_one,
        fate=pl.select(pl.when(is_twin & is_again & is_one).then(pl.lit(DUPLICATE))).to_series(),
    )


def with_repeated(rows: pl.DataFrame) -> pl.DataFrame:
    """Cancellations, where all but the first of those that say the same without a number are duplicates.

    Only of those that cancel all that is left: said again it is the same wish. Two that cancel two units
    each are both meant, as rows without a key are.
    """
    in_order = rows.sort(*ROW, "file_feed")
    is_all = pl.col("qty").is_null() & pl.col("event_id").is_null()
    is_first = pl.struct("client_id", "qty", "event_id", "content_hash").is_first_distinct()
    return in_order.with_columns(fate=pl.when(is_all & ~is_first).then(pl.lit(DUPLICATE)))


def twin_findings(new: pl.DataFrame, clients: dict[str, Client], as_of: AsOf) -> DataFrame[Finding]:
    """Orders of which identical rows were taken as lines."""
    twins = findings_of(
        new.filter("is_twin"),
        FindingCode.TWIN_ROWS,
        Terms(as_of, clients, {}),
        subject=pl.col("order_id"),
        detail=pl.format("row {} is line {}", "row_no", "line_no"),
    )
    return conform(twins, Finding)
