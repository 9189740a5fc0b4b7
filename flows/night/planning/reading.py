"""The frozen files of a run as rows: items first, since quantities of all other feeds are read by them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from flows.fence import UNFORESEEN
from flows.inbound.reading.forms import read_landed_file, read_received
from flows.night.announcing import each_told
from flows.night.planning.recalling import Recall, nothing_retired, recall_by_id, recall_named
from flows.unforeseen import told
from schemas.books.orders import OrderLine, PendingRow
from schemas.errors import ConfigurationError, DamageError
from schemas.intake.feeds import FEED_TABLES, ItemRow
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowHash, RowOutcome, RowPlace
from schemas.night import Books, FeedRows
from schemas.table import conform, empty
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, FileVerdict, Verdict
from transforms.intake.file_form import Catalogue
from transforms.intake.identity.repeats import has_bare_events
from transforms.intake.rows.form import refused_form
from transforms.posting.orders.items import post_items
from transforms.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.runs.runs import InputFile
    from flows.ledger.runs.seen import SeenFiles
    from flows.workspace import Workspace
    from schemas.night import AsOf
    from transforms.intake.file_form import FileForm

LOG = logging.getLogger(__name__)

NOT_OF_THE_FILE = (ReasonCode.DAMAGED_COPY, ReasonCode.BROKEN_CLIENT_FILE)
STATEMENTS = (Feed.ASNS, Feed.ITEMS, Feed.STOCK)
"""Feeds whose files say what is so now; the others tell what happened or is wanted, once."""


def repeated(first: str) -> Refusal:
    """What is said of a file of events that tells the same as the `first`."""
    return Refusal(
        ReasonCode.FILE_REPEATED,
        f"it says the same as {first}, and its rows have no time and no event_id",
    )


@dataclass(frozen=True)
class FilesRead:
    """What reading the files of a run gave: the last fields of `NightInputs`.

    Attributes:
        recalled: orders that rows name and that had left the books.
    """

    recalled: Books
    rows: FeedRows
    files: DataFrame[FileOutcome]
    outcomes: DataFrame[RowOutcome]
    rejected_rows: DataFrame[RejectedRow]
    pending_rows: DataFrame[PendingRow]
    row_hashes: DataFrame[RowHash]
    row_places: DataFrame[RowPlace]


@dataclass
class ReadingDesk:
    """Reads the files of one run, one after the other.

    Attributes:
        seen: what the cells of files said that earlier runs took, and which file said it first. A statement
            (`STATEMENTS`) holds again when it is said again.
        contents: bytes of files that are not landed, by their hash.
        recall: which brings back orders that have left the books.
    """

    workspace: Workspace
    as_of: AsOf
    configuration: Configuration
    seen: SeenFiles
    contents: Mapping[str, bytes] = field(default_factory=dict)
    recall: Recall = nothing_retired
    forms: list[tuple[InputFile, FileForm]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)

    def read_files(self, files: Iterable[InputFile], catalogue: Catalogue) -> None:
        """Read each file, or say why not; the second of two files whose cells say the same is a duplicate."""
        taken = {
            (file.client_id, file.feed, form.cells_hash): f"{file.file_name} of the same night"
            for file, form in self.forms
        }
        for file in files:
            form = self._read_with_retired(file, catalogue)
            key = (file.client_id, file.feed, form.cells_hash)
            first = taken.get(key) or self._first_said(file, form) if form.rows_read > 0 else None
            verdict = FileVerdict.DUPLICATE if first else FileVerdict.LOADED
            if file.client_id in self.configuration.refused or _waits(form):
                verdict = FileVerdict.HELD
            elif form.refusal is not None:
                verdict = FileVerdict.REFUSED
            if verdict is FileVerdict.LOADED:
                taken[key] = f"{file.file_name} of the same night"
                self.forms.append((file, form))
            self.files.append(self._outcome(file, form, verdict, first or ""))

    def take_unread(self, files: Iterable[InputFile]) -> FilesRead:
        """The files, of which nothing is read: whoever read them died."""
        for file in files:
            said = Refusal(ReasonCode(file.refusal_code), file.refusal_detail) if file.refusal_code else None
            verdict = FileVerdict.REFUSED if said else FileVerdict.LOADED
            self.files.append(self._outcome(file, refused_form(said), verdict, ""))
        return self.result()

    def _first_said(self, file: InputFile, form: FileForm) -> str | None:
        """Which file of an earlier run said it, where saying it again changes nothing."""
        if file.feed in STATEMENTS:
            return None
        # what older programs took is remembered by its bytes
        said = ((file.client_id, file.feed, known) for known in (form.cells_hash, file.file_hash))
        return next(filter(None, map(self.seen.get, said)), None)

    def _read_with_retired(self, file: InputFile, catalogue: Catalogue) -> FileForm:
        """The form of a file; if rows mean the SKU of a retired order's line, it is read again with these."""
        form = self._read(file, catalogue)
        if not form.unknown_orders:
            return form
        lines = recall_by_id(self.recall, file.client_id, form.unknown_orders).order_lines
        if lines.is_empty():
            return form
        known = pl.concat([catalogue.order_lines, lines])
        return self._read(file, replace(catalogue, order_lines=known.pipe(OrderLine.validate)))

    def _read(self, file: InputFile, catalogue: Catalogue) -> FileForm:
        """The form of a file, or the refusal that it came with."""
        if file.refusal_code:
            return refused_form(Refusal(ReasonCode(file.refusal_code), file.refusal_detail))
        client = self.configuration.clients.get(file.client_id)
        if client is None:
            said = self.configuration.refused.get(file.client_id, "no such client file")
            return refused_form(Refusal(ReasonCode.BROKEN_CLIENT_FILE, said))
        read = (
            partial(read_received, self.contents[file.file_hash])
            if file.file_hash in self.contents
            else partial(read_landed_file, workspace=self.workspace)
        )
        try:
            return read(file, business_date=self.as_of.business_date, client=client, catalogue=catalogue)
        except ConfigurationError as error:
            return refused_form(Refusal(ReasonCode.BROKEN_CLIENT_FILE, str(error)))
        except DamageError as error:
            return refused_form(Refusal(ReasonCode.DAMAGED_COPY, str(error)))

    def _outcome(self, file: InputFile, form: FileForm, verdict: FileVerdict, first: str) -> dict[str, Any]:
        """The file's row, with what was read of it; `first` is the file that it repeats."""
        is_read = verdict in (FileVerdict.LOADED, FileVerdict.DUPLICATE)
        is_repeated = verdict is FileVerdict.DUPLICATE and has_bare_events(form.rows)
        refusal = repeated(first) if is_repeated else form.refusal
        return {
            "business_date": self.as_of.business_date,
            "run_no": self.as_of.run_no,
            "client_id": file.client_id,
            "feed": file.feed,
            "file_name": file.file_name,
            "file_hash": file.file_hash,
            "cells_hash": form.cells_hash,
            "verdict": verdict.value,
            "reason_code": refusal.code.value if refusal else None,
            "detail": refusal.detail if refusal else "",
            "rows_read": form.rows_read if is_read else 0,
            "qty_read": form.qty_read if is_read else 0,
            "qty_decimals": form.qty_decimals if is_read else 0,
        }

    def item_rows(self) -> DataFrame[Any]:
        """The item rows read so far."""
        return _concat([form.rows.items for _, form in self.forms], Feed.ITEMS)

    def result(self) -> FilesRead:
        """All that was read."""
        rows = {
            feed.value: _concat([getattr(form.rows, feed) for _, form in self.forms], feed) for feed in Feed
        }
        rejected = pl.concat([empty(RejectedRow), *(form.rejected for _, form in self.forms)])
        refused = rejected.select("client_id", "feed", "file_hash", "row_no").unique()
        verdicts = refused.with_columns(verdict=pl.lit(Verdict.REJECTED.value), note=pl.lit(""))
        outcomes = [
            empty(RowOutcome),
            *(form.outcomes for _, form in self.forms),
            conform(verdicts, RowOutcome),
        ]
        no_counts = {f"rows_{verdict.value}": pl.lit(0, pl.Int64) for verdict in Verdict}
        files = pl.DataFrame(self.files, schema_overrides=FileOutcome.dtypes()).with_columns(**no_counts)
        return FilesRead(
            recalled=Books.blank(),
            rows=FeedRows.of(rows),
            files=conform(files, FileOutcome) if self.files else empty(FileOutcome),
            outcomes=pl.concat(outcomes).pipe(RowOutcome.validate),
            rejected_rows=rejected.pipe(RejectedRow.validate),
            pending_rows=pl.concat([empty(PendingRow), *(form.pending for _, form in self.forms)]).pipe(
                PendingRow.validate
            ),
            row_hashes=pl.concat([empty(RowHash), *(form.row_hashes for _, form in self.forms)]).pipe(
                RowHash.validate
            ),
            row_places=pl.concat([empty(RowPlace), *(form.row_places for _, form in self.forms)]).pipe(
                RowPlace.validate
            ),
        )


