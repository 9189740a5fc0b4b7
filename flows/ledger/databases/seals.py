"""The seal of each database: a digest of all its rows, which every transaction writes along with them.

A row counts as 128 bits of its hash, and the rows of a database as their sum: so a transaction adds and
takes off what it changed, and never reads the rest. Triggers that live in the connection alone tell of each
change, whatever the statement. Whoever opens the books adds up all rows and compares; SQLite's own
`integrity_check` sees to what lies around rows: pages, indexes, free space. What a night left is noted beside
each file by the hash of its pages: a file that is still that one is not added up again, so that an opening
does not cost what every row of all years costs.

`people.sqlite` is sealed by itself, since backups of it are rewritten when somebody is forgotten. That it
belongs to these books, and is as old as they are, is said by `twin`: a chain over its changes that both
databases hold.
"""

from __future__ import annotations

import sqlite3
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.disk import durable
from flows.disk.damage import Damage, damaged, told_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTROL, PEOPLE = "main", "people"
"""The two databases, as a connection names them."""

MODULUS = 1 << 128
SEAL = "seal"
TABLES = (
    "SELECT name FROM {0}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
    "AND name <> 'seal' ORDER BY name"
)
SCHEMA = "SELECT type, name, tbl_name, sql FROM {0}.sqlite_master ORDER BY type, name"
IS_SEALED = "SELECT 1 FROM {0}.sqlite_master WHERE type = 'table' AND name = 'seal'"
HAS_SEQUENCE = "SELECT 1 FROM {0}.sqlite_master WHERE name = 'sqlite_sequence'"
READ = "SELECT rows, twin, digest FROM {0}.seal"
PUT = "INSERT OR REPLACE INTO {0}.seal (only_row, rows, twin, digest) VALUES (1, ?, ?, ?)"
EVENTS = {"INSERT": {"NEW": 1}, "DELETE": {"OLD": -1}, "UPDATE": {"OLD": -1, "NEW": 1}}
"""What a change takes off and adds."""

Known = dict[str, tuple[int, int, int]]
"""Files of databases, and what of each changes when somebody writes to it."""

_known: Known = {}
"""Files that this process checked or wrote itself, as it left them: these are not added up again."""


_doubted: set[Path] = set()
"""Folders whose notes do not count until their files were added up."""

NOTE = ".checked"
"""Ending of the note beside a database."""


class SealedConnection(sqlite3.Connection):
    """A connection to the books that knows by how much the open transaction has changed each database."""

    def __init__(self, *place: Any, **how: Any) -> None:  # noqa: ANN401 -- as sqlite3 has them
        super().__init__(*place, **how)
        self.changed: dict[str, int] = {}


def watch_rows(connection: sqlite3.Connection) -> None:
    """Have every change of a row told to the connection, from now on; the tables are those of now."""
    if not isinstance(connection, SealedConnection):
        return
    connection.create_function("note_row", -1, partial(_note, connection.changed))
    for name in (CONTROL, PEOPLE):
        for table in _column(connection, TABLES.format(name)):
            columns = [row[1] for row in connection.execute(f"PRAGMA {name}.table_info({table})")]
            for event, signs in EVENTS.items():
                notes = " ".join(
                    f"SELECT note_row('{name}', {sign}, '{table}', "
                    f"{', '.join(f'{row}.{column}' for column in columns)});"
                    for row, sign in signs.items()
                )
                connection.execute(
                    f"CREATE TEMP TRIGGER seal_{name}_{table}_{event} AFTER {event} ON {name}.{table} "
                    f"BEGIN {notes} END"
                )


def begin(connection: sqlite3.Connection) -> None:
    """A transaction begins: nothing is changed yet."""
    if isinstance(connection, SealedConnection):
        connection.changed.clear()


def put_seals(connection: sqlite3.Connection) -> None:
    """Seal what the open transaction has changed, inside it."""
    if not isinstance(connection, SealedConnection):
        return
    changed, twin = dict(connection.changed), None
    if PEOPLE in changed:
        rows, before, _ = _read(connection, PEOPLE)
        twin = _hash((before, _moved(rows, changed[PEOPLE])))
        changed.setdefault(CONTROL, 0)
    for name, change in changed.items():
        rows, before, _ = _read(connection, name)
        _put(connection, name, _moved(rows, change), twin or before)


def seal_anew(connection: sqlite3.Connection, *names: str) -> None:
    """Seal databases as they stand, inside the open transaction; those that have no seal yet stay without."""
    for name in names:
        if is_sealed(connection, name):
            (_, twin, _) = connection.execute(READ.format(name)).fetchone() or ("", "", "")
            _put(connection, name, _add_up(connection, name), twin)


def is_sealed(connection: sqlite3.Connection, name: str = CONTROL) -> bool:
    """Whether a database has a seal: those of format 5 and older have none."""
    return connection.execute(IS_SEALED.format(name)).fetchone() is not None


def check(connection: sqlite3.Connection, *names: str) -> None:
    """See to it that databases are what was committed, unless this process left them as they are.

    Raises:
        DamageError: one is not.
        ConfigurationError: one cannot be read now.
    """
    places = {name: place for name, place in places_of(connection).items() if name in names}
    if all(_known.get(str(place)) == _state(place) for place in places.values()):
        return
    connection.execute("BEGIN")
    try:
        twins = {name: _check_one(connection, name, place) for name, place in places.items()}
    finally:
        connection.execute("ROLLBACK")
    if len(set(twins.values())) > 1:
        raise damaged(places[PEOPLE], Damage.FOREIGN, "control.sqlite knows it otherwise")
    remember(connection, *names)


