"""Tell the facts that are new from those that were accepted before and those that contradict.

Each feed has a key and a rule for other content under a known key (`facts.py`). Rows without a number
get one (`line_numbers.py`), every row gets its fate (`verdicts.py`), and what remains is new: each such row
leaves a key behind, by which it is recognised for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import PendingRow
from schemas.books.people import ShipTo
from schemas.intake.verdicts import (
    CORRECTED_BEFORE,
    NEVER_SEEN,
    RejectedRow,
    RowHash,
    RowKey,
    RowOutcome,
    RowPlace,
)
from schemas.night import FeedRows
from schemas.results import Finding
from schemas.table import conform, empty
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, Verdict
from transforms.intake.identity.corrections import with_corrections
from transforms.intake.identity.pairing import Known, number_rows
from transforms.intake.identity.repeats import BARE_FEEDS, hold_growing_files
from transforms.intake.identity.same_order import with_disagreements, with_other_orders
from transforms.intake.identity.told_again import find_told_again, hash_facts, leave_replaced
from transforms.intake.identity.twins import order_findings, twin_findings, with_repeated
from transforms.intake.identity.verdicts import DUPLICATE, KEY, VERSION_AT, judge_rows
from transforms.intake.keys.facts import RULES, line_key, with_identity
from transforms.intake.keys.line_numbers import DOCUMENT, ROW, WaitingNumbers
from transforms.intake.keys.line_skus import LINE_FEEDS, fill_skus, unnamed_line
from transforms.keys import ORDER
from transforms.terms import FILE_NAMES, Terms

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, Books
    from schemas.settings.client import Client

AT_FAULT = {ReasonCode.LINE_NO_NEEDED.value: "line_no", ReasonCode.MISSING.value: "sku"}
"""The column at fault, where it is one; of an unknown line that which names what the line is of."""
IN_TURN = ["effective_at", "file_hash", "row_no", "file_feed"]


@dataclass(frozen=True)
class Identified:
    """The new facts of a night, and what became of the other rows."""

    rows: FeedRows
    """Only new facts; lines are numbered, and `new` of a known line is a change."""
    outcomes: DataFrame[RowOutcome]
    """Duplicates and rejected rows."""
    rejected: DataFrame[RejectedRow]
    facts: pl.DataFrame
    """The key of each new fact with the feed of its file, `file_feed`; see `keys_of_accepted`."""
    row_hashes: DataFrame[RowHash]
    """What the rejected rows say, those that were corrected before included."""
    findings: DataFrame[Finding]
    pending_rows: DataFrame[PendingRow]
    """All rows that wait for their correction, those of earlier nights and of the door included."""

    @property
    def row_keys(self) -> DataFrame[RowKey]:
        """The keys of all new facts, as if posting rejected none."""
        return conform(self.facts, RowKey)


@dataclass(frozen=True)
class Remembered:
    """What is known before tonight's rows, and how clients want theirs understood.

    Attributes:
        row_keys: of the facts that were accepted before.
        books: as of the last version.
        pending_rows: rows of lines that tonight's reading rejected.
        clients: whose rules hold.
        as_of: the night.
        ship_to: who known orders go to; where nobody knows, nothing differs.
        files: by their names, see `name_files`.
        row_places: in which lines the rows stand.
    """

    row_keys: DataFrame[RowKey]
    books: Books
    pending_rows: DataFrame[PendingRow]
    clients: dict[str, Client]
    as_of: AsOf
    ship_to: DataFrame[ShipTo] = field(default_factory=partial(empty, ShipTo))
    files: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=FILE_NAMES))
    row_places: DataFrame[RowPlace] = field(default_factory=partial(empty, RowPlace))


def identify_rows(rows: FeedRows, memory: Remembered) -> Identified:
    """The rows that are new facts.

    Clients are independent, and nothing depends on the order of the rows.
    """
    as_of = memory.as_of
    terms = Terms(as_of, memory.clients, {}, files=memory.files, row_places=memory.row_places)
    told = {feed: rows.tables()[feed.value] for feed in Feed}
    # of orders also where there is none: what waits for its correction, and findings, are asked of them
    judged = {
        feed: _judge_feed(table, feed, memory)
        for feed, table in told.items()
        if table.height or feed == Feed.ORDERS
    }
    wrong = {
        feed: table.filter(_is_wrong(), pl.col("origin_row").is_null()) for feed, table in judged.items()
    }
    hashes = pl.concat([hash_facts(table, feed) for feed, table in wrong.items()])
    over = find_told_again(hashes.pipe(RowHash.validate), memory.books.rejected_before).filter("is_corrected")
    judged = {feed: _leave(table, over) for feed, table in judged.items()}
    new = {feed: _in_action(table.filter(pl.col("fate").is_null()), feed) for feed, table in judged.items()}
    refused = pl.concat([_refused(table, feed) for feed, table in judged.items()])
    rejected = refused.filter(pl.col("verdict") == Verdict.REJECTED)
    return Identified(
        rows=FeedRows.of({feed.value: table for feed, table in new.items()}),
        outcomes=conform(refused, RowOutcome),
        rejected=conform(rejected, RejectedRow),
        facts=_keys_of(new, as_of),
        row_hashes=conform(hashes, RowHash),
        findings=pl.concat(
            [
                twin_findings(new[Feed.ORDERS], terms),
                order_findings(judged[Feed.ORDERS], terms),
            ]
        ).pipe(Finding.validate),
        pending_rows=_waiting(judged, memory, as_of),
    )


def keys_of_accepted(facts: pl.DataFrame, rejected: DataFrame[RejectedRow]) -> DataFrame[RowKey]:
    """Keys of `facts` that posting did not reject: a corrected row may come under the key of a rejected one.

    A row is one of a file in the folder of a feed: the same bytes may have been dropped into two.
    """
    refused = rejected.select(*ROW, file_feed="feed")
    return conform(facts.join(refused, on=[*ROW, "file_feed"], how="anti", maintain_order="left"), RowKey)


def _judge_feed(rows: pl.DataFrame, feed: Feed, memory: Remembered) -> pl.DataFrame:
    """The rows of a feed with their key and fate; `is_known`: the books have a line of that key."""
    if feed in DOCUMENT:
        waiting = WaitingNumbers(memory.books.pending_rows, memory.pending_rows)
        lines = Known(memory.books, memory.row_keys, waiting, memory.clients)
        if feed == Feed.ORDERS:
            rows = with_other_orders(rows, memory.books, memory.ship_to)
        rows = number_rows(rows, feed, lines)
        if feed == Feed.ORDERS:
            rows = with_disagreements(rows)
        named = fill_skus(rows, feed, memory.books) if feed in LINE_FEEDS else rows
        identified = with_identity(named, feed)
    else:
        identified = with_identity(rows, feed)
    if feed in BARE_FEEDS:
        identified = hold_growing_files(identified, feed, row_keys=memory.row_keys, as_of=memory.as_of)
    if feed == Feed.CANCELLATIONS:
        identified = with_repeated(identified)
    if feed == Feed.RECEIPTS:
        identified = with_corrections(identified, memory.books, memory.row_keys, memory.clients)
    identified = leave_replaced(identified, feed, memory.books.rejected_before)
    judged = judge_rows(identified, feed, row_keys=memory.row_keys)
    if feed in LINE_FEEDS:
        judged = judged.with_columns(fate=pl.coalesce("fate", unnamed_line(feed)))
    return judged.join(
        _known_lines(feed, memory.books).with_columns(is_known=pl.lit(True)),
        on=KEY, how="left", maintain_order="left",
    ).with_columns(is_known=pl.col("is_known").fill_null(False) | (pl.col("fact_no") > 0))  # fmt: skip


def _known_lines(feed: Feed, books: Books) -> pl.DataFrame:
    """Keys of the lines that stand in the books, for feeds whose rows are lines."""
    if feed == Feed.ORDERS:
        return books.order_lines.select("client_id", business_key=line_key("order_id", "line_no"))
    if feed == Feed.ASNS:
        return books.inbound_lines.select("client_id", business_key=line_key("asn_id", "asn_line_no"))
    return pl.DataFrame(schema={"client_id": pl.String, "business_key": pl.String})


def _in_action(new: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Actions as they are meant: the first `new` of an unknown line makes it, a later one changes it."""
    if not RULES[feed].has_actions:
        return new.sort(*ROW, "file_feed")
    version_at = VERSION_AT if feed == Feed.ORDERS else pl.col("effective_at")
    in_turn = new.sort(pl.col("action") != "new", version_at, *IN_TURN, nulls_last=True)
    makes = ~pl.col("is_known") & pl.struct(KEY).is_first_distinct()
    changed = in_turn.with_columns(
        action=pl.when((pl.col("action") == "new") & ~makes).then(pl.lit("change")).otherwise("action")
    )
    if feed == Feed.ORDERS:
        at = pl.when(pl.col("action") != "new").then(pl.coalesce("changed_at", "ordered_at"))
        changed = changed.with_columns(effective_at=at.otherwise("effective_at"))
    return changed.sort(*ROW, "file_feed")


