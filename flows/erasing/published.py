"""Taking a person out of what was published: picks, notices and quarantine of a version.

A pick row stays, since its goods were released; only its cells about the person become empty. A
notice is deleted, and what the NDJSON says of it is reduced to its ids. A quarantined row goes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from flows.erasing.raw_files import read_named, stands_in
from flows.inbound.reading.forms import read_raw
from flows.outbound.clients.quarantine import corrections_workbook, write_delimited
from flows.outbound.documents import path_label
from flows.outbound.warehouses.forms import read_picks, write_picks
from flows.outbound.workbooks import is_workbook
from schemas.books.people import ShipTo
from schemas.intake.refusal import Refusal
from schemas.outputs.reports import Pick
from schemas.vocabulary.words import Feed
from transforms.intake.rows.raw_rows import RESERVED, shown_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from schemas.settings.client import Client

Wanted = dict[str, frozenset[str]]
"""The orders to be erased, by client."""

Changes = dict[str, bytes | None]
"""New bytes of files by their path in the version; None: the file goes."""

ABOUT_PEOPLE = [
    name for name in Pick.names() if name in ShipTo.names() and name not in {"client_id", "order_id"}
]
KEPT_OF_MESSAGE = (
    "message_id",
    "previous_id",
    "state",
    "business_date",
    "run_no",
    "client_id",
    "order_id",
    "kind",
)


def find_changes(version: Path, wanted: Wanted, clients: Mapping[str, Client | None]) -> Changes:
    """What must change in a version so that it holds none of the orders' persons; nothing if it does not.

    `clients` has the settings that the version was made with: quarantine is read by them.
    """
    changes: Changes = {}
    for path in sorted(version.glob("picks/*/picks_*.csv")):
        if (picks := redact_picks(path.read_bytes(), wanted)) is not None:
            changes[path.relative_to(version).as_posix()] = picks
    for client_id, order_ids in wanted.items():
        label = path_label(client_id)
        changes.update(_notice_changes(version, version / "notices" / label, client_id, order_ids))
        for path in _files_below(version / "quarantine" / label):
            feed = path.relative_to(version / "quarantine" / label).parts[0]
            content = path.read_bytes()
            left = redact_quarantine(content, order_ids, feed=feed, client=clients.get(client_id))
            if left != content:
                changes[path.relative_to(version).as_posix()] = left
    return changes


def redact_picks(content: bytes, wanted: Wanted) -> bytes | None:
    """A pick file whose rows of the orders say nothing of a person; None where they say nothing already."""
    picks, form = read_picks(content)
    redacted = without_people(picks, wanted)
    return None if redacted.equals(picks) else write_picks(redacted, form)


def without_people(picks: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """Pick rows, of which those of the orders say nothing of a person."""
    names = [name for name in ABOUT_PEOPLE if name in picks.columns]
    return picks.with_columns(pl.when(~is_of(wanted)).then(pl.col(name)).alias(name) for name in names)


def is_of(wanted: Wanted) -> pl.Expr:
    """Whether a row is of one of the orders."""
    return pl.any_horizontal(
        pl.lit(False),
        *(
            (pl.col("client_id") == client) & pl.col("order_id").is_in(sorted(ids))
            for client, ids in wanted.items()
        ),
    )


def redact_messages(content: bytes, client_id: str, order_ids: Collection[str]) -> tuple[bytes, list[str]]:
    """The NDJSON of a folder, in which messages about the orders are ids alone; and the ids of these."""
    lines, erased = [], []
    for line in content.decode().rstrip("\n").split("\n"):
        message = json.loads(line)
        if message["client_id"] == client_id and message["order_id"] in order_ids:
            erased.append(message["message_id"])
            blank = {name: message[name] if name in KEPT_OF_MESSAGE else None for name in message}
            line = json.dumps({**blank, "is_erased": True}, ensure_ascii=False)  # noqa: PLW2901 -- the line as it is now
        lines.append(line)
    return ("\n".join(lines) + "\n").encode(), erased


def redact_quarantine(
    content: bytes, order_ids: Collection[str], *, feed: str, client: Client | None
) -> bytes | None:
    """A quarantine file without the rows of the orders; None: no row is left, or it cannot be read."""
    named = read_named(content, feed=feed, client=client)
    if named is None or client is None:
        if is_workbook(content):
            return None  # its bytes are packed: nobody sees whom it names
        return None if any(stands_in(content, order_id) for order_id in order_ids) else content
    theirs = named.filter(pl.col("order_id").is_in(sorted(order_ids)))
    if theirs.is_empty():
        return content
    settings = client.feeds.of(Feed(feed))
    raw = read_raw(content, settings)
    if isinstance(raw, Refusal) or not raw.faults.is_empty():
        return None
    rows = raw.frame.join(theirs, left_on="bo_row_no", right_on="row_no", how="anti", maintain_order="left")
    shown = rows.drop(RESERVED, strict=False).with_columns(shown_text(pl.col(pl.String)).fill_null(""))
    if shown.is_empty():
        return None
    return corrections_workbook(shown, settings) if is_workbook(content) else write_delimited(shown, settings)


def _notice_changes(version: Path, folder: Path, client_id: str, order_ids: Collection[str]) -> Changes:
    """The messages about the orders go; what machines read of them keeps their ids."""
    place = folder / "notices.ndjson"
    if not place.is_file():
        return {}
    content = place.read_bytes()
    redacted, erased = redact_messages(content, client_id, order_ids)
    gone = [path for message_id in erased for path in sorted(folder.glob(f"*/{message_id}.*"))]
    changes: Changes = {path.relative_to(version).as_posix(): None for path in gone}
    return changes if redacted == content else {**changes, place.relative_to(version).as_posix(): redacted}


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in order; none where there is no folder."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
