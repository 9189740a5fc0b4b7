"""Files of every feed with a marker in every column that can hold one; a new column is among them at once."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.bounds import LISTS
from schemas.intake.feeds import FEED_TABLES
from schemas.vocabulary.words import Feed
from tests.flows.canaries.expected import Kind
from transforms.intake.mapping.feed_columns import CHOICES, sent_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.flows.canaries.markers import Cage

    Row = Mapping[str, str]

KEYS = {
    "order_id", "sku", "asn_id", "receipt_id", "lot_id", "bin_id", "event_id", "release_id", "warehouse_id",
    "aliases", "substitutes", "replaced_by",
}  # fmt: skip
"""What rows are known by may be named anywhere. Aliases, substitutes and successors are SKUs."""

GOOD: dict[Feed, Row] = {
    Feed.ORDERS: {"line_no": "1", "sku": "A", "qty": "2", "ordered_at": "2026-03-02 09:00"},
    Feed.CANCELLATIONS: {"order_id": "KEPT0", "line_no": "1", "qty": "1"},
    Feed.RECEIPTS: {"receipt_id": "R1", "line_no": "1", "sku": "A", "received_on": "2026-03-02",
                    "received_qty": "1"},
    Feed.ASNS: {"asn_id": "P1", "line_no": "1", "sku": "A", "expected_on": "2026-03-20", "qty": "1"},
    Feed.STOCK: {"sku": "A", "qty": "5"},
    Feed.ADJUSTMENTS: {"sku": "A", "qty": "1"},
    Feed.SHIPMENTS: {"order_id": "KEPT0", "line_no": "1", "sku": "A", "shipped_qty": "1"},
    Feed.ITEMS: {"sku": "A"},
}  # fmt: skip
"""A row of each feed that a night takes, without what a marker can stand for."""

NEEDED_BESIDE = {Feed.RECEIPTS: {"receipt_id": "R9"}, Feed.ASNS: {"asn_id": "P9"}, Feed.ITEMS: {"sku": "Z9"}}
"""Keys of rows that are rejected, where the good one has its own."""

ALONE = {"hold_reason", "language"}
"""Columns that change what becomes of a row: each stands in an order of its own."""


def text_columns(feed: Feed) -> list[str]:
    """Columns that take any text: a row with a marker there is accepted."""
    dtypes = FEED_TABLES[feed].dtypes()
    return [
        name
        for name in sent_columns(feed)
        if dtypes.get(name) == pl.String and name not in KEYS | CHOICES | LISTS
    ]


def typed_columns(feed: Feed) -> list[str]:
    """Columns of numbers, days, times, lists and words: a row with a marker there is rejected."""
    return [name for name in sent_columns(feed) if name not in KEYS and name not in text_columns(feed)]


def kept_rows(cage: Cage, feed: Feed, tag: str = "KEPT") -> list[dict[str, str]]:
    """Rows that are accepted: one with all columns of text, and one for each that would change its fate."""
    apart = [name for name in text_columns(feed) if name in ALONE]
    alone = [_marked(cage, Kind.KEPT, feed, [name], f"{tag}{name}") for name in apart]
    return [full_row(cage, feed, f"{tag}0"), *alone]


def full_row(cage: Cage, feed: Feed, order_id: str = "") -> dict[str, str]:
    """An accepted row with a marker in each column of text that does not change its fate."""
    return _marked(
        cage, Kind.KEPT, feed, [name for name in text_columns(feed) if name not in ALONE], order_id
    )


def rejected_rows(cage: Cage, feed: Feed) -> list[dict[str, str]]:
    """A row for each column that cannot hold a marker, each with one there and with texts beside it."""
    rows = []
    for place, name in enumerate(typed_columns(feed)):
        columns = [name, *(other for other in text_columns(feed) if other not in ALONE)]
        row = _marked(cage, Kind.REJECTED, feed, columns, f"BAD{place}")
        rows.append({**row, **NEEDED_BESIDE.get(feed, {})})
    return rows


def _marked(cage: Cage, kind: Kind, feed: Feed, columns: Iterable[str], order_id: str) -> dict[str, str]:
    """A row with a marker in each of the columns."""
    order = order_id if feed == Feed.ORDERS else GOOD[feed].get("order_id", "")
    marks = {name: cage.mark(kind, feed.value, name, order) for name in columns}
    marks |= {"email": f"{marks['email']}@mail.test"} if "email" in marks else {}
    return {**GOOD[feed], **({"order_id": order} if order else {}), **marks}


def file_of(rows: list[dict[str, str]], cage: Cage, feed: Feed, kind: Kind = Kind.UNDECLARED) -> str:
    """Delimited text of the rows, with a column that no feed has: a marker in its header and in each cell."""
    extra = cage.mark(kind, feed.value, "header")
    filled = [
        {**row, extra: cage.mark(kind, feed.value, "undeclared", row.get("order_id", ""))} for row in rows
    ]
    headers = list(dict.fromkeys(name for row in filled for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headers, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(filled)
    return text.getvalue()
