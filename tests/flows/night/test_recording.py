"""The log and the figures that runs leave for machines."""

from __future__ import annotations

import json
import logging
import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from flows.daytime import look_by_day
from flows.night import metrics, recording
from flows.night.metrics import Metric, render_metrics, write_metrics
from flows.night.recording import JsonLine, find_last_end, kept_log, record_outcome
from flows.workspace import Workspace
from schemas.errors import ConfigurationError, DamageError, PublicationError
from tests.flows.night.small_world import MONDAY, clock_at, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

LINE = re.compile(r'^backorders_[a-z_]+(\{[a-z]+="[a-z_]+"\})? -?[0-9.e+]+$')


@pytest.fixture(scope="module")
def after_monday(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace after a look by day and a night."""
    workspace = make_world(tmp_path_factory.mktemp("recording") / "data")
    drop_first_day(workspace)
    look_by_day(workspace, clock_at(MONDAY, 9))
    run_night(workspace, MONDAY)
    return workspace


def lines_of(workspace: Workspace) -> list[dict[str, Any]]:
    """The log, line by line."""
    return [json.loads(line) for line in workspace.log_file.read_text("ascii").splitlines()]


def figures_of(workspace: Workspace) -> dict[str, float]:
    """The figures, each by its name and label."""
    lines = workspace.metrics_file.read_text("utf-8").splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line[0] != "#"}


def test_each_step_is_a_line_of_the_log(after_monday: Workspace) -> None:
    steps = [(line["step"], line["is_done"]) for line in lines_of(after_monday) if "step" in line]
    assert steps[-2:] == [("deliver", False), ("deliver", True)]
    assert [step for step, is_done in steps if is_done] == [
        *("due", "intake", "freeze", "plan", "commit", "publish", "deliver")
    ]
    last = lines_of(after_monday)[-1]
    assert last["run_id"] == "2026-03-02-1"
    assert last["level"] == "INFO"
    assert datetime.fromisoformat(last["at"]).tzinfo is not None


def test_the_figures_tell_age_seconds_held_and_open_tasks(after_monday: Workspace) -> None:
    figures = figures_of(after_monday)
    summary = json.loads((after_monday.published / "current/summary/summary.json").read_text("utf-8"))
    assert figures["backorders_run_exit_code"] == 0
    assert figures["backorders_night_timestamp_seconds"] == datetime(2026, 3, 3, 4, tzinfo=UTC).timestamp()
    assert (
        figures["backorders_night_business_date_timestamp_seconds"]
        == datetime(2026, 3, 2, tzinfo=UTC).timestamp()
    )
    assert figures["backorders_night_version"] == 1
    assert figures["backorders_night_seconds"] >= 0
    assert figures["backorders_clients_held"] == 0
    assert figures['backorders_units{kind="released"}'] == 3
    assert figures['backorders_units{kind="short"}'] == 1
    assert figures['backorders_rows{verdict="accepted"}'] == sum(
        row["rows_accepted"] for row in summary["clients"]
    )
    opened = sum(value for name, value in figures.items() if "open_tasks" in name)
    assert opened == sum(entry["count"] for entry in summary["needs_a_person"])


def test_every_line_of_the_figures_has_the_form_of_prometheus(after_monday: Workspace) -> None:
    text = after_monday.metrics_file.read_text("utf-8")
    assert text.endswith("\n")
    names = re.findall(r"^# TYPE (\S+) gauge$", text, re.MULTILINE)
    assert len(names) == len(set(names)) == text.count("# HELP ")
    assert all(LINE.match(line) for line in text.splitlines() if line[0] != "#")
    assert not list(after_monday.metrics_file.parent.glob("*.partial"))


def test_a_run_that_fails_says_so_in_both(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    for broken in workspace.warehouses.glob("*.toml"):
        broken.write_text("nonsense = 1\n")
    with pytest.raises(ConfigurationError):
        run_night(workspace, MONDAY)
    last = lines_of(workspace)[-1]
    assert (last["level"], last["exit_code"]) == ("ERROR", 2)
    assert "nonsense" in last["message"]
    figures = figures_of(workspace)
    assert figures["backorders_run_exit_code"] == 2
    assert "backorders_night_timestamp_seconds" not in figures


def test_a_large_log_is_turned_over_by_the_next_run_and_by_no_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MAX_BYTES", 10)
    place = Workspace(tmp_path)
    for number in range(8):
        with kept_log(place, turns_over=True):
            logging.getLogger("flows.test").info("run %d", number)
    names = sorted(path.name for path in place.log_file.parent.iterdir())
    assert names == ["backorders.jsonl", *(f"backorders.jsonl.{number}" for number in range(1, 6))]
    assert [line["message"] for line in lines_of(place)] == ["run 7"]
    with kept_log(place):
        logging.getLogger("flows.test").info("a look")
    assert [line["message"] for line in lines_of(place)] == ["run 7", "a look"]


def test_a_line_is_one_line_whatever_it_says_and_an_error_has_no_words_of_others() -> None:
    error = KeyError("a cell \x1b[2J of a client")
    said = {"msg": "line\n\u202e%s", "args": ("é",), "exc_info": (KeyError, error, None)}
    record = logging.makeLogRecord(said)
    line = JsonLine().format(record)
    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line)["message"] == "line\n\u202eé"
    assert json.loads(line)["error"].startswith("KeyError")
    assert "a cell" not in line


def test_what_cannot_be_written_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, after_monday: Workspace
) -> None:
    root = tmp_path / "data"
    shutil.copytree(after_monday.root, root, symlinks=True)
    place = Workspace(root)
    for folder in (place.log_file.parent, place.metrics_file.parent):
        shutil.rmtree(folder)
        folder.write_text("no folder")
    with recording.recorded(place):
        logging.getLogger("flows.test").info("a night")
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(said) == 2
    assert "has no log" in said[0]
    assert "was not written" in said[1]


def test_a_label_is_escaped() -> None:
    text = render_metrics([Metric("rows", "Rows.", {'a"\\\n': 1.5}, "verdict")])
    assert text.splitlines()[-1] == 'backorders_rows{verdict="a\\"\\\\\\n"} 1.5'


def test_a_workspace_without_books_has_figures_of_the_run_alone(tmp_path: Path) -> None:
    place = make_world(tmp_path / "data")
    write_metrics(place, 2, clock_at(MONDAY))
    assert figures_of(place) == {
        "backorders_run_timestamp_seconds": clock_at(MONDAY).now().timestamp(),
        "backorders_run_exit_code": 2,
    }
    assert metrics.LOG.name == "flows.night.metrics"


def test_how_the_last_run_ended_is_read_from_its_figures_and_its_log(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    assert find_last_end(place) is None
    record_outcome(place, PublicationError("first"))
    record_outcome(place, DamageError("a file\nand more"))
    end = find_last_end(place)
    assert end is not None
    assert (end.exit_code, end.words) == (40, "The books are damaged: a file\nand more")
    write_metrics(place, 0)
    end = find_last_end(place)
    assert end is not None
    assert (end.exit_code, end.words) == (0, "")


@pytest.mark.parametrize(
    "figures", ["", "backorders_run_exit_code x\n", "backorders_run_exit_code 40\n", "\x80"]
)
def test_figures_that_say_nothing_of_the_last_run_end_nothing(tmp_path: Path, figures: str) -> None:
    place = Workspace(tmp_path)
    place.metrics_file.parent.mkdir()
    place.metrics_file.write_bytes(figures.encode("latin-1"))
    assert find_last_end(place) is None


def test_a_log_without_the_last_run_leaves_its_code(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    record_outcome(place, DamageError("x"))
    place.log_file.write_bytes(b"not JSON\n[]\n\xff\n")
    end = find_last_end(place)
    assert end is not None
    assert (end.exit_code, end.words) == (40, "")
