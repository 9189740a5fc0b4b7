"""The control database: opening it, its schema version, and transactions."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING

from flows.ledger import durable
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPTS = {1: ("schema.sql", "people.sql"), 2: ("keeping.sql",), 3: ("findings.sql",)}
"""What makes each version of the schema of the one before it."""

SCHEMA_VERSION = max(SCRIPTS)
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


def open_control(folder: Path) -> sqlite3.Connection:
    """A connection to `control.sqlite` with `people.sqlite` attached; both are made where missing.

    Raises:
        ConfigurationError: a newer program wrote them.
    """
    durable.make_folder(folder)
    (folder / "people.sqlite").touch(mode=0o600)  # names and addresses are for nobody else on this machine
    connection = sqlite3.connect(folder / "control.sqlite", timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("ATTACH DATABASE ? AS people", [str(folder / "people.sqlite")])
        for setting in SETTINGS:
            connection.execute(setting)
        _stamp(connection, folder)
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


def _stamp(connection: sqlite3.Connection, folder: Path) -> None:
    """Make the tables that a new or older database lacks; refuse one that this program does not know."""
    found = _schema_version(connection)
    if found > SCHEMA_VERSION:
        message = (
            f"{folder / 'control.sqlite'} was written by a newer program (schema {found}, known: "
            f"{SCHEMA_VERSION}). Update backorders; nothing was changed."
        )
        raise ConfigurationError(message)
    if found < SCHEMA_VERSION:
        with transaction(connection, "make tables"):
            _make_tables(connection, _schema_version(connection))


def _schema_version(connection: sqlite3.Connection) -> int:
    """The stamp of the control database; 0 for a new one."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _make_tables(connection: sqlite3.Connection, found: int) -> None:
    """The tables of every version after `found`, inside the transaction that is open."""
    names = [name for version, scripts in SCRIPTS.items() if version > found for name in scripts]
    for name in names:
        script = resources.files("flows.ledger").joinpath(name).read_text(encoding="utf-8")
        for statement in _statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would end the open transaction."""
    bare = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    return [statement for statement in bare.split(";") if statement.strip()]
