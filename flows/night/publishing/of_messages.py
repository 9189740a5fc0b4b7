"""The messages of each client, within a fence of its own: what earlier versions owe it, then tonight's.

A message exists once. What a version could not write of it is written by a later one, and nothing that stands
in a version already is written again: a mailer that takes what lies in each version sends no mail twice.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from functools import partial
from typing import IO, TYPE_CHECKING, NamedTuple

from flows.disk import durable
from flows.ledger.store.people import read_erased
from flows.ledger.store.versions import is_kept
from flows.night.publishing.of_clients import of_client, past_night
from flows.night.publishing.owed import Owed, read_owed
from flows.outbound.documents import LongDocument
from flows.outbound.notices.notices import (
    TonightsMessages,
    feed_chunks,
    feed_path,
    open_feed,
    render_notices,
)
from flows.outbound.versions.publish import version_folder
from schemas.night import Books
from schemas.results import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from flows.night.publishing.committed import CommittedNight
    from flows.night.publishing.owed import Missed
    from flows.outbound.documents import AnyDocument

NOTICES = "notices"


def render_messages(night: CommittedNight, missed: Missed) -> Iterator[AnyDocument]:
    """The messages of its clients, one after the other; of one that is owed some, these come first."""
    debts: dict[str, list[Owed]] = {}
    for owed in read_owed(version_folder(night.workspace, night.version - 1)):
        is_ours = night.clients is None or owed.client_id in night.clients
        if owed.kind == NOTICES and is_ours and is_kept(night.ledger.connection, owed.version):
            debts.setdefault(owed.client_id, []).append(owed)
    told = sorted({*night.added("messages")["client_id"], *debts})
    if not told:
        return
    tonight, scratch = _told_on(night), durable.make_folder(night.workspace.staging)
    for client_id in told:
        with open_feed(scratch) as feed:
            desk = _Desk(night, client_id, feed, missed)
            yield from _render_client(desk, tonight, debts.get(client_id, []))


class _Desk(NamedTuple):
    """Where the messages of one client are written in a night."""

    night: CommittedNight
    client_id: str
    feed: IO[bytes]
    missed: Missed


def _render_client(desk: _Desk, tonight: TonightsMessages, debts: list[Owed]) -> Iterator[AnyDocument]:
    """What is owed to one client, its messages of tonight, and both for machines."""
    about = f"{desk.client_id}: its notices"
    for debt in debts:
        yield from desk.missed.fence(partial(_render_debt, desk, debt), about, debt)
    own = Owed(desk.night.version, NOTICES, desk.client_id)
    yield from desk.missed.fence(partial(_render_tonight, desk, tonight, own), about, own)
    feed = LongDocument(feed_path(desk.client_id), partial(feed_chunks, desk.feed))
    yield from desk.missed.fence(lambda: [feed] if desk.feed.tell() else [], about, *debts, own)


def _render_tonight(desk: _Desk, tonight: TonightsMessages, debt: Owed) -> Iterator[AnyDocument]:
    """The client's messages of tonight."""
    yield from _render(desk, desk.night, _of_client(tonight, desk.client_id), debt)


def _render_debt(desk: _Desk, debt: Owed) -> Iterator[AnyDocument]:
    """What an earlier version could not write, and no version since then did; nothing of erased orders."""
    past = past_night(desk.night, debt)
    if past is None:
        return
    told = _told_on(replace(past, clients=(desk.client_id,)))
    erased = read_erased(past.ledger.connection)
    kept = told.messages.join(erased, on=erased.columns, how="anti", maintain_order="left")
    since = [version_folder(past.workspace, version) for version in range(past.version, desk.night.version)]
    fed = {message_id for folder in since for message_id in _fed(folder / feed_path(desk.client_id))}
    for document in _render(desk, past, replace(told, messages=kept.pipe(Message.validate)), debt, fed):
        if not any((folder / document.path).exists() for folder in since):
            yield document


def _render(
    desk: _Desk, past: CommittedNight, told: TonightsMessages, debt: Owed, fed: Collection[str] = ()
) -> Iterator[AnyDocument]:
    """Messages of a night, by the client's settings of today, in which the cause may be mended."""
    clients = {**past.configuration.clients, **desk.night.configuration.clients}

    def miss(message_id: str) -> None:
        desk.missed.note(f"{desk.client_id} {message_id}", debt)

    yield from render_notices(
        told,
        past.addresses(told.messages),
        client=clients[desk.client_id],
        feed=desk.feed,
        fed=fed,
        missed=miss,
    )


def _told_on(night: CommittedNight) -> TonightsMessages:
    """The messages that a night decided, and what names what they tell."""
    facts = (night.added_since_told(table) for table in ("movements", "shipments"))
    return TonightsMessages(night.added("messages"), night.added("message_lines"), night.books, *facts)


def _of_client(told: TonightsMessages, client_id: str) -> TonightsMessages:
    """What concerns one client."""
    own = {field.name: of_client(getattr(told, field.name), client_id) for field in fields(told)
           if field.name != "books"}  # fmt: skip
    books = {name: of_client(table, client_id) for name, table in told.books.tables().items()}
    return TonightsMessages(**own, books=Books.of(books))


def _fed(feed: Path) -> Iterator[str]:
    """The messages that a version told machines."""
    if feed.is_file():
        with feed.open("rb") as lines:
            for line in lines:
                yield json.loads(line)["message_id"]
