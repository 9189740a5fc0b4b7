"""The commands that change something, without Prefect: run, intake, check, demo."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from flows.cli.trying import demo
from flows.scheduling.prefect_api import door_file, keep_door, open_port
from schemas.errors import InvariantError
from tests.flows.cli.published import run
from tests.flows.night.small_world import ORDERS, drop, drop_first_day, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A small workspace with a day's files."""
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    return workspace


def test_run_prints_what_the_night_did_and_once_done_that_nothing_is_left(place: Workspace) -> None:
    night_of_monday = ("run", "--plain", "--date", "2026-03-02", "-w", str(place.root))
    shown = run(*night_of_monday)
    assert shown.exit_code == 0
    assert "Night of 2026-03-02" in shown.stdout
    assert str(place.published / "v000001") in shown.stdout
    again = run(*night_of_monday)
    assert again.exit_code == 0
    assert "Nothing to do" in again.stdout
    assert f"`backorders run --again --workspace {place.root}`" in again.stdout
    assert "Nothing is published" not in again.stdout
    (place.published / "current").unlink()
    lost = run(*night_of_monday)
    assert lost.exit_code == 4
    assert "nothing is published: `backorders run --again" in lost.stderr


@pytest.mark.thorough
def test_run_tells_machines_the_same(place: Workspace) -> None:
    shown = run("run", "--plain", "--date", "2026-03-02", "--json", "-w", str(place.root))
    (told,) = json.loads(shown.stdout)["nights"]
    acme = next(client for client in told["clients"] if client["client_id"] == "acme")
    assert (told["version"], acme["units_released"], acme["units_short"]) == (1, 3, 1)
    assert told["folder"] == str(place.published / "v000001")


HEAVY = {"prefect", "openpyxl", "xlsxwriter", "hypothesis", "pandera.backends.polars.builtin_checks"}


