"""Where files of a client name an order that the books do not have: rejected, held, set aside, or waiting.

An order that is not in the books is somewhere all the same: its row lies in quarantine, its file waits or was
refused, or a route put it aside. Files are read again as intake reads them; nothing is written.
"""

from __future__ import annotations

import os
from contextlib import closing
from datetime import date
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from flows.inbound.reading.forms import find_named, read_raw
from flows.inbound.taking.archive import find_archived
from flows.inbound.taking.kept import hash_at
from flows.ledger.databases.control import find_format, open_reading
from flows.ledger.migrations.chain import todays_format
from flows.ledger.store.ledger import Ledger
from flows.outbound.documents import path_label
from flows.settings_file import is_id, shown
from schemas.errors import ConfigurationError
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, FileVerdict
from transforms.intake.file_form import SourceFile
from transforms.intake.mapping.routes import assign_rows, compile_targets
from transforms.intake.rows.cells import file_headers, name_cells
from transforms.intake.rows.raw_rows import ROW_NO, SHEET_ROW

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from flows.configuration import Configuration
    from flows.workspace import Workspace
    from schemas.settings.client import Client

Row = dict[str, Any]
RowKey = tuple[str, int]

SMALL_BYTES = 5_000_000
"""A file up to this size is always read by rows, which takes a tenth of a second."""

FATES = {
    "waits": "waits in inbound/ and no night has taken it yet",
    "held": "the file is held",
    "refused": "the file was refused",
    "rejected": "the row was rejected and is not corrected",
    "set_aside": "a route of the client's file put the row aside",
}
"""What became of a file or row that names an order; each with its words."""


class Mention(NamedTuple):
    """A place where an order is named, and why it is not in the books for that.

    Attributes:
        feed: of the file.
        file_name: as it was dropped.
        line: of the file as a spreadsheet counts it; None: the file cannot be read so far.
        fate: one of `FATES`.
        night: business date of the night that decided it; None: none did.
        why: the reason, with what to do.
        path: where to look: the quarantined rows, else the file.
    """

    feed: str
    file_name: str
    line: int | None
    fate: str
    night: date | None
    why: str
    path: Path


class Answers(NamedTuple):
    """What the published nights say of a client's files: rows of the analyst tables."""

    files: Sequence[Row]
    rejected: Sequence[Row]


class NamingFile(NamedTuple):
    """A file that may name the order; `answer` is what the last night that looked at it said."""

    path: Path
    feed: Feed
    file_hash: str
    answer: Row | None


def find_mentions(
    workspace: Workspace,
    configuration: Configuration,
    client_id: str,
    order_id: str,
    answers: Answers,
    *,
    is_known: bool,
) -> list[Mention]:
    """Every place in files that are not wholly in the books: what waits, then the newest night first.

    Args:
        workspace: where the files lie.
        configuration: the settings as they are now.
        client_id: whose files.
        order_id: as it stands in them.
        answers: what the nights made of them.
        is_known: the books have the order: of its rejected rows only those count that were not corrected.
    """
    if not is_id(client_id):
        return []
    open_rows = _open_rows(workspace, client_id) if is_known else None
    found: list[Mention] = []
    for file in _candidates(workspace, client_id, answers.files):
        client = configuration.clients.get(client_id)
        for row in _rows_naming(file, client, order_id):
            mention = _tell(workspace, client_id, file, row, answers.rejected, open_rows)
            found.extend([mention] if mention else [])
    newest = sorted(
        found, key=lambda mention: mention.night.toordinal() if mention.night else 0, reverse=True
    )
    return sorted(newest, key=lambda mention: mention.night is not None)


class NamingRow(NamedTuple):
    """A row that names the order; nothing but None of a file that cannot be read."""

    row_no: int | None = None
    line: int | None = None
    aside: str | None = None
    """Condition of the route that put it aside; None: it was not."""


def _candidates(workspace: Workspace, client_id: str, files: Sequence[Row]) -> Iterator[NamingFile]:
    """What lies in inbound, and of what was taken the files of which something is not in the books."""
    last = {(row["feed"], row["file_hash"]): row for row in files if row["file_hash"]}
    unlanded = {(row["feed"], row["file_name"]): row for row in files if not row["file_hash"]}
    for feed in Feed:
        for path in sorted((workspace.inbound / client_id / feed).glob("[!.]*")):
            if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
                file_hash = hash_at(path)
                answer = last.get((feed.value, file_hash)) or unlanded.get((feed.value, shown(path.name)))
                yield NamingFile(path, feed, file_hash, answer)
    for row in last.values():
        if row["rows_rejected"] or row["rows_set_aside"] or row["verdict"] == FileVerdict.REFUSED:
            path = find_archived(
                workspace.archive / client_id / row["feed"] / row["file_name"], row["file_hash"]
            )
            if path.is_file():
                yield NamingFile(path, Feed(row["feed"]), row["file_hash"], row)


