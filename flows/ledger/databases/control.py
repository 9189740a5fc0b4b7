"""The control database: opening it, the format of the books, and transactions.

The format is one number for the whole workspace, kept by SQLite as `user_version` of `control.sqlite`:
that of both databases and of all rows that are written from now on. Each opening checks the databases, and
each transaction seals what it changed (`flows.ledger.databases.seals`). Whoever writes needs books of today's
format, which `flows.ledger.databases.migrating` sees to; whoever only reads reads older ones as well.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.disk.damage import Damage, damaged, told_of, told_when_closed
from flows.ledger.databases import seals
from flows.ledger.migrations import chain
from flows.pasting import say_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.ledger.migrations.migration import Migration

FILE_NAME = "control.sqlite"
PEOPLE_FILE_NAME = "people.sqlite"

FIRST_SEALED = 6
"""The first format whose databases have a seal."""

BUSY_SECONDS = 120.0
"""How long a reader waits for a commit, and a commit for readers: who checks large books reads for long."""

SETTINGS = (
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA people.journal_mode = DELETE",
    "PRAGMA people.synchronous = EXTRA",
    "PRAGMA people.secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA foreign_keys = ON",
)
"""Of each connection. DELETE and EXTRA: durable when COMMIT returns, atomic over both files.

Nothing of the people goes to the system's temporary folder when their file is written anew."""


class NewerFormatError(ConfigurationError):
    """The books are of a format that only a newer program knows."""


class OlderFormatError(ConfigurationError):
    """The books are of an older format, and what was asked for writes to them."""


