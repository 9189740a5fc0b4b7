"""What was held since it may tell again what is booked, or make units vanish, and is meant.

Whoever looked at them and says so drops them again, as their quarantine: rows that name the place of their
first try are believed (`file_grows`, `count_held`), and those of a file that repeats another one
(`file_repeated`) name a first try of their own. Who said it, when and why stands in each row of the file that
is dropped, which is kept like any other; the next night takes it.
"""

from __future__ import annotations

import logging
from contextlib import closing
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.disk import durable
from flows.inbound.reading.forms import read_raw
from flows.inbound.taking.archive import find_archived
from flows.inbound.taking.landing import landed_path
from flows.ledger.databases.control import find_format, open_reading
from flows.ledger.migrations.chain import todays_format
from flows.ledger.store.ledger import Ledger
from flows.outbound.clients.quarantine import render_quarantine
from schemas.errors import ConfigurationError
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import RejectedRow
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.intake.file_form import SourceFile
from transforms.intake.rows.raw_rows import FAULT, ROW_NO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from typing import Any

    from flows.outbound.documents import LongDocument
    from flows.workspace import Workspace
    from schemas.settings.client import Client

LOG = logging.getLogger(__name__)

ROW_REASONS = (ReasonCode.FILE_GROWS, ReasonCode.COUNT_HELD)
"""Why single rows are held until somebody says that they are meant."""

DONE = "SELECT client_id, subject, cause FROM done_findings WHERE code = ?"
NOTHING = "Nothing was changed."
WHICH = ("client_id", "feed", "file_name", "file_hash", "reason_code", "business_date")
"""What the published nights say of a held file."""

LEAST_OF_HASH = 8
"""Characters by which a file may be named by its hash."""


class HeldFile(NamedTuple):
    """What of one file is held.

    Attributes:
        client_id: whose file it is.
        feed: of the file.
        file_name: as it was dropped.
        file_hash: of its bytes.
        reason: why it is held, a reason code.
        taken_on: business date of the night that took it.
        rows: the rows that are held; none: all of the file.
    """

    client_id: str
    feed: str
    file_name: str
    file_hash: str
    reason: str
    taken_on: date
    rows: tuple[int, ...] = ()

    @property
    def subject(self) -> str:
        """What a finding about it calls it."""
        return f"{self.feed}/{self.file_name}"

    @property
    def label(self) -> str:
        """The name by which people know it."""
        return f"{self.client_id}/{self.subject}"


class Judgement(NamedTuple):
    """That held rows are meant: who says so, why and when."""

    by: str
    why: str
    at: datetime


def find_held(
    workspace: Workspace, clients: Collection[str], files: Iterable[dict[str, Any]]
) -> list[HeldFile]:
    """Everything that a word releases.

    Args:
        workspace: whose books are asked.
        clients: whose files.
        files: what the published nights say of files, as `FileOutcome` has it.
    """
    if find_format(workspace.ledger) != todays_format():
        return []
    with closing(open_reading(workspace.ledger)) as connection:
        ledger = Ledger(workspace.ledger, connection)
        if ledger.last_committed() is None:
            return []
        rows = ledger.load_table("uncorrected_rows", sorted(clients))
        done = set(connection.execute(DONE, [ReasonCode.FILE_REPEATED.value]))
    own = rows.filter(
        pl.col("reason_code").is_in(list(ROW_REASONS)), pl.col("file_hash") == pl.col("last_hash")
    )
    grouped = own.group_by(
        "client_id", "feed", "last_name", "last_hash", "reason_code", "since_on", maintain_order=True
    ).agg(pl.col("row_no").sort())
    held = [
        HeldFile(client_id, feed, name, file_hash, reason, taken_on, tuple(row_nos))
        for client_id, feed, name, file_hash, reason, taken_on, row_nos in grouped.iter_rows()
    ]
    repeated = [
        HeldFile(*(row[name] for name in WHICH))
        for row in files
        if row["reason_code"] == ReasonCode.FILE_REPEATED
    ]
    still = [file for file in repeated if (file.client_id, file.subject, file.file_hash) not in done]
    return sorted({*held, *still})