def remember(connection: sqlite3.Connection, *names: str) -> None:
    """The files are known as they stand now: this process has checked them, or written them itself."""
    for name, place in places_of(connection).items():
        if name in names:
            _known[str(place)] = _state(place)
            _doubted.discard(place.parent)


def forget(folder: Path) -> None:
    """This process no longer knows the databases of a folder, as one that has just begun."""
    for place in [place for place in _known if Path(place).parent == folder.resolve()]:
        del _known[place]


def known_of(folder: Path) -> Known:
    """What this process knows of the databases of a folder, for another one that trusts it."""
    return {place: state for place, state in _known.items() if Path(place).parent == folder.resolve()}


def trust(known: Known) -> None:
    """Take what another process knows of databases; what has changed since then is looked at all the same."""
    _known.update(known)


def distrust(folder: Path) -> None:
    """Whatever is known or noted of the databases of a folder, the next opening adds up all rows."""
    forget(folder)
    _doubted.add(folder.resolve())


def note_whole(connection: sqlite3.Connection) -> None:
    """Note beside each database what it is now, if this process has checked it or written it itself.

    A note that is lost, or of another time, costs the next opening a look at every row. The caller holds the
    door, so nobody else writes one.
    """
    for name, place in places_of(connection).items():
        pages = _hash_pages(connection, name)
        if _known.get(str(place)) == _state(place):
            durable.write_text(_note_of(place), pages)


def places_of(connection: sqlite3.Connection) -> dict[str, Path]:
    """The file of each database of a connection."""
    return {name: Path(file) for _, name, file in connection.execute("PRAGMA database_list") if file}


def _check_one(connection: sqlite3.Connection, name: str, place: Path) -> str:
    """The twin that a database tells, once it is found to be whole."""
    with told_of(place):
        pages, size = (
            connection.execute(f"PRAGMA {name}.{what}").fetchone()[0] for what in ("page_count", "page_size")
        )
        if (found := place.stat().st_size) != pages * size:
            damage = Damage.CUT if found < pages * size else Damage.CHANGED
            raise damaged(place, damage, f"{found:,} bytes, not {pages * size:,}")
        if _is_noted(connection, name, place):
            return _read(connection, name)[1]
        (said,) = connection.execute(f"PRAGMA {name}.integrity_check(1)").fetchone()
        if said != "ok":
            raise damaged(place, Damage.CHANGED, said.splitlines()[0])
        if not is_sealed(connection, name):
            return ""
        rows, twin, digest = _read(connection, name)
        if rows != _add_up(connection, name) or digest != _digest(connection, name, rows, twin):
            raise damaged(place, Damage.CHANGED, "its rows are not those that were sealed")
        return twin


def _is_noted(connection: sqlite3.Connection, name: str, place: Path) -> bool:
    """Whether a database is, page by page, what was noted of it."""
    note = _note_of(place)
    if place.parent in _doubted or not note.is_file():
        return False
    return note.read_bytes() == _hash_pages(connection, name).encode()


def _note_of(place: Path) -> Path:
    """Where it is noted what a database was."""
    return place.with_name(place.name + NOTE)


def _hash_pages(connection: sqlite3.Connection, name: str) -> str:
    """Over all pages of a database; read by SQLite, since closing the file would let go of its locks."""
    return blake2b(connection.serialize(name=name), digest_size=32).hexdigest()


def _note(changed: dict[str, int], name: str, sign: int, table: str, *values: object) -> None:
    changed[name] = changed.get(name, 0) + sign * _row(table, values)


def _row(table: str, values: tuple[object, ...]) -> int:
    """What a row counts."""
    return int.from_bytes(blake2b(repr((table, values)).encode(), digest_size=16).digest())


def _add_up(connection: sqlite3.Connection, name: str) -> str:
    """The sum of all rows of a database."""
    total = sum(
        _row(table, row)
        for table in _column(connection, TABLES.format(name))
        for row in connection.execute(f"SELECT * FROM {name}.{table}")  # noqa: S608 -- names of the schema
    )
    return f"{total % MODULUS:032x}"


def _moved(rows: str, change: int) -> str:
    """A sum after a change."""
    return f"{(int(rows, 16) + change) % MODULUS:032x}"


def _read(connection: sqlite3.Connection, name: str) -> tuple[str, str, str]:
    """Sum, twin and digest of a database."""
    rows, twin, digest = connection.execute(READ.format(name)).fetchone() or ("", "", "")
    return rows, twin, digest


def _put(connection: sqlite3.Connection, name: str, rows: str, twin: str) -> None:
    connection.execute(PUT.format(name), (rows, twin, _digest(connection, name, rows, twin)))


def _digest(connection: sqlite3.Connection, name: str, rows: str, twin: str) -> str:
    """Over the sum of the rows, and what else decides how they are read."""
    (version,) = connection.execute(f"PRAGMA {name}.user_version").fetchone()
    schema = connection.execute(SCHEMA.format(name)).fetchall()
    has_sequence = connection.execute(HAS_SEQUENCE.format(name)).fetchone()
    sequence = f"SELECT * FROM {name}.sqlite_sequence ORDER BY name"  # noqa: S608 -- one of two names
    numbers = connection.execute(sequence).fetchall() if has_sequence else []
    return _hash((rows, twin, version, schema, numbers))


def _hash(content: object) -> str:
    return blake2b(repr(content).encode(), digest_size=16).hexdigest()


def _column(connection: sqlite3.Connection, query: str) -> Iterator[str]:
    """The one column of a query."""
    return (value for (value,) in connection.execute(query).fetchall())


def _state(place: Path) -> tuple[int, int, int]:
    """What of a file changes when somebody writes to it."""
    found = place.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
