"""Who may read what holds people: the owner, and one group that `workspace.toml` names; nobody else.

Everything else of a workspace (settings, books without names, summaries, analytics, answers) is for all who
may see its folder; the mode of that folder is the operator's. `inbound/` is theirs, too, once others write
there; until then it is closed, and after that `status` says what everybody may read.

A closed folder is the door, whatever lies in it: its entries follow it (`flows.disk.durable` makes a file
or folder as open as the folder it is made in, and the system hands on the group). So what an older program
left open is closed once, by the first night that finds it so.
"""

from __future__ import annotations

import grp
import logging
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.settings_file import parse_settings, read_content, shown
from schemas.errors import ConfigurationError
from schemas.settings.workspace import WorkspaceSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)

HOLD_PEOPLE = ("notices", "picks", "quarantine")
"""Folders of a version that hold people."""

OPEN_UMASK = 0o022
"""What this program makes is readable by all unless it is closed, however the service manager is set."""

WRITE = 0o222
OTHERS = 0o007
OTHERS_WRITE = 0o022
"""Bits of those who do not own a folder."""


@dataclass(frozen=True)
class Readers:
    """Who may read what holds people beside its owner: a group of the system, or nobody."""

    group: int | None = None

    @property
    def folder(self) -> int:
        """The mode of a folder; its entries get its group."""
        return 0o700 if self.group is None else 0o2750

    @property
    def file(self) -> int:
        """The mode of a file."""
        return self.folder & 0o644


def find_readers(workspace: Workspace) -> Readers:
    """Who may read what holds people, as `workspace.toml` says now: it is no matter of one run.

    Raises:
        ConfigurationError: the file is broken, there is no such group, or we may not give files to it.
    """
    name = _named_group(workspace)
    if not name:
        return Readers()
    try:
        group = grp.getgrnam(name).gr_gid
    except KeyError:
        message = (
            f"workspace.toml: people_group: this machine has no group {name!r}; make it, or name another"
        )
        raise ConfigurationError(message) from None
    if os.geteuid() != 0 and group not in {os.getegid(), *os.getgroups()}:
        message = (
            f"workspace.toml: people_group: the user that runs this is not in group {name!r}, so it cannot "
            "give files to it; add the user to the group, and start anew"
        )
        raise ConfigurationError(message)
    return Readers(group)


def set_umask() -> None:
    """From here on what this process makes is readable by all, unless its folder is closed."""
    os.umask(OPEN_UMASK)


def close_people(workspace: Workspace) -> int:
    """Number of folders that stood open and are closed now; to be called before anything is written.

    Raises:
        ConfigurationError: as `find_readers`.
    """
    readers = find_readers(workspace)
    stood = set(_private_folders(workspace))
    for folder in _of_workspace(workspace):
        durable.make_folder(folder)
    found = [folder for folder in _private_folders(workspace) if not _is_closed(folder, readers)]
    for folder in found:
        close(folder, readers)
    if workspace.backups.is_dir() and not _is_closed(workspace.backups, readers):
        # the folder alone: files in it are also those of the books, which all may read
        _close_entry(workspace.backups, readers)
    _close_inbound(workspace.inbound)
    if were_open := stood.intersection(found):
        who = f"group {_named_group(workspace)!r}" if readers.group is not None else "nobody else"
        LOG.warning(
            "%d folders that hold people were open or had another group; now their owner and %s may read "
            "them (workspace.toml: people_group). Whoever fetches from outbox/ must be in that group.",
            *(len(were_open), who),
        )
    return len(were_open)


def _close_inbound(inbound: Path) -> None:
    """Close `inbound/` as an older program left it: open to readers, and nobody but its owner drops there."""
    if not inbound.is_dir() or inbound.is_symlink() or not inbound.stat().st_mode & OTHERS:
        return
    folders = [inbound, *(path for path in inbound.glob("*") if path.is_dir()), *_feed_folders(inbound)]
    states = [folder.lstat() for folder in folders]
    if all(state.st_uid == os.geteuid() and not state.st_mode & OTHERS_WRITE for state in states):
        durable.set_mode(inbound, durable.OWN_FOLDER)
        LOG.warning(
            "inbound/ was readable by every user of this machine, and only its owner drops there; now it is "
            "closed. Who lets others drop opens it to them (runbook, Who may read what)."
        )


def find_open_inbound(workspace: Workspace) -> list[str]:
    """Folders `<client>/<feed>` of inbound whose files every user of this machine may list and read."""
    ways = (workspace.root.absolute(), workspace.inbound)
    if not all(_lets_pass(way) for way in ways):
        return []
    return sorted(
        shown(folder.relative_to(workspace.inbound).as_posix())
        for folder in _feed_folders(workspace.inbound)
        if _lets_pass(folder.parent) and _lets_pass(folder) and folder.stat().st_mode & stat.S_IROTH
    )


def _feed_folders(inbound: Path) -> Iterator[Path]:
    """The folders into which files are dropped."""
    return (folder for folder in inbound.glob("*/*") if folder.is_dir() and not folder.is_symlink())


def _lets_pass(folder: Path) -> bool:
    """Whether every user of the machine may pass a folder."""
    return folder.is_dir() and bool(folder.stat().st_mode & stat.S_IXOTH)


def close(folder: Path, readers: Readers) -> None:
    """Let the owner and the readers alone see a folder and everything in it; what is read-only stays so.

    The folder itself comes last: where this is stopped, it is found open again.
    """
    for place, folders, files in os.walk(folder, topdown=False):
        for name in (*files, *folders):
            _close_entry(Path(place, name), readers)
    _close_entry(folder, readers)


def _close_entry(path: Path, readers: Readers) -> None:
    """Close one file or folder; a link is not followed, and what belongs to a sender stays as it is."""
    state = path.lstat()
    if stat.S_ISLNK(state.st_mode):
        return
    wanted = readers.folder if stat.S_ISDIR(state.st_mode) else readers.file
    if not state.st_mode & WRITE:
        wanted &= ~WRITE
    # in the archive a file may be its sender's; the folder is ours, and is the door
    with suppress(PermissionError):
        if readers.group is not None and state.st_gid != readers.group:
            os.chown(path, -1, readers.group)
        if stat.S_IMODE(state.st_mode) != wanted:
            durable.set_mode(path, wanted)


def _is_closed(folder: Path, readers: Readers) -> bool:
    """Whether a folder has the mode and the group that it shall have; read-only or not."""
    state = folder.stat()
    is_theirs = readers.group in {None, state.st_gid}
    return is_theirs and stat.S_IMODE(state.st_mode) | 0o200 == readers.folder


def _private_folders(workspace: Workspace) -> Iterator[Path]:
    """Every folder that holds people and nothing else."""
    yield from (folder for folder in _of_workspace(workspace) if folder.is_dir())
    for version in sorted(workspace.published.glob("v*")):
        yield from (version / name for name in HOLD_PEOPLE if (version / name).is_dir())


def _of_workspace(workspace: Workspace) -> tuple[Path, ...]:
    """Folders of a workspace that hold people."""
    return (workspace.landing, workspace.archive, workspace.outbox, workspace.staging)


def _named_group(workspace: Workspace) -> str:
    """The group that the settings name; empty: none."""
    place = workspace.settings_file
    if not place.exists():
        return ""
    return parse_settings(read_content(place, place.name), WorkspaceSettings, place.name).people_group
