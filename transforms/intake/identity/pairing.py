"""Which line a row without a number means, once its order, receipt or announcement is known.

Stages, each for what the one before left over
    1. A row that says what a line says is that line, said again: as many rows as lines.
    2. A row and a line are one if they alone are left of their SKU; of a receipt, of their SKU and the
       day it was received.
    3. Of an order, as many rows as there are rejected rows that wait to be corrected stand for those.
    4. A row of a receipt or announcement whose SKU has no line left is a line of its own.
    What then is left cannot be told: `line_no_needed`.

Known limits
    Of several rows and several lines of one SKU that all say something new nothing tells who is who;
    only of receipts it does not matter, since the units of a SKU and day add up to the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, Verdict
from transforms.calendars import with_received_day
from transforms.intake.keys.facts import content_hashes, document_of_key, is_cancel_key, line_of_key
from transforms.intake.keys.line_numbers import DOCUMENT, WaitingNumbers, with_places
from transforms.intake.keys.line_skus import known_skus

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RowKey
    from schemas.night import Books
    from schemas.settings.client import Client

OF = ["client_id", "document"]
FILE = ["client_id", "file_feed", "file_hash"]
CONTENT = [*OF, "is_cancel", "content_hash"]
SKU_OF = [*OF, "sku", "lot_id", "on"]
LINE_OF_FILE = ["document", "line_no", "is_cancel"]


@dataclass(frozen=True)
class Known:
    """What lines can be known from: the books, the facts of earlier nights, and rows that wait."""

    books: Books
    row_keys: DataFrame[RowKey]
    waiting: WaitingNumbers
    clients: dict[str, Client]


def number_rows(rows: pl.DataFrame, feed: Feed, known: Known) -> pl.DataFrame:
    """`rows` with every line_no filled, `is_guessed` where no file says it, and a `fate`.

    Rows that have a fate already are left out. A row whose line cannot be told has the fate
    `line_no_needed`, and one that repeats another row of its file, where the client says that twins are
    one line, is a duplicate.
    """
    judged_before = rows if "fate" in rows.columns else rows.with_columns(fate=pl.lit(None, pl.String))
    placed = with_places(judged_before, feed, waiting=known.waiting, row_keys=known.row_keys)
    if not placed["line_no"].null_count():
        return placed.with_columns(is_guessed=pl.lit(value=False)).drop("place")
    told = _told(placed, feed, known)
    lines = _known_lines(feed, known, told["client_id"].unique().to_list())
    first = _first_files(told, lines)
    is_first = pl.col("file_hash") == pl.col("first_file")
    judged = told.join(first, on=OF, how="left", maintain_order="left").with_columns(
        is_first=is_first.fill_null(value=False) & ~pl.col("is_out")
    )
    made = judged.filter("is_first").with_columns(line_no=pl.coalesce("line_no", "place"))
    there = pl.concat([lines, made.select(lines.columns)])
    is_asking = ~pl.any_horizontal("is_first", "is_again", "is_out")
    asks = judged.filter(pl.col("line_no").is_null(), is_asking)
    found = _pair(asks, judged, there, feed, known)
    fate = (
        pl.when("is_out")
        .then("fate")
        .when("is_again")
        .then(pl.lit(Verdict.DUPLICATE.value))
        .when(pl.col("line_no").is_null(), ~pl.col("is_first"), pl.col("found_no").is_null())
        .then(pl.lit(ReasonCode.LINE_NO_NEEDED.value))
    )
    numbered = judged.join(found, on="row", how="left", maintain_order="left").with_columns(
        fate=fate, is_guessed=pl.col("line_no").is_null()
    )
    return placed.drop("place").with_columns(
        numbered.select(
            "is_guessed", "fate", line_no=pl.coalesce("line_no", "found_no", "place")
        ).get_columns()
    )


def _told(placed: pl.DataFrame, feed: Feed, known: Known) -> pl.DataFrame:
    """What pairing looks at of each row; `is_again`: it repeats a row of its file, and twins are one line."""
    day: pl.Expr = pl.lit(None, pl.Date)
    if feed == Feed.RECEIPTS:
        placed = with_received_day(placed, clients=known.clients)
        day = pl.col("received_day")
    is_cancel = pl.col("action") == "cancel" if feed == Feed.ORDERS else pl.lit(value=False)
    told = placed.select(
        *FILE,
        "row_no",
        "line_no",
        "place",
        "sku",
        "effective_at",
        "origin_row",
        "fate",
        is_out=pl.col("fate").is_not_null(),
        document=DOCUMENT[feed],
        lot_id=pl.col("lot_id") if feed == Feed.RECEIPTS else pl.lit(None, pl.String),
        on=day,
        is_cancel=is_cancel,
        content_hash=content_hashes(placed, feed),
    ).with_row_index("row")
    once = [name for name, client in known.clients.items() if client.feeds.orders.twin_rows == "duplicate"]
    if feed != Feed.ORDERS or not once:
        return told.with_columns(is_again=pl.lit(value=False))
    copy = pl.col("row_no").rank("ordinal").over(*FILE, "document", "content_hash")
    is_again = pl.col("client_id").is_in(once) & pl.col("line_no").is_null() & (copy > 1)
    return told.with_columns(is_again=is_again)


def _known_lines(feed: Feed, known: Known, clients: list[str]) -> pl.DataFrame:
    """Each line and each thing that holds of it: its SKU and day of the books, its content of the facts."""
    document = DOCUMENT[feed]
    if feed == Feed.RECEIPTS:
        told = known.books.receipt_lines
        stands = told.select("client_id", document, "line_no", "sku", "lot_id", on="received_on")
    else:
        stands = known_skus(feed, known.books).with_columns(
            lot_id=pl.lit(None, pl.String), on=pl.lit(None, pl.Date)
        )
    of_books = stands.rename({document: "document"}).with_columns(
        is_cancel=pl.lit(value=False), content_hash=pl.lit(None, pl.String)
    )
    latest = (
        known.row_keys.filter(pl.col("feed") == feed.value, pl.col("client_id").is_in(clients))
        .sort("client_id", "business_key", "fact_no")
        .unique(["client_id", "business_key"], keep="last", maintain_order=True)
    )
    of_facts = latest.select(
        "client_id",
        document=document_of_key(feed),
        line_no=line_of_key(feed),
        sku=pl.lit(None, pl.String),
        lot_id=pl.lit(None, pl.String),
        on=pl.lit(None, pl.Date),
        is_cancel=is_cancel_key(feed),
        content_hash="content_hash",
    )
    return pl.concat([of_books.select(of_facts.columns), of_facts])


def _first_files(told: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The file that makes each unknown document known tonight: the earliest by what it says."""
    is_first_try = pl.col("line_no").is_null() | pl.col("origin_row").is_null()
    first_tries = told.filter(is_first_try, ~pl.col("is_out"))
    return (
        first_tries.join(lines.select(OF).unique(), on=OF, how="anti")
        .group_by(*OF, "file_hash")
        .agg(pl.col("effective_at").min())
        .sort(*OF, "effective_at", "file_hash", nulls_last=True)
        .unique(OF, keep="first", maintain_order=True)
        .select(*OF, first_file="file_hash")
    )


