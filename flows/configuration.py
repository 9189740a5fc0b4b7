"""What people set: `workspace.toml`, `clients/*.toml` and `warehouses/*.toml`, read once at the edge."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flows.settings_file import is_id, read_settings_file, shown, suggest
from schemas.client import Client
from schemas.errors import ConfigurationError
from schemas.settings import WorkspaceSettings
from schemas.vocabulary import Feed
from schemas.warehouse import Warehouse
from transforms.intake.expressions import UnknownColumnError
from transforms.intake.file_form import SourceFile
from transforms.intake.routes import compile_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flows.workspace import Workspace


@dataclass(frozen=True)
class Configuration:
    """Everything that people set, checked.

    A client in `refused` sits the night out: its file is broken, and the message says where. The
    other clients go on.
    """

    settings: WorkspaceSettings
    clients: dict[str, Client]
    warehouses: dict[str, Warehouse]
    refused: dict[str, str]


def read_configuration(workspace: Workspace) -> Configuration:
    """The settings of a workspace; the client files are optional, as is `workspace.toml`.

    Raises:
        ConfigurationError: there is no workspace, or `workspace.toml` or a warehouse's file is
            broken: these hold for every client, so none can go on.
    """
    if not workspace.root.is_dir():
        message = f"{workspace.root} is not a folder; make a workspace there with `backorders init`"
        raise ConfigurationError(message)
    settings = _read_workspace(workspace)
    warehouses = _read_warehouses(workspace)
    clients: dict[str, Client] = {}
    refused: dict[str, str] = {}
    for path in _toml_files(workspace.clients):
        try:
            client = _read_client(path, warehouses)
        except ConfigurationError as error:
            refused[shown(path.stem)] = str(error)
        else:
            clients[client.client_id] = client
    return Configuration(settings, clients, warehouses, refused)


def policy_files(workspace: Workspace) -> list[tuple[str, str]]:
    """Every settings file that shapes a run: its path below the workspace and its SHA-256, sorted."""
    paths = [*_toml_files(workspace.clients), *_toml_files(workspace.warehouses)]
    if workspace.settings_file.is_file():
        paths.append(workspace.settings_file)
    return sorted((shown(str(path.relative_to(workspace.root))), _hash(path)) for path in paths)


def _read_workspace(workspace: Workspace) -> WorkspaceSettings:
    """The workspace's own settings; the defaults where it has no file."""
    path = workspace.settings_file
    if not (path.exists() or path.is_symlink()):
        return WorkspaceSettings()
    return read_settings_file(path, WorkspaceSettings, path.name)


def _read_warehouses(workspace: Workspace) -> dict[str, Warehouse]:
    """Every warehouse by its id.

    Raises:
        ConfigurationError: files are broken; all of their faults are named.
    """
    warehouses: dict[str, Warehouse] = {}
    faults: list[str] = []
    for path in _toml_files(workspace.warehouses):
        place = _place(path)
        try:
            _check_id(path, place)
            warehouses[path.stem] = read_settings_file(path, Warehouse, place, warehouse_id=path.stem)
        except ConfigurationError as error:
            faults.append(str(error))
    if faults:
        raise ConfigurationError("\n".join(faults))
    return warehouses


def _read_client(path: Path, warehouses: Iterable[str]) -> Client:
    """A client whose warehouses all have a file.

    Raises:
        ConfigurationError: the client must sit the night out.
    """
    place = _place(path)
    _check_id(path, place)
    client = read_settings_file(path, Client, place, client_id=path.stem)
    unknown = [name for name in client.warehouses if name not in warehouses]
    if unknown:
        message = (
            f"{place}: warehouses: there is no warehouses/{shown(unknown[0])}.toml; "
            f"{suggest(unknown[0], warehouses, 'there are')}"
        )
        raise ConfigurationError(message)
    _check_mappings(client)
    return client


def _check_mappings(client: Client) -> None:
    """Refuse mappings that no file could satisfy; whether its columns exist, each file must tell."""
    for feed in Feed:
        settings = client.feeds.of(feed)
        source = SourceFile(client.client_id, feed, "", "", date.min)
        if settings.columns or settings.routes:
            with suppress(UnknownColumnError):
                compile_targets(settings, source, settings.header)


def _check_id(path: Path, place: str) -> None:
    """Refuse a file whose name cannot be an id."""
    if not is_id(path.stem):
        message = (
            f"{place}: the file's name is the id, which names folders too: letters, digits, "
            "dot, dash and underscore, starting with a letter or digit, 64 at most; rename it"
        )
        raise ConfigurationError(message)


def _toml_files(folder: Path) -> Iterator[Path]:
    """The settings files of a folder by name; nothing where there is no folder. Dot files are not read."""
    names = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return (path for path in names if not path.name.startswith("."))


def _place(path: Path) -> str:
    """How messages name a file: `clients/acme.toml`."""
    return shown(f"{path.parent.name}/{path.name}")


def _hash(path: Path) -> str:
    """SHA-256 of a file; of nothing where it cannot be read, which refuses its client."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return hashlib.sha256().hexdigest()