def _waits(form: FileForm) -> bool:
    """Whether our own copy or the client's settings are at fault, and not the file: the next run takes it."""
    return form.refusal is not None and form.refusal.code in NOT_OF_THE_FILE


def read_files(desk: ReadingDesk, files: Iterable[InputFile], books: Books) -> FilesRead:
    """The rows of all files, whose quantities and SKUs are read with tonight's items."""
    ordered = sorted(files)
    catalogue = read_items(desk, ordered, books)
    others = [file for file in ordered if file.feed != Feed.ITEMS]
    desk.read_files(each_told(others, "reading file"), catalogue)
    reading = desk.result()
    rows, recalled = recall_named(desk.recall, books, reading.rows, reading.pending_rows)
    return replace(reading, rows=rows, recalled=recalled)


def read_items(desk: ReadingDesk, files: Iterable[InputFile], books: Books) -> Catalogue:
    """The items of the books as tonight's items files among `files` change them."""
    desk.read_files([file for file in files if file.feed == Feed.ITEMS], catalogue_of(books))
    rows = desk.item_rows()
    terms = Terms(desk.as_of, desk.configuration.clients, desk.configuration.warehouses)
    try:
        return catalogue_of(post_items(books, rows, terms).books)
    except UNFORESEEN as error:
        LOG.error("items cannot be posted together; each client's are posted alone: %s", told(error))  # noqa: TRY400 -- its words are values
    for client_id in rows["client_id"].unique().sort():
        own = rows.filter(pl.col("client_id") == client_id).pipe(ItemRow.validate)
        try:
            books = post_items(books, own, terms).books
        except UNFORESEEN as error:
            # its plan meets the same error, which holds the client
            LOG.error("the items of client %s cannot be posted: %s", client_id, told(error))  # noqa: TRY400 -- as above
    return catalogue_of(books)


def catalogue_of(books: Books) -> Catalogue:
    """What quantities and SKUs are read with."""
    return Catalogue(
        books.items, books.item_units, books.item_aliases, books.order_lines, books.inbound_lines
    )


def _concat(parts: list[pl.DataFrame], feed: Feed) -> DataFrame[Any]:
    """The parts as one frame of the feed."""
    contract = FEED_TABLES[feed]
    return pl.concat([empty(contract), *parts]).pipe(contract.validate)
