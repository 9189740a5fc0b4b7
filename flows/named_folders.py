"""Folders that settings and commands name: none is the program's own, or one that no disk can have."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

from flows.own_places import FILES, FOLDERS, FOR_MACHINES
from flows.workspace import Workspace, is_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.settings.warehouse import Warehouse

MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 2_000
"""Of a folder that a setting names; a name of the program's own still fits below it."""

OWN_FILES = (*FILES, "workspace.toml")


def refuse_folders_of_ours(workspace: Workspace, warehouses: Mapping[str, Warehouse]) -> None:
    """See to it that every folder that a warehouse names can take its pick files, and is none of ours.

    Raises:
        ConfigurationError: one cannot; every such setting is named.
    """
    faults = [
        f"warehouses/{warehouse_id}.toml: delivery_folder: {fault}"
        for warehouse_id, warehouse in sorted(warehouses.items())
        if warehouse.delivery_folder is not None
        and (fault := find_fault(workspace, warehouse.delivery_folder))
    ]
    if faults:
        raise ConfigurationError("\n".join(faults))


def find_fault(workspace: Workspace, folder: str) -> str:
    """What keeps a folder that a setting names from being used, in a sentence; empty: nothing."""
    if not folder.strip():
        return "it is empty; name a folder, or leave the key out"
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in folder):
        return "it has a sign that no name of a folder has (a line end, a nought byte); write it without"
    parts = folder.split("/")
    if ".." in parts:
        return f"{folder[:80]!r} leads upwards with `..`; write where the folder lies, from `/` on"
    sizes = [len(os.fsencode(part)) for part in parts]
    if max(sizes) > MAX_NAME_BYTES or len(os.fsencode(folder)) > MAX_PATH_BYTES:
        return f"{folder[:80]!r}... is longer than a disk takes; name another folder"
    ours = find_ours(workspace, folder, unless_below="outbox")
    return f"{ours}, or one below outbox/" if ours.endswith("name a folder outside") else ours


def find_ours(workspace: Workspace, folder: str, *, unless_below: str = "") -> str:
    """Why a folder, wherever links lead, is one that the program keeps for itself; empty: it is none.

    Args:
        workspace: whose folders they are.
        folder: absolute, or below the workspace.
        unless_below: a folder of the program below which it may lie.
    """
    try:
        root = workspace.root.resolve()
        place = (root / folder).resolve()
        if place == root:
            return f"{folder!r} is the workspace itself; name a folder of its own"
        for name in (*FOLDERS, *FOR_MACHINES, *OWN_FILES):
            own = (root / name).resolve()
            is_inside = own in place.parents
            if place == own or (is_inside and name != unless_below):
                where = "lies in" if is_inside else "is"
                return (
                    f"{folder!r} {where} {name} of the workspace, which the program keeps for itself; name a "
                    "folder outside"
                )
    except (OSError, RuntimeError) as error:
        return f"{folder!r} leads nowhere ({getattr(error, 'strerror', None) or 'a link to itself'})"
    return ""


def refuse_place_of_ours(folder: Path, workspace: Workspace | None = None) -> None:
    """See to it that what a command writes lies in no folder that some workspace keeps for itself.

    Args:
        folder: that the command is asked to write, or to make a workspace of.
        workspace: of the command, wherever links of it lead; without one, only those around the folder count.

    Raises:
        ConfigurationError: it does; nothing was changed.
    """
    try:
        place = folder.resolve()
    except (OSError, RuntimeError, ValueError):
        return  # whoever writes there says why it cannot be done
    around = [owner for parent in place.parents if is_workspace(owner := Workspace(parent))]
    for owner in [*([workspace] if workspace else []), *around]:
        if ours := find_ours(owner, str(place)):
            message = f"Nothing may be written there: {ours}. Nothing was changed."
            raise ConfigurationError(message)