def test_a_plain_night_loads_nothing_that_it_does_not_need(place: Workspace) -> None:
    """Importing takes much of a small night; Pandera is asked only of rows that break a contract.

    Nor does it load the program once more where files are read.
    """
    night = ["run", "--plain", "--date", "2026-03-02", "--json", "-w", str(place.root)]
    program = (
        "import sys; from flows.cli.app import app; app(sys.argv[1:], standalone_mode=False); "
        f"print(*{HEAVY} & set(sys.modules), file=sys.stderr); "
        "from flows.inbound.reading.reading_process import READING; "
        "print(type(READING._child).__name__, file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, *night]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(json.loads(shown.stdout)["nights"]) == 1
    assert shown.stderr.split() == ["Copy"]


def test_the_process_that_reads_files_loads_no_database() -> None:
    program = (
        "import sys, flows.inbound.reading.reading_worker; "
        f"print(*{HEAVY | {'duckdb', 'pyarrow', 'jinja2'}} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether nights of this test run plainly, as they are run."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    said: list[bool] = []
    monkeypatch.setattr("flows.cli.acting.run.run_due", lambda *_, plain, **__: said.append(plain))
    return said


def test_prefect_hears_of_nights_where_it_is_there_or_asked_for(
    place: Workspace, told: list[bool], healthy_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights = ("run", "-w", str(place.root))
    for asked in ((), ("--plain",), ("--prefect",)):
        run(*nights, *asked)
    assert told == [True, True, False]
    door_file(place).parent.mkdir()
    keep_door(place, {"PREFECT_API_URL": healthy_url, "PREFECT_API_AUTH_STRING": "backorders:secret"})
    for asked in ((), ("--plain",)):
        run(*nights, *asked)
    assert told[3:] == [False, True]
    door_file(place).unlink()
    monkeypatch.setenv("PREFECT_API_URL", healthy_url)
    run(*nights)
    assert told[5:] == [False]


def test_no_night_waits_for_a_server_that_does_not_answer(
    place: Workspace, told: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_port() as door:
        port = door.getsockname()[1]
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")
    shown = run("run", "-w", str(place.root))
    assert told == [True]
    assert "PREFECT_API_URL does not answer: the nights run without it" in shown.stderr


def test_run_refuses_a_folder_that_is_no_workspace_and_makes_nothing_there(tmp_path: Path) -> None:
    shown = run("run", "--plain", "-w", str(tmp_path))
    assert shown.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_run_ends_with_20_when_a_client_is_held(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def hold(*_: object, **__: object) -> None:
        message = "1 held: acme (2026-03-02)."
        raise InvariantError(message)

    monkeypatch.setattr("flows.cli.acting.run.run_due", hold)
    shown = run("run", "--plain", "-w", str(place.root))
    assert shown.exit_code == 20
    assert "Nothing to do" not in shown.stdout


@pytest.mark.thorough
def test_a_catch_up_that_is_longer_than_the_nights_kept_ends_well(place: Workspace) -> None:
    """Over the end of a month, whose last night is kept; of the others the books know what became of them."""
    settings = place.settings_file.read_text("utf-8")
    place.settings_file.write_text(f"{settings}keep_nights = 1\n", "utf-8")
    run("run", "--plain", "--date", "2026-03-29", "-w", str(place.root))
    until_april = ("run", "--plain", "-w", str(place.root), "--date", "2026-04-02")
    shown = run(*until_april)
    assert shown.exit_code == 0, shown.output
    assert "Night of 2026-03-30: version 2 in" in shown.stdout
    assert str(place.published / "v000005") in shown.stdout
    assert sorted(path.name for path in place.published.glob("v*")) == ["v000003", "v000005"]


def test_intake_lists_each_file_with_its_answer(place: Workspace) -> None:
    drop(place, "nobody/orders/a.csv", "x")
    first = run("intake", "-w", str(place.root))
    assert first.exit_code == 0
    assert "4 answers written" in first.stdout
    assert "no client file has the name of this folder" in first.stdout
    second = json.loads(run("intake", "--json", "-w", str(place.root)).stdout)
    assert [file["is_new"] for file in second["files"]] == [False] * 4


def test_check_writes_nothing_and_says_how_the_file_would_be_read(place: Workspace, tmp_path: Path) -> None:
    tried = tmp_path / "tried.csv"
    tried.write_text(ORDERS.format(order_id="O9", qty=1) + "O9,2,A,many,2026-03-02 09:00\n", "utf-8")
    before = sorted(place.root.rglob("*"))
    shown = run("check", "acme", "orders", str(tried), "-w", str(place.root))
    assert shown.exit_code == 11
    assert "2 rows: 1 accepted, 0 duplicate, 0 set aside, 1 rejected" in shown.stdout
    assert "not_a_number" in shown.stdout
    assert "there are no books yet" in shown.stdout
    assert sorted(place.root.rglob("*")) == before


def test_check_knows_what_earlier_nights_took(monday: Path, tmp_path: Path) -> None:
    tried = tmp_path / "tried.csv"
    tried.write_text(ORDERS.format(order_id="O1", qty=4), "utf-8")
    shown = run("check", "acme", "orders", str(tried), "--json", "-w", str(monday))
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["rows"]["duplicate"] == 1


def test_check_ends_with_10_when_the_file_would_be_refused(place: Workspace, tmp_path: Path) -> None:
    tried = tmp_path / "tried.csv"
    tried.write_text("order_id,qty\nO1,1\n", "utf-8")
    shown = run("check", "acme", "orders", str(tried), "-w", str(place.root))
    assert shown.exit_code == 10
    assert "missing_column" in shown.stderr


@pytest.mark.parametrize(
    ("client_id", "feed", "hint"), [("acne", "orders", "acme"), ("acme", "ordres", "orders")]
)
def test_check_names_what_was_meant(place: Workspace, client_id: str, feed: str, hint: str) -> None:
    shown = run("check", client_id, feed, "any.csv", "-w", str(place.root))
    assert shown.exit_code == 2
    assert hint in shown.stderr


def test_the_sample_is_found_in_a_checkout() -> None:
    assert (demo.find_sample() / "nights" / "2026-03-02").is_dir()


def test_demo_touches_no_folder_that_has_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    assert run("demo", "--plain", "-w", str(tmp_path)).exit_code == 2


def test_demo_shows_a_queue_a_decision_a_message_and_where_things_lie(tmp_path: Path) -> None:
    shown = run("demo", "--plain", "-w", str(tmp_path / "scratch"))
    assert shown.exit_code == 0, shown.output
    for words in (
        "Night of 2026-03-04",
        "Queue of torquebarn · TB-PAD-F12",
        "ships 2026-03-12",
        "We had told you Friday 6 March",
        "published/current/summary/",
    ):
        assert words in shown.stdout
