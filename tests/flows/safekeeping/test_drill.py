"""The drill: a night after the backup is lost, the backup is put back, and nothing goes out twice unsaid."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.disk.faults import FaultPlan, Watch, watching
from flows.ledger.store.ledger import Ledger
from flows.safekeeping.backup import make_backup
from flows.safekeeping.restore import Statement, restore_backup
from flows.workspace import Workspace
from schemas.errors import PublicationError
from tests.crash.stopping import spread
from tests.flows.night.small_world import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    clock_after,
    drop,
    lines_of,
    run_night,
)
from tests.flows.outbound.killing import Kill, Killed

if TYPE_CHECKING:
    from pathlib import Path

RECEIPT = "receipt_id,line_no,sku,received_qty,received_on\nR1,1,A,10,2026-03-03\n"
MORE = "order_id,line_no,sku,qty,ordered_at\nO2,1,A,2,2026-03-03 09:00\n"
ALL_DONE = {"acme/O1": (0, 4), "acme/O2": (0, 2)}
TUESDAYS = "picks_W1_2026-03-03_1.csv"


@pytest.fixture(scope="module")
def lived(monday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After Monday's night a backup was made; then came Tuesday's, and its picks were fetched."""
    folder = tmp_path_factory.mktemp("drill")
    workspace = Workspace(shutil.copytree(monday, folder / "world", symlinks=True))
    make_backup(workspace, folder / "backup", clock_after(MONDAY).now())
    drop(workspace, "acme/receipts/in.csv", RECEIPT)
    drop(workspace, "acme/orders/more.csv", MORE)
    run_night(workspace, TUESDAY)
    for path in workspace.outbox.glob("W1/*"):
        path.unlink()
    assert lines_of(workspace) == ALL_DONE
    return folder


