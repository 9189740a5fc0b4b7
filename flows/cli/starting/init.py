"""`backorders init`: a new workspace with commented settings."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from datetime import time
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import JsonOption  # noqa: TC001 -- typer reads the annotations
from flows.cli.printing.paper import open_console, print_json
from flows.disk import durable
from flows.named_folders import refuse_place_of_ours
from flows.pasting import say_command, say_workspace
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from schemas.vocabulary.words import Feed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.settings.parent import Settings

Files = dict[Path, str]

UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "GMT", "Etc/GMT"})
"""What a machine calls its time zone if nobody ever told it where it stands."""


def init(  # noqa: PLR0913, PLR0917 -- the options of the command
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make the workspace in.")],
    warehouse: Annotated[
        list[str] | None,
        typer.Option(
            "--warehouse", help="Id of a warehouse, or ID=ZONE for a time zone of its own; may be repeated."
        ),
    ] = None,
    client: Annotated[
        list[str] | None,
        typer.Option("--client", help="Id of a client, or ID=W1,W2 for its warehouses; may be repeated."),
    ] = None,
    time_zone: Annotated[
        str, typer.Option(help="Time zone of the warehouses (IANA name, like Europe/London).")
    ] = "",
    counted_at: Annotated[
        str, typer.Option(help="Stock files are physical counts, made at this time of their day (HH:MM).")
    ] = "",
    country: Annotated[str, typer.Option(help="Country of the clients, ISO 3166-1.")] = "",
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Make a workspace: commented settings of warehouses and clients, and the folders to drop files in."""
    refuse_place_of_ours(folder)
    sites, owners, counted_at = _settle(folder, warehouse, client, time_zone, counted_at, is_json=as_json)
    place = Workspace(folder)
    files = write_settings(place, sites, owners, counted_at=counted_at, country=country)
    check_settings(place, files)
    client_ids = [path.stem for path in files if path.parent == place.clients]
    try:
        refuse_overwrite(place, files)
        _write(place, files, client_ids)
    except OSError as error:
        message = f"{folder}: the workspace cannot be made there ({error.strerror}); name another folder"
        raise ConfigurationError(message) from error
    if as_json:
        print_json({"workspace": str(folder), "files": [str(path) for path in files]})
    else:
        _print_next_steps(place, list(files), client_ids[0], takes_counts=bool(counted_at))


def _write(place: Workspace, files: Files, client_ids: Sequence[str]) -> None:
    """The files of a new workspace, and its folders."""
    for path, content in files.items():
        durable.make_folder(path.parent)
        durable.write_text(path, content)
    make_inbound(place, client_ids)


def make_inbound(place: Workspace, client_ids: Sequence[str]) -> None:
    """The folders to drop files in, one a feed."""
    if not place.inbound.exists():
        # dropped files hold people: to be opened to senders by whoever knows them, and to nobody else
        durable.set_mode(durable.make_folder(place.inbound), durable.OWN_FOLDER)
    for client_id in client_ids:
        for feed in Feed.values():
            durable.make_folder(place.inbound / client_id / feed)


def _settle(
    folder: Path,
    warehouses: list[str] | None,
    clients: list[str] | None,
    time_zone: str,
    counted_at: str,
    *,
    is_json: bool,
) -> tuple[list[tuple[str, str]], list[str], str]:
    """Warehouses with their zones, clients, and the time of counts: as the options say, else as is answered.

    Raises:
        ConfigurationError: something is missing, and there is nobody to be asked.
    """
    asks = not warehouses or not clients
    if asks and is_json:
        raise ConfigurationError(_tell_options(folder))
    try:
        sites = _zones_of(warehouses or _ask("Warehouses (ids, separated by spaces)"), time_zone, asks=asks)
        owners = clients or _ask("Clients (ids, separated by spaces; ID=W1,W2 names warehouses)")
        if asks and not counted_at:
            question = "Time of the day at which stock is counted (HH:MM; Enter if no stock files come)"
            counted_at = str(typer.prompt(question, default="", show_default=False, err=True))
    except typer.Abort:
        if sys.stdin.isatty():
            raise
        raise ConfigurationError(_tell_options(folder)) from None
    return sites, owners, counted_at


