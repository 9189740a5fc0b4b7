"""What a night would make of a file, without taking it: nothing is written, nothing is posted.

The form is read as intake reads it; then the rows are compared with the facts that the books remember, so
that duplicates and contradictions are found, too. What depends on other files of the night (items that
come with it) or on posting (a line that is not there to be cancelled) is not foreseen.
"""

from __future__ import annotations

import hashlib
import stat
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.configuration import read_configuration
from flows.fence import fenced
from flows.inbound.reading.forms import READER, read_raw
from flows.inbound.reading.guessing import guess_settings
from flows.inbound.taking.arrival import refuse_name
from flows.inbound.taking.opening import refuse_kind
from flows.inbound.taking.own_file import is_own_file
from flows.night.planning.memory import Memory, recall
from flows.night.planning.reading import catalogue_of
from schemas.errors import ConfigurationError, SourceError
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import RejectedRow
from schemas.night import AsOf
from schemas.settings.parent import suggest
from schemas.vocabulary.codes import FOUND_BY_READING, ReasonCode
from schemas.vocabulary.words import Feed, Verdict
from transforms.intake.file_form import SourceFile
from transforms.intake.identity.new_facts import Remembered, identify_rows
from transforms.intake.identity.told_again import find_told_again
from transforms.intake.mapping.expressions import UnknownColumnError
from transforms.intake.mapping.routes import assign_rows, compile_targets
from transforms.intake.rows.advice import Desk
from transforms.intake.rows.cells import file_headers, name_cells
from transforms.intake.rows.form import read_form, refused_form
from transforms.intake.rows.places import locate_rows, sent_cells
from transforms.intake.rows.raw_rows import QUARANTINE_COLUMNS, ROW_NO, SHEET_ROW, RawRows
from transforms.intake.values.patterns import KEYS, find_patterns
from transforms.reports.first_rows import SHOWN, list_first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.workspace import Workspace
    from schemas.settings.client import Client, FeedSettings
    from transforms.intake.file_form import FileForm
    from transforms.intake.rows.places import Place
    from transforms.reports.first_rows import FirstRow


@dataclass(frozen=True)
class Destination:
    """Where rows of a file go: the feed or `set_aside`, on which condition, and how its columns are read.

    `columns` are pairs of ours and theirs: a column of the file, or an expression over its columns. `lines`
    are the first ones that go there, as a spreadsheet counts them.
    """

    to: str
    where: str
    rows: int
    columns: list[tuple[str, str]]
    lines: list[int]


class RefusedBefore(NamedTuple):
    """Why a night refused a row, as its quarantine file says."""

    row: int
    column: str
    codes: str
    hint: str


@dataclass(frozen=True)
class Understood:
    """What reading a file gave beside verdicts; of a file that is refused next to nothing.

    Attributes:
        twin_rows: rows beyond the first of those that are alike in every cell.
        refused_before: rows of a quarantine file that can be read, and why a night refused them; those it
            refused for their form alone are corrected and not among them.
        first_rows: the first ones that can be read, as they were understood.
        places: where the rows of these lists and rejected ones stand, by their number.
        read_as: how the file was read, in short phrases.
        patterns: sentences on formats that the file seems to have and the client's file does not state.
    """

    destinations: list[Destination] = field(default_factory=list)
    twin_rows: int = 0
    refused_before: list[RefusedBefore] = field(default_factory=list)
    first_rows: list[FirstRow] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)
    read_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rehearsal:
    """What a night would make of a file.

    Attributes:
        refusal: why no row of it would be read.
        verdicts: rows by verdict.
        knows_books: whether the rows were compared with books.
        desk: whose file it is.
        zone: the client's time zone.
        headers: the first line of the file, as it stands there; for the terminal alone.
    """

    refusal: Refusal | None
    rows_read: int
    verdicts: dict[str, int]
    rejected: DataFrame[RejectedRow]
    knows_books: bool
    desk: Desk
    zone: str
    headers: list[str]
    understood: Understood

    @property
    def is_quarantine(self) -> bool:
        """Whether it is a quarantine file of ours, or a copy of one."""
        return QUARANTINE_COLUMNS.issubset(self.headers)


def rehearse_file(
    workspace: Workspace, client_id: str, feed_name: str, path: Path, *, business_date: date
) -> Rehearsal:
    """What a night of a date would make of a file.

    Raises:
        ConfigurationError: the client, the feed or the client's mapping is wrong.
        SourceError: there is no such file, or none that a night would take.
    """
    configuration = read_configuration(workspace)
    client, feed = find_client(configuration, client_id), find_feed(feed_name)
    content = read_dropped(path, configuration.settings.max_file_bytes)
    source = SourceFile(client_id, feed, hashlib.sha256(content).hexdigest(), path.name, business_date)
    return rehearse_content(content, source, client, recall(workspace, client_id))


