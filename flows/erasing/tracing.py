"""Where the person of an order still stands: everything that an erasure takes out, and what it must leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.configuration import read_configuration
from flows.erasing.papers import find_paper_change
from flows.erasing.published import find_changes, redact_picks
from flows.erasing.raw_files import SettingsShelf, find_taken, names_any, stands_in
from flows.inbound.taking.kept import find_archived, find_landed
from flows.inbound.taking.opening import NotTakenError, chunks_of, opened_file
from flows.ledger.forgetting.erasures import BEGINNING, is_known
from flows.ledger.runs.contents import last_taken, needed_contents
from flows.outbound.versions.publish import published_versions, replaced_versions, version_folder
from flows.outbound.warehouses.delivery import delivery_folders
from flows.outbound.warehouses.papers import PAPER
from flows.outbound.warehouses.picks import PICK_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from flows.configuration import Configuration
    from flows.erasing.published import Changes, Wanted
    from flows.inbound.taking.kept import KeptFile
    from flows.ledger.forgetting.erasures import Order
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace
    from schemas.night import AsOf

WAITS = "a run that is not finished, or a file that waits in inbound, needs these bytes; they go after it"
LIES_IN_INBOUND = "take it away, or drop it again without the order, unless a night may take it"


@dataclass(frozen=True, order=True)
class Left:
    """A file that names an order and stays for now, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Traces:
    """What holds the person of some orders."""

    orders: list[Order]
    people: int = 0
    landing: list[Path] = field(default_factory=list)
    archive: list[Path] = field(default_factory=list)
    versions: dict[Path, Changes] = field(default_factory=dict)
    outbox: dict[Path, bytes | None] = field(default_factory=dict)
    staging: list[Path] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def paths(self) -> dict[str, list[Path]]:
        """The files that change or go, by the folder that they lie in."""
        published = [version / path for version, changes in self.versions.items() for path in changes]
        return {
            "landing": self.landing,
            "archive": self.archive,
            "published": published,
            "outbox": sorted(self.outbox),
            "staging": self.staging,
        }

    def is_empty(self) -> bool:
        """Nothing holds them, and nothing stays that does."""
        return not (self.people or self.left or any(self.paths().values()))


@dataclass(frozen=True)
class Search:
    """What is looked for, and in the files of which nights.

    Attributes:
        since: business date of the first night whose files are looked at.
        finished: a run that is as good as published: the one at whose end is looked.
    """

    workspace: Workspace
    ledger: Ledger
    orders: Collection[Order]
    since: str = BEGINNING
    finished: AsOf | None = None

    @property
    def wanted(self) -> Wanted:
        """The orders by client."""
        clients = sorted({order.client_id for order in self.orders})
        return {
            client: frozenset(order.order_id for order in self.orders if order.client_id == client)
            for client in clients
        }


def find_traces(search: Search) -> Traces:
    """Everything that holds the persons of the orders."""
    workspace, ledger = search.workspace, search.ledger
    configuration = read_configuration(workspace)
    unfinished = [run for run in ledger.unfinished() if run.as_of != search.finished]
    needed = needed_contents(ledger.connection, search.finished)
    landed, archived = find_landed(workspace), find_archived(workspace, ledger.connection)
    naming = _find_contents(search, [*landed, *archived])
    staged = [workspace.staging / run.as_of.run_id for run in unfinished]
    stay = [Left(file.path, WAITS) for file in landed if file.file_hash in naming & needed]
    return Traces(
        orders=sorted(search.orders),
        people=sum(is_known(ledger.connection, order) for order in search.orders),
        landing=[file.path for file in landed if file.file_hash in naming - needed],
        archive=[file.path for file in archived if file.file_hash in naming],
        versions={**_find_published(search), **_find_replaced(search, configuration)},
        outbox=_find_picks(search, configuration),
        staging=[folder for folder in staged if folder.is_dir()],
        left=sorted([*stay, *_find_in_inbound(search, configuration)]),
    )


def _find_contents(search: Search, files: Collection[KeptFile]) -> set[str]:
    """The hashes of kept files that name one of the orders."""
    places = {file.file_hash: file.path for file in files}
    shelf = SettingsShelf(search.ledger)
    naming: set[str] = set()
    for client_id, order_ids in search.wanted.items():
        for taken in find_taken(search.ledger, client_id, search.since):
            if taken.file_hash in places and taken.file_hash not in naming:
                content = places[taken.file_hash].read_bytes()
                client = shelf.client(client_id, taken.as_of)
                if names_any(content, order_ids, feed=taken.feed, client=client):
                    naming.add(taken.file_hash)
    known = last_taken(search.ledger.connection, places)
    every = {order.order_id for order in search.orders}
    strange = [file for file in files if file.file_hash not in known]
    return naming | {file.file_hash for file in strange if _holds(file.path, every)}


def _holds(path: Path, order_ids: Collection[str]) -> bool:
    """Whether bytes that no run took have one of the numbers in them."""
    content = path.read_bytes()
    return any(stands_in(content, order_id) for order_id in order_ids)


def _find_published(search: Search) -> dict[Path, Changes]:
    """What must change in each version."""
    found: dict[Path, Changes] = {}
    shelf = SettingsShelf(search.ledger)
    runs = {run.version: run.as_of for run in search.ledger.all_runs() if run.version}
    for version in published_versions(search.workspace):
        as_of = runs.get(version)
        if as_of and as_of.business_date.isoformat() >= search.since:
            folder = version_folder(search.workspace, version)
            clients = {client_id: shelf.client(client_id, as_of) for client_id in search.wanted}
            if changes := find_changes(folder, search.wanted, clients):
                found[folder] = changes
    return found


def _find_replaced(search: Search, configuration: Configuration) -> dict[Path, Changes]:
    """What must change in versions that a restore moved aside; quarantine is read with today's settings."""
    if search.since != BEGINNING:
        return {}  # no later night adds to them
    clients = {client_id: configuration.clients.get(client_id) for client_id in search.wanted}
    found = {
        folder: find_changes(folder, search.wanted, clients) for folder in replaced_versions(search.workspace)
    }
    return {folder: changes for folder, changes in found.items() if changes}


def _find_picks(search: Search, configuration: Configuration) -> dict[Path, bytes | None]:
    """Pick files that no warehouse has taken away yet, without the persons."""
    found: dict[Path, bytes | None] = {}
    for folder in delivery_folders(search.workspace, configuration.warehouses):
        for path in sorted(folder.glob("picks_*")):
            if PICK_FILE.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                if path.suffix == PAPER:
                    found |= find_paper_change(path, search.workspace, search.wanted, configuration)
                elif (content := redact_picks(path.read_bytes(), search.wanted)) is not None:
                    found[path] = content
    return found


def _find_in_inbound(search: Search, configuration: Configuration) -> Iterator[Left]:
    """Files that others have dropped, and that are theirs until a night has taken them."""
    inbound = search.workspace.inbound
    for client_id, order_ids in search.wanted.items():
        client = configuration.clients.get(client_id)
        for path in sorted((inbound / client_id).glob("*/*")):
            try:
                with opened_file(path, inbound) as descriptor:
                    content = b"".join(chunks_of(descriptor, path.stat().st_size))
            except NotTakenError:
                continue
            if names_any(content, order_ids, feed=path.parent.name, client=client):
                yield Left(path, LIES_IN_INBOUND)
