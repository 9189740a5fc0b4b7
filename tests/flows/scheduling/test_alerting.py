"""Tests of the alert command: when it is run, what it gets, and that it never decides anything."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import pytest

from flows.scheduling.alerting import alert, alerting, read_alerts
from flows.workspace import Workspace
from schemas.errors import BackordersError, ConfigurationError, InvariantError, PublicationError
from tests.flows.cli.published import run
from tests.flows.night.small_world import make_world

if TYPE_CHECKING:
    from pathlib import Path

KEEPS = """
import json, os, pathlib, sys
facts = {name: value for name, value in os.environ.items() if name.startswith("BACKORDERS_")}
told = {"text": sys.stdin.read(), "arguments": sys.argv[1:], "facts": facts, "folder": os.getcwd()}
with pathlib.Path("told.ndjson").open("a") as file:
    file.write(json.dumps(told) + chr(10))
"""
HELD = InvariantError("1 held: acme (2026-03-02).")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace in which no file lies."""
    return make_world(tmp_path / "a place")


def set_command(place: Workspace, program: str, *arguments: str, seconds: float = 20) -> None:
    """Let a Python program be the alert command."""
    command = json.dumps([sys.executable, "-c", program, *arguments])
    settings = place.settings_file.read_text("utf-8")
    place.settings_file.write_text(f"{settings}[alerts]\ncommand = {command}\nseconds = {seconds}\n", "utf-8")


def told(place: Workspace) -> list[dict[str, object]]:
    """What the command was given each time."""
    path = place.root / "told.ndjson"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


@pytest.mark.parametrize(
    ("error", "code", "outcome"),
    [
        (ConfigurationError("no room"), "2", "Not possible"),
        (HELD, "20", "A law of the ledger is broken (our fault)"),
        (PublicationError("no share"), "30", "Committed, but not published"),
        (ZeroDivisionError("a cell"), "1", "The program failed (our fault)"),
    ],
)
def test_every_error_that_ends_a_night_is_told_once_and_goes_on(
    place: Workspace, error: Exception, code: str, outcome: str
) -> None:
    set_command(place, KEEPS, "an argument; with $signs")
    with pytest.raises(type(error)), alerting(place), alerting(place):
        raise error
    (given,) = told(place)
    root = str(place.root)
    assert given["facts"] == {
        "BACKORDERS_WORKSPACE": root,
        "BACKORDERS_EXIT_CODE": code,
        "BACKORDERS_OUTCOME": outcome,
    }
    assert given["arguments"] == ["an argument; with $signs"]
    assert given["folder"] == root
    text = str(given["text"])
    assert text.startswith(f"{outcome} (exit code {code})\n\n")
    assert f"Look first: backorders status --workspace '{root}'\n" in text
    assert "a cell" not in text


def test_a_night_that_is_done_alerts_nobody(place: Workspace) -> None:
    set_command(place, KEEPS)
    with alerting(place):
        pass
    assert told(place) == []


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("raise SystemExit('no such host')", "ended with 1: no such host"),
        ("print('a' * 5000 + chr(27)); raise SystemExit(7)", "ended with 7: " + "a" * 300 + "."),
        ("import os; os.kill(os.getpid(), 9)", "ended with -9."),
        ("import time; time.sleep(60)", "did not end within 0.5 seconds and was ended"),
    ],
)
def test_a_command_that_fails_is_said_and_changes_nothing(
    place: Workspace, program: str, problem: str
) -> None:
    set_command(place, program, seconds=0.5 if "sleep" in program else 20)
    said: list[str] = []
    with pytest.raises(InvariantError, match="1 held"), alerting(place, said.append):
        raise HELD
    (sentence,) = said
    assert problem in sentence
    assert sentence.endswith("The outcome of the night stays.")


def test_a_command_that_is_not_there_is_said(place: Workspace) -> None:
    place.settings_file.write_text('[alerts]\ncommand = ["no-such-program"]\n', "utf-8")
    assert "could not be started (No such file or directory)" in alert(place, HELD)


def test_what_a_command_leaves_running_is_not_waited_for(place: Workspace) -> None:
    """It keeps our end of the command's output open, as a daemon does."""
    set_command(place, "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()'])")
    began = time.monotonic()
    assert not alert(place, HELD)
    assert time.monotonic() - began < 10


def test_another_fault_of_the_settings_is_alerted_of(place: Workspace) -> None:
    set_command(place, KEEPS)
    settings = place.settings_file.read_text("utf-8")
    place.settings_file.write_text(f"keep_night = 3\n{settings}", "utf-8")
    shown = run("run", "--plain", "-w", str(place.root))
    assert shown.exit_code == 2
    assert "keep_night: no such key" in str(told(place)[0]["text"])


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ("alerts = 3", "alerts"),
        ('[alerts]\ncommand = "mail"', "alerts.command: needs a list"),
        ('[alerts]\ncommand = ["a"]\nseconds = 0', "alerts.seconds: must be more than 0"),
        ('[alerts]\ncomand = ["a"]', 'did you mean "command"?'),
        ("[alerts", "not TOML"),
    ],
)
def test_alerts_that_cannot_be_followed_are_said(place: Workspace, settings: str, fault: str) -> None:
    place.settings_file.write_text(f"{settings}\n", "utf-8")
    sentence = alert(place, HELD)
    assert sentence.startswith("Nobody was alerted")
    assert fault in sentence


def test_a_workspace_without_a_settings_file_has_no_command(tmp_path: Path) -> None:
    assert read_alerts(Workspace(tmp_path)).command == ()


def test_run_says_on_stderr_that_its_alert_failed(place: Workspace) -> None:
    set_command(place, "raise SystemExit(3)")
    shown = run("run", "--plain", "--date", "2062-01-01", "-w", str(place.root))
    assert shown.exit_code == 2
    assert "The alert command of workspace.toml ended with 3." in " ".join(shown.stderr.split())
    assert "has not ended" in shown.stderr


def test_the_words_of_an_outcome_are_those_that_the_program_prints(place: Workspace) -> None:
    set_command(place, KEEPS)
    shown = run("run", "--plain", "--date", "2062-01-01", "-w", str(place.root))
    (given,) = told(place)
    heading, _, rest = str(given["text"]).partition(" (exit code 2)\n\n")
    assert shown.stderr.startswith(f"{heading}: {rest.splitlines()[0]}"[:60])


def test_errors_of_ours_all_have_an_exit_code_that_is_not_zero() -> None:
    assert all(error.exit_code for error in BackordersError.__subclasses__())
