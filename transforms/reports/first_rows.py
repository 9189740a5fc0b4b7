"""The first rows of a file as they were understood: a person compares them with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.vocabulary.words import Feed
from transforms.allocation.demand.lines import with_due_on
from transforms.intake.mapping.feed_columns import MAIN_QTY
from transforms.intake.rows.places import ABOUT
from transforms.units import written_qty

if TYPE_CHECKING:
    from datetime import date

    from schemas.night import FeedRows
    from schemas.settings.client import Client

SHOWN = 5

ON = {Feed.ASNS: "expected_on", Feed.ITEMS: "available_from"}
"""The day that matters of rows which say nothing of an instant."""


class FirstRow(NamedTuple):
    """A row as it was understood.

    Attributes:
        row_no: data row of the file.
        feed: where it goes.
        name: the order, receipt, announcement or release that it is about; of stock and items nothing.
        sku: as the catalogue spells it.
        quantity: in single units, as people write it.
        sent: quantity and unit as the file has them.
        when: its instant in the client's time zone, or its day.
        due_on: of an order, the day on which it should ship.
    """

    row_no: int
    feed: str
    name: str | None
    sku: str | None
    quantity: str | None
    sent: str | None
    when: str | None
    due_on: date | None


def list_first_rows(rows: FeedRows, *, client: Client, items: pl.DataFrame) -> list[FirstRow]:
    """The first rows of a file of one client, in the order of the file; `items` have the decimals."""
    decimals = items.filter(pl.col("client_id") == client.client_id).select("sku", "decimals").unique("sku")
    parts = [
        _described(table.sort("row_no").head(SHOWN), Feed(feed), client, decimals)
        for feed, table in rows.tables().items()
        if not table.is_empty()
    ]
    listed = sorted((row for part in parts for row in part), key=lambda row: row.row_no)
    return listed[:SHOWN]


def _described(table: pl.DataFrame, feed: Feed, client: Client, decimals: pl.DataFrame) -> list[FirstRow]:
    """Rows of one feed."""
    names = [name for name in ABOUT[feed] if name != "sku"]
    has_qty = feed in MAIN_QTY
    sent = pl.concat_str("sent_qty", "sent_uom", separator=" ", ignore_nulls=True) if has_qty else pl.lit("")
    day = pl.coalesce(pl.col(name) for name in ("effective_on", *([ON[feed]] if feed in ON else [])))
    instant = pl.col("effective_at").dt.convert_time_zone(client.time_zone).dt.strftime("%Y-%m-%d %H:%M")
    told = (
        _with_due_on(table, feed, client)
        .join(decimals, on="sku", how="left", maintain_order="left")
        .select(
            "row_no",
            feed=pl.lit(feed.value),
            name=pl.coalesce(pl.lit(None, pl.String), *names),
            sku="sku",
            quantity=written_qty(pl.col(MAIN_QTY[feed]), pl.col("decimals")) if has_qty else None,
            sent=pl.when(sent != "").then(sent),
            when=pl.coalesce(instant, day.cast(pl.String)),
            due_on="due_on",
        )
    )
    return [FirstRow(*row) for row in told.iter_rows()]


def _with_due_on(table: pl.DataFrame, feed: Feed, client: Client) -> pl.DataFrame:
    """The rows with their due day; null where they are no orders, or an order's row does not say it."""
    if feed != Feed.ORDERS:
        return table.with_columns(due_on=pl.lit(None, pl.Date))
    known = table.with_columns(pl.col("transit_days").fill_null(0))
    return with_due_on(known, clients={client.client_id: client})
