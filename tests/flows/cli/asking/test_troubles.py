"""Tests of what `status` says of the nights themselves, and of the exit code that it ends with."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer

from flows.cli.asking.status import read_status
from flows.cli.printing.ages import read_max_age
from flows.disk.lock import hold_lock
from flows.ledger.databases.control import open_control, transaction
from flows.night.metrics import write_metrics
from flows.night.recording import record_outcome
from flows.night.run import run_nights
from flows.workspace import Workspace
from schemas.errors import ConfigurationError, DamageError, NightsError
from tests.flows.cli.published import put_settings, run
from tests.flows.night.small_world import CLIENT, MONDAY, drop, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOW = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
RAN_AT = datetime(2026, 3, 4, 4, 15, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace whose dates end in London, with a folder that says that a night was published."""
    put_settings(tmp_path)
    return Workspace(tmp_path)


def put_run(
    place: Workspace, night: str = "2026-03-03", state: str = "published", held: Sequence[str] = ()
) -> None:
    """A run in the books, as it is after a good night but for what is stated."""
    at = RAN_AT.isoformat()
    version = None if state == "frozen" else 1
    published_at = at if state == "published" else None
    row = (night, 1, state, at, version, published_at, json.dumps(list(held)))
    with closing(open_control(place.ledger)) as connection, transaction(connection, "test"):
        connection.execute(
            "INSERT INTO runs (business_date, run_no, state, frozen_at, version, published_at, clients_held) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
        )


def troubles_at(place: Workspace, now: datetime, **how: Any) -> list[str]:  # noqa: ANN401 -- as read_status has them
    """What status has to say of the nights at an instant, but that this night's files are not there."""
    said: list[str] = read_status(place, now, **how)["troubles"]
    return [sentence for sentence in said if "nothing is published" not in sentence]


def test_a_night_of_this_morning_is_no_trouble(place: Workspace) -> None:
    put_run(place)
    assert troubles_at(place, NOW) == []


@pytest.mark.parametrize(
    ("hours", "max_age", "is_late"),
    [(30, "36h", False), (37, "36h", True), (25, "26h", False), (27, "26h", True), (80, "4d", False)],
)
def test_a_night_is_late_when_it_ran_too_long_ago(
    place: Workspace, hours: int, max_age: str, *, is_late: bool
) -> None:
    put_run(place)
    now = RAN_AT + timedelta(hours=hours)
    assert bool(troubles_at(place, now, max_age=read_max_age(max_age))) == is_late


def test_a_night_that_ran_just_now_and_closed_an_old_date_is_late(place: Workspace) -> None:
    put_run(place, night="2026-03-01")
    (said,) = troubles_at(place, NOW)
    told = "The last night closed 2026-03-01, which ended 53 hours ago"
    assert said == f"{told}: `backorders run --workspace {place.root}` catches up."


def test_books_ahead_of_the_clock_are_told_with_the_time_that_it_is(place: Workspace) -> None:
    put_run(place, night="2062-01-05")
    (said,) = troubles_at(place, NOW)
    assert said.startswith(
        "The books are closed up to 2062-01-05, which has not ended: it is 2026-03-04 05:00 Europe/London."
    )


def test_a_night_that_ran_later_than_now_is_a_clock_that_is_wrong(place: Workspace) -> None:
    put_run(place)
    assert troubles_at(place, RAN_AT - timedelta(minutes=30)) == []
    (said,) = troubles_at(place, RAN_AT - timedelta(hours=3))
    assert said.startswith("The last night ran at 2026-03-04 04:15 Europe/London, which is still to come")


def test_a_held_client_is_named(place: Workspace) -> None:
    put_run(place, held=["acme"])
    (said,) = troubles_at(place, NOW)
    assert said.startswith("acme was held by the last night")


def test_a_broken_client_file_is_named(place: Workspace) -> None:
    (place.clients / "acme.toml").write_text('nam = "Acme"\n', "utf-8")
    put_run(place)
    said = troubles_at(place, NOW)
    assert said
    assert said[0].startswith("A client is left out of the nights: clients/acme.toml")


def test_a_run_that_stopped_is_told_unless_it_runs_at_this_moment(place: Workspace) -> None:
    put_run(place)
    put_run(place, night="2026-03-04", state="frozen")
    (said,) = troubles_at(place, NOW)
    assert said == (
        "Night 2026-03-04 run 1 is frozen and not finished, and nothing runs: "
        f"`backorders run --workspace {place.root}` goes on from there."
    )
    with hold_lock(place.lock_file):
        assert troubles_at(place, NOW) == []


def test_books_that_nothing_is_published_of_are_told(place: Workspace) -> None:
    put_run(place)
    assert "nothing is published" in read_status(place, NOW)["troubles"][0]


