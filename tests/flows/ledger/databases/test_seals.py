"""Seals of the databases: every change is sealed, and whatever was changed otherwise is found at opening."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from flows.ledger.databases import seals
from flows.ledger.databases.backups import forget_in_backup
from flows.ledger.databases.control import find_format, open_control, open_reading, transaction
from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace
from schemas.errors import BackordersError, ConfigurationError, DamageError
from tests.flows.ledger.nights import SECOND, run_night

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OTHER_TIME = "UPDATE people.ship_to SET ship_to_name = 'Anne'"
LOST = "SELECT count(*) FROM segments WHERE length(hash) > 64"


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """The folder of a ledger after a night."""
    workspace = Workspace(tmp_path / "books")
    with Ledger.open(workspace) as opened:
        run_night(opened)
    seals.distrust(workspace.ledger)
    return workspace.ledger


def change(books: Path, statement: str, file: str = "control.sqlite") -> None:
    """What another program does to a database."""
    with closing(sqlite3.connect(books / file)) as connection, connection:
        connection.execute(statement)


def cut(books: Path) -> None:
    """The end of a database is lost."""
    place = books / "control.sqlite"
    os.truncate(place, place.stat().st_size // 2)


def older_people(books: Path) -> None:
    """The people are those of before a change that the control database knows of."""
    shutil.copy(books / "people.sqlite", books / "kept")
    with closing(open_control(books)) as connection, transaction(connection, "another time"):
        connection.execute(OTHER_TIME)
    (books / "kept").replace(books / "people.sqlite")


def skewed_index(books: Path) -> None:
    """An index says otherwise than its table."""
    place = books / "control.sqlite"
    content = place.read_bytes()
    at = content.rindex(b"stock_lotsbolt")  # of an index: table and client stand side by side
    place.write_bytes(content[:at] + b"stock_lOtsbolt" + content[at + 14 :])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "control.sqlite is missing": lambda books: (books / "control.sqlite").unlink(),
    "people.sqlite is missing": lambda books: (books / "people.sqlite").unlink(),
    "control.sqlite is cut off": cut,
    "people.sqlite is cut off": lambda books: os.truncate(books / "people.sqlite", 0),
    "control.sqlite is garbage": lambda books: (books / "control.sqlite").write_bytes(b"rubbish" * 999),
    "people.sqlite is garbage": lambda books: (books / "people.sqlite").write_bytes(b"rubbish" * 999),
    "control.sqlite was changed": lambda books: change(books, "UPDATE deliveries SET state = 'sent'"),
    "people.sqlite was changed": lambda books: change(books, "DELETE FROM ship_to", "people.sqlite"),
    r"control.sqlite was changed.*\(it says format 3\)": lambda books: change(
        books, "PRAGMA user_version = 3"
    ),
    r"control.sqlite was changed.*\(its rows are": lambda books: change(books, "DELETE FROM seal"),
    "control.sqlite was changed.*index": skewed_index,
    "people.sqlite is foreign": older_people,
}


@pytest.mark.parametrize("words", DAMAGES)
def test_a_damaged_database_is_not_opened(books: Path, words: str) -> None:
    DAMAGES[words](books)
    with pytest.raises(DamageError, match=rf"(?s){words}.*backorders restore BACKUP"):
        open_control(books)
    if "people" not in words:
        with pytest.raises(DamageError, match=words):
            _ = find_format(books), open_reading(books)


def test_books_that_are_gone_beside_what_they_published_are_not_begun_anew(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (workspace.published / "v000001").mkdir(parents=True)
    (workspace.published / "current").symlink_to("v000001")
    with pytest.raises(DamageError, match=r"control.sqlite is missing"):
        find_format(workspace.ledger)
    with pytest.raises(DamageError, match=r"control.sqlite is missing"):
        Ledger.open(workspace)


def test_what_a_process_wrote_itself_is_not_added_up_again(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added_up: list[str] = []

    def note(_: object, name: str, __: object) -> str:
        added_up.append(name)
        return ""

    monkeypatch.setattr(seals, "_check_one", note)
    with Ledger.open(Workspace(books.parent)) as ledger:
        run_night(ledger, SECOND)
    open_control(books).close()
    assert added_up == ["main", "people"]
    seals.distrust(books)
    open_control(books).close()
    assert added_up == ["main", "people"] * 2


def test_what_was_noted_is_not_added_up_again_until_it_is_another(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_control(books)) as connection:
        seals.note_whole(connection)
    added_up: list[str] = []
    real: Callable[[sqlite3.Connection, str], str] = vars(seals)["_add_up"]

    def note(connection: sqlite3.Connection, name: str) -> str:
        added_up.append(name)
        return real(connection, name)

    monkeypatch.setattr(seals, "_add_up", note)
    seals.forget(books)
    open_control(books).close()
    assert added_up == []
    seals.distrust(books)
    open_control(books).close()
    assert added_up == ["main", "people"]
    seals.forget(books)
    (books / "people.sqlite.checked").write_bytes(b"\xff")
    open_control(books).close()
    assert added_up == ["main", "people", "people"]
    seals.forget(books)
    change(books, "UPDATE runs SET seconds = 1.0")
    with pytest.raises(DamageError, match=r"control.sqlite was changed"):
        open_control(books)


def test_what_somebody_else_wrote_is_not_noted(books: Path) -> None:
    with closing(open_control(books)) as connection:
        change(books, "UPDATE runs SET seconds = 1.0")
        seals.note_whole(connection)
    assert [place.name for place in books.glob("*.checked")] == ["people.sqlite.checked"]


def test_a_change_that_no_transaction_sealed_is_found(books: Path) -> None:
    with closing(open_control(books)) as connection:
        connection.execute("DELETE FROM people.marks")
        connection.execute("UPDATE runs SET seconds = 1.0")
    with pytest.raises(DamageError, match=r"control.sqlite was changed"):
        open_control(books)


def test_a_database_that_may_not_be_written_is_told_as_that(books: Path) -> None:
    content = bytearray((books / "control.sqlite").read_bytes())
    content[18] = 9  # a later version of SQLite must be asked to write it
    (books / "control.sqlite").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"cannot be written.*mounted read-only"):
        _write(books)


def test_a_database_that_another_program_holds_is_told_as_that(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.ledger.databases.control.BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(books / "control.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ConfigurationError, match="held by another program"):
            _write(books)


def test_who_is_forgotten_in_a_backup_leaves_it_sealed(books: Path, tmp_path: Path) -> None:
    shutil.copytree(books, tmp_path / "backup")
    with closing(open_control(books)) as connection, transaction(connection, "forget"):
        connection.execute("DELETE FROM people.ship_to WHERE client_id = 'acme'")
    assert forget_in_backup(tmp_path / "backup" / "people.sqlite", books) == 1
    with closing(open_control(tmp_path / "backup")) as connection:
        assert connection.execute("SELECT client_id FROM people.ship_to").fetchall() == [("bolt",)]


def test_a_stopped_change_is_rolled_back_and_damage_of_what_it_saved_is_found(
    books: Path, tmp_path: Path
) -> None:
    stopped = stop_in_a_commit(books, tmp_path / "stopped")
    journal = (stopped / "control.sqlite-journal").read_bytes()
    with closing(open_control(stopped)) as connection:
        assert connection.execute(LOST).fetchone() == (0,)
    for at in range(len(journal) // 2, len(journal), len(journal) // 40):
        broken = stop_in_a_commit(books, tmp_path / str(at))
        damaged = journal[:at] + bytes([journal[at] ^ 8]) + journal[at + 1 :]
        (broken / "control.sqlite-journal").write_bytes(damaged)
        try:
            with closing(open_control(broken)) as connection:
                assert connection.execute(LOST).fetchone() == (0,)
        except BackordersError:
            pass


def stop_in_a_commit(books: Path, place: Path) -> Path:
    """A copy of the books as a kill in the middle of a change leaves them, half written."""
    shutil.copytree(books, place)
    with closing(sqlite3.connect(place / "control.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.execute("UPDATE segments SET hash = hex(randomblob(900))")
        for name in ("control.sqlite", "control.sqlite-journal"):
            shutil.copy(place / name, place / f"{name}.kept")
        connection.execute("ROLLBACK")
    for name in ("control.sqlite", "control.sqlite-journal"):
        (place / f"{name}.kept").replace(place / name)
    return place


def _write(books: Path) -> None:
    with closing(open_control(books)) as connection, transaction(connection, "a change"):
        connection.execute("UPDATE runs SET seconds = 1.0")
