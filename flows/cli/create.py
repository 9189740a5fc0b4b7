"""`backorders init`: a new workspace with commented settings."""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from flows.cli.options import JsonOption  # noqa: TC001 -- typer reads the annotations
from flows.cli.paper import open_console, print_json
from flows.ledger import durable
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from schemas.vocabulary import Feed

Files = dict[Path, str]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make the workspace in.")],
    warehouse: Annotated[
        list[str] | None, typer.Option("--warehouse", help="Id of a warehouse; may be repeated.")
    ] = None,
    client: Annotated[
        list[str] | None,
        typer.Option("--client", help="Id of a client, or ID=W1,W2 for its warehouses; may be repeated."),
    ] = None,
    time_zone: Annotated[str, typer.Option(help="IANA name of the time zone.")] = "UTC",
    country: Annotated[str, typer.Option(help="Country of the clients, ISO 3166-1.")] = "",
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Make a workspace: commented settings of warehouses and clients, and the folders to drop files in."""
    if not warehouse:
        warehouse = _ask("Warehouses (ids, separated by spaces)")
        time_zone = typer.prompt("Time zone", default=time_zone)
    if not client:
        client = _ask("Clients (ids, separated by spaces; ID=W1,W2 names warehouses)")
    place = Workspace(folder)
    files = write_settings(place, warehouse, client, time_zone=time_zone, country=country)
    check_settings(place, files)
    refuse_overwrite(place, files)
    for path, content in files.items():
        durable.make_folder(path.parent)
        durable.write_text(path, content)
    client_ids = [path.stem for path in files if path.parent == place.clients]
    for client_id in client_ids:
        for feed in Feed.values():
            durable.make_folder(place.inbound / client_id / feed)
    if as_json:
        print_json({"workspace": str(folder), "files": [str(path) for path in files]})
    else:
        _print_next_steps(place, list(files), client_ids[0])


def write_settings(
    place: Workspace, warehouses: list[str], clients: list[str], *, time_zone: str, country: str
) -> Files:
    """The content of every settings file of a new workspace, by its path.

    Raises:
        ConfigurationError: an id cannot be a file name or stands twice, or a client names a warehouse
            that is not made.
    """
    sites = {name: name for name in warehouses}
    owners = dict(_client_of(entry, warehouses) for entry in clients)
    for kind, given, made in (("warehouse", warehouses, sites), ("client", clients, owners)):
        if not given or len(given) != len(made):
            message = f"Name each {kind} once; given: {', '.join(given) or 'none'}."
            raise ConfigurationError(message)
        _check_names(kind, made)
    shared = {"time_zone": _toml(time_zone), "country": _toml(country)}
    files = {place.settings_file: _fill("workspace.toml", shared)}
    for name in sites:
        words = {**shared, "warehouse_id": name, "name": _toml(name)}
        files[place.warehouses / f"{name}.toml"] = _fill("warehouse.toml", words)
    for name, used in owners.items():
        words = {**shared, "client_id": name, "name": _toml(name), "warehouses": _toml(used)}
        files[place.clients / f"{name}.toml"] = _fill("client.toml", words)
    return files


def check_settings(place: Workspace, files: Files) -> None:
    """See to it that what is about to be written would be read back.

    Raises:
        ConfigurationError: a value, such as the time zone, is refused by the settings.
    """
    from pydantic import ValidationError  # noqa: PLC0415 -- takes time that help need not wait for

    from flows.settings_file import explain_error  # noqa: PLC0415 -- as above
    from schemas.client import Client  # noqa: PLC0415 -- as above
    from schemas.settings import Settings, WorkspaceSettings  # noqa: PLC0415 -- as above
    from schemas.warehouse import Warehouse  # noqa: PLC0415 -- as above

    for path, content in files.items():
        model: type[Settings] = WorkspaceSettings
        identity: dict[str, str] = {}
        if path.parent == place.clients:
            model, identity = Client, {"client_id": path.stem}
        elif path.parent == place.warehouses:
            model, identity = Warehouse, {"warehouse_id": path.stem}
        try:
            model.model_validate({**tomllib.loads(content), **identity})
        except ValidationError as error:
            faults = [f"{path.name}: {explain_error(detail, model)}" for detail in error.errors()]
            raise ConfigurationError("\n".join(faults)) from error


def refuse_overwrite(place: Workspace, files: Files) -> None:
    """Nothing that exists is written over.

    Raises:
        ConfigurationError: one of the files exists; the message names up to three.
    """
    existing = [str(path.relative_to(place.root)) for path in files if path.exists()]
    if existing:
        named = ", ".join(existing[:3]) + (", ..." if len(existing) > 3 else "")  # noqa: PLR2004 -- three examples
        message = f"{place.root} has {len(existing)} of these files already ({named}). Nothing was written."
        raise ConfigurationError(message)


def _ask(question: str) -> list[str]:
    """The words of an answer."""
    return str(typer.prompt(question)).split()


def _client_of(entry: str, warehouses: list[str]) -> tuple[str, list[str]]:
    """A client's id and warehouses from `ID` or `ID=W1,W2`.

    Raises:
        ConfigurationError: it names a warehouse that is not made.
    """
    client_id, _, named = entry.partition("=")
    used = named.split(",") if named else warehouses
    if unknown := [name for name in used if name not in warehouses]:
        message = (
            f"Client {client_id} names {', '.join(unknown)}, but the warehouses are {', '.join(warehouses)}."
        )
        raise ConfigurationError(message)
    return client_id, used


def _check_names(kind: str, names: dict[str, str] | dict[str, list[str]]) -> None:
    """See to it that ids can be file names.

    Raises:
        ConfigurationError: one cannot.
    """
    from flows.settings_file import is_id  # noqa: PLC0415 -- takes time that help need not wait for

    if bad := [name for name in names if not is_id(name)]:
        message = (
            f"Not a name for a {kind}: {', '.join(map(repr, bad))}. It names files and folders: use letters, "
            "digits, dot, dash and underscore, starting with a letter or digit."
        )
        raise ConfigurationError(message)


def _fill(template: str, words: dict[str, str]) -> str:
    """A template with its words put in."""
    text = resources.files("flows.cli").joinpath("templates", template).read_text("utf-8")
    return Template(text).substitute(words)


def _toml(value: str | list[str]) -> str:
    """A value as TOML writes it; JSON's strings and lists of strings are TOML as well."""
    return json.dumps(value, ensure_ascii=False)


def _print_next_steps(place: Workspace, files: list[Path], client_id: str) -> None:
    """What was written, and what to do first."""
    console = open_console()
    console.print(f"[bold]Workspace {place.root}[/]")
    for path in files:
        console.print(f"  {path.relative_to(place.root)}")
    console.print("\nNext:")
    console.print(f"  1. read and complete clients/{client_id}.toml")
    console.print(f"  2. drop files in inbound/{client_id}/<feed>/: {', '.join(Feed.values())}")
    console.print(f"  3. backorders run --workspace {place.root}")
