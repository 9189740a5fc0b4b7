"""Looks at inbound by day: what is whole is landed, and its form is answered at once in `acks/`.

A look takes nothing into the books, so it goes on while a night runs (`flows/inbound/taking/door.py`). A file
is answered once for its content and name; what may still be written is answered by a later look.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows.clock import SYSTEM_CLOCK, Clock
from flows.configuration import read_configuration
from flows.disk.full_disk import told_when_disk_is_full
from flows.inbound.reading.forms import read_again
from flows.inbound.taking.door import hold_door
from flows.ledger.databases.migrating import bring_to_today_by_day
from flows.ledger.store.ledger import Ledger
from flows.night.intake import list_inputs, take_in
from flows.night.planning.reading import ReadingDesk, read_items
from flows.night.recording import kept_log
from flows.outbound.clients.acknowledgements import (
    Answering,
    place_answer,
    render_acknowledgements,
    render_form_acknowledgement,
)
from flows.outbound.documents import write_documents
from flows.own_places import refuse_misplaced
from flows.privacy import close_people, set_umask
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import RejectedRow, RowOutcome
from schemas.night import AsOf
from schemas.table import empty
from schemas.vocabulary.words import Feed, FileVerdict
from transforms.intake.file_form import SourceFile
from transforms.intake.tally import tally_files

if TYPE_CHECKING:
    from pathlib import Path

    from flows.inbound.taking.arrival import Arrival
    from flows.ledger.runs.runs import InputFile
    from flows.outbound.documents import Document
    from flows.workspace import Workspace
    from transforms.intake.file_form import Catalogue, FileForm

PATIENCE_SECONDS = 60.0
"""How long a look waits for another one. The next comes in a few minutes anyhow."""


@dataclass(frozen=True)
class Answer:
    """What is known of a file that lies in inbound: its acknowledgement as machines read it."""

    content: dict[str, Any]
    is_new: bool


@dataclass(frozen=True)
class DayLook:
    """What lies in inbound: files with their answers, by client and feed; and what may still be written."""

    answers: list[Answer]
    waiting: list[Arrival]


def look_by_day(workspace: Workspace, clock: Clock = SYSTEM_CLOCK) -> DayLook:
    """Land what was dropped, and answer each file that has no answer yet.

    Raises:
        ConfigurationError: the settings are broken, another look has not ended, or the disk is full.
    """
    set_umask()
    refuse_misplaced(workspace)
    bring_to_today_by_day(workspace)
    with (
        told_when_disk_is_full(workspace.root, "a look at inbound"),
        Ledger.open(workspace) as ledger,
        hold_door(workspace, clock, patience_seconds=PATIENCE_SECONDS),
        kept_log(workspace),
    ):
        close_people(workspace)
        landing = take_in(workspace, ledger, clock, waits=False)
        files = sorted(list_inputs(ledger, landing, clock.now()))
        fresh = [file for file in files if not _is_answered(workspace, file)]
        write_documents(_answer_files(workspace, ledger, files, fresh, clock), workspace.root, over=True)
    answers = [Answer(_read_answer(workspace, file), file in fresh) for file in files]
    return DayLook(answers, [arrival for arrival in landing.left if arrival.is_waiting])


def _answer_files(
    workspace: Workspace, ledger: Ledger, files: list[InputFile], fresh: list[InputFile], clock: Clock
) -> list[Document]:
    """The answers to `fresh` files, read with the items of the books and of all items files that wait."""
    if not fresh:
        return []
    configuration = read_configuration(workspace)
    # what is dropped today belongs to the night of today's date
    as_of = AsOf(clock.now().astimezone(ZoneInfo(configuration.settings.time_zone)).date())
    owners = {file.client_id for file in fresh}
    books = ledger.load_books(owners)
    items_desk = ReadingDesk(workspace, as_of, configuration, {})
    catalogue = read_items(items_desk, [file for file in files if file.client_id in owners], books)
    seen = ledger.seen_files()
    return [
        document
        for file in fresh
        for document in _answer(file, ReadingDesk(workspace, as_of, configuration, seen), catalogue)
    ]


def _answer(file: InputFile, desk: ReadingDesk, catalogue: Catalogue) -> list[Document]:
    """Both forms of the answer to one file."""
    desk.read_files([file], catalogue)
    reading = desk.result()
    if reading.files["verdict"][0] != FileVerdict.LOADED:
        answered = tally_files(reading.files, reading.outcomes)
        return list(render_acknowledgements(answered, empty(RejectedRow), empty(RowOutcome), Answering()))
    (form,) = [form for _, form in desk.forms]
    source = SourceFile(
        file.client_id, Feed(file.feed), file.file_name, file.file_hash, desk.as_of.business_date
    )
    return render_form_acknowledgement(form, source, _find_places(file, form, desk))


def _find_places(file: InputFile, form: FileForm, desk: ReadingDesk) -> Answering:
    """Where the rejected rows of a file stand."""
    clients = desk.configuration.clients
    row_nos = set(form.rejected["row_no"])
    if not row_nos:
        return Answering(clients)
    again = read_again(file, row_nos, client=clients[file.client_id], workspace=desk.workspace)
    places = {} if isinstance(again, Refusal) else again.places
    return Answering(clients, {(file.client_id, file.feed, file.file_hash): places})


def _is_answered(workspace: Workspace, file: InputFile) -> bool:
    """Whether this content was answered under this name; of what has no content, whether this fault was."""
    place = _place(workspace, file)
    if not place.exists():
        return False
    return bool(file.file_hash) or _read_answer(workspace, file)["reason_code"] == file.refusal_code


def _read_answer(workspace: Workspace, file: InputFile) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_place(workspace, file).read_text(encoding="utf-8"))
    return answer


def _place(workspace: Workspace, file: InputFile) -> Path:
    place = place_answer(file.client_id, file.feed, file.file_name, file.file_hash)
    return workspace.root / f"{place}.json"