def _is_wrong() -> pl.Expr:
    """A row that is rejected."""
    return pl.col("fate").is_not_null() & (pl.col("fate") != DUPLICATE)


def _leave(judged: pl.DataFrame, over: pl.DataFrame) -> pl.DataFrame:
    """Judged rows; those that are told again after they were corrected (`is_over`) are duplicates."""
    place = [*ROW, "file_feed"]
    rows = over.select(*ROW, file_feed="feed", is_over=pl.lit(value=True))
    return judged.join(rows, on=place, how="left", maintain_order="left").with_columns(
        pl.col("is_over").fill_null(value=False),
        fate=pl.when("is_over").then(pl.lit(DUPLICATE)).otherwise("fate"),
    )


def _refused(judged: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Rows that are no new fact, in the columns of an outcome and of a rejection."""
    document = DOCUMENT.get(feed)
    unseen = pl.lit(value=False)
    if feed == Feed.ORDERS:
        unseen = (pl.col("fate") == ReasonCode.UNKNOWN_ORDER.value) & (pl.col("action") == "cancel")
    at_fault = AT_FAULT | ({ReasonCode.UNKNOWN_ORDER.value: document} if document else {})
    return (
        judged.filter(pl.col("fate").is_not_null())
        .select(
            *ROW,
            feed="file_feed",
            verdict=pl.when(pl.col("fate") == DUPLICATE)
            .then(pl.lit(DUPLICATE))
            .when(unseen)
            .then(pl.lit(Verdict.SET_ASIDE.value))
            .otherwise(pl.lit(Verdict.REJECTED.value)),
            note=pl.when(unseen)
            .then(pl.lit(NEVER_SEEN))
            .when(pl.col("is_over") | pl.col("is_replaced"))
            .then(pl.lit(CORRECTED_BEFORE))
            .otherwise(pl.lit("")),
            column=pl.col("fate").replace_strict(at_fault, default=None, return_dtype=pl.String),
            reason_code="fate",
        )
        .sort("client_id", "feed", "file_hash", "row_no")
    )


def _keys_of(new: dict[Feed, pl.DataFrame], as_of: AsOf) -> pl.DataFrame:
    """A key for each new fact, numbered in the order in which the facts of a key hold."""
    tables = []
    for feed, table in new.items():
        turn = [pl.col("action") != "new"] if RULES[feed].has_actions else []
        in_turn = table.sort(*KEY, *turn, *IN_TURN, nulls_last=True)
        tables.append(
            in_turn.with_columns(place=pl.int_range(pl.len()))
            .with_columns(first=pl.when(pl.struct(KEY).is_first_distinct()).then("place").forward_fill())
            .select(
                *KEY,
                *ROW[1:],
                "content_hash",
                "file_feed",
                feed=pl.lit(feed.value),
                fact_no=pl.col("fact_no") + 1 + pl.col("place") - pl.col("first"),
                business_date=pl.lit(as_of.business_date),
            )
        )
    return pl.concat(tables).sort("client_id", "feed", "business_key", "fact_no")


def _waiting(judged: dict[Feed, pl.DataFrame], memory: Remembered, as_of: AsOf) -> DataFrame[PendingRow]:
    """The rows that wait, each once: since its first night, and with the number it got then."""
    fate = pl.col("fate")
    is_number = fate != ReasonCode.LINE_NO_NEEDED.value
    rejected = [
        judged[feed]
        .filter(fate.is_not_null() & ~fate.is_in([DUPLICATE, ReasonCode.ORDER_DIFFERS.value]))
        .select(
            "client_id",
            feed=pl.when(fate == ReasonCode.UNKNOWN_ORDER.value)
            .then(pl.lit(Feed.CANCELLATIONS.value))
            .otherwise(pl.lit(feed.value)),
            order_id=document,
            line_no=pl.when(is_number).then("line_no"),
            file_hash=pl.coalesce("origin_hash", "file_hash"),
            row_no=pl.coalesce("origin_row", "row_no"),
            since_on=pl.lit(as_of.business_date),
        )
        for feed, document in DOCUMENT.items()
        if feed in judged
    ]
    known = _without_said_again(memory.books.pending_rows, judged[Feed.ORDERS], as_of)
    waiting = pl.concat([known, memory.pending_rows, *rejected])
    row = [*ROW, "feed"]
    once = waiting.sort(*row, "since_on", "line_no", "order_id", nulls_last=True).unique(
        row, keep="first", maintain_order=True
    )
    return conform(once, PendingRow)


def _without_said_again(pending: DataFrame[PendingRow], orders: pl.DataFrame, as_of: AsOf) -> pl.DataFrame:
    """Rows that wait, less those of earlier nights whose line is said again as it was accepted."""
    again = orders.filter(pl.col("fate") == DUPLICATE).select(*ORDER, "line_no").unique()
    is_mended = (pl.col("feed") == Feed.ORDERS) & (pl.col("since_on") < as_of.business_date)
    waits = pending.filter(is_mended).join(again, on=[*ORDER, "line_no"], how="anti")
    return pl.concat([pending.filter(~is_mended), waits])
