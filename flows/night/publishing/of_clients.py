"""What each client gets back of its files: rejected rows and answers, each within a fence of its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.configuration import parse_configuration
from flows.inbound.reading.forms import read_again
from flows.inbound.taking.landing import landed_path
from flows.ledger.store.versions import is_kept
from flows.night.publishing.owed import Owed, read_owed
from flows.outbound.clients.acknowledgements import FILE, Answering, render_acknowledgements
from flows.outbound.clients.quarantine import render_quarantine
from flows.outbound.versions.publish import version_folder
from schemas.errors import DamageError
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import RowOutcome
from schemas.table import empty
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import FileVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.ledger.runs.runs import InputFile
    from flows.night.publishing.committed import CommittedNight
    from flows.night.publishing.owed import Missed
    from flows.outbound.documents import AnyDocument
    from schemas.intake.dropped_file import FileKey
    from schemas.intake.verdicts import RowPlace
    from transforms.intake.rows.places import Place


@dataclass
class Places:
    """Where rejected rows stand, as far as their files were read again.

    Attributes:
        named: for answers, by client, feed and hash of their file, then by number of the row.
        lines: for all rows.
    """

    named: dict[FileKey, dict[int, Place]] = field(default_factory=dict)
    lines: list[DataFrame[RowPlace]] = field(default_factory=list)


QUARANTINE, ACKS = "quarantine", "acks"


def render_rejections(
    night: CommittedNight, files: pl.DataFrame, places: Places, missed: Missed
) -> Iterator[AnyDocument]:
    """The rejected rows of each file in the client's own columns; `places` learns where they stand."""
    numbers = night.added("rejected_rows").group_by(*FILE, maintain_order=True).agg("row_no")
    loaded = files.filter(pl.col("verdict") == FileVerdict.LOADED)
    by_label = {(*file.key, file.file_name): file for file in night.ledger.frozen(night.as_of).files}
    for *label, row_nos in (
        loaded.join(numbers, on=FILE, maintain_order="left").select(*FILE, "file_name", "row_no").iter_rows()
    ):
        file = by_label[tuple(label)]
        owed = Owed(night.version, QUARANTINE, *file.key)
        render = partial(_render_one, night, file, row_nos, places, missed)
        yield from missed.fence(render, _about(file), owed)


def _render_one(
    night: CommittedNight, file: InputFile, row_nos: list[int], places: Places, missed: Missed
) -> Iterator[AnyDocument]:
    """The rejected rows of one file, read again from what landed."""
    client = night.configuration.clients[file.client_id]
    try:
        rows = read_again(file, row_nos, client=client, workspace=night.workspace)
    except DamageError as error:
        rows = Refusal(ReasonCode.DAMAGED_COPY, str(error))
    if isinstance(rows, Refusal):
        missed.note(f"{_about(file)} ({rows.code})", Owed(night.version, QUARANTINE, *file.key))
        return
    places.named[file.key] = rows.places
    places.lines.append(rows.row_places)
    rejected = night.added("rejected_rows")
    own = rejected.filter(pl.col(column) == name for column, name in zip(FILE, file.key, strict=True))
    document = render_quarantine(rows.frame, own, file_name=file.file_name, client=client, faults=rows.faults)
    if document:
        yield document


def _about(file: InputFile) -> str:
    return f"{file.client_id} {file.feed} {file.file_hash}: its quarantine file"


def render_answers(
    night: CommittedNight, files: pl.DataFrame, places: Places, missed: Missed
) -> Iterator[AnyDocument]:
    """The answer to each file, client by client."""
    rejected = night.added("rejected_rows")
    notes = empty(RowOutcome)
    if is_kept(night.ledger.connection, night.version):
        notes = night.decided("outcomes").filter(pl.col("note") != "")
    answering = Answering(night.configuration.clients, places.named)
    for client_id in files["client_id"].unique().sort():
        own, bad, told = (_of_client(rows, client_id) for rows in (files, rejected, notes))
        render = partial(render_acknowledgements, own, bad, told, answering)
        owed = Owed(night.version, ACKS, client_id)
        yield from missed.fence(render, f"{client_id}: answers to its files", owed)


def _of_client(rows: pl.DataFrame, client_id: str) -> Any:  # noqa: ANN401 -- a frame of the contract that it was
    return rows.filter(pl.col("client_id") == client_id)


def render_owed(night: CommittedNight, missed: Missed, folder: Path) -> Iterator[AnyDocument]:
    """What the version before could not write, and owes no less where this one cannot either.

    A file whose bytes are forgotten or erased by now is owed nothing; what stands already is tonight's.
    """
    runs = {run.version: run for run in night.ledger.all_runs() if run.version}
    for owed in read_owed(version_folder(night.workspace, night.version - 1)):
        run = runs.get(owed.version)
        if run is None:
            continue
        configuration = parse_configuration(night.ledger.frozen(run.as_of).policies)
        past = replace(night, as_of=run.as_of, version=owed.version, configuration=configuration)
        files = past.added("files").filter(pl.col("client_id") == owed.client_id)
        places = Places()
        if owed.kind == ACKS:
            documents = render_answers(past, files, places, missed)
        elif landed_path(night.workspace, owed.file_hash).exists():
            one = files.filter(feed=owed.feed, file_hash=owed.file_hash)
            documents = render_rejections(past, one, places, missed)
        else:
            continue
        yield from (document for document in documents if not (folder / document.path).exists())