def rehearse_content(content: bytes, source: SourceFile, client: Client, memory: Memory) -> Rehearsal:
    """What a night would make of the bytes of a file.

    Raises:
        ConfigurationError: the client's mapping is wrong.
    """
    settings = client.feeds.of(source.feed)
    raw = read_raw(content, settings)
    form = _form_of(raw, source, client, memory)
    if form.unknown_orders:
        form = _form_of(raw, source, client, memory.with_named(client.client_id, form.unknown_orders))
    form, memory = memory.with_orders(form)
    rejected, verdicts = judge_rows(form, client, memory, source.business_date)
    refusal = form.refusal or _refuse_name(source.file_name, content, settings)
    headers = READER.header(content, settings)
    understood: Understood | Refusal = Understood(
        patterns=guess_settings(content, headers, refusal, source, settings)
    )
    if isinstance(raw, RawRows) and not form.refusal:
        understood = fenced(
            partial(_understand, raw, form, rejected, source=source, client=client, memory=memory)
        )
    if isinstance(understood, Refusal):
        refusal, understood = understood, Understood()
    return Rehearsal(
        refusal=refusal,
        rows_read=form.rows_read,
        verdicts=verdicts,
        rejected=rejected,
        knows_books=memory.is_known,
        desk=Desk(source.feed, client),
        zone=client.time_zone,
        headers=headers,
        understood=understood,
    )


def _form_of(raw: RawRows | Refusal, source: SourceFile, client: Client, memory: Memory) -> FileForm:
    """The form of a file, as a night reads it."""
    if isinstance(raw, Refusal):
        return refused_form(raw)
    catalogue = catalogue_of(memory.books)
    read = fenced(partial(read_form, raw.with_lines(), source=source, client=client, catalogue=catalogue))
    return refused_form(read) if isinstance(read, Refusal) else read


def _understand(
    raw: RawRows,
    form: FileForm,
    rejected: DataFrame[RejectedRow],
    *,
    source: SourceFile,
    client: Client,
    memory: Memory,
) -> Understood:
    """What a person compares with the file."""
    settings = client.feeds.of(source.feed)
    first_rows = list_first_rows(form.rows, client=client, items=memory.books.items)
    before = [row for row in read_reasons(raw.frame) if row.row not in set(rejected["row_no"])]
    told = [*rejected["row_no"], *(row.row_no for row in first_rows), *(row.row for row in before)]
    is_unread = rejected.filter(pl.col("reason_code").is_in(list(KEYS)))
    cells = sent_cells(raw.frame, source=source, client=client) if is_unread.height else pl.DataFrame()
    return Understood(
        destinations=route_rows(raw, settings, source),
        twin_rows=raw.frame.height - raw.frame.drop(ROW_NO, SHEET_ROW).unique().height,
        refused_before=before,
        first_rows=first_rows,
        places=locate_rows(raw.frame.filter(pl.col(ROW_NO).is_in(told)), source=source, client=client),
        read_as=raw.read_as,
        patterns=[
            *(found.sentence(source.feed) for found in find_patterns(cells, form.rejected, settings)),
            *_find_no_rows(form, file_headers(raw.frame), settings, source.feed),
        ],
    )


def _find_no_rows(
    form: FileForm, headers: Sequence[str], settings: FeedSettings, feed: Feed
) -> Iterator[str]:
    """What to write where rows have no SKU: exports end with totals."""
    column = settings.columns.get("sku", "sku")
    has_none = (pl.col("column") == "sku") & (pl.col("reason_code") == ReasonCode.MISSING)
    count = form.rejected.filter(has_none)["row_no"].n_unique()
    if count and column in headers:
        name = column if column.isidentifier() else f'"{column}"'
        yield (
            f"{count} of {form.rows_read} rows name no sku; totals are left out by leave_out in "
            f'[feeds.{feed}], other rows set aside by a route: [[feeds.{feed}.routes]], to = "set_aside", '
            f"where = '{name} IS NULL'"
        )


def read_reasons(rows: pl.DataFrame) -> list[RefusedBefore]:
    """Why the night that wrote a quarantine file refused its rows; of another file nothing.

    A row that was refused for its form alone is left out: reading it now says whether it is corrected.
    """
    if "bo_reason" not in rows.columns:
        return []
    said = [
        (pl.col(name) if name in rows.columns else pl.lit(None, pl.String)).fill_null("").alias(name)
        for name in ("bo_column", "bo_reason", "bo_hint")
    ]
    told = rows.select("bo_row_no", *said).filter(pl.col("bo_reason") != "").sort("bo_row_no")
    refused = [RefusedBefore(*row) for row in told.iter_rows()]
    return [row for row in refused if not FOUND_BY_READING.issuperset(row.codes.split("|"))]


