"""A client and a file for tests of the door: a test says only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books.catalogue import Item, ItemAlias, ItemUnit
from schemas.settings.client import Client
from schemas.vocabulary.words import Feed
from tests.frames import frame_of
from transforms.intake.rows.form import Catalogue, FileForm, SourceFile, read_form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, str | None]

HASH = "f" * 64
SOURCE = SourceFile("acme", Feed.ORDERS, HASH, "orders_20260302.csv", date(2026, 3, 2))

CATALOGUE = Catalogue(
    items=frame_of(Item, {"sku": "A"}, {"sku": "KG", "decimals": 3}),
    item_units=frame_of(
        ItemUnit,
        {"sku": "A", "uom": "CA", "each_qty": 24},
        {"sku": "A", "uom": "PL", "each_qty": 960},
        {"sku": "KG", "uom": "BAG", "each_qty": 5},
        {"sku": "A", "uom": "HUGE", "each_qty": 10**10},
    ),
    item_aliases=frame_of(ItemAlias, {"alias": "OLD-A", "sku": "A"}, {"alias": "A", "sku": "KG"}),
)

ORDER = {"order_id": "O1", "sku": "A", "qty": "5", "ordered_at": "2026-03-01 10:00"}


def client_of(feed: str = "orders", **settings: Any) -> Client:  # noqa: ANN401 -- settings of any feed
    """A client whose `feed` has `settings`; keys of the client itself start with `client_`."""
    own = {name.removeprefix("client_"): settings.pop(name) for name in list(settings) if "client_" in name}
    section = {"feeds": {feed: settings}} if settings else {}
    return Client.model_validate(
        {"client_id": "acme", "name": "Acme", "warehouses": ["W1", "W2"], **own, **section}
    )


def raw_of(
    rows: Sequence[Row], faults: Sequence[str | None] | None = None, lines: Sequence[str | None] | None = None
) -> pl.DataFrame:
    """What a reader makes of a file with these rows."""
    headers = list(dict.fromkeys(name for row in rows for name in row))
    cells = pl.DataFrame([[row.get(name) for name in headers] for row in rows],
                         schema=dict.fromkeys(headers, pl.String), orient="row")  # fmt: skip
    return cells.with_columns(
        pl.Series("bo_row_no", range(1, len(rows) + 1), pl.Int64),
        pl.Series("bo_fault", faults or [None] * len(rows), pl.String),
        pl.Series("bo_line", lines or [None] * len(rows), pl.String),
    )


def read(
    *rows: Row,
    feed: Feed = Feed.ORDERS,
    client: Client | None = None,
    catalogue: Catalogue = CATALOGUE,
    file_name: str = "orders_20260302.csv",
) -> FileForm:
    """The form of a file of `feed` with these rows."""
    source = replace(SOURCE, feed=feed, file_name=file_name)
    return read_form(raw_of(rows), source=source, client=client or client_of(), catalogue=catalogue)


def reasons(form: FileForm) -> list[tuple[int, str | None, str]]:
    """Row, column and code of each reason, sorted."""
    rows = form.rejected.select("row_no", "column", "reason_code").rows()
    return sorted(rows, key=lambda row: (row[0], row[1] or "", row[2]))
