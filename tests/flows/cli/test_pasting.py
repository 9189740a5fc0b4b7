"""Every command that is shown runs as it is pasted, wherever one stands: quoted, with its workspace."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
import typer.main

from flows.cli.app import app
from flows.pasting import say_command, say_workspace
from tests.flows.cli.published import run
from tests.flows.night.small_world import MONDAY, drop, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = re.compile(r"^(?:  \d\. |\$ |\s+)?(backorders .+)$|`(backorders [^`]+)`", re.MULTILINE)
"""A line of its own, or words between backticks."""

MENTIONS = {"backorders unhold", "backorders done", "backorders release"}
"""What a sentence calls a command by, without anything to paste."""

CHANGES = {"run", "unhold", "release", "done", "init", "erase", "serve"}
"""Verbs that are only parsed here."""

HEADER = "order_id,line_no,sku,qty,ordered_at\n"


def commands_in(text: str) -> set[str]:
    """Every command that a page shows."""
    found = {line or quoted for line, quoted in COMMAND.findall(text)}
    return {command.strip() for command in found} - MENTIONS


def parse(command: str) -> list[str]:
    """The words of a command that the program takes; where it would not, the test ends."""
    program, verb, *words = shlex.split(command)
    assert program == "backorders"
    typer.main.get_command(app).commands[verb].make_context(verb, list(words))  # type: ignore[attr-defined]
    return [verb, *words]


def paste(command: str, page: str = "") -> str:
    """What the command prints; it succeeds, or shows what is wrong with rows or nights."""
    verb, *words = parse(command)
    if verb in CHANGES:
        return ""
    shown = run(verb, *words)
    assert shown.exit_code in {0, 4, 11}, (command, page, shown.stderr)
    return shown.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demo in a folder whose name a shell would take apart, and what it printed."""
    folder = tmp_path_factory.mktemp("demo") / "Anna's [new] $HOME"
    shown = run("demo", "--plain", "-w", str(folder))
    assert shown.exit_code == 0, shown.output
    return folder, shown.stdout


@pytest.mark.thorough
def test_every_command_of_a_demo_and_of_the_pages_it_leads_to_can_be_pasted(
    demo: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, page = demo
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BACKORDERS_WORKSPACE", raising=False)
    first = commands_in(page)
    assert {shlex.split(command)[1] for command in first} == {
        "queue",
        "why",
        "stock",
        "check",
        "status",
        "run",
    }
    assert all(str(folder) in shlex.split(command) for command in first)
    second = {command for shown in sorted(first) for command in commands_in(paste(shown, page))}
    third = {command for shown in sorted(second) for command in commands_in(paste(shown, page))}
    assert {shlex.split(command)[1] for command in second | third} >= {"run", "unhold", "stock"}
    for command in second | third:
        parse(command)
        assert str(folder) in shlex.split(command), command


@pytest.mark.thorough
def test_the_last_lines_of_a_demo_run_one_by_one(demo: tuple[Path, str]) -> None:
    _, page = demo
    last = page.split("Try:")[1].splitlines()
    *shown, night = [line.strip() for line in last if "backorders" in line]
    assert [paste(command) != "" for command in shown] == [True] * 3
    assert shlex.split(night)[:4] == ["backorders", "run", "--date", "2026-03-05"]
    parse(night)


@pytest.mark.thorough
def test_ids_that_look_like_options_or_have_signs_of_a_shell_can_be_pasted(tmp_path: Path) -> None:
    place = make_world(tmp_path / "an other")
    drop_first_day(place)
    ids = ["-7", "--json", "O'Neil", "[b] $x", "two words"]
    row = "{},{},A,{},2026-03-02 09:00\n"
    rows = "".join(row.format(name, 1, "many") + row.format(name, 2, 1) for name in ids)
    drop(place, "acme/orders/odd.csv", HEADER + rows)
    run_night(place, MONDAY)
    page = run("findings", "acme", "incomplete_intake", "-w", str(place.root)).stdout
    commands = [command for command in commands_in(page) if shlex.split(command)[1] == "why"]
    assert len(commands) == len(ids)
    for command in commands:
        assert any(f"acme · {order_id}" in paste(command) for order_id in ids), command
    summary = (place.published / "current" / "summary" / "summary.md").read_text("utf-8")
    for command in commands_in(summary):
        parse(command)


@pytest.mark.parametrize(
    "words", [("acme", "O1"), ("acme", "-1"), ("a b", "'\"$`"), ("acme", "[red]", "--help")]
)
def test_words_come_back_as_they_were(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = say_command("why", *words, options=("--bin", "-B"), workspace=say_workspace(tmp_path / "it's"))
    split = shlex.split(command)
    about = split[split.index("--") + 1 :] if "--" in split else split[2 : 2 + len(words)]
    assert tuple(about) == words
    assert split[split.index("--workspace") + 1] == str(tmp_path / "it's")


@pytest.mark.parametrize("verb", ["run --plain", "status", "why acme O1", "findings", "intake"])
def test_what_an_error_advises_can_be_pasted(tmp_path: Path, verb: str) -> None:
    (tmp_path / "a b" / "clients").mkdir(parents=True)
    for folder in ("nowhere at all", "a b"):
        shown = run(*verb.split(), "-w", str(tmp_path / folder))
        for command in commands_in(shown.stderr):
            assert str(tmp_path / folder) in parse(command)


def test_the_next_steps_of_a_new_workspace_can_be_pasted(tmp_path: Path) -> None:
    folder = tmp_path / "new one"
    page = run(
        "init", str(folder), "--warehouse", "W1", "--client", "acme", "--time-zone", "Europe/London"
    ).stdout
    check, command = sorted(commands_in(page))
    assert parse(check)[:4] == ["check", "acme", "orders", "FILE"]
    assert parse(command) == ["run", "--workspace", str(folder)]
