"""Orders that have left the books and that rows name: they come back before anything is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from schemas.night import Books
from transforms.keys import ORDER
from transforms.night.pick_numbers import with_release_ids, without_gaps
from transforms.night.retiring import RELEASE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.night import FeedRows

Recall = Callable[[pl.DataFrame, pl.DataFrame], Books]
"""The orders that had left the books, of those that are named: `client_id` with `order_id`, and with the
`release_id` or pick number of one of their releases, as `release_id`."""


def nothing_retired(_orders: pl.DataFrame, _releases: pl.DataFrame) -> Books:
    """No order has left the books."""
    return Books.blank()


def orders_named(rows: FeedRows, pending_rows: pl.DataFrame) -> pl.DataFrame:
    """The orders that rows name, where they were read."""
    naming = (rows.orders, rows.cancellations, rows.shipments, pending_rows)
    return pl.concat([table.select(ORDER) for table in naming]).unique()


def recall_named(
    recall: Recall, books: Books, rows: FeedRows, pending_rows: pl.DataFrame
) -> tuple[FeedRows, Books]:
    """The rows, and the orders that they name, themselves or by a release, and that had left the books.

    A release may be named by its pick number; what comes back names it by its id.
    """
    rows = with_release_ids(without_gaps(rows), books.releases)
    releases = rows.shipments.select(RELEASE).drop_nulls().unique()
    recalled = recall(
        orders_named(rows, pending_rows).drop_nulls().join(books.order_lines, on=ORDER, how="anti"),
        releases.join(books.releases, on=RELEASE, how="anti"),
    )
    return with_release_ids(rows, recalled.releases), recalled


def recall_by_id(recall: Recall, client_id: str, order_ids: Iterable[str]) -> Books:
    """Those of some orders of a client that had left the books."""
    orders = pl.DataFrame({"order_id": sorted(order_ids)}, schema={"order_id": pl.String})
    return recall(
        orders.select(pl.lit(client_id).alias("client_id"), "order_id"),
        pl.DataFrame(schema=dict.fromkeys(RELEASE, pl.String)),
    )
