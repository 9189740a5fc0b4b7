"""What each client gets back of its files: rejected rows and answers, each within a fence of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.configuration import parse_configuration
from flows.fence import UNFORESEEN, concerns_one
from flows.inbound.reading.forms import read_again
from flows.inbound.taking.landing import landed_path
from flows.ledger.store.versions import is_kept
from flows.night.publishing.owed import Missed, Owed, read_owed
from flows.outbound.clients.acknowledgements import FILE, Answering, render_acknowledgements
from flows.outbound.clients.order_status import render_order_status
from flows.outbound.clients.quarantine import render_quarantine
from flows.outbound.versions.publish import version_folder
from flows.unforeseen import told
from schemas.errors import DamageError
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import FileOutcome, RowOutcome, RowPlace
from schemas.night import Books
from schemas.table import conform, empty
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, FileVerdict
from transforms.intake.file_form import SourceFile
from transforms.reports.order_status import StatusFacts, build_order_status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.ledger.runs.runs import InputFile
    from flows.night.publishing.committed import CommittedNight
    from flows.outbound.documents import AnyDocument
    from schemas.intake.dropped_file import FileKey
    from schemas.night import AsOf
    from schemas.settings.client import Client
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


LOG = logging.getLogger(__name__)

QUARANTINE, ACKS, STATUS = "quarantine", "acks", "status"


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
    document = render_quarantine(
        rows.frame,
        own,
        SourceFile(
            file.client_id, Feed(file.feed), file.file_hash, file.file_name, night.as_of.business_date
        ),
        client=client,
        faults=rows.faults,
    )
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
        own, bad, told = (of_client(rows, client_id) for rows in (files, rejected, notes))
        render = partial(render_acknowledgements, own, bad, told, answering)
        owed = Owed(night.version, ACKS, client_id)
        yield from missed.fence(render, f"{client_id}: answers to its files", owed)


def of_client(rows: pl.DataFrame, client_id: str) -> Any:  # noqa: ANN401 -- a frame of the contract that it was
    """The rows of one client."""
    return rows.filter(pl.col("client_id") == client_id)


def render_status(
    night: CommittedNight, files: pl.DataFrame, places: Places, missed: Missed
) -> Iterator[AnyDocument]:
    """The status of each of its clients; rejected rows stand in it by the lines that `places` knows."""
    known = _build_together(
        StatusFacts(
            books=night.books,
            standings=night.decided("standings"),
            decisions=night.decided("decisions"),
            reservations=night.decided("reservations"),
            movements=night.added("movements"),
            shipments=night.added("shipments"),
            files=conform(files, FileOutcome),
            rejected_rows=night.added("rejected_rows"),
            row_places=conform(pl.concat([empty(RowPlace), *places.lines]), RowPlace),
        )
    )
    for client_id in night.configured:
        make = partial(_render_status, night.configuration.clients[client_id], known, night.as_of)
        yield from missed.fence(make, f"{client_id}: its status", Owed(night.version, STATUS, client_id))


def _build_together(facts: StatusFacts) -> pl.DataFrame | StatusFacts:
    """The status of many clients; its facts if that fails, so that one's fault leaves the others theirs."""
    try:
        return build_order_status(facts)
    except UNFORESEEN as error:
        if not concerns_one(error):
            raise
        LOG.error("the status of all clients failed; each is made alone: %s", told(error))  # noqa: TRY400 -- its words are values
        return facts


def _render_status(client: Client, known: pl.DataFrame | StatusFacts, as_of: AsOf) -> Iterator[AnyDocument]:
    """The status of one client."""
    client_id = client.client_id
    if isinstance(known, StatusFacts):
        own = {field.name: of_client(getattr(known, field.name), client_id) for field in fields(known)
               if field.name != "books"}  # fmt: skip
        books = {name: of_client(table, client_id) for name, table in known.books.tables().items()}
        known = build_order_status(StatusFacts(**own, books=Books.of(books)))
    yield from render_order_status(
        of_client(known, client_id), clients={client_id: client.spreadsheets}, as_of=as_of
    )


def past_night(night: CommittedNight, owed: Owed) -> CommittedNight | None:
    """The night whose version owes something; None: there is no such run."""
    run = next((run for run in night.ledger.all_runs() if run.version == owed.version), None)
    if run is None:
        return None
    configuration = parse_configuration(night.ledger.frozen(run.as_of).policies)
    return replace(night, as_of=run.as_of, version=owed.version, configuration=configuration)


def render_owed(night: CommittedNight, missed: Missed, folder: Path) -> Iterator[AnyDocument]:
    """What the version before could not write, and owes no less where this one cannot either.

    A file whose bytes are forgotten or erased by now is owed nothing, nor is the status of a version that is
    no longer kept; what stands already is tonight's. Messages are a matter of `of_messages`.
    """
    for owed in read_owed(version_folder(night.workspace, night.version - 1)):
        documents = missed.fence(partial(_render_debt, night, owed, missed), _about_debt(owed), owed)
        yield from (document for document in documents if not (folder / document.path).exists())


def _about_debt(owed: Owed) -> str:
    return f"{owed.client_id}: its {owed.kind} of version {owed.version}"


def _render_debt(night: CommittedNight, owed: Owed, missed: Missed) -> Iterator[AnyDocument]:
    """One thing that a version owes."""
    past = past_night(night, owed)
    if past is None:
        return
    files = past.added("files").filter(pl.col("client_id") == owed.client_id)
    if owed.kind == ACKS:
        yield from render_answers(past, files, Places(), missed)
    elif owed.kind == STATUS:
        yield from _render_past_status(past, owed.client_id, files, missed)
    elif owed.kind == QUARANTINE and landed_path(past.workspace, owed.file_hash).exists():
        one = files.filter(feed=owed.feed, file_hash=owed.file_hash)
        yield from render_rejections(past, one, Places(), missed)


def _render_past_status(
    past: CommittedNight, client_id: str, files: pl.DataFrame, missed: Missed
) -> Iterator[AnyDocument]:
    """The status of one client as of a version that is still kept."""
    if client_id not in past.configuration.clients or not is_kept(past.ledger.connection, past.version):
        return
    places = Places()
    for _ in render_rejections(past, files, places, Missed()):
        pass  # what it reads again says where the rows stand
    own = replace(past.configuration, clients={client_id: past.configuration.clients[client_id]})
    yield from render_status(replace(past, configuration=own, clients=(client_id,)), files, places, missed)