def _tell_options(folder: Path) -> str:
    """What to give where nobody answers."""
    root = str(folder.absolute())
    zone = ("--time-zone", "Europe/London")
    command = say_command("init", root, options=("--warehouse", "LEEDS", "--client", "acme", *zone))
    return (
        f"Nobody answers here, so say all of it: the ids of warehouses and clients, the time zone, and "
        f"--counted-at 06:00 if stock files come. For example `{command}`. Nothing was written."
    )


def write_settings(
    place: Workspace, sites: list[tuple[str, str]], clients: list[str], *, counted_at: str, country: str
) -> Files:
    """The content of every settings file of a new workspace, by its path.

    Args:
        place: the workspace.
        sites: id and time zone of each warehouse; the first zone is that of the workspace.
        clients: `ID` or `ID=W1,W2`; a client has the time zone of its first warehouse.
        counted_at: time of day of the stock counts; empty: what a count means is left to be said.
        country: of the clients.

    Raises:
        ConfigurationError: an id cannot be a file name or stands twice, or a client names a warehouse
            that is not made.
    """
    zones = dict(sites)
    owners = dict(_client_of(entry, list(zones)) for entry in clients)
    named = {"warehouse": ([name for name, _ in sites], list(zones)), "client": (clients, list(owners))}
    for kind, (given, made) in named.items():
        if not given or len(given) != len({name.casefold() for name in made}):
            message = (
                f"Name each {kind} once, and no two that differ only in capitals; given: "
                f"{', '.join(given) or 'none'}."
            )
            raise ConfigurationError(message)
        check_names(kind, made)
    shared = {**_defaults(), "country": _toml(country)}
    shared |= {"off": "" if counted_at else "#", "counted_at_time": _toml(read_clock(counted_at or "06:00"))}
    files = {place.settings_file: _fill("workspace.toml", {**shared, "time_zone": _toml(sites[0][1])})}
    for name, zone in zones.items():
        words = {**shared, "warehouse_id": name, "name": _toml(name), "time_zone": _toml(zone)}
        files[place.warehouses / f"{name}.toml"] = _fill("warehouse.toml", words)
    for name, used in owners.items():
        words = {**shared, "client_id": name, "name": _toml(name), "time_zone": _toml(zones[used[0]])}
        files[place.clients / f"{name}.toml"] = _fill("client.toml", {**words, "warehouses": _toml(used)})
    return files


def check_settings(place: Workspace, files: Files) -> None:
    """See to it that what is about to be written would be read back.

    Raises:
        ConfigurationError: a value, such as the time zone, is refused by the settings.
    """
    from pydantic import ValidationError  # noqa: PLC0415 -- takes time that help need not wait for

    from flows.settings_file import explain_error  # noqa: PLC0415 -- as above
    from schemas.settings.client import Client  # noqa: PLC0415 -- as above
    from schemas.settings.warehouse import Warehouse  # noqa: PLC0415 -- as above
    from schemas.settings.workspace import WorkspaceSettings  # noqa: PLC0415 -- as above

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
    return str(typer.prompt(question, err=True)).split()