def choose_held(held: Sequence[HeldFile], wanted: str) -> HeldFile:
    """The held file that somebody names: by client/feed/name, its name, a path of it, or its hash.

    Raises:
        ConfigurationError: none is named so, or several are; the message says which there are.
    """
    named = [file for file in held if _is_named(file, wanted)]
    if len(named) == 1:
        return named[0]
    there = "; ".join(f"{file.label} ({file.reason}, {file.file_hash[:12]})" for file in (named or held)[:5])
    if named:
        message = f"{wanted} may be several: {there}. Name one by its hash. {NOTHING}"
    else:
        message = f"No held file is named {wanted}. Held are: {there or 'none'}. {NOTHING}"
    raise ConfigurationError(message)


def _is_named(file: HeldFile, wanted: str) -> bool:
    """Whether a name, path or hash is that of a held file."""
    parts = PurePath(wanted).parts
    by_hash = len(wanted) >= LEAST_OF_HASH and file.file_hash.startswith(wanted)
    by_place = parts[-3:] == (file.client_id, file.feed, file.file_name) or wanted == file.file_name
    return by_hash or by_place or file.file_hash[:12] in parts


def prepare_release(
    workspace: Workspace, file: HeldFile, client: Client, judgement: Judgement
) -> LongDocument:
    """The held rows as the file that is to be dropped.

    Raises:
        ConfigurationError: the bytes are gone, or cannot be read by the client's settings any more.
    """
    content = _bytes_of(workspace, file)
    raw = read_raw(content, client.feeds.of(Feed(file.feed)))
    if isinstance(raw, Refusal):
        message = f"{file.label} cannot be read by the settings of today: {raw.detail}. {NOTHING}"
        raise ConfigurationError(message)
    rows = raw.frame.filter(pl.col(FAULT).is_null())
    if file.rows:
        rows = rows.filter(pl.col(ROW_NO).is_in(file.rows))
    rejected = rows.select(
        client_id=pl.lit(file.client_id),
        feed=pl.lit(file.feed),
        file_hash=pl.lit(file.file_hash),
        row_no=ROW_NO,
        column=pl.lit(None, pl.String),
        reason_code=pl.lit(file.reason),
        origin_hash=pl.lit(None, pl.String),
        origin_row=pl.lit(None, pl.Int64),
    )
    said = {"bo_said_by": judgement.by, "bo_why": judgement.why, "bo_said_at": judgement.at.isoformat()}
    if file.reason == ReasonCode.FILE_REPEATED:
        # the same bytes may be booked already under their own hash
        said["bo_file"] = sha256(f"{file.file_hash} {judgement.at.isoformat()}".encode()).hexdigest()
        rows = rows.drop("bo_file", "bo_row", strict=False)
    source = SourceFile(file.client_id, Feed(file.feed), file.file_hash, file.file_name, file.taken_on)
    document = render_quarantine(rows, conform(rejected, RejectedRow), source, client=client, said=said)
    if document is None:
        message = f"{file.label} has no row that could be released. {NOTHING}"
        raise ConfigurationError(message)
    return document


def drop_release(workspace: Workspace, file: HeldFile, document: LongDocument, judgement: Judgement) -> Path:
    """Where the file lies now, in inbound.

    Raises:
        ConfigurationError: a file of that name lies there, or nothing can be written there.
    """
    place = workspace.inbound / file.client_id / file.feed / PurePath(document.path).name
    if place.exists():
        message = f"{place} is there already; the next night takes it. {NOTHING}"
        raise ConfigurationError(message)
    try:
        durable.make_folder(place.parent)
        durable.put_file(place, document.chunks)
        durable.sync_folder(place.parent)
    except OSError as error:
        message = f"{place} cannot be written: {error.strerror}. {NOTHING}"
        raise ConfigurationError(message) from error
    LOG.info("%s (%s) is released by %s: %s", file.label, file.reason, judgement.by, judgement.why)
    return place


def _bytes_of(workspace: Workspace, file: HeldFile) -> bytes:
    """The bytes of a held file as they were received.

    Raises:
        ConfigurationError: they are deleted.
    """
    archived = find_archived(workspace.archive / file.client_id / file.feed / file.file_name, file.file_hash)
    for place in (landed_path(workspace, file.file_hash), archived):
        if place.is_file():
            return place.read_bytes()
    message = f"the bytes of {file.label} are deleted; let it be sent again. {NOTHING}"
    raise ConfigurationError(message)
