"""First counts: whose stock in a warehouse nobody has told yet, and what waits for it.

A client whose file has `[feeds.stock]` begins with shelves that the books do not know. Until the first
accepted count of a warehouse its lines are planned and dated like all others, and goods that were received
ship; but nobody is told of a line, no rule cancels it and none of its clocks starts: what is missing may
stand on the shelf.

A line waits as long as one of its warehouses was not counted, whatever the others have, and what ships
together waits together; a warehouse that its client's file no longer names is awaited by nobody. An empty
count names no warehouse: it says of each of the client's that nothing stands there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import FirstCount
from schemas.table import conform
from schemas.vocabulary.words import Feed, FileVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, Books, NightInputs
    from schemas.settings.client import Client

PLACE = FirstCount.key()
LISTED = ["client_id", "warehouse_ids"]
FILE = ["client_id", "file_hash"]


def note_first_counts(books: Books, counted: pl.DataFrame, *, as_of: AsOf) -> Books:
    """Books that know the warehouses (`client_id`, `warehouse_id`) of tonight's counts, too."""
    new = counted.select(PLACE).unique().join(books.first_counts, on=PLACE, how="anti")
    if new.is_empty():
        return books
    noted = conform(new.with_columns(counted_on=pl.lit(as_of.business_date)), FirstCount)
    known = pl.concat([books.first_counts, noted]).sort(PLACE)
    return replace(books, first_counts=known.pipe(FirstCount.validate))


def note_empty_counts(inputs: NightInputs) -> Books:
    """The books before a night that know of its empty counts: loaded files of which no row is a count.

    A row that was rejected would have been one.
    """
    files = inputs.files.filter(pl.col("feed") == Feed.STOCK, pl.col("verdict") == FileVerdict.LOADED)
    rejected = inputs.rejected_rows.filter(pl.col("feed") == Feed.STOCK).select(FILE)
    saying = pl.concat([inputs.rows.stock.select(FILE), rejected]).unique()
    empty = files.join(saying, on=FILE, how="anti")
    counted = _places_of(inputs.clients).join(empty, on="client_id", how="semi")
    return note_first_counts(inputs.books, counted, as_of=inputs.as_of)


def awaited_counts(
    lines: pl.DataFrame, first_counts: DataFrame[FirstCount], clients: Mapping[str, Client]
) -> pl.DataFrame:
    """Warehouses of order lines that were not counted yet, of clients whose files say that counts are sent.

    Args:
        lines: `client_id` and `warehouse_ids`.
        first_counts: warehouses that were counted.
        clients: all of the night.

    Returns:
        One row a client, list of warehouses and such warehouse of it: LISTED and `warehouse_id`, in the order
        of the list.
    """
    return _list_places(lines, clients).join(first_counts, on=PLACE, how="anti", maintain_order="left")


def with_awaited(
    lines: pl.DataFrame, first_counts: DataFrame[FirstCount], clients: Mapping[str, Client]
) -> pl.DataFrame:
    """`lines` with `awaits_count`: their warehouses that were not counted yet, W1|W2; null: none."""
    awaited = awaited_counts(lines, first_counts, clients)
    named = awaited.group_by(LISTED).agg(awaits_count=pl.col("warehouse_id").str.join("|"))
    return lines.join(named, on=LISTED, how="left", maintain_order="left")


def with_last_counted(
    lines: pl.DataFrame, first_counts: DataFrame[FirstCount], clients: Mapping[str, Client]
) -> pl.DataFrame:
    """`lines` with `last_counted_on`: the business date of the last first count of their warehouses."""
    counted = _list_places(lines, clients).join(first_counts, on=PLACE)
    latest = counted.group_by(LISTED).agg(last_counted_on=pl.col("counted_on").max())
    return lines.join(latest, on=LISTED, how="left", maintain_order="left")


def _list_places(lines: pl.DataFrame, clients: Mapping[str, Client]) -> pl.DataFrame:
    """Each list of warehouses that lines of counting clients have, and what of it their files still name."""
    counting = {client_id: client for client_id, client in clients.items() if client.sends_counts}
    return (
        lines.filter(pl.col("client_id").is_in(list(counting)))
        .select(LISTED)
        .unique(maintain_order=True)
        .with_columns(warehouse_id=pl.col("warehouse_ids").str.split("|"))
        .explode("warehouse_id")
        .unique(maintain_order=True)
        .join(_places_of(counting), on=PLACE, how="semi", maintain_order="left")
    )


def _places_of(clients: Mapping[str, Client]) -> pl.DataFrame:
    """The warehouses that the clients' files name."""
    named = [(client_id, place) for client_id, client in clients.items() for place in client.warehouses]
    return pl.DataFrame(named, schema=dict.fromkeys(PLACE, pl.String), orient="row")