def find_client(configuration: Configuration, client_id: str) -> Client:
    """The client of that name.

    Raises:
        ConfigurationError: there is none, or its file is broken.
    """
    if client_id in configuration.refused:
        raise ConfigurationError(configuration.refused[client_id])
    if client_id not in configuration.clients:
        nearest = suggest(client_id, configuration.clients, "clients")
        message = f"there is no clients/{client_id}.toml; {nearest}"
        raise ConfigurationError(message)
    return configuration.clients[client_id]


def find_feed(name: str) -> Feed:
    """The feed of that name.

    Raises:
        ConfigurationError: there is none.
    """
    with suppress(ValueError):
        return Feed(name)
    message = f'there is no feed "{name}"; {suggest(name, Feed.values(), "feeds")}'
    raise ConfigurationError(message)


def route_rows(raw: RawRows, settings: FeedSettings, source: SourceFile) -> list[Destination]:
    """Each route and the file's own feed, with the rows that go there; nothing where a column is missing."""
    headers = file_headers(raw.frame)
    try:
        targets = compile_targets(settings, source, headers)
    except UnknownColumnError:
        return []
    whole = raw.frame.filter(pl.col("bo_fault").is_null())
    cells = name_cells(whole, headers)
    placed = whole.sort(ROW_NO).select(SHEET_ROW).hstack(assign_rows(cells, targets).select("place"))
    taken = placed.group_by("place").agg(rows=pl.len(), lines=pl.col(SHEET_ROW).head(SHOWN))
    rows = {place: (count, lines) for place, count, lines in taken.iter_rows()}
    conditions = [route.where for route in settings.routes] + [""]
    written = [{**settings.columns, **route.columns} for route in settings.routes] + [settings.columns]
    return [
        Destination(
            to=target.feed.value if target.feed else "set_aside",
            where=conditions[place],
            rows=rows.get(place, (0, []))[0],
            columns=[(name, written[place].get(name, name)) for name in target.columns],
            lines=rows.get(place, (0, []))[1],
        )
        for place, target in enumerate(targets)
    ]


def judge_rows(
    form: FileForm, client: Client, memory: Memory, business_date: date
) -> tuple[DataFrame[RejectedRow], dict[str, int]]:
    """Every reason for which a row would be rejected, and the rows by verdict."""
    as_of = AsOf(business_date)
    identified = identify_rows(
        form.rows,
        Remembered(
            row_keys=memory.recall(form.rows, as_of),
            books=memory.books,
            pending_rows=form.pending,
            clients={client.client_id: client},
            as_of=as_of,
        ),
    )
    known = memory.books.rejected_before
    corrected = find_told_again(form.row_hashes, known).filter("is_corrected")
    asked = form.rejected.join(corrected, on="row_no", how="anti", maintain_order="left")
    rejected = pl.concat([asked, identified.rejected]).sort("row_no", "column", nulls_last=True)
    counts = {
        Verdict.REJECTED: rejected["row_no"].n_unique(),
        Verdict.DUPLICATE: corrected.height
        + identified.outcomes.filter(pl.col("verdict") == Verdict.DUPLICATE).height,
        Verdict.SET_ASIDE: form.outcomes.filter(pl.col("verdict") == Verdict.SET_ASIDE).height,
    }
    accepted = {Verdict.ACCEPTED: form.rows_read - sum(counts.values())}
    verdicts = {verdict.value: {**accepted, **counts}[verdict] for verdict in Verdict}
    return rejected.pipe(RejectedRow.validate), verdicts


def read_dropped(path: Path, max_bytes: int) -> bytes:
    """The bytes of the file; a device may have no end, and a pipe may never begin.

    Raises:
        SourceError: it cannot be read, is no file, or is larger than a night would take.
    """
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            message = f"{path}: {refuse_kind(state).detail}"
            raise SourceError(message)
        if state.st_size > max_bytes:
            message = f"{path}: {state.st_size} bytes; max_file_bytes in workspace.toml is {max_bytes}"
            raise SourceError(message)
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise SourceError(message) from error


def _refuse_name(name: str, content: bytes, settings: FeedSettings) -> Refusal | None:
    """Why a file of that name would not be taken."""
    refusal = refuse_name(name, settings.files)
    if refusal is None or is_own_file(lambda size, place: content[place : place + size], len(content)):
        return None
    return replace(refusal, detail=f"{name}: {refusal.detail}")