def open_control(folder: Path) -> sqlite3.Connection:
    """A connection to `control.sqlite` with `people.sqlite` attached, both checked; made where none are.

    Raises:
        DamageError: one is not what was committed.
        NewerFormatError: a newer program wrote them.
        OlderFormatError: they are to be brought to today's format first.
    """
    connection = connect(folder)
    try:
        found = format_of(connection)
        refuse_newer(found, folder)
        if found == 0:
            with transaction(connection, "make tables"):
                bring_databases(connection, format_of(connection))
        else:
            _refuse_older(found, folder)
            seals.check(connection, seals.CONTROL, seals.PEOPLE)
        seals.watch_rows(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reading(folder: Path) -> sqlite3.Connection:
    """A connection through which nothing can be written; `people.sqlite` is not opened at all.

    The control database is checked. An older one is copied into memory and brought to today's format there.

    Raises:
        DamageError: it is not what was committed.
        NewerFormatError: a newer program wrote it.
    """
    connection = _connect_read_only(folder)
    try:
        found = format_of(connection)
        refuse_newer(found, folder)
        seals.check(connection, seals.CONTROL)
        if 0 < found < chain.todays_format():
            connection = _copied(connection)
            for migration in chain.steps_after(found):
                _bring_control(connection, migration, folder)
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def open_reading_all(folder: Path) -> sqlite3.Connection:
    """A connection to both databases, of today's format and checked, through which nothing can be written.

    Raises:
        DamageError: one is not what was committed.
        NewerFormatError: a newer program wrote them.
        OlderFormatError: they are to be brought to today's format first.
    """
    connection = _connect_read_only(folder)
    try:
        people = f"{(folder / PEOPLE_FILE_NAME).resolve().as_uri()}?mode=ro"
        with told_of(folder / PEOPLE_FILE_NAME):
            connection.execute("ATTACH DATABASE ? AS people", [people])
        connection.execute("PRAGMA temp_store = MEMORY")
        found = format_of(connection)
        refuse_newer(found, folder)
        _refuse_older(found, folder)
        seals.check(connection, seals.CONTROL, seals.PEOPLE)
    except BaseException:
        connection.close()
        raise
    return connection


def connect(folder: Path) -> seals.SealedConnection:
    """A connection to both databases, of whatever format they are; empty ones where there are no books yet.

    Raises:
        DamageError: one is no database any more, or is missing beside what was committed.
    """
    durable.make_folder(folder)
    refuse_lost(folder)
    if not (folder / PEOPLE_FILE_NAME).exists():  # names and addresses are for nobody else on this machine
        (folder / PEOPLE_FILE_NAME).touch(mode=0o600)
    connection = sqlite3.connect(
        folder / FILE_NAME, timeout=BUSY_SECONDS, isolation_level=None, factory=seals.SealedConnection
    )
    try:
        with told_of(folder / FILE_NAME):
            connection.execute("PRAGMA schema_version")
        with told_of(folder / PEOPLE_FILE_NAME):
            connection.execute("ATTACH DATABASE ? AS people", [str(folder / PEOPLE_FILE_NAME)])
            connection.execute("PRAGMA people.schema_version")
            for setting in SETTINGS:
                connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


def refuse_lost(folder: Path) -> None:
    """See to it that no database is missing or empty where there were books.

    Raises:
        DamageError: one is; a program that made it anew would begin from nothing, and release all again.
    """
    places = [folder / FILE_NAME, folder / PEOPLE_FILE_NAME]
    sizes = [place.stat().st_size if place.exists() else 0 for place in places]
    had_books = (
        any((folder / name).is_dir() for name in ("segments", "manifests"))
        or (folder.parent / "published" / "current").is_symlink()
    )
    if had_books or (any(sizes) and not _has_journal(folder)):
        for place, size in zip(places, sizes, strict=True):
            if not size:
                raise damaged(place, Damage.CUT if place.exists() else Damage.MISSING)


@contextmanager
def transaction(connection: sqlite3.Connection, name: str) -> Iterator[None]:
    """Everything in the block is committed together when it ends, or not at all."""
    with told_when_closed(seals.places_of(connection)[seals.CONTROL]):
        connection.execute("BEGIN IMMEDIATE")
        try:
            seals.begin(connection)
            yield
            seals.put_seals(connection)
            durable.commit(connection, name)
            seals.remember(connection, seals.CONTROL, seals.PEOPLE)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def format_of(connection: sqlite3.Connection) -> int:
    """The format of the books; 0 for a new database.

    Raises:
        DamageError: they are no database any more, or have a seal that their format does not know.
    """
    place = seals.places_of(connection)[seals.CONTROL]
    with told_of(place):
        found = _user_version(connection)
        if found < FIRST_SEALED and seals.is_sealed(connection):
            raise damaged(place, Damage.CHANGED, f"it says format {found}")
        return found


def find_format(folder: Path) -> int:
    """The format of the books below a folder; 0 where there are none yet.

    What a killed commit left is rolled back first, which a connection that only reads cannot do.

    Raises:
        DamageError: they are no database any more, or are missing beside what was committed.
    """
    refuse_lost(folder)
    if not (folder / FILE_NAME).is_file():
        return 0
    try:
        with closing(_connect_read_only(folder)) as connection:
            _user_version(connection)
            return format_of(connection)
    except sqlite3.Error:
        with closing(connect(folder)) as connection:
            return format_of(connection)


def refuse_newer(found: int, folder: Path) -> None:
    """See to it that this program knows the format of the books below a folder.

    Raises:
        NewerFormatError: it does not.
    """
    if found > chain.todays_format():
        message = (
            f"the books below {folder} were written by a newer program: they are of format {found}, and this "
            f"one knows formats up to {chain.todays_format()}. Update backorders, or put back the backup "
            "that the newer program made (flows/README.md, Upgrading). Nothing was changed."
        )
        raise NewerFormatError(message)


def bring_databases(connection: sqlite3.Connection, found: int) -> None:
    """Bring both databases from a format to today's, inside the transaction that is open."""
    folder = seals.places_of(connection)[seals.CONTROL].parent
    for migration in chain.steps_after(found):
        _bring_control(connection, migration, folder)
        _execute(connection, migration.people)
    connection.execute(f"PRAGMA user_version = {chain.todays_format()}")
    seals.seal_anew(connection, seals.CONTROL, seals.PEOPLE)


def _bring_control(connection: sqlite3.Connection, migration: Migration, folder: Path) -> None:
    """Bring the control database of the books below a folder one step further."""
    _execute(connection, migration.control)
    if migration.convert:
        migration.convert(connection, folder / "segments")


def _connect_read_only(folder: Path) -> sqlite3.Connection:
    """A connection to the control database alone that cannot write."""
    place = f"{(folder / FILE_NAME).resolve().as_uri()}?mode=ro"
    return sqlite3.connect(place, uri=True, timeout=BUSY_SECONDS)


def _user_version(connection: sqlite3.Connection) -> int:
    """The number as it stands there."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)


def _has_journal(folder: Path) -> bool:
    """Whether a commit was stopped: what it had made is rolled back when the books are opened."""
    return (folder / f"{FILE_NAME}-journal").exists()


def _refuse_older(found: int, folder: Path) -> None:
    """See to it that books that are written to are of today's format."""
    if found < chain.todays_format():
        message = (
            f"the books below {folder} are of format {found}, and this program writes format "
            f"{chain.todays_format()}; the next night brings them there, after a backup: "
            f"`backorders run{say_workspace(folder.parent)}`. Nothing was changed."
        )
        raise OlderFormatError(message)


def _copied(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A copy of the database in memory; the connection is closed."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(copy)
    connection.close()
    return copy


def _execute(connection: sqlite3.Connection, script: str) -> None:
    """Execute the statements of a script; `executescript` would end the open transaction."""
    bare = "\n".join(line for line in script.splitlines() if not line.strip().startswith("--"))
    for statement in bare.split(";"):
        if statement.strip():
            connection.execute(statement)
