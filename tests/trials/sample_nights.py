"""The sample's nights in scratch workspaces, and everything that a repeated night must not change."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from flows.night.run import run_nights
from flows.outbound.analysts.analytics import FILE_NAME
from flows.outbound.analysts.digests import logical_digest
from flows.outbound.versions.manifest import MANIFEST, RUN_INFO
from flows.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NIGHTS = tuple(date.fromisoformat(folder.name) for folder in sorted((SAMPLE / "nights").iterdir()))
CLIENTS = tuple(sorted(file.stem for file in (SAMPLE / "clients").glob("*.toml")))
SMALL_CLIENT = "larkmoor"

PROMISED = (f"*/{MANIFEST}", "*/picks/**/*", "*/notices/**/*")
"""What is the same to the byte whenever a night is made again, below `published/`."""

FACTS = {
    "runs": "business_date, run_no, state, version, laws_checked, clients_held",
    "run_files": "business_date, run_no, client_id, feed, file_hash, refusal_code",
    "run_policies": "business_date, run_no, path, sha256",
    "versions": "*",
    "segments": "*",
    "deliveries": "version, warehouse_id, releases, state",
    "seen_files": "*",
    "arrivals": "client_id, feed, file_hash",
    "archived_files": "place, size, file_hash",
    "people.ship_to": "*",
    "people.erasures": "*",
    "people.marks": "*",
}
"""Tables of the ledger and what of them is no time of day and no file's name."""


def set_up(root: Path, clients: Iterable[str] = CLIENTS) -> Workspace:
    """A workspace with the sample's settings for these clients."""
    root.mkdir(parents=True)
    (root / "clients").mkdir()
    for client_id in clients:
        shutil.copy(SAMPLE / "clients" / f"{client_id}.toml", root / "clients")
    shutil.copytree(SAMPLE / "warehouses", root / "warehouses")
    shutil.copy(SAMPLE / "workspace.toml", root)
    return Workspace(root)


def drop_files(
    workspace: Workspace,
    night: date,
    clients: Iterable[str] = CLIENTS,
    rename: Callable[[int, str], str] = lambda _, name: name,
) -> list[Path]:
    """Where the night's files now lie in inbound, unchanged but for the name that `rename` gives them."""
    dropped = []
    for client_id in clients:
        for number, source in enumerate(sorted((SAMPLE / "nights" / str(night) / client_id).glob("*/*"))):
            folder = workspace.inbound / client_id / source.parent.name
            folder.mkdir(parents=True, exist_ok=True)
            dropped.append(Path(shutil.copy(source, folder / rename(number, source.name))))
    return dropped


def run_sample(root: Path, clients: Iterable[str] = CLIENTS, nights: Iterable[date] = NIGHTS) -> Workspace:
    """The workspace after these nights of the sample, without Prefect."""
    workspace = set_up(root, clients)
    for night in nights:
        drop_files(workspace, night, clients)
        run_nights(workspace, business_date=night)
    return workspace


def promised_outputs(workspace: Workspace) -> dict[str, str]:
    """Picks, notices and manifests by their hash, and each analyst database by its logical digest."""
    places = {place for pattern in PROMISED for place in workspace.published.glob(f"v{pattern}")}
    files = {_name(place, workspace): _hash(place) for place in sorted(places) if place.is_file()}
    databases = sorted(workspace.published.glob(f"v*/{FILE_NAME}"))
    return {**files, **{_name(place, workspace): _digest(place) for place in databases}}


def everything_kept(workspace: Workspace) -> dict[str, str]:
    """All that a stopped and repeated night must leave as an undisturbed one does; strays show by name."""
    newest = max(workspace.published.glob("v??????"))
    folders = {"outbox", "acks", "landing", "archive", "inbound", "ledger/segments", "ledger/manifests"}
    return {
        **promised_outputs(workspace),
        "current": str((workspace.published / "current").readlink()),
        "writable": ", ".join(sorted(_name(place, workspace) for place in _writable(newest))),
        "strays": ", ".join(_name(place, workspace) for place in find_strays(workspace)),
        **{
            name: sha
            for folder in folders
            for name, sha in _contents(workspace.root / folder, workspace).items()
        },
        **_contents(workspace.published, workspace, but={FILE_NAME, RUN_INFO}),
        **ledger_facts(workspace),
    }


def find_strays(workspace: Workspace) -> list[Path]:
    """Half-made things: hidden partial files, folders of versions that were begun, scratch."""
    partial = list(workspace.root.rglob(".*.partial*"))
    begun = list(workspace.published.glob("*.tmp"))
    scratch = _files(workspace.staging)
    incoming = [place for place in (workspace.landing / "incoming",) if place.exists()]
    return sorted([*partial, *begun, *scratch, *incoming])


def ledger_facts(workspace: Workspace) -> dict[str, str]:
    """The rows of each table of the ledger, times of day left out."""
    connection = sqlite3.connect(workspace.ledger / "control.sqlite")
    connection.execute("ATTACH DATABASE ? AS people", [str(workspace.ledger / "people.sqlite")])
    try:
        return {
            table: "\n".join(sorted(map(repr, connection.execute(f"SELECT {columns} FROM {table}"))))  # noqa: S608 -- constants
            for table, columns in FACTS.items()
        }
    finally:
        connection.close()


def differing(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    """What is not as expected: changed, missing or too much."""
    return sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))


def _contents(folder: Path, workspace: Workspace, but: Collection[str] = ()) -> dict[str, str]:
    """Each file below a folder by its hash, some names left out."""
    return {_name(place, workspace): _hash(place) for place in _files(folder) if place.name not in but}


def _writable(folder: Path) -> Iterator[Path]:
    """What below a folder somebody might change."""
    return (place for place in [folder, *folder.rglob("*")] if place.stat().st_mode & 0o222)


def _files(folder: Path) -> list[Path]:
    """The files below a folder; a lock names the process that held it last."""
    places = (place for place in folder.rglob("*") if place.is_file() and not place.is_symlink())
    return sorted(place for place in places if place.suffix != ".lock")


def _name(place: Path, workspace: Workspace) -> str:
    return place.relative_to(workspace.root).as_posix()


def _digest(database: Path) -> str:
    """Its logical digest, or why there is none."""
    try:
        return logical_digest(database)
    except duckdb.Error as error:
        return f"broken: {error}"


def _hash(place: Path) -> str:
    return hashlib.sha256(place.read_bytes()).hexdigest()
