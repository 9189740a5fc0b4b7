"""Steps 0 to 8 of a night: the day's facts onto the books, in posting order, never in order of arrival."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import PendingRow
from schemas.intake.feeds import StockRow
from schemas.table import conform, empty
from schemas.vocabulary.words import Verdict
from transforms.keys import ITEM
from transforms.posting.confirmations.assumptions import assume_shipments
from transforms.posting.confirmations.shipments import list_overdue_releases, post_shipments
from transforms.posting.confirmations.short_picks import write_off_short_picks
from transforms.posting.confirmations.withholding import settle_withheld
from transforms.posting.core.posting import Posting
from transforms.posting.facts.shelf_facts import with_openings
from transforms.posting.inbound.ageing import age_inbound
from transforms.posting.inbound.meeting import post_inbound
from transforms.posting.orders.cancellations import post_cancellations
from transforms.posting.orders.holds import post_holds
from transforms.posting.orders.items import name_items, post_items
from transforms.posting.orders.order_rows import post_orders
from transforms.posting.orders.people import merge_addresses
from transforms.posting.orders.second_tries import remember_rejected
from transforms.posting.orders.wishes import grant_wishes
from transforms.posting.shelf.adjustments import post_adjustments
from transforms.posting.shelf.counted_holds import keep_counted_holds, post_counted_holds
from transforms.posting.shelf.counts import judge_counts
from transforms.posting.shelf.settling import list_gaps, settle_shelves

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books, FeedRows
    from transforms.terms import Terms

ROW = ["client_id", "file_hash", "row_no"]
NAMING = ("orders", "receipts", "asns", "stock", "adjustments")
"""Feeds whose rows make an item of a sku nobody named before."""


def post_rows(
    books: Books, rows: FeedRows, *, terms: Terms, pending_rows: DataFrame[PendingRow] | None = None
) -> Posting:
    """The books after the day's facts, with every movement, and one verdict for every row.

    Args:
        books: as of the last version.
        rows: new facts; duplicates and conflicts are already out.
        terms: of the night; its items are made anew from tonight's.
        pending_rows: order rows rejected tonight for their form, which hold their orders.
    """
    waiting = empty(PendingRow) if pending_rows is None else pending_rows
    opened = replace(books, pending_rows=pl.concat([books.pending_rows, waiting]).pipe(PendingRow.validate))
    named = post_items(with_openings(opened, terms), rows.items, terms).then(partial(_name_items, rows=rows))
    terms = replace(terms, items=named.books.items)
    stocked = _post_stock(named, rows, terms)
    ordered = (
        stocked.then(partial(age_inbound, terms=terms))
        .then(partial(post_orders, rows=rows.orders, terms=terms))
        .then(partial(post_cancellations, rows=rows.cancellations, orders=rows.orders, terms=terms))
    )
    done = (
        ordered.then(partial(post_holds, orders=rows.orders, so_far=ordered, terms=terms))
        .then(partial(remember_rejected, rows=rows, so_far=ordered, terms=terms))
        .then(partial(list_overdue_releases, terms=terms))
    )
    return replace(done, ship_to=merge_addresses(done.ship_to)).numbered()


def _post_stock(named: Posting, rows: FeedRows, terms: Terms) -> Posting:
    """Steps 1 to 5, after the item master: all that moves stock."""
    moved = (
        named.then(partial(assume_shipments, terms=terms))
        .then(partial(post_shipments, rows=rows.shipments, terms=terms))
        .then(partial(grant_wishes, terms=terms))
        .then(partial(post_inbound, rows=rows, terms=terms))
        .then(partial(post_adjustments, rows=rows.adjustments, terms=terms))
    )
    counted = moved.then(partial(judge_counts, rows=rows.stock, moved=moved.facts, terms=terms))
    seen = conform(_accepted(rows.stock, counted), StockRow)
    written_off = counted.then(partial(write_off_short_picks, terms=terms))
    kept = keep_counted_holds(written_off.books, seen, terms)
    return (
        settle_shelves(written_off, terms, kept)
        .then(partial(post_counted_holds, rows=seen, terms=terms))
        .then(lambda now: Posting.of(settle_withheld(now, terms)))
        .then(partial(list_gaps, terms=terms))
    )


def _accepted(rows: pl.DataFrame, posting: Posting) -> pl.DataFrame:
    """The rows that were accepted tonight."""
    accepted = posting.outcomes.filter(pl.col("verdict") == Verdict.ACCEPTED).rename({"feed": "file_feed"})
    return rows.join(accepted, on=[*ROW, "file_feed"], how="semi", maintain_order="left")


def _name_items(books: Books, rows: FeedRows) -> Posting:
    """Every sku that a row names becomes an item."""
    tables = rows.tables()
    return Posting.of(name_items(books, pl.concat(tables[name].select(ITEM) for name in NAMING)))