@pytest.fixture
def world(lived: Path, tmp_path: Path) -> Workspace:
    """That workspace, with its backup beside it."""
    shutil.copytree(lived, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Workspace(tmp_path / "world")


def say(world: Workspace, *command: str) -> str:
    """What a command that ends well says."""
    said = CliRunner().invoke(app, [*command, "--workspace", str(world.root)])
    assert said.exit_code == 0, said.output
    return said.stdout


def put_back(world: Workspace, *options: str) -> str:
    """Monday's books are there again."""
    return say(world, "restore", str(world.root.parent / "backup"), "--replace", *options)


def delivered(world: Workspace) -> dict[str, int]:
    """Rows of each pick file that the warehouse can fetch."""
    return {path.name: path.read_text("utf-8").count("\n") - 1 for path in world.outbox.glob("W1/picks*")}


@pytest.mark.thorough
def test_what_came_since_is_dropped_again_and_what_went_out_is_asked_about(world: Workspace) -> None:
    told = json.loads(put_back(world, "--json"))
    assert told["dropped_again"] == ["inbound/acme/orders/more.csv", "inbound/acme/receipts/in.csv"]
    assert told["handed_out"] == [{"warehouse": "W1", "file_name": TUESDAYS, "rows": 2}]
    assert lines_of(world) == {"acme/O1": (1, 3)}
    aside = Workspace(world.backups / told["aside"].rsplit("/", 1)[1])
    assert (aside.published / "v000002" / "picks" / "W1" / TUESDAYS).is_file()
    assert sorted(path.name for path in world.published.glob("v*")) == ["v000001"]
    status = CliRunner().invoke(app, ["status", "--workspace", str(world.root)])
    assert "W1 may have picks from before a restore" in status.stdout
    with pytest.raises(PublicationError, match=rf"2 rows \(such as acme O1/1.*handed out before.*{TUESDAYS}"):
        run_night(world, TUESDAY)
    assert lines_of(world) == ALL_DONE
    assert delivered(world) == {}


@pytest.mark.thorough
@pytest.mark.parametrize(("verdict", "rows"), [("--kept", 0), ("--dropped", 2)])
def test_the_night_goes_on_when_somebody_has_said(world: Workspace, verdict: str, rows: int) -> None:
    assert f"backorders handed-out W1 --kept --workspace {world.root}" in put_back(world)
    assert "waits for a word" in say(world, "handed-out", "W1", verdict)
    run_night(world, TUESDAY)
    assert lines_of(world) == ALL_DONE
    assert delivered(world) == {TUESDAYS: rows}
    with Ledger.open(world) as ledger:
        states = ledger.connection.execute("SELECT DISTINCT state FROM deliveries")
        assert states.fetchall() == [("sent",)]
        assert ledger.connection.execute("SELECT count(*) FROM handed_out").fetchone() == (0,)


@pytest.mark.thorough
def test_what_the_warehouse_works_on_and_the_books_plan_otherwise_is_told(world: Workspace) -> None:
    put_back(world)
    say(world, "handed-out", "W1", "--kept")
    (world.inbound / "acme/orders/more.csv").unlink()
    run_night(world, TUESDAY)
    assert delivered(world) == {TUESDAYS: 0}
    told = json.loads(say(world, "handed-out", "--json"))
    (row,) = told["not_released"]
    assert (told["handed_out"], row["order_id"], row["qty"]) == ([], "O2", "2")
    assert "W1: acme O2/1, 2 of A" in say(world, "handed-out")
    assert "not released" not in say(world, "handed-out", "W1", "--dropped")


@pytest.mark.thorough
@pytest.mark.thorough
def test_only_what_is_new_goes_out_where_the_warehouse_works_on_the_rest(world: Workspace) -> None:
    put_back(world)
    say(world, "handed-out", "W1", "--kept")
    drop(world, "acme/orders/third.csv", MORE.replace("O2", "O3"))
    run_night(world, WEDNESDAY)  # what was lost on Tuesday is released on another day, under other ids
    assert lines_of(world) == {**ALL_DONE, "acme/O3": (0, 2)}
    assert [name for name, rows in delivered(world).items() if rows] == ["picks_W1_2026-03-04_1.csv"]
    assert sum(delivered(world).values()) == 1


@pytest.mark.thorough
@pytest.mark.thorough
def test_other_quantities_than_the_warehouse_works_on_are_never_handed_out(world: Workspace) -> None:
    put_back(world)
    say(world, "handed-out", "W1", "--kept")
    (world.inbound / "acme/orders/more.csv").write_text(MORE.replace(",2,2026", ",5,2026"), "utf-8")
    with pytest.raises(PublicationError, match=r"1 rows .such as acme O2/1. .*with other quantities"):
        run_night(world, TUESDAY)
    assert delivered(world) == {}


@pytest.mark.thorough
@pytest.mark.thorough
def test_a_file_that_still_lies_in_the_outbox_is_the_one_that_is_meant(world: Workspace) -> None:
    kept = world.outbox / "W1" / TUESDAYS
    kept.write_bytes((world.published / "v000002" / "picks" / "W1" / TUESDAYS).read_bytes())
    put_back(world)
    run_night(world, TUESDAY)
    assert delivered(world) == {TUESDAYS: 2}
    assert say(world, "handed-out") == "Nothing that was handed out before a restore waits for a word.\n"


@pytest.mark.thorough
def test_on_a_new_machine_somebody_says_what_was_handed_out(world: Workspace, tmp_path: Path) -> None:
    new, backup = Workspace(tmp_path / "new"), tmp_path / "backup"
    ask = ["restore", str(backup), "--workspace", str(new.root)]
    refused = CliRunner().invoke(app, ask)
    assert refused.exit_code == 2
    assert "Nobody can see here what was handed out" in refused.output
    assert not new.ledger.exists()
    assert "W1" in say(new, *ask[:2], "--picks", str(world.published / "v000002"))
    assert lines_of(new) == {"acme/O1": (1, 3)}
    run_night(new, TUESDAY)  # nothing of Tuesday was dropped here, so nothing repeats
    assert lines_of(new) == {"acme/O1": (1, 3)}
    sparse = Workspace(tmp_path / "sparse")
    assert "Nothing that was handed out" in say(sparse, *ask[:2], "--nothing-handed-out")


def test_the_command_says_how_to_put_it_back(world: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "copies" / "tuesday"
    assert f"backorders restore {place} --replace --workspace {world.root}" in say(
        world, "backup", str(place)
    )
    told = json.loads(say(world, "backup", str(place.with_name("again")), "--json"))
    assert (told["last_night"], told["version"]) == ("2026-03-03", 2)
    for words in ("LEEDS", "--kept", "LEEDS --kept --dropped", "LEEDS --kept"):
        refused = CliRunner().invoke(app, ["handed-out", *words.split(), "--workspace", str(world.root)])
        assert (refused.exit_code, "Nothing was changed" in refused.output) == (2, True), words


def test_books_that_are_there_are_not_replaced_unsaid(world: Workspace, tmp_path: Path) -> None:
    ask = ["restore", str(tmp_path / "backup"), "--workspace", str(world.root)]
    refused = CliRunner().invoke(app, ask)
    assert refused.exit_code == 2
    assert "The backup knows nights up to 2026-03-02" in " ".join(refused.output.split())
    assert lines_of(world) == ALL_DONE


@pytest.mark.thorough
def test_damaged_books_are_replaced_and_a_damaged_backup_is_not_put_back(
    world: Workspace, tmp_path: Path
) -> None:
    (world.ledger / "control.sqlite").write_bytes(b"rubbish" * 500)
    status = CliRunner().invoke(app, ["status", "--workspace", str(world.root)])
    assert (status.exit_code, "is garbage" in status.output) == (40, True)
    segment = next((tmp_path / "backup" / "ledger" / "segments").glob("order_lines/*"))
    good = segment.read_bytes()
    segment.unlink()
    segment.write_bytes(good[:-9])
    ask = ["restore", str(tmp_path / "backup"), "--replace", "--workspace", str(world.root)]
    assert CliRunner().invoke(app, ask).exit_code == 40
    assert (world.ledger / "control.sqlite").read_bytes().startswith(b"rubbish")
    segment.write_bytes(good)
    put_back(world)
    assert lines_of(world) == {"acme/O1": (1, 3)}


@pytest.mark.thorough
@pytest.mark.thorough
def test_a_restore_that_was_stopped_is_repeated_and_forgets_nothing(world: Workspace, tmp_path: Path) -> None:
    def restore(root: Path, watch: Watch) -> None:
        with watching(watch):
            restore_backup(
                Workspace(root), tmp_path / "backup", Statement(replace=True), clock_after(TUESDAY)
            )

    counted, points = tmp_path / "counted", FaultPlan()
    shutil.copytree(world.root, counted, symlinks=True)
    restore(counted, Watch(points))
    for at in spread(points.passed, 25):
        root = tmp_path / f"stopped_{at}"
        shutil.copytree(world.root, root, symlinks=True)
        with pytest.raises(Killed):
            restore(root, Watch(Kill(stop_at=at)))
        restore(root, Watch())
        stopped = Workspace(root)
        assert lines_of(stopped) == {"acme/O1": (1, 3)}, at
        assert "W1: picks_W1_2026-03-03_1.csv, 2 rows" in say(stopped, "handed-out"), at
        dropped = sorted(path.name for path in stopped.inbound.rglob("*.csv"))
        assert dropped == ["in.csv", "more.csv"], at
