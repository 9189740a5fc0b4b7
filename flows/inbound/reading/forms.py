"""A landed file's form: its bytes read as text by the reader, its rows read by the rules of intake.

What clients drop is read in a process of its own (`flows.inbound.reading.reading_process`); functions whose
names end with `_job` run there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from flows.disk.damage import read_whole
from flows.fence import fenced
from flows.inbound.formats.files import FileReader
from flows.inbound.formats.parquet import MAGIC
from flows.inbound.formats.unpacking import GZIP, ZIP
from flows.inbound.reading.own_catalogue import OwnCatalogues
from flows.inbound.reading.reading_process import READING, ReaderDiedError
from flows.inbound.taking.landing import landed_path
from schemas.errors import DamageError
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.intake.file_form import Catalogue, FileForm, SourceFile
from transforms.intake.rows.form import read_form, refused_form
from transforms.intake.rows.naming import find_named_orders
from transforms.intake.rows.places import locate_rows, row_places
from transforms.intake.rows.raw_rows import ROW_NO

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.inbound.formats.rows import Reader
    from flows.inbound.reading.reading_process import ReadingProcess
    from flows.workspace import Workspace
    from schemas.intake.dropped_file import DroppedFile
    from schemas.intake.verdicts import RowPlace
    from schemas.settings.client import Client, FeedSettings
    from transforms.intake.rows.places import Place
    from transforms.intake.rows.raw_rows import RawRows

ADVICE = (
    "The file waits. Run again: what still lies in inbound/ is copied there anew. What has left "
    "it is put there from archive/ or a backup, under that name (flows/README.md, Damage)."
)

RUNNER: ReadingProcess | None = READING
"""Where files are read; none: here."""

OWN = OwnCatalogues()

READER: Reader = FileReader()


PACKED_SIGN = 4
"""Bytes at the beginning by which packed formats are known."""

UNPACKED = 16
"""Bytes of text that a packed byte stands for, in time and in memory: what is packed takes longer to read."""

MAX_PLACES = 10_000
"""Rows of which it is told where each stands; an answer lists no more."""


@dataclass(frozen=True)
class Landed:
    """Bytes of ours, by their hash."""

    path: Path
    file_hash: str

    def read(self) -> bytes:
        """The bytes.

        Raises:
            DamageError: they are not those that were received.
        """
        try:
            return read_whole(self.path, self.file_hash, advice=ADVICE)
        except OSError as error:
            message = f"{self.path} cannot be read ({error.strerror}). {ADVICE}"
            raise DamageError(message) from error


def read_landed_file(
    file: DroppedFile, *, business_date: date, client: Client, catalogue: Catalogue, workspace: Workspace
) -> FileForm:
    """The rows of a landed file by feed, or its refusal.

    Raises:
        ConfigurationError: the client's mapping cannot be used on any file.
        DamageError: the landed bytes are not those that were received.
    """
    content = _landed(workspace, file)
    return read_received(content, file, business_date=business_date, client=client, catalogue=catalogue)


def read_received(
    content: bytes | Landed, file: DroppedFile, *, business_date: date, client: Client, catalogue: Catalogue
) -> FileForm:
    """The rows of a file by feed, from its bytes, or its refusal.

    Raises:
        ConfigurationError: the client's mapping cannot be used on any file.
        DamageError: the landed bytes are not those that were received.
    """
    source = SourceFile(file.client_id, Feed(file.feed), file.file_hash, file.file_name, business_date)
    job = partial(form_job, content=content, source=source, client=client)
    form: FileForm | Refusal = _run(job, content, shared=OWN.of(catalogue, file.client_id))
    return refused_form(form) if isinstance(form, Refusal) else form


def form_job(catalogue: Catalogue, *, content: bytes | Landed, source: SourceFile, client: Client) -> object:
    """The form of a file, or why it cannot be read."""

    def read() -> FileForm | Refusal:
        raw = READER.read(_bytes_of(content), client.feeds.of(source.feed))
        if isinstance(raw, Refusal):
            return raw
        return read_form(raw.with_lines(), source=source, client=client, catalogue=catalogue)

    return fenced(read)


class RowsAgain(NamedTuple):
    """Some rows of a file as text, and where each stands.

    Attributes:
        frame: as of `RawRows`, these rows alone.
        faults: likewise.
        places: by number of the row; of the first `MAX_PLACES` rows.
        row_places: the lines of all rows of the file.
    """

    frame: pl.DataFrame
    faults: pl.DataFrame
    places: dict[int, Place]
    row_places: DataFrame[RowPlace]


def read_again(
    file: DroppedFile, row_nos: Collection[int], *, client: Client, workspace: Workspace
) -> RowsAgain | Refusal:
    """Rows of a landed file that was read before, as quarantine and answers show them.

    Raises:
        ConfigurationError: the client's mapping cannot be used on the file.
        DamageError: the landed bytes are not those that were received.
    """
    content = _landed(workspace, file)
    source = SourceFile(file.client_id, Feed(file.feed), file.file_hash, file.file_name, date.min)
    job = partial(again_job, content=content, row_nos=list(row_nos), source=source, client=client)
    again: RowsAgain | Refusal = _run(job, content)
    return again


def again_job(
    _: None, *, content: bytes | Landed, row_nos: list[int], source: SourceFile, client: Client
) -> object:
    """The rows again, or why they cannot be read."""

    def read() -> RowsAgain | Refusal:
        raw = READER.read(_bytes_of(content), client.feeds.of(source.feed))
        if isinstance(raw, Refusal):
            return raw
        frame, faults = (part.filter(pl.col(ROW_NO).is_in(row_nos)) for part in (raw.frame, raw.faults))
        places = locate_rows(frame.head(MAX_PLACES), source=source, client=client)
        return RowsAgain(frame, faults, places, row_places(raw.frame, source))

    return fenced(read)


def find_named(content: bytes, *, source: SourceFile, client: Client) -> pl.DataFrame | Refusal | None:
    """The orders that rows of bytes name; None where nobody can say, a refusal where they cannot be read.

    Raises:
        ConfigurationError: the client's mapping cannot be used on any file.
    """
    job = partial(named_job, content=content, source=source, client=client)
    named: pl.DataFrame | Refusal | None = _run(job, content)
    return named


def named_job(_: None, *, content: bytes, source: SourceFile, client: Client) -> object:
    """The orders that the rows name."""

    def find() -> pl.DataFrame | Refusal | None:
        raw = READER.read(content, client.feeds.of(source.feed))
        if isinstance(raw, Refusal):
            return raw
        return find_named_orders(raw.with_lines(), source=source, client=client)

    return fenced(find)


def read_raw(content: bytes, settings: FeedSettings) -> RawRows | Refusal:
    """The rows of bytes as text, or why they cannot be read; here, since one person waits for one file."""
    return fenced(lambda: READER.read(content, settings))


def start_reading() -> None:
    """Let the process that reads files be there, or on its way, before the first one comes."""
    if RUNNER is not None:
        RUNNER.start()


def _run(job: Callable[..., object], content: bytes | Landed, *, shared: object = None) -> Any:  # noqa: ANN401 -- what the job gives
    """What a job gives in the process that reads, or the refusal of the file that ended it."""
    if RUNNER is None:
        return job(shared)
    try:
        return RUNNER.run(job, _weight_of(content), shared=shared)
    except ReaderDiedError as error:
        return Refusal(ReasonCode.UNREADABLE, f"{error}; split the file, and report it if that does not help")


def _landed(workspace: Workspace, file: DroppedFile) -> Landed:
    """Where the bytes of a file lie."""
    return Landed(landed_path(workspace, file.file_hash), file.file_hash)


def _bytes_of(content: bytes | Landed) -> bytes:
    """The bytes of a file."""
    return content.read() if isinstance(content, Landed) else content


def _weight_of(content: bytes | Landed) -> int:
    """Bytes by which the bounds of a file are told: packed ones stand for many; a lost file has none."""
    if isinstance(content, bytes):
        size, first = len(content), content[:PACKED_SIGN]
    else:
        try:
            with content.path.open("rb") as file:
                size, first = os.fstat(file.fileno()).st_size, file.read(PACKED_SIGN)
        except OSError:
            return 0
    return size * UNPACKED if first.startswith((GZIP, ZIP, MAGIC)) else size