def test_a_workspace_without_a_night_is_not_told_to_be_well(place: Workspace) -> None:
    shown = run("status", "--workspace", str(place.root))
    assert shown.exit_code == 4
    assert shown.stdout.splitlines()[1].startswith("No night has run here yet: `backorders run")
    assert "Nothing needs a person" not in shown.stdout


@pytest.mark.parametrize("name", ["nowhere", "empty"])
@pytest.mark.parametrize("words", [("status",), ("why", "acme", "O1"), ("findings",)])
def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path, name: str, words: tuple[str, ...]) -> None:
    (tmp_path / "empty").mkdir()
    result = run(*words, "--workspace", str(tmp_path / name))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"`backorders init {tmp_path / name}`" in " ".join(result.stderr.split())


@pytest.mark.thorough
def test_status_tells_the_list_that_run_told_also_after_a_further_run(tmp_path: Path) -> None:
    """Of both runs of the date only the last is told: a row that came well in it is off the list."""
    place = make_world(tmp_path / "data")
    drop_first_day(place)
    rows = "order_id,line_no,sku,qty,ordered_at\nO7,1,A,many,2026-03-02 09:00\nO8,1,A,1,2026-03-02 09:00\n"
    drop(place, "acme/orders/bad.csv", rows)
    run_night(place, MONDAY)
    drop(place, "acme/orders/more.csv", rows.replace("many", "none"))
    told = json.loads(run("run", "--plain", "--again", "--json", "-w", str(place.root)).stdout)["nights"][0]
    page = json.loads(run("status", "--json", "-w", str(place.root)).stdout)
    assert page["needs_a_person"] == told["needs_a_person"]
    assert len({entry["code"] for entry in page["needs_a_person"]}) > 1


@pytest.mark.parametrize(
    ("text", "length"),
    [("26h", timedelta(hours=26)), ("90m", timedelta(minutes=90)), (" 2D ", timedelta(days=2))],
)
def test_an_age_is_a_number_and_its_unit(text: str, length: timedelta) -> None:
    assert read_max_age(text) == length


@pytest.mark.parametrize("text", ["", "26", "h", "-1h", "1.5d", "1h30m"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="like 26h"):
        read_max_age(text)


@pytest.mark.thorough
def test_a_broken_client_file_is_loud_on_the_page_of_a_whole_night(tmp_path: Path) -> None:
    place = make_world(tmp_path / "data")
    drop_first_day(place)
    run_nights(place)
    assert run("status", "-w", str(place.root)).exit_code == 0
    (place.clients / "bolt.toml").write_text(CLIENT.format(client_id="bolt") + "nam = 1\n", "utf-8")
    shown = run("status", "-w", str(place.root))
    assert shown.exit_code == 4
    assert shown.stdout.splitlines()[1].startswith("A client is left out of the nights: clients/bolt.toml")


def test_the_last_run_that_failed_is_told_until_one_ends_well(place: Workspace) -> None:
    """Whoever comes at six asks `status` alone: books that are damaged may be read by no page of it."""
    put_run(place)
    record_outcome(place, DamageError("ledger/x is cut off"))
    (said,) = troubles_at(place, NOW)
    assert said.startswith("The last run, at 20")
    assert said.endswith(" Europe/London, ended with 40: The books are damaged: ledger/x is cut off")
    place.log_file.unlink()
    (said,) = troubles_at(place, NOW)
    assert said.endswith("ended with 40 (runbook, Exit codes).")
    write_metrics(place, 0)
    assert troubles_at(place, NOW) == []


def test_a_refused_run_is_told_where_a_night_waits_for_it(place: Workspace) -> None:
    put_run(place)
    record_outcome(place, ConfigurationError("2999-12-31 has not ended"))
    assert troubles_at(place, NOW) == []
    (said,) = troubles_at(place, NOW + timedelta(days=1))
    assert "ended with 2: Not possible: 2999-12-31 has not ended" in said


def test_what_status_itself_says_is_not_told_as_a_failure(place: Workspace) -> None:
    put_run(place)
    record_outcome(place, NightsError("late"))
    assert troubles_at(place, NOW) == []


@pytest.mark.thorough
def test_the_seconds_of_the_last_night_are_those_that_the_night_told(tmp_path: Path) -> None:
    """A night publishes itself before its delivery, so what it says there of its seconds is too little."""
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    with closing(open_control(workspace.ledger)) as connection, transaction(connection, "test"):
        connection.execute("UPDATE runs SET seconds = 1234.5")
    assert [night["seconds"] for night in read_status(workspace, NOW)["nights"]] == [1234.5]
