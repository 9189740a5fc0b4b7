"""A workspace of an older format opens in today's program, and its next night is what it would have been."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.cli.reading import find_rows, open_published
from flows.daytime import look_by_day
from flows.ledger.databases import seals
from flows.ledger.databases.backups import backup_place
from flows.ledger.databases.control import OlderFormatError, connect, find_format
from flows.ledger.migrations.chain import todays_format
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.versions import made_by, program_version
from flows.night.run import run_nights
from flows.simulating.one_night import simulate_night
from flows.simulating.span import simulate_span
from schemas.errors import ConfigurationError
from tests.flows.night.small_world import clock_after, clock_at
from tests.formats.make import NEXT, NIGHTS, describe_books, drop_files, run_night
from tests.formats.opening import FOLDER, FORMATS, bring, dump, unpack
from tests.tiers import long

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.workspace import Workspace

PROGRAMS = {
    3: "backorders 0.1.0",
    4: "backorders 0.2.0",
    5: "backorders 0.3.0",
    6: "backorders 0.4.0",
    7: "backorders 0.5.0",
    8: "backorders 0.6.0",
}
"""What made the committed workspaces, where they say so."""
PERSON = "ann@example.com"
"""Of order H1 of the odd client."""


@pytest.fixture(params=[*long(*FORMATS[:-1]), FORMATS[-1]])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    """A workspace of each older format, after two nights; CI opens the newest of them, `-m long` all."""
    return unpack(request.param, tmp_path / "workspace")


def test_the_next_night_runs_on_older_books(
    old: Workspace, assert_golden: Callable[[str, Path], None]
) -> None:
    found, before = find_format(old.ledger), dump(old.ledger)
    (result,) = run_nights(old, business_date=NEXT, clock=clock_after(NEXT))
    assert result.clients_held == ()
    assert_golden(describe_books(old), FOLDER / f"format-{found}.txt")
    assert dump(backup_place(old, found)) == before
    with Ledger.open(old) as ledger:
        assert ledger.verify() > ledger.verify(1) > 0
        assert made_by(ledger.connection, result.version) == (todays_format(), program_version())
        assert made_by(ledger.connection, 1)[0] <= found


@pytest.mark.thorough
def test_a_backup_put_in_the_place_of_the_books_goes_on_as_they_did(old: Workspace) -> None:
    found = find_format(old.ledger)
    bring(old.root)
    assert find_format(old.ledger) == todays_format()
    shutil.rmtree(old.ledger)
    shutil.copytree(backup_place(old, found), old.ledger)
    assert find_format(old.ledger) == found
    run_night(old, NEXT)
    assert describe_books(old) == (FOLDER / f"format-{found}.txt").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_one_can_go_back_after_a_night_of_the_newer_program(old: Workspace) -> None:
    found = find_format(old.ledger)
    run_night(old, NEXT)
    after, published = describe_books(old), old.published / "v000003"
    shutil.rmtree(old.ledger)
    shutil.copytree(backup_place(old, found), old.ledger)
    published.chmod(0o755)
    shutil.rmtree(published)
    drop_files(old, NEXT)
    run_night(old, NEXT)
    assert describe_books(old) == after
    assert (old.published / "current" / "MANIFEST.json").is_file()


@pytest.mark.thorough
def test_older_books_are_read_without_being_changed(old: Workspace, tmp_path: Path) -> None:
    before = dump(old.ledger)
    dropped = tmp_path / "more.csv"
    dropped.write_text("order_id,line_no,sku,qty,ordered_at\nH9,1,A,1,2026-03-04T09:00:00\n", "utf-8")
    for command in (
        ("status",),
        ("why", "oldhall", "H1"),
        ("queue", "oldhall", "A"),
        ("stock", "oldhall", "A"),
        ("check", "oldhall", "orders", str(dropped)),
        ("simulate",),
        ("simulate", "--date", str(NIGHTS[1])),
    ):
        said = CliRunner().invoke(app, [*command, "--workspace", str(old.root)])
        expected = 4 if command == ("status",) else 0  # its nights are old
        assert said.exit_code == expected, (command, said.output)
    assert dump(old.ledger) == before
    assert not old.backups.exists()
    with pytest.raises(OlderFormatError, match=rf"of format {find_format(old.ledger)}.*after a backup"):
        Ledger.open(old)


@pytest.mark.thorough
def test_the_status_page_says_what_the_next_run_does_first(old: Workspace) -> None:
    ask = ["status", "--workspace", str(old.root)]
    words = f"The books are of format {find_format(old.ledger)}, of an older program"
    assert words in CliRunner().invoke(app, ask).output.replace("\n", " ")
    bring(old.root)
    assert "of an older program" not in CliRunner().invoke(app, ask).output


@pytest.mark.thorough
def test_the_command_says_where_the_backup_lies(old: Workspace) -> None:
    found = find_format(old.ledger)
    run = ["run", "--plain", "--date", str(NEXT), "--workspace", str(old.root)]
    said = CliRunner().invoke(app, run)
    assert said.exit_code == 0, said.output
    words = f"brought from format {found} to {todays_format()}. As they were: {backup_place(old, found)}"
    assert words in said.output
    assert "brought from format" not in CliRunner().invoke(app, run).output


@pytest.mark.thorough
def test_a_night_of_an_older_program_says_so_when_it_is_planned_again(old: Workspace) -> None:
    found, kept = find_format(old.ledger), NIGHTS[1]
    maker = PROGRAMS.get(found, "an older backorders")
    words = f"Night {kept} was made by {maker} (format {found}); this is backorders"
    before = simulate_night(old, kept, {})
    bring(old.root)
    after = simulate_night(old, kept, {})
    assert any(note.startswith(words) for note in before.notes)
    assert (after.figures.to_dicts(), after.notes) == (before.figures.to_dicts(), before.notes)
    run_night(old, NEXT)
    assert not any("was made by" in note for note in simulate_night(old, NEXT, {}).notes)
    span = simulate_span(old, (NIGHTS[0], NEXT), {})
    assert [note for note in span.notes if "was made by" in note] == [
        note.replace(str(kept), str(NIGHTS[0])) for note in before.notes if "was made by" in note
    ]


@pytest.mark.thorough
def test_a_page_that_needs_what_an_older_program_did_not_publish_says_so(old: Workspace) -> None:
    later = "SELECT what_comes_later FROM order_lines"
    with (
        pytest.raises(ConfigurationError, match="published by an older program"),
        open_published(old) as connection,
    ):
        find_rows(connection, later)
    run_night(old, NEXT)
    with pytest.raises(duckdb.BinderException), open_published(old) as connection:
        find_rows(connection, later)


@pytest.mark.thorough
def test_a_look_by_day_brings_older_books_to_todays_format(old: Workspace) -> None:
    found = find_format(old.ledger)
    look = look_by_day(old, clock_at(NEXT))
    assert {answer.content["client_id"] for answer in look.answers} >= {"oldhall", "larkmoor"}
    assert find_format(old.ledger) == todays_format()
    assert backup_place(old, found).is_dir()


@pytest.mark.thorough
def test_who_is_erased_is_erased_in_the_backup(old: Workspace) -> None:
    people = backup_place(old, find_format(old.ledger)) / "people.sqlite"
    bring(old.root)
    assert PERSON.encode() in people.read_bytes()
    said = CliRunner().invoke(app, ["erase", "oldhall", "H1", "--yes", "--workspace", str(old.root)])
    assert said.exit_code == 0, said.output
    assert PERSON.encode() not in people.read_bytes()
    assert b"cy@example.com" in people.read_bytes()
    assert people.stat().st_mode & 0o777 == 0o600


@pytest.mark.thorough
def test_a_backup_that_cannot_be_read_is_named_and_stops_no_night(
    old: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    people = backup_place(old, find_format(old.ledger)) / "people.sqlite"
    bring(old.root)
    people.write_bytes(b"no database at all, and longer than its header would be" * 40)
    run_night(old, NEXT)
    assert f"{people} holds people for too long" in caplog.text


@pytest.mark.thorough
def test_a_version_that_an_older_program_committed_is_published_by_this_one(old: Workspace) -> None:
    with closing(connect(old.ledger)) as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE runs SET state = 'committed', published_at = NULL WHERE version = 2")
        if seals.is_sealed(connection):  # a program that seals also notes the manifest, once it is published
            connection.execute("UPDATE versions SET manifest = NULL WHERE version = 2")
            seals.seal_anew(connection, seals.CONTROL)
        connection.execute("COMMIT")
    (old.published / "v000002").chmod(0o755)
    shutil.rmtree(old.published)
    first, _ = run_nights(old, business_date=NEXT, clock=clock_after(NEXT))
    assert (first.version, first.clients_held) == (2, ())
    assert (first.folder / "analytics.duckdb").is_file()


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--plain"),
        ("intake",),
        ("status",),
        ("why", "oldhall", "H1"),
        ("check", "oldhall", "orders", "nothing.csv"),
        ("simulate",),
        ("erase", "oldhall", "H1", "--yes"),
    ],
    ids=lambda command: command[0],
)
def test_books_of_a_newer_program_are_refused(tmp_path: Path, command: tuple[str, ...]) -> None:
    newer = unpack(FORMATS[-1], tmp_path / "workspace")
    (tmp_path / "nothing.csv").touch()
    with closing(sqlite3.connect(newer.ledger / "control.sqlite")) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    before = dump(newer.ledger)
    arguments = [str(tmp_path / part) if part.endswith(".csv") else part for part in command]
    said = CliRunner().invoke(app, [*arguments, "--workspace", str(newer.root)])
    assert said.exit_code == 2
    words = " ".join(said.output.split())
    assert f"they are of format 99, and this one knows formats up to {todays_format()}." in words
    assert "Nothing was changed" in words
    assert dump(newer.ledger) == before