def _pair(
    asks: pl.DataFrame, told: pl.DataFrame, there: pl.DataFrame, feed: Feed, known: Known
) -> pl.DataFrame:
    """The line of each row for which one can be told, `found_no`."""
    stated = told.drop_nulls("line_no").select(*FILE, *LINE_OF_FILE)
    contents = there.select(*CONTENT, found_no="line_no").unique()
    same = _matched(_free(asks.join(contents, on=CONTENT), stated), by=CONTENT)
    again = asks.drop("line_no").join(same, on="row").rename({"found_no": "line_no"})
    taken = pl.concat([stated, again.select(stated.columns)])
    left = asks.join(same, on="row", how="anti")
    skus = there.drop_nulls("sku").select(*SKU_OF, found_no="line_no").unique()
    of_sku = _free(left.join(skus, on=SKU_OF, nulls_equal=True), taken)
    alike = _matched(of_sku, by=[*SKU_OF, "is_cancel"])
    waiting = known.waiting.of(feed)
    if feed == Feed.RECEIPTS:
        rest = _with_next(left.join(alike, on="row", how="anti"), told, there, waiting)
    else:
        alike = alike.filter("is_alone")
        others = left.drop_nulls("sku").join(of_sku, on="row", how="anti")
        is_order = feed == Feed.ORDERS
        rest = _with_waiting(others, there, waiting) if is_order else _with_next(others, told, there, waiting)
    return pl.concat([part.select("row", "found_no") for part in (same, alike, rest)])


def _free(pairs: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Pairs of a row and a line that could be one, less lines that other rows of the file stand for."""
    return pairs.join(
        taken.rename({"line_no": "found_no"}), on=[*FILE, "document", "is_cancel", "found_no"], how="anti"
    )


def _matched(pairs: pl.DataFrame, *, by: list[str]) -> pl.DataFrame:
    """Of all pairs in a file that agree in `by`, the first row with the first line, and so on.

    `is_alone`: there was one row and one line.
    """
    group = list(dict.fromkeys([*FILE, *by]))
    ranked = pairs.with_columns(
        row_place=pl.col("row_no").rank("dense").over(group),
        line_place=pl.col("found_no").rank("dense").over(group),
    ).with_columns(is_alone=pl.max_horizontal("row_place", "line_place").max().over(group) == 1)
    return ranked.filter(pl.col("row_place") == pl.col("line_place")).select("row", "found_no", "is_alone")


def _with_waiting(left: pl.DataFrame, there: pl.DataFrame, waiting: pl.DataFrame) -> pl.DataFrame:
    """Rows of an order that stand for rows which wait to be corrected: lines that nobody made yet."""
    asked = (
        waiting.drop_nulls("line_no").select("client_id", document="order_id", found_no="line_no").unique()
    )
    unmade = asked.join(there, left_on=[*OF, "found_no"], right_on=[*OF, "line_no"], how="anti")
    pairs = left.filter(~pl.col("is_cancel")).join(unmade, on=OF)
    return _matched(pairs, by=OF)


def _with_next(
    left: pl.DataFrame, told: pl.DataFrame, there: pl.DataFrame, waiting: pl.DataFrame
) -> pl.DataFrame:
    """Rows that are lines of their own, numbered after all others; what two files say alike is one line."""
    numbers = [
        there.select(*OF, "line_no"),
        told.select(*OF, "line_no"),
        waiting.select("client_id", document="order_id", line_no="line_no"),
    ]
    last = pl.concat(numbers).group_by(OF).agg(last_no=pl.col("line_no").max())
    copies = left.with_columns(copy=pl.col("row_no").rank("ordinal").over(*FILE, "document", "content_hash"))
    turn = pl.struct("content_hash", "copy").rank("dense").over(OF).cast(pl.Int64)
    return (
        copies.with_columns(turn=turn)
        .join(last, on=OF, how="left", maintain_order="left")
        .select("row", found_no=pl.col("last_no").fill_null(0) + pl.col("turn"))
    )
