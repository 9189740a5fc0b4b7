"""Looks at inbound by day: what is whole is landed, and its form is answered at once in `acks/`.

A look takes nothing into the books, so it goes on while a night runs (`flows/inbound/taking/door.py`). A file
is answered once for its content and name; what may still be written is answered by a later look.
"""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows.clock import SYSTEM_CLOCK, Clock
from flows.configuration import read_configuration
from flows.disk.full_disk import told_when_disk_is_full
from flows.fence import UNFORESEEN, concerns_one
from flows.inbound.reading.forms import read_again
from flows.inbound.taking.door import hold_door
from flows.ledger.databases import seals
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
from flows.settings_file import shown
from flows.unforeseen import words_of
from schemas.errors import PublicationError
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import RejectedRow, RowOutcome
from schemas.night import AsOf
from schemas.table import empty
from schemas.vocabulary.words import Feed, FileVerdict
from transforms.intake.file_form import SourceFile
from transforms.intake.tally import tally_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flows.inbound.taking.arrival import Arrival
    from flows.ledger.runs.runs import InputFile
    from flows.outbound.documents import Document
    from flows.workspace import Workspace
    from transforms.intake.file_form import Catalogue, FileForm

LOG = logging.getLogger(__name__)

SHOWN = 3

PATIENCE_SECONDS = 60.0
"""How long a look waits for another one. The next comes in a few minutes anyhow."""


@dataclass(frozen=True)
class FileAnswer:
    """What is known of a file that lies in inbound: its acknowledgement as machines read it."""

    content: dict[str, Any]
    is_new: bool


@dataclass(frozen=True)
class DayLook:
    """What lies in inbound: files with their answers, by client and feed; and what may still be written."""

    answers: list[FileAnswer]
    waiting: list[Arrival]
    failed: list[str]
    """Files whose answer could not be written, each with the reason; the next look tries again."""


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
        failed: dict[InputFile, str] = {}
        fresh = [file for file in files if _is_unanswered(workspace, file)]
        for file, documents in _answer_files(workspace, ledger, files, fresh, clock):
            with _fenced(file, failed):
                # what machines read is the last: as long as it is not there, the file has no answer
                write_documents(reversed(documents()), workspace.root, over=True)
        if landing.files:
            seals.note_whole(ledger.connection)
    answers: list[FileAnswer] = []
    for file in [file for file in files if file not in failed]:
        with _fenced(file, failed):
            answers.append(FileAnswer(_read_answer(workspace, file), file in fresh))
    waiting = [arrival for arrival in landing.left if arrival.is_waiting]
    return DayLook(answers, waiting, list(failed.values()))


def refuse_unanswered(look: DayLook) -> None:
    """See to it that whoever dropped a file has an answer.

    Raises:
        PublicationError: answers could not be written; all else of the look is done.
    """
    if look.failed:
        more = f" and {len(look.failed) - SHOWN} more" if len(look.failed) > SHOWN else ""
        message = (
            f"{len(look.failed)} files have no answer: {'; '.join(look.failed[:SHOWN])}{more}. They are "
            "taken all the same. Mend what is named; the next look answers them."
        )
        raise PublicationError(message)


@contextmanager
def _fenced(file: InputFile, failed: dict[InputFile, str]) -> Iterator[None]:
    """A block about the answer to one file: what goes wrong with it is noted, and the others are answered."""
    try:
        yield
    except UNFORESEEN as error:
        if not concerns_one(error):
            raise
        why = shown(words_of(error))
        LOG.error("a file of %s %s could not be answered: %s", file.client_id, file.feed, why)  # noqa: TRY400 -- its words may be values
        failed[file] = f"{file.client_id} {file.feed} {file.file_name} ({why})"


def _answer_files(
    workspace: Workspace, ledger: Ledger, files: list[InputFile], fresh: list[InputFile], clock: Clock
) -> Iterator[tuple[InputFile, Callable[[], list[Document]]]]:
    """What makes the answers to `fresh` files, read with the items of the books and of all that wait."""
    if not fresh:
        return
    configuration = read_configuration(workspace)
    # what is dropped today belongs to the night of today's date
    as_of = AsOf(clock.now().astimezone(ZoneInfo(configuration.settings.time_zone)).date())
    owners = {file.client_id for file in fresh}
    books = ledger.load_books(owners)
    items_desk = ReadingDesk(workspace, as_of, configuration, {})
    catalogue = read_items(items_desk, [file for file in files if file.client_id in owners], books)
    seen = ledger.seen_files()
    for file in fresh:
        yield (
            file,
            partial(
                _answer,
                file,
                ReadingDesk(workspace, as_of, configuration, seen, recall=ledger.recall_orders),
                catalogue,
            ),
        )


def _answer(file: InputFile, desk: ReadingDesk, catalogue: Catalogue) -> list[Document]:
    """Both forms of the answer to one file."""
    desk.read_files([file], catalogue)
    reading = desk.result()
    if reading.files["verdict"][0] != FileVerdict.LOADED:
        answered = tally_files(reading.files, reading.outcomes)
        return list(render_acknowledgements(answered, empty(RejectedRow), empty(RowOutcome), Answering()))
    (form,) = [form for _, form in desk.forms]
    source = SourceFile(
        file.client_id, Feed(file.feed), file.file_hash, file.file_name, desk.as_of.business_date
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
    return Answering(clients, {file.key: places})


def _is_unanswered(workspace: Workspace, file: InputFile) -> bool:
    """Whether content has no answer under its name yet; of what has no content, whether its fault has none.

    An answer that cannot be read is written anew.
    """
    try:
        answer = _read_answer(workspace, file)
        return answer["client_id"] != file.client_id or (
            not file.file_hash and answer["reason_code"] != file.refusal_code
        )
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _read_answer(workspace: Workspace, file: InputFile) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_place(workspace, file).read_text(encoding="utf-8"))
    return answer


def _place(workspace: Workspace, file: InputFile) -> Path:
    place = place_answer(file.client_id, file.feed, file.file_name, file.file_hash)
    return workspace.root / f"{place}.json"
