"""The program's own places in a workspace: what lies there instead is told.

A file where a folder belongs, or a folder where a file does, comes of a copy, a script or a share that is not
mounted. Nothing of it is moved or removed here: nobody knows whose it is.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from flows.workspace import Workspace

FOLDERS = (
    *("clients", "warehouses", "inbound", "landing", "archive", "acks", "outbox", "staging", "backups"),
    *("published", "published/history", "ledger", "ledger/segments", "ledger/manifests", "ledger/policies"),
    ".prefect",
)
"""Without these no night can be done."""

FILES = (
    *("run.lock", "landing/door.lock", "landing/incoming", "landing/.incoming.partial"),
    *("staging/inputs.json", "ledger/control.sqlite", "ledger/people.sqlite"),
)

LINK = "published/current"

FOR_MACHINES = ("log", "metrics")
"""Folders without which nights are done, and nobody hears of them."""

FOR_MACHINES_FILES = ("log/backorders.jsonl", "metrics/backorders.prom")

SHOWN = 3


def refuse_misplaced(workspace: Workspace) -> None:
    """See to it that nothing else lies where the program's own folders and files belong.

    Raises:
        ConfigurationError: something does; nothing was changed.
    """
    found = [*find_misplaced(workspace, FOLDERS, FILES)]
    if is_folder(workspace.root / LINK) and not (workspace.root / LINK).is_symlink():
        found.append(f"{workspace.root / LINK} is a folder, where a link of the program belongs")
    if found:
        more = f" (and {len(found) - SHOWN} more)" if len(found) > SHOWN else ""
        message = f"{'; '.join(found[:SHOWN])}{more}. Move it away, and run again. Nothing was changed."
        raise ConfigurationError(message)


def find_misplaced(workspace: Workspace, folders: Iterable[str], files: Iterable[str]) -> list[str]:
    """What lies where other things belong, a sentence each, without its end; a link is its target."""
    root = workspace.root
    return [
        *(
            f"{root / name} is {kind}, where a folder of the program belongs"
            for name in folders
            if (kind := kind_of(root / name)) not in {"", "a folder"}
        ),
        *(
            f"{root / name} is {kind}, where a file of the program belongs"
            for name in files
            if (kind := kind_of(root / name)) not in {"", "a file"}
        ),
    ]


def is_folder(path: Path) -> bool:
    """Whether a folder lies there, or a link to one."""
    return kind_of(path) == "a folder"


def kind_of(path: Path) -> str:
    """What lies at a path, in words; empty: nothing, or nobody may look."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "a link that leads nowhere" if path.is_symlink() else ""
    except PermissionError:
        return ""
    except (OSError, ValueError) as error:
        return f"a name that leads nowhere ({getattr(error, 'strerror', None) or error})"
    kinds = {stat.S_ISDIR: "a folder", stat.S_ISREG: "a file"}
    return next((words for is_kind, words in kinds.items() if is_kind(mode)), "neither file nor folder")
