"""The one way to the disk: what these functions return from is still there after a power cut.

A file is written under a hidden name beside its place, synced, renamed, and its folder synced, so a
reader sees all of it or nothing. There is one writer (`flows.disk.lock`), so the hidden name is
fixed, and what a killed run left under it is overwritten by the next. Every step is an `Operation`
that a test can stop at or replay (`flows.disk.faults`).

A rerun must not trust that an entry it finds was synced: `make_folder` and `settle` sync again.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from flows.disk.faults import Operation, perform

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

PARTIAL = ".partial"
"""Ending of the hidden name of a file that is not whole yet."""

CHUNK = 1 << 20
OPEN_FILE = 0o644
OPEN_FOLDER = 0o755
READ_ONLY_FILE = 0o444
READ_ONLY_FOLDER = 0o555
OWN_FILE = 0o600
OWN_FOLDER = 0o700
WRITE = 0o222
OWNER_WRITES = 0o200


def write_file(path: Path, chunks: Iterable[bytes]) -> str:
    """The SHA-256 of a file that now stands whole at `path`; what stood there before is replaced."""
    digest = put_file(path, chunks)
    sync_folder(path.parent)
    return digest


def put_file(path: Path, chunks: Iterable[bytes]) -> str:
    """The SHA-256 of a file that stands whole at `path`, durable once the caller has synced its folder.

    It is as open as its folder. For many files in one folder, which is then synced once.
    """
    digest = _write_partial(path, chunks)
    partial = partial_of(path)
    perform(Operation("rename", partial, str(path)), lambda: partial.replace(path))
    return digest


def lay_file(path: Path, chunks: Iterable[bytes], mode: int) -> str:
    """The SHA-256 of a file that was not there and stands at `path`, or the beginning of it if that fails.

    For a folder that nobody reads yet: it is durable once the whole folder is (`flows.disk.sealing`), and a
    power cut before that may leave any part of it. It has its `mode` from the start (`mode_of_laid`).

    Raises:
        FileExistsError: something stands there.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = perform(Operation("open", path, f"{mode:o}"), lambda: os.open(path, flags, mode))
    digest = hashlib.sha256()
    try:
        for chunk in chunks:
            digest.update(chunk)
            _write(path, descriptor, chunk)
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def mode_of_laid(folder: Path) -> int:
    """The mode of files that are laid into a folder: as open as it is, but closed to writing."""
    return (_mode_of(folder) & OPEN_FILE | OWN_FILE) & ~WRITE


def stage_file(path: Path, chunks: Iterable[bytes], mode: int | None = None) -> str:
    """The SHA-256 of a file that now stands whole beside `path`, under the hidden name of `partial_of`.

    All that is left to show it is `rename`. Without a `mode` it is as open as its folder.
    """
    digest = _write_partial(path, chunks, mode)
    sync_folder(path.parent)
    return digest


def write_text(path: Path, text: str) -> str:
    """The SHA-256 of a UTF-8 file that now stands whole at `path`."""
    return write_file(path, [text.encode()])


def copy_file(source: Path, target: Path) -> str:
    """The SHA-256 of a copy of `source` that now stands whole at `target`."""
    return write_file(target, chunks_of(source))


def share_file(source: Path, target: Path) -> None:
    """Let `target` be a second name of a file that is never changed; a copy where the disk knows no such.

    Durable once the caller has synced its folder. Nothing may stand at `target`.
    """
    try:
        perform(Operation("link", source, str(target)), lambda: target.hardlink_to(source))
    except OSError:
        put_file(target, chunks_of(source))


def settle(path: Path) -> None:
    """Make an entry durable that was found in its folder, or that another library wrote there.

    The file's own bytes are synced too; a folder's content is not looked at.
    """
    sync_entry(path)
    sync_folder(path.parent)


def rename(source: Path, target: Path) -> None:
    """Move a file or folder on its disk; a file at `target` is replaced."""
    perform(Operation("rename", source, str(target)), lambda: source.replace(target))
    sync_folder(target.parent)
    if source.parent != target.parent:
        sync_folder(source.parent)


def make_folder(path: Path) -> Path:
    """The folder, made with its parents where they are missing, each as open as the one it is made in."""
    if not path.is_dir():
        mode = _mode_of(make_folder(path.parent)) & OPEN_FOLDER | OWN_FOLDER
        perform(Operation("mkdir", path), lambda: path.mkdir(mode, exist_ok=True))
    # Also for a folder that exists: a killed run may have made it and not synced its parent.
    sync_folder(path.parent)
    return path


def remove(path: Path) -> None:
    """Remove a file or link; one that is not there is no error."""
    _unlink(path)
    sync_folder(path.parent)


