"""The analyst database of the version before is appended to if it may be believed, else made anew."""

from __future__ import annotations

import json
import logging
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import duckdb
import pytest

from flows.configuration import parse_configuration
from flows.disk import durable
from flows.ledger.store.ledger import Ledger
from flows.night.publishing import yesterday
from flows.night.publishing.analysts import AnalystDesk
from flows.night.publishing.committed import CommittedNight
from flows.outbound.analysts.analytics import FILE_NAME
from flows.outbound.versions.manifest import RUN_INFO
from flows.outbound.versions.publish import kept_manifest, version_folder
from flows.workspace import Workspace
from tests.flows.night.small_world import MONDAY, ORDERS, TUESDAY, drop, make_world, run_night
from tests.tiers import thorough
from tests.trials.appending import differences, make_anew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flows.outbound.analysts.analytics import Shown

MADE_ANEW = "the analyst database is made anew, and not of that of version 1: "
DATABASE = f"v000001/{FILE_NAME}"


@pytest.fixture(scope="module")
def tuesday(monday: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small world after its second night, which rejects a row; only ever copied."""
    root = tmp_path_factory.mktemp("tuesday") / "data"
    workspace = Workspace(shutil.copytree(monday, root, symlinks=True))
    text = ORDERS.format(order_id="O2", qty=1) + "O3,1,A,many,2026-03-02 09:00\n"
    drop(workspace, "acme/orders/second.csv", text)
    run_night(workspace, TUESDAY)
    return workspace


@pytest.fixture
def workspace(tuesday: Workspace, tmp_path: Path) -> Workspace:
    """A copy whose first version may be damaged."""
    return Workspace(shutil.copytree(tuesday.root, tmp_path / "data", symlinks=True))


def made(workspace: Workspace, path: Path, analyst_days: int | None = None) -> tuple[bool, Shown]:
    """Whether the database of the second version was appended to, and what it shows."""
    with Ledger.open(workspace) as ledger:
        run = ledger.last_committed()
        assert run is not None
        configuration = parse_configuration(ledger.frozen(run.as_of).policies)
        if analyst_days is not None:
            configuration.settings.__dict__["analyst_days"] = analyst_days
        desk = AnalystDesk(CommittedNight(workspace, ledger, configuration, run.as_of, 2), path)
        for cohort in desk.night.cohorts():
            desk.add(cohort)
        return desk._yesterday is not None, desk.write()  # noqa: SLF001 -- nobody else is told


def replace(path: Path, content: bytes) -> None:
    """Other bytes of a file that is closed to writing."""
    path.parent.chmod(0o755)
    path.chmod(0o644)
    path.write_bytes(content)


def published_manifest(workspace: Workspace) -> dict[str, Any]:
    """What the second version says of itself."""
    manifest: dict[str, Any] = json.loads(kept_manifest(workspace, 2).read_bytes())
    return manifest


def say(workspace: Workspace, **said: object) -> None:
    """Let `run_info.json` of the first version say something else."""
    place = version_folder(workspace, 1) / RUN_INFO
    replace(place, json.dumps({**json.loads(place.read_bytes()), **said}).encode())


def test_a_database_that_is_appended_to_is_the_one_that_the_ledger_makes(
    workspace: Workspace, tmp_path: Path
) -> None:
    appended, anew = tmp_path / "appended.duckdb", tmp_path / "anew.duckdb"
    is_appended, shown = made(workspace, appended)
    assert is_appended
    with Ledger.open(workspace) as ledger:
        assert make_anew(workspace, ledger, 2, anew) == shown
    assert differences(appended, anew) == []
    manifest = published_manifest(workspace)
    assert (manifest["database_digest"], manifest["database"]) == (shown.digest, shown.content())
    assert appended.stat().st_mode & 0o777 == 0o444
    assert not [*tmp_path.glob("*.wal")]
    with duckdb.connect(appended, read_only=True) as connection:
        rejected = connection.execute("SELECT loaded_on, file_name FROM rejected_rows").fetchall()
        tags = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert rejected == [(TUESDAY, "second.csv")]
    assert "v1.4" in str(tags)


def damage_bytes(workspace: Workspace) -> None:
    place = workspace.published / DATABASE
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    replace(place, bytes(content))


def remove_database(workspace: Workspace) -> None:
    replace(workspace.published / DATABASE, b"")
    (workspace.published / DATABASE).unlink()


def remove_version(workspace: Workspace) -> None:
    durable.remove_tree(version_folder(workspace, 1))


def name_another_program(workspace: Workspace) -> None:
    say(workspace, database_program="another")


def name_another_manifest(workspace: Workspace) -> None:
    outputs = json.loads((version_folder(workspace, 1) / RUN_INFO).read_bytes())["outputs"]
    say(workspace, outputs={**outputs, "MANIFEST.json": "another"})


def say_too_little(workspace: Workspace) -> None:
    replace(version_folder(workspace, 1) / RUN_INFO, b"{}")


DOUBTS: dict[str, Callable[[Workspace], None]] = {
    "its bytes are not those that were published": damage_bytes,
    "its bytes are not those that were published ": remove_database,
    "what is said of it cannot be read (": remove_version,
    "another program made it": name_another_program,
    "it is not of these books": name_another_manifest,
    "what is said of it cannot be read (KeyError": say_too_little,
}


@pytest.mark.parametrize("why", [*list(DOUBTS)[:1], *thorough(*list(DOUBTS)[1:])])
def test_whatever_does_not_fit_is_made_anew_and_equal(
    workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture, why: str
) -> None:
    DOUBTS[why](workspace)
    with caplog.at_level(logging.INFO, yesterday.__name__):
        is_appended, shown = made(workspace, tmp_path / FILE_NAME)
    assert not is_appended
    assert f"{MADE_ANEW}{why.strip()}" in caplog.text
    assert shown.content() == published_manifest(workspace)["database"]


def test_a_disk_that_does_not_give_the_bytes_costs_time_and_no_night(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> Iterator[NoReturn]:
        yield from ()
        raise OSError

    monkeypatch.setattr(durable, "chunks_of", refuse)
    is_appended, shown = made(workspace, tmp_path / FILE_NAME)
    assert not is_appended
    assert shown.digest == published_manifest(workspace)["database_digest"]


@pytest.mark.thorough
def test_nights_that_the_one_before_did_not_show_are_read_from_the_ledger(
    workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, yesterday.__name__):
        assert not made(workspace, tmp_path / FILE_NAME, analyst_days=92)[0]
    assert f"{MADE_ANEW}it has no nights before" in caplog.text
    assert made(workspace, tmp_path / "as_many", analyst_days=91)[0]


def test_nights_that_are_no_longer_shown_are_taken_out(workspace: Workspace, tmp_path: Path) -> None:
    is_appended, shown = made(workspace, tmp_path / FILE_NAME, analyst_days=1)
    assert is_appended
    with duckdb.connect(tmp_path / FILE_NAME, read_only=True) as connection:
        for table in ("nights", "movements", "files"):
            assert connection.table(table).select("business_date").distinct().fetchall() == [(TUESDAY,)]
    assert shown.since == TUESDAY > MONDAY


@pytest.mark.parametrize(
    ("why", "asked"),
    [
        *thorough(("nobody noted its manifest", ("manifest_of", None))),
        ("half of it is room that rows left", ("is_half_empty", True)),
    ],
)
def test_what_is_unknown_or_has_grown_is_made_anew(
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    why: str,
    asked: tuple[str, object],
) -> None:
    name, answer = asked
    monkeypatch.setattr(yesterday, name, lambda *_: answer)
    with caplog.at_level(logging.INFO, yesterday.__name__):
        assert not made(workspace, tmp_path / FILE_NAME)[0]
    assert f"{MADE_ANEW}{why}" in caplog.text


LINE = "SELECT closed_on, uom_eaches FROM order_lines"
UNITS = "sku,name,uoms\nA,Anorak,CS:{eaches}\n"
CASE = "order_id,line_no,sku,qty,uom,unit_price,currency,ordered_at\nO1,1,A,1,CS,24.00,EUR,2026-03-02 09:00\n"
DROPPED: tuple[dict[str, str], ...] = (
    {
        "items/a.csv": UNITS.format(eaches=12),
        "stock/a.csv": "warehouse_id,sku,qty\nW1,A,0\n",
        "orders/a.csv": CASE,
    },
    {"cancellations/a.csv": "order_id,line_no\nO1,1\n"},
    {},
    {"items/b.csv": UNITS.format(eaches=6)},
)
"""An order that closes and leaves the books on the second night, and a case of fewer units on the fourth."""


@pytest.mark.thorough
def test_an_order_that_left_the_books_is_told_in_the_units_of_tonight(tmp_path: Path) -> None:
    workspace, eaches = make_world(tmp_path / "data"), []
    workspace.settings_file.write_text("settle_seconds = 0\nmin_free_bytes = 0\nclosed_days = 0\n", "utf-8")
    for number, files in enumerate(DROPPED):
        for name, text in files.items():
            drop(workspace, f"acme/{name}", text)
        run_night(workspace, MONDAY + timedelta(days=number))
        published = version_folder(workspace, number + 1) / FILE_NAME
        with Ledger.open(workspace) as ledger:
            make_anew(workspace, ledger, number + 1, tmp_path / FILE_NAME)
            stay = ledger.load_table("order_lines").height
        assert differences(published, tmp_path / FILE_NAME) == []
        with duckdb.connect(published, read_only=True) as connection:
            eaches += [(stay, *row) for row in connection.execute(LINE).fetchall()]
    tuesday = MONDAY + timedelta(days=1)
    assert eaches == [(1, None, 12), (0, tuesday, 12), (0, tuesday, 12), (0, tuesday, 6)]