def _zones_of(warehouses: list[str], time_zone: str, *, asks: bool) -> list[tuple[str, str]]:
    """Id and time zone of each warehouse, from `ID` or `ID=ZONE`, from the option, or from who sits there.

    Nobody's time zone is guessed: it decides which day is over and on which day goods leave, and UTC would be
    wrong by an hour or by a day without anybody seeing it.

    Raises:
        ConfigurationError: one has none, and there is nobody to be asked.
    """
    sites, known = [], time_zone or _zone_of_machine()
    for entry in warehouses:
        name, _, zone = entry.partition("=")
        zone = zone or time_zone
        if not zone and not (asks or sys.stdin.isatty()):
            message = (
                f"In which time zone is {name}? It decides which day is over, so it is not guessed. Say "
                f"--time-zone Europe/London, or for each warehouse its own: --warehouse {name}=Europe/London."
            )
            raise ConfigurationError(message)
        zone = zone or _ask_zone(name, known)
        known = zone
        sites.append((name, zone))
    return sites


def _ask_zone(name: str, known: str) -> str:
    """The time zone of a warehouse, asked until it is one; Enter says `known`, where something is."""
    from schemas.settings.parent import check_time_zone  # noqa: PLC0415 -- takes time that help need not wait for

    while True:
        answer = str(
            typer.prompt(f"Time zone of {name} (like Europe/London)", default=known or None, err=True)
        )
        try:
            return check_time_zone(answer.strip())
        except ValueError as error:
            open_console().print(f"{error}")


def _zone_of_machine() -> str:
    """The time zone that this machine is set to, as a first answer; none where it is UTC, as servers are."""
    place = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    zone = os.environ.get("TZ", "").removeprefix(":") or place
    return "" if zone in UTC_NAMES else zone


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


def check_names(kind: str, names: list[str]) -> None:
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
    text = resources.files("flows.cli.starting").joinpath("templates", template).read_text("utf-8")
    return Template(text).substitute(words)


def _defaults() -> dict[str, str]:
    """What every key means that nobody sets, by section and key: `policy_ship_rule`."""
    from schemas.settings.client import Client, NoticeSettings, ShipmentsFeed, StockFeed  # noqa: PLC0415 -- as above
    from schemas.settings.policy import Policy  # noqa: PLC0415 -- as above
    from schemas.settings.warehouse import Warehouse  # noqa: PLC0415 -- as above
    from schemas.settings.workspace import AlertSettings, WorkspaceSettings  # noqa: PLC0415 -- as above

    sections: dict[str, type[Settings]] = {
        "workspace": WorkspaceSettings,
        "alerts": AlertSettings,
        "warehouse": Warehouse,
        "client": Client,
        "policy": Policy,
        "notices": NoticeSettings,
        "stock": StockFeed,
        "shipments": ShipmentsFeed,
    }
    return {
        f"{section}_{key}": _toml(field.default)
        for section, model in sections.items()
        for key, field in model.model_fields.items()
        if isinstance(field.default, (bool, int, float, str, tuple, time))
    }


def _toml(value: object) -> str:
    """A value as TOML writes it; JSON's words, numbers and lists of them are TOML as well."""
    return value.isoformat() if isinstance(value, time) else json.dumps(value, ensure_ascii=False)


def read_clock(text: str) -> time:
    """A time of day.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        message = f"{text!r} is no time of day; write it like 06:00"
        raise ConfigurationError(message) from None


def _print_next_steps(place: Workspace, files: list[Path], client_id: str, *, takes_counts: bool) -> None:
    """What was written, and what to do first."""
    console = open_console()
    console.print(f"Workspace {place.root}", style="bold")
    for path in files:
        console.print(f"  {path.relative_to(place.root)}")
    console.print("\nNext:")
    console.print(f"  1. read and complete clients/{client_id}.toml")
    if not takes_counts:
        console.print("     (stock files are refused until its [feeds.stock] says what a count means)")
    here = say_workspace(place.root)
    console.print("  2. try a real file of each feed, until nothing of it surprises:")
    command = say_command("check", client_id, "orders", "FILE", workspace=here)
    console.print(f"     {command}", markup=False, soft_wrap=True)
    console.print(f"  3. drop files in inbound/{client_id}/<feed>/: {', '.join(Feed.values())}")
    console.print(f"  4. {say_command('run', workspace=here)}", markup=False, soft_wrap=True)
