"""The control database: opening it, the format of the books, and transactions.

The format is one number for the whole workspace, kept by SQLite as `user_version` of `control.sqlite`:
that of both databases and of all rows that are written from now on. Whoever writes needs books of today's
format, which `flows.ledger.migrating` sees to; whoever only reads reads older ones as well.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from flows.ledger import durable
from flows.ledger.migrations import chain
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME = "control.sqlite"
PEOPLE_FILE_NAME = "people.sqlite"

BUSY_SECONDS = 30.0
"""How long a reader waits for a commit, and a commit for readers."""

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
    """A connection to `control.sqlite` with `people.sqlite` attached; both are made where missing.

    Raises:
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
    except BaseException:
        connection.close()
        raise
    return connection


def open_reading(folder: Path) -> sqlite3.Connection:
    """A connection through which nothing can be written; `people.sqlite` is not opened at all.

    An older control database is copied into memory and brought to today's format there.

    Raises:
        NewerFormatError: a newer program wrote it.
    """
    connection = _connect_read_only(folder)
    try:
        found = format_of(connection)
        refuse_newer(found, folder)
        if 0 < found < chain.todays_format():
            connection = _copied(connection)
            for migration in chain.steps_after(found):
                _execute(connection, migration.control)
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def connect(folder: Path) -> sqlite3.Connection:
    """A connection to both databases, of whatever format they are; empty ones where there are none."""
    durable.make_folder(folder)
    (folder / PEOPLE_FILE_NAME).touch(mode=0o600)  # names and addresses are for nobody else on this machine
    connection = sqlite3.connect(folder / FILE_NAME, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("ATTACH DATABASE ? AS people", [str(folder / PEOPLE_FILE_NAME)])
        for setting in SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, name: str) -> Iterator[None]:
    """Everything in the block is committed together when it ends, or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        durable.commit(connection, name)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def format_of(connection: sqlite3.Connection) -> int:
    """The format of the books; 0 for a new database."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)


def find_format(folder: Path) -> int:
    """The format of the books below a folder; 0 where there are none yet.

    What a killed commit left is rolled back first, which a connection that only reads cannot do.
    """
    if not (folder / FILE_NAME).is_file():
        return 0
    try:
        with closing(_connect_read_only(folder)) as connection:
            return format_of(connection)
    except sqlite3.OperationalError:
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
    for migration in chain.steps_after(found):
        _execute(connection, migration.control)
        _execute(connection, migration.people)
    connection.execute(f"PRAGMA user_version = {chain.todays_format()}")


def _connect_read_only(folder: Path) -> sqlite3.Connection:
    """A connection to the control database alone that cannot write."""
    place = f"{(folder / FILE_NAME).resolve().as_uri()}?mode=ro"
    return sqlite3.connect(place, uri=True, timeout=BUSY_SECONDS)


def _refuse_older(found: int, folder: Path) -> None:
    """See to it that books that are written to are of today's format."""
    if found < chain.todays_format():
        message = (
            f"the books below {folder} are of format {found}, and this program writes format "
            f"{chain.todays_format()}; the next `backorders run` brings them there, after a backup. "
            "Nothing was changed."
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
