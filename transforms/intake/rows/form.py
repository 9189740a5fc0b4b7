"""Read a file's form: its rows of text become rows of feeds, set aside, or rejected with every reason.

Stages: cells are trimmed (an empty one is no value); each row goes to the first route that takes it; the
columns are mapped; values are read strictly; the contract of the feed is checked. Nothing here looks at
the books: whether a row is a new fact is decided by `identity`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import PendingRow
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import RejectedRow, RowHash, RowOutcome, RowPlace
from schemas.night import FeedRows
from schemas.table import conform, empty
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, Verdict
from transforms.intake.file_form import Catalogue, FileForm, SourceFile
from transforms.intake.keys.line_numbers import DOCUMENT
from transforms.intake.mapping.expressions import UnknownColumnError, nearest_place
from transforms.intake.mapping.feed_columns import MAIN_QTY, sent_columns
from transforms.intake.mapping.routes import (
    Target,
    all_mappings,
    assign_rows,
    compile_targets,
    missing_columns,
    refuse_growth,
)
from transforms.intake.rows.cells import file_headers, hash_cells, map_cells, name_cells
from transforms.intake.rows.counts import count_instant, refuse_unstated_count
from transforms.intake.rows.feed_rows import Door, first_reasons, read_feed_rows
from transforms.intake.rows.pending import pending_rows
from transforms.intake.rows.places import row_places
from transforms.intake.rows.row_hashes import hash_rejected, naming_rows
from transforms.units import in_millionths, shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandera.typing.polars import DataFrame

    from schemas.settings.client import Client
    from schemas.table import T

__all__ = ["Catalogue", "FileForm", "SourceFile", "read_form"]


def read_form(raw: pl.DataFrame, *, source: SourceFile, client: Client, catalogue: Catalogue) -> FileForm:
    """The form of a file whose cells are `raw`: all text, with the reader's `bo_row_no` and `bo_fault`.

    `bo_line` is the text of a row with a fault; without it such a row cannot say which order waits for it.
    Without `bo_sheet_row` nobody is told where rows stand.

    Raises:
        ConfigurationError: the client's file maps a column that no feed has, or by an expression that is
            not allowed. What is wrong with the dropped file itself is a refusal, never an error.
    """
    headers = file_headers(raw)
    settings = client.feeds.of(source.feed)
    try:
        targets = compile_targets(settings, source, headers)
    except UnknownColumnError as error:
        return refused_form(Refusal(ReasonCode.MISSING_COLUMN, str(error)))
    refusal = _refuse_missing_columns(targets, headers) or refuse_unstated_count(
        settings, targets[-1].columns
    )
    if refusal is not None:
        return refused_form(refusal)
    cells = name_cells(raw, headers)
    instant = count_instant(client, source) if source.feed == Feed.STOCK else None
    if isinstance(instant, Refusal):
        if cells["origin_counted"].null_count() > 0:
            return refused_form(instant)
        instant = None
    if growth := refuse_growth(all_mappings(targets), cells):
        return refused_form(growth)
    # first what is asked of the cells alone: it holds them once more, and mapped columns do so, too
    known_by = hash_cells(cells, headers, instant)
    form = _read_rows(cells, headers, targets, Door(source, client, catalogue, instant))
    return replace(form, row_places=row_places(raw, source), cells_hash=known_by)


def _read_rows(
    cells: pl.DataFrame, headers: Sequence[str], targets: Sequence[Target], door: Door
) -> FileForm:
    """Every row of `cells` at its target."""
    source = door.source
    is_broken = cells["bo_fault"].is_not_null()
    broken, whole = (
        (cells.filter(is_broken), cells.filter(~is_broken)) if is_broken.any() else (cells.clear(), cells)
    )
    assigned = whole.hstack(assign_rows(whole, targets))
    reasons = [broken.select(row_no="bo_row_no", column=pl.lit(None, pl.String), reason_code="bo_fault")]
    tables: dict[str, list[pl.DataFrame]] = {feed: [] for feed in Feed.values()}
    numbered: dict[Feed, list[pl.DataFrame]] = {feed: [] for feed in DOCUMENT}
    aside: list[pl.DataFrame] = []
    naming: list[pl.Series] = []
    unknown: set[str] = set()
    for place, target in enumerate(targets):
        mine = assigned.filter(pl.col("place") == place) if len(targets) > 1 else assigned
        if target.feed is None:
            aside.append(mine.select(row_no="bo_row_no"))
            continue
        sent, unmapped = map_cells(mine, target, door.settings)
        unknown |= _unknown_orders(sent, door)
        rows, unread = read_feed_rows(sent, target, door)
        found = first_reasons([unmapped, unread])
        if found.height:
            reasons.append(found)
            rows = rows.join(found, on="row_no", how="anti", maintain_order="left")
            naming.append(naming_rows(sent, target.feed, door.settings))
        tables[target.feed].append(rows)
        if target.feed in DOCUMENT:
            numbered[target.feed].append(sent)
    rejected = pl.concat(reasons)
    first_tries = cells.select("origin_hash", "origin_row", row_no="bo_row_no")
    pending = pending_rows(numbered, rejected, broken, door)
    feed_rows = FeedRows.of({feed: pl.concat(parts) for feed, parts in tables.items() if parts})
    qty_read, qty_decimals = _control_total(feed_rows, door.catalogue.items)
    return FileForm(
        refusal=None,
        rows=feed_rows,
        outcomes=_located(aside, source, RowOutcome, verdict=Verdict.SET_ASIDE.value, note=""),
        rejected=_located(
            [rejected.join(first_tries, on="row_no", how="left", maintain_order="left")], source, RejectedRow
        ),
        pending=pending,
        row_hashes=hash_rejected(
            cells, headers, naming=naming, pending=pending, rejected=rejected, source=source
        ),
        row_places=empty(RowPlace),
        cells_hash=None,
        rows_read=cells.height,
        qty_read=qty_read,
        qty_decimals=qty_decimals,
        unknown_orders=frozenset(unknown),
    )


def _unknown_orders(sent: pl.DataFrame, door: Door) -> set[str]:
    """Orders that rows without a SKU name, of which the catalogue has no line."""
    if not {"order_id", "sku"} <= set(sent.columns):
        return set()
    known = door.catalogue.order_lines.filter(pl.col("client_id") == door.client.client_id)
    named = sent.filter(pl.col("sku").is_null())["order_id"].drop_nulls()
    return set(named.unique()) - set(known["order_id"]) if len(named) else set()


def _control_total(feed_rows: FeedRows, items: pl.DataFrame) -> tuple[int, int]:
    """The units of all rows whatever their items, and the decimals that their sum is scaled by."""
    key = ["client_id", "sku"]
    tables = feed_rows.tables()
    said = [tables[feed].select(*key, qty=name) for feed, name in MAIN_QTY.items() if tables[feed].height]
    if not said:
        return 0, 0
    known = pl.concat(said).join(items.select(*key, "decimals").unique(key, keep="first"), on=key, how="left")
    return shortest(int(known.select(in_millionths(pl.col("qty"), pl.col("decimals")).sum()).item()))


def _located(rows: list[pl.DataFrame], source: SourceFile, table: type[T], **values: str) -> DataFrame[T]:
    """`rows` of `table` with the file they stand in, in the order of the file."""
    if not any(part.height for part in rows):
        return empty(table)
    located = pl.concat([pl.DataFrame(schema={"row_no": pl.Int64}), *rows], how="diagonal").with_columns(
        client_id=pl.lit(source.client_id),
        feed=pl.lit(source.feed.value),
        file_hash=pl.lit(source.file_hash),
        **{name: pl.lit(value) for name, value in values.items()},
    )
    return conform(located.sort("row_no", maintain_order=True), table)


def refused_form(refusal: Refusal | None) -> FileForm:
    """A file of which no row was read; None: for no reason of its own."""
    return FileForm(
        refusal=refusal,
        rows=FeedRows.blank(),
        outcomes=empty(RowOutcome),
        rejected=empty(RejectedRow),
        pending=empty(PendingRow),
        row_hashes=empty(RowHash),
        row_places=empty(RowPlace),
        cells_hash=None,
        rows_read=0,
        qty_read=0,
        qty_decimals=0,
    )


def _refuse_missing_columns(targets: Sequence[Target], headers: Sequence[str]) -> Refusal | None:
    """A refusal if the file lacks a column that one of its targets needs."""
    missing = list(dict.fromkeys(name for target in targets for name in missing_columns(target)))
    if not missing:
        return None
    known = {name for target in targets if target.feed for name in sent_columns(target.feed)}
    strange = ["" if header in known else header for header in headers]
    named = "; ".join(f"{name!r} is needed{nearest_place(name, strange)}" for name in missing)
    return Refusal(ReasonCode.MISSING_COLUMN, named)