def remove_tree(path: Path) -> None:
    """Remove a folder and everything in it, read-only or not; one that is not there is no error.

    A cut in the middle leaves a part of it: name it out of the way first if that could be read.
    """
    if path.is_dir() and not path.is_symlink():
        _empty(path)
        perform(Operation("rmdir", path), path.rmdir)
    sync_folder(path.parent)


def swap_symlink(link: Path, target: str | Path) -> None:
    """Let `link` point to `target` in one step: a reader sees the old or the new, never neither."""
    partial = partial_of(link)
    _unlink(partial)
    perform(Operation("symlink", partial, str(target)), lambda: partial.symlink_to(target))
    rename(partial, link)


def set_read_only(path: Path) -> None:
    """Nobody changes a file any more. It is synced, whoever wrote it."""
    set_mode(path, READ_ONLY_FILE)
    sync_entry(path)


def close_to_writing(path: Path) -> None:
    """Nobody changes a file, or the entries of a folder, any more; who may read it stays."""
    set_mode(path, _mode_of(path) & ~WRITE)


def open_to_writing(path: Path) -> None:
    """The owner may change a file, or the entries of a folder; who may read it stays."""
    set_mode(path, _mode_of(path) | OWNER_WRITES)


def set_mode(path: Path, mode: int) -> None:
    """Say who may change a file or a folder's entries."""
    perform(Operation("chmod", path, f"{mode:o}"), lambda: path.chmod(mode))


def commit(connection: sqlite3.Connection, name: str) -> None:
    """End a transaction of the control database and of what is attached to it.

    Assumed of SQLite with `journal_mode=DELETE` and `synchronous=EXTRA`, and not tested again here:
    a transaction over attached files is atomic, and durable when COMMIT returns. So the log has it
    as one operation with the bytes of every database after it.
    """
    perform(_of_databases(connection, name), lambda: connection.execute("COMMIT"))


def rewrite(connection: sqlite3.Connection, database: str) -> None:
    """Write an attached database anew: `secure_delete` leaves old copies of rows in the gaps of its pages."""
    vacuum = _of_databases(connection, f"rewrite {database}")
    perform(vacuum, lambda: connection.execute(f"VACUUM {database}"))


def sync_folder(path: Path) -> None:
    """Make the entries of a folder durable: what was made, renamed or removed in it."""
    _sync(Operation("fsync_folder", path))


def sync_entry(path: Path) -> None:
    """Sync what a folder or a file holds."""
    if path.is_dir():
        sync_folder(path)
    else:
        _sync(Operation("fsync", path, payload=lambda: {path: path.read_bytes()}))


def partial_of(path: Path) -> Path:
    """The hidden name under which `path` is written."""
    return path.with_name(f".{path.name}{PARTIAL}")


def chunks_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, in pieces that fit in memory; never those behind a link."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as source:  # noqa: PTH123 -- pathlib knows no O_NOFOLLOW
        while chunk := source.read(CHUNK):
            yield chunk


def _mode_of(path: Path) -> int:
    """Who may read and write, as the system has it."""
    return stat.S_IMODE(path.stat().st_mode)


def _write_partial(path: Path, chunks: Iterable[bytes], mode: int | None = None) -> str:
    """The SHA-256 of what now stands, synced, under the hidden name of `path`."""
    partial = partial_of(path)
    digest = hashlib.sha256()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    mode = _mode_of(path.parent) & OPEN_FILE | OWN_FILE if mode is None else mode
    descriptor = perform(Operation("open", partial), lambda: os.open(partial, flags, mode))
    try:
        for chunk in chunks:
            digest.update(chunk)
            _write(partial, descriptor, chunk)
        perform(Operation("fsync", partial), lambda: os.fsync(descriptor))
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def _write(path: Path, descriptor: int, chunk: bytes) -> None:
    """Append the whole chunk."""

    def write_all() -> None:
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    perform(Operation("write", path, payload=lambda: {path: bytes(chunk)}), write_all)


def _of_databases(connection: sqlite3.Connection, name: str) -> Operation:
    """What ends a change of the databases, with the bytes of each of them after it."""
    places = [Path(row[2]) for row in connection.execute("PRAGMA database_list") if row[2]]
    return Operation(
        "commit", places[0], name, lambda: {place: place.read_bytes() for place in places if place.exists()}
    )


def _sync(operation: Operation) -> None:
    """Sync a file or folder by its path."""

    def sync() -> None:
        descriptor = os.open(operation.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    perform(operation, sync)


def _unlink(path: Path) -> None:
    if path.exists() or path.is_symlink():
        perform(Operation("unlink", path), path.unlink)


def _empty(folder: Path) -> None:
    """Remove everything in a folder."""
    if not os.access(folder, os.W_OK):
        open_to_writing(folder)
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            _empty(entry)
            perform(Operation("rmdir", entry), entry.rmdir)
        else:
            _unlink(entry)
