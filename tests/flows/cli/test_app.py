"""Tests of the way from errors to exit codes, and of how soon help is there."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
import typer.main

from flows.cli.app import app
from flows.outcomes import outcome_of
from schemas import errors
from tests.flows.cli.published import run
from tests.flows.night.small_world import make_world

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("error", [errors.BackordersError, *errors.BackordersError.__subclasses__()])
def test_every_error_has_a_name_and_its_exit_code(error: type[errors.BackordersError]) -> None:
    heading, exit_code = outcome_of(error("what is wrong"))
    assert exit_code == error.exit_code
    assert heading


def test_every_command_says_what_it_does() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        assert (command.callback.__doc__ or "").rstrip().endswith(".")


def test_a_wrong_option_is_an_error_of_the_command_line() -> None:
    assert run("status", "--nonsense").exit_code == 2


def test_help_needs_no_module_that_takes_long_to_import() -> None:
    heavy = {"prefect", "polars", "duckdb", "pydantic", "ssl"}
    program = f"import sys, flows.cli; print(*{heavy} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""


NEEDED: dict[str, tuple[str, ...]] = {
    "why": ("acme", "O1"),
    "queue": ("acme", "A"),
    "stock": ("acme", "A"),
    "done": ("acme", "too_late"),
    "check": ("acme", "orders", "a.csv"),
    "onboard": ("acme", "a.csv"),
    "erase": ("acme", "O1", "--yes"),
    "unhold": ("acme", "W1", "A", "--by", "ANN", "--why", "good"),
    "release": ("a.csv", "--by", "ANN", "--why", "meant"),
}
WITH_JSON = sorted(
    str(name)
    for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]  # a group
    if "as_json" in {parameter.name for parameter in command.params}
)


@pytest.mark.parametrize("name", WITH_JSON)
def test_a_failure_of_a_command_with_json_is_one_json_document_with_its_exit_code(
    tmp_path: Path, name: str
) -> None:
    where = () if name == "init" else ("--workspace", str(tmp_path / "nowhere"))
    words = (str(tmp_path / "new"),) if name == "init" else NEEDED.get(name, ())
    shown = run(name, *words, "--json", *where)
    error = json.loads(shown.stdout)["error"]
    assert error["exit_code"] == shown.exit_code == 2
    assert error["outcome"] == "Not possible"
    assert shown.stderr.endswith(f"{error['outcome']}: {error['message']}\n")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("why", "--json"), "`backorders why --help`"),
        (("nix", "--json"), "`backorders --help`"),
        (("status", "--json", "--max-age", "soon"), "write it like 26h"),
        (("status", "--json", "--nix"), "`backorders status --help`"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_told_in_json_as_well(
    words: tuple[str, ...], answer: str
) -> None:
    shown = run(*words)
    error = json.loads(shown.stdout)["error"]
    assert error["exit_code"] == shown.exit_code == 2
    assert answer in error["message"]


def test_without_json_a_failure_prints_nothing_on_standard_output() -> None:
    shown = run("why")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert (
        shown.stderr
        == "Not possible: Missing argument 'CLIENT'. `backorders why --help` says what it takes.\n"
    )


def test_a_page_that_ends_with_an_error_has_both_in_one_document(tmp_path: Path) -> None:
    place = make_world(tmp_path / "data")
    (tmp_path / "a.csv").write_text("order_id,line_no,sku,qty,ordered_at\nO1,1,A,many,2026-03-02\n", "utf-8")
    shown = run("check", "acme", "orders", str(tmp_path / "a.csv"), "--json", "-w", str(place.root))
    page = json.loads(shown.stdout)
    assert page["error"]["exit_code"] == shown.exit_code == 11
    assert page["rows"]["rejected"] == 1


def test_the_version_is_told() -> None:
    shown = run("--version")
    assert (shown.exit_code, shown.stdout) == (0, f"backorders {version('backorders')}\n")


def test_init_without_anybody_to_ask_says_what_to_give(tmp_path: Path) -> None:
    shown = run("init", str(tmp_path / "new"), input="")
    assert shown.exit_code == 2
    assert f"`backorders init {tmp_path}/new --warehouse LEEDS --client acme --time-zone Europe/London`" in (
        shown.stderr
    )
    assert not (tmp_path / "new").exists()


def test_what_is_no_text_and_no_file_is_an_error_of_the_command_line(tmp_path: Path) -> None:
    make_world(tmp_path / "data")
    place = ("--workspace", str(tmp_path / "data"))
    shown = run("why", "acme", "O\udce9", *place)
    assert (shown.exit_code, "no text in UTF-8" in shown.stderr) == (2, True)
    (tmp_path / "caf\udce9.csv").write_text("x\n")
    assert run("check", "acme", "orders", str(tmp_path / "caf\udce9.csv"), *place).exit_code == 10


@pytest.mark.parametrize("there", ["n" * 300, "file"])
def test_a_place_that_can_be_no_workspace_is_an_error_of_the_command_line(tmp_path: Path, there: str) -> None:
    (tmp_path / "file").write_text("")
    assert run("status", "--workspace", str(tmp_path / there)).exit_code == 2
    needed = ("--warehouse", "W", "--client", "c", "--time-zone", "UTC")
    shown = run("init", str(tmp_path / there / "data"), *needed)
    assert (shown.exit_code, "cannot be made there" in shown.stderr) == (2, True)


def test_a_check_takes_files_of_the_size_that_a_night_takes(tmp_path: Path) -> None:
    place = make_world(tmp_path / "data")
    place.settings_file.write_text("max_file_bytes = 10\n")
    (tmp_path / "large.csv").write_bytes(b"x" * 11)
    for path, words in (
        ("/dev/zero", "drop the file itself"),
        (str(tmp_path / "large.csv"), "max_file_bytes"),
    ):
        shown = run("check", "acme", "orders", path, "--workspace", str(place.root))
        assert (shown.exit_code, words in shown.stderr) == (10, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("why", "acme", "O1", "0"), "'0' is no whole number from 1 to 999,999,999,999"),
        (("why", "acme", "O1", "x"), "'x' is no whole number from 1"),
        (("why", "acme", "O1", "1.5"), "'1.5' is no whole number from 1"),
        (("why", "acme", "O1", "9" * 50), "is no whole number from 1"),
        (("simulate", "--date", "2026-03-02", "--run=-1"), "'-1' is no whole number from 1 to 1,000,000"),
        (("simulate", "--date", "2026-03-02", "--run=0"), "'0' is no whole number from 1 to 1,000,000"),
        (("serve", "--port=-1"), "'-1' is no whole number from 0 to 65,535"),
        (("serve", "--port=65536"), "'65536' is no whole number from 0 to 65,535"),
        (("serve", "--intake-minutes=0"), "'0' is no number from 0.1 to 1,440"),
        (("serve", "--intake-minutes=inf"), "'inf' is no number from 0.1 to 1,440"),
        (("serve", "--intake-minutes=nan"), "'nan' is no number from 0.1 to 1,440"),
        (("serve", "--intake-minutes=1e9"), "'1e9' is no number from 0.1 to 1,440"),
        (("systemd", "--looks-minutes=0"), "'0' is no whole number from 1 to 1,440"),
        (("systemd", "--user=x", "--at=0415"), "'0415' is no time of day; write it like 04:15"),
        (("systemd", "--user=x", "--at=25:61"), "'25:61' is no time of day; write it like 04:15"),
        (("status", "--max-age=-1h"), "'-1h' is no length of time; write it like 26h, 90m or 2d"),
        (("run", "--plain", "--date=20260302"), "'20260302' is not a date; write it as 2026-03-02"),
        (("run", "--plain", "--date=2026-W10-3"), "'2026-W10-3' is not a date; write it as 2026-03-02"),
        (("run", "--plain", "--date=2026-13-45"), "'2026-13-45' is not a date; write it as 2026-03-02"),
        (("simulate", "--date=tomorrow"), "'tomorrow' is not a date; write it as 2026-03-02"),
    ],
)
def test_a_number_or_day_that_cannot_be_meant_is_answered_with_what_can(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    make_world(tmp_path / "data")
    result = run(*words, "--workspace", str(tmp_path / "data"))
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Input should" not in result.stderr


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b", "\u2028", "\t"])
def test_what_is_typed_breaks_no_line_of_the_answer(tmp_path: Path, sign: str) -> None:
    make_world(tmp_path / "data")
    for words in (("check", f"a{sign}b", "orders", "x"), ("status", "--workspace", f"a{sign}b")):
        result = run(*words)
        assert result.exit_code == 2
        assert "has characters that cannot be seen or break a line" in result.stderr
        assert all(line.isprintable() for line in result.stderr.splitlines())
