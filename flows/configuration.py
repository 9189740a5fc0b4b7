"""What people set: `workspace.toml`, `clients/*.toml` and `warehouses/*.toml`, read once at the edge."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from flows.fence import UNFORESEEN
from flows.named_folders import refuse_folders_of_ours
from flows.pasting import say_command
from flows.settings_file import is_id, parse_settings, read_content, shown
from schemas.errors import ConfigurationError
from schemas.settings.client import Client
from schemas.settings.parent import suggest
from schemas.settings.warehouse import Warehouse
from schemas.settings.workspace import WorkspaceSettings
from schemas.vocabulary.words import Feed
from transforms.intake.file_form import SourceFile
from transforms.intake.mapping.expressions import UnknownColumnError
from transforms.intake.mapping.routes import compile_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flows.workspace import Workspace

SETTINGS = "workspace.toml"


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
    """The settings of a workspace as they stand now; `workspace.toml` and the client files are optional.

    Raises:
        ConfigurationError: there is no workspace, or `workspace.toml` or a warehouse's file is
            broken, or names a folder of the program: these hold for every client, so none can go on.
    """
    if not workspace.root.is_dir():
        command = say_command("init", str(workspace.root.absolute()))
        message = f"{workspace.root} is not a folder; make a workspace there with `{command}`"
        raise ConfigurationError(message)
    configuration = _configure(_read_files(workspace))
    refuse_folders_of_ours(workspace, configuration.warehouses)
    return configuration


def parse_configuration(policies: Mapping[str, bytes]) -> Configuration:
    """The same from the files' bytes (see `read_policies`), as a run has frozen them.

    Raises:
        ConfigurationError: as `read_configuration`.
    """
    return _configure(policies)


def read_policies(workspace: Workspace) -> dict[str, bytes]:
    """The bytes of every settings file by its path below the workspace, sorted: what shapes a run.

    A file that cannot be read is left out; `read_configuration` refuses its client and says so.
    """
    return {place: content for place, content in _read_files(workspace).items() if isinstance(content, bytes)}


def _read_files(workspace: Workspace) -> dict[str, bytes | ConfigurationError]:
    """Each settings file's bytes, or why they cannot be read. Dot files are no settings."""
    paths = [*workspace.clients.glob("*.toml"), *workspace.warehouses.glob("*.toml")]
    if workspace.settings_file.exists() or workspace.settings_file.is_symlink():
        paths.append(workspace.settings_file)
    files: dict[str, bytes | ConfigurationError] = {}
    for path in sorted(path for path in paths if not path.name.startswith(".")):
        place = shown(path.relative_to(workspace.root).as_posix())
        try:
            files[place] = read_content(path, place)
        except ConfigurationError as error:
            files[place] = error
    _refuse_twins(workspace, files)
    return dict(sorted(files.items()))


def _refuse_twins(workspace: Workspace, files: dict[str, bytes | ConfigurationError]) -> None:
    """Of clients whose ids differ only in capitals one goes on: the one that had files here before.

    On many disks and shares (and in most mailers and tools) their folders and files would be one.
    """
    twins: dict[str, list[str]] = {}
    for _, client_id in _places_below("clients", files):
        twins.setdefault(client_id.casefold(), []).append(client_id)
    for client_ids in twins.values():
        first, *others = sorted(client_ids, key=lambda name: (not (workspace.archive / name).is_dir(), name))
        for client_id in others:
            message = (
                f"clients/{client_id}.toml: {client_id} differs from {first} only in capitals, and on many "
                "disks their files would be one; rename it"
            )
            files[f"clients/{client_id}.toml"] = ConfigurationError(message)


def _configure(files: Mapping[str, bytes | ConfigurationError]) -> Configuration:
    """The configuration that these files say."""
    settings = WorkspaceSettings()
    if SETTINGS in files:
        settings = parse_settings(_content(files[SETTINGS]), WorkspaceSettings, SETTINGS)
    warehouses = _parse_warehouses(files)
    clients: dict[str, Client] = {}
    refused: dict[str, str] = {}
    for place, client_id in _places_below("clients", files):
        try:
            clients[client_id] = _parse_client(_content(files[place]), place, client_id, tuple(warehouses))
        except ConfigurationError as error:
            refused[client_id] = str(error)
        except UNFORESEEN as error:
            # whatever one client's file does to a library, the others go on
            refused[client_id] = f"{place}: following it failed ({type(error).__name__}); report it"
    return Configuration(settings, clients, warehouses, refused)


def _parse_warehouses(files: Mapping[str, bytes | ConfigurationError]) -> dict[str, Warehouse]:
    """Every warehouse by its id.

    Raises:
        ConfigurationError: files are broken; all of their faults are named.
    """
    warehouses: dict[str, Warehouse] = {}
    faults: list[str] = []
    for place, name in _places_below("warehouses", files):
        try:
            _check_id(name, place)
            content = _content(files[place])
            warehouses[name] = parse_settings(content, Warehouse, place, warehouse_id=name)
        except ConfigurationError as error:
            faults.append(str(error))
    if faults:
        raise ConfigurationError("\n".join(faults))
    return warehouses


@lru_cache(maxsize=2_000)
def _parse_client(content: bytes, place: str, client_id: str, warehouses: tuple[str, ...]) -> Client:
    """A client whose warehouses all have a file.

    A night asks eight times, which for 200 clients would take longer than planning them.

    Raises:
        ConfigurationError: the client must sit the night out.
    """
    _check_id(client_id, place)
    client = parse_settings(content, Client, place, client_id=client_id)
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


def _check_id(name: str, place: str) -> None:
    """Refuse a file whose name cannot be an id."""
    if not is_id(name):
        message = (
            f"{place}: the file's name is the id, which names folders too: letters, digits, "
            "dot, dash and underscore, starting with a letter or digit, 64 at most; rename it"
        )
        raise ConfigurationError(message)


def _places_below(folder: str, files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The files of a folder, each with its name without the ending."""
    for place in files:
        if place.startswith(f"{folder}/"):
            yield place, place.removeprefix(f"{folder}/").removesuffix(".toml")


def _content(content: bytes | ConfigurationError) -> bytes:
    """The bytes of a file, or the fault in reading them, raised."""
    if isinstance(content, ConfigurationError):
        raise content
    return content