def _rows_naming(file: NamingFile, client: Client | None, order_id: str) -> list[NamingRow]:
    """The rows of a file that name the order; of one that cannot be read, whether its bytes do."""
    content = _bytes_of(file.path, order_id)
    if client is None:
        return _unread(content, order_id)
    settings = client.feeds.of(file.feed)
    source = SourceFile(client.client_id, file.feed, file.file_hash, shown(file.path.name), date.min)
    try:
        named, raw = find_named(content, source=source, client=client), read_raw(content, settings)
    except ConfigurationError:
        return _unread(content, order_id)
    if named is None or isinstance(named, Refusal) or isinstance(raw, Refusal):
        return _unread(content, order_id)
    numbers = named.filter(pl.col("order_id") == order_id)["row_no"].unique()
    rows = raw.frame.filter(pl.col(ROW_NO).is_in(numbers.implode()))
    if rows.is_empty():
        return []
    targets = compile_targets(settings, source, file_headers(rows))
    places = assign_rows(name_cells(rows, file_headers(rows)), targets)["place"]
    conditions = [route.where for route in settings.routes]
    return [
        NamingRow(row_no, line, None if targets[place].feed else conditions[place])
        for row_no, line, place in zip(rows[ROW_NO], rows[SHEET_ROW], places, strict=True)
    ]


def _bytes_of(path: Path, order_id: str) -> bytes:
    """The bytes of a file; none of a large one that has the order's name nowhere: it is not read by rows.

    In a small one a mapping may make the name of what stands in several columns.
    """
    if path.stat().st_size <= SMALL_BYTES:
        return path.read_bytes()
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return content[:] if any(content.find(name) >= 0 for name in _spellings(order_id)) else b""


def _spellings(order_id: str) -> list[bytes]:
    """The order's name in the encodings that files come in."""
    return [order_id.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]


def _unread(content: bytes, order_id: str) -> list[NamingRow]:
    """A file that cannot be read by rows: it names the order if its bytes do, in whatever encoding."""
    return [NamingRow()] if any(name in content for name in _spellings(order_id)) else []


def _tell(
    workspace: Workspace,
    client_id: str,
    file: NamingFile,
    row: NamingRow,
    rejected: Iterable[Row],
    open_rows: Collection[RowKey] | None,
) -> Mention | None:
    """Why a row that names the order is not in the books; None where it is, or may be."""
    answer = file.answer
    name = answer["file_name"] if answer else shown(file.path.name)
    night = answer["business_date"] if answer else None

    def mention(fate: str, why: str, path: Path = file.path) -> Mention:
        return Mention(file.feed.value, name, row.line, fate, night, why, path)

    if answer is None:
        return mention("waits", "")
    if answer["verdict"] in {FileVerdict.HELD, FileVerdict.REFUSED}:
        return mention(answer["verdict"], f"{answer['detail']} ({answer['reason_code']})")
    reasons = [
        reason
        for reason in rejected
        if (reason["file_hash"], reason["row_no"]) == (file.file_hash, row.row_no)
        and (open_rows is None or _first_try(reason) in open_rows)
    ]
    if reasons:
        path = _quarantined(workspace, client_id, file, name) or file.path
        return mention("rejected", "; ".join(dict.fromkeys(map(_reason, reasons))), path)
    return mention("set_aside", f"where = {row.aside}") if row.aside is not None else None


def _first_try(reason: Row) -> RowKey:
    """The row that is to be corrected: its first try, or itself."""
    return (reason["origin_hash"] or reason["file_hash"], reason["origin_row"] or reason["row_no"])


def _reason(reason: Row) -> str:
    """`qty: not_whole, the value is not a whole number`."""
    meanings = {code.value: code.meaning for code in ReasonCode}
    column = f"{reason['column']}: " if reason["column"] else ""
    return f"{column}{reason['reason_code']}, {meanings.get(reason['reason_code'], 'of an older program')}"


def _quarantined(workspace: Workspace, client_id: str, file: NamingFile, name: str) -> Path | None:
    """The newest kept quarantine file of a file's rejected rows; its ending may have changed since."""
    place = f"quarantine/{path_label(client_id)}/{file.feed}/{file.file_hash[:12]}"
    found = workspace.published.glob(f"v[0-9]*/{place}/*")
    return max((path for path in found if path.name.startswith(path_label(name))), default=None)


def _open_rows(workspace: Workspace, client_id: str) -> set[RowKey]:
    """Rejected rows, by their first try, that no later row has corrected."""
    if find_format(workspace.ledger) != todays_format():
        return set()
    with closing(open_reading(workspace.ledger)) as connection:
        ledger = Ledger(workspace.ledger, connection)
        if ledger.last_committed() is None:
            return set()
        rows = ledger.load_table("uncorrected_rows", [client_id])
    return set(rows.select("file_hash", "row_no").iter_rows())
