"""Tests of `backorders init`."""

from __future__ import annotations

import json
from datetime import time
from typing import TYPE_CHECKING

import pytest

from flows.cli.starting.init import _zone_of_machine
from flows.configuration import read_configuration
from flows.workspace import Workspace
from schemas.vocabulary.words import Feed
from tests.flows.cli.published import run

if TYPE_CHECKING:
    from pathlib import Path

ONE = ("--warehouse", "W1", "--client", "acme", "--time-zone", "Europe/London")


def test_a_new_workspace_can_be_read_back(tmp_path: Path) -> None:
    flags = ("--warehouse", "W1", "--warehouse", "W2", "--client", "acme", "--client", "bolt=W2")
    run("init", str(tmp_path), *flags, "--time-zone", "Europe/London", "--country", "GB")
    configuration = read_configuration(Workspace(tmp_path))
    assert configuration.refused == {}
    assert configuration.settings.time_zone == "Europe/London"
    assert {name: client.warehouses for name, client in configuration.clients.items()} == {
        "acme": ("W1", "W2"),
        "bolt": ("W2",),
    }
    assert configuration.clients["acme"].country == "GB"


def test_a_new_client_has_a_folder_for_every_feed(tmp_path: Path) -> None:
    run("init", str(tmp_path), *ONE)
    assert {path.name for path in (tmp_path / "inbound" / "acme").iterdir()} == set(Feed.values())


def test_who_said_nothing_of_counts_hears_that_stock_files_are_refused(tmp_path: Path) -> None:
    assert "its [feeds.stock] says what a count means" in run("init", str(tmp_path / "a"), *ONE).output
    said = run("init", str(tmp_path / "b"), *ONE, "--counted-at", "06:00").output
    assert "[feeds.stock]" not in said


def test_every_file_explains_itself(tmp_path: Path) -> None:
    run("init", str(tmp_path), *ONE)
    for path in tmp_path.rglob("*.toml"):
        assert path.read_text("utf-8").startswith("# ")


def test_without_flags_it_asks(tmp_path: Path) -> None:
    answers = "W1 W2\nEurope/Lundon\nEurope/London\nEurope/Paris\nacme bolt=W2\n06:30\n"
    result = run("init", str(tmp_path), input=answers)
    assert result.exit_code == 0
    assert "'Europe/Lundon' is not a time zone" in result.output
    configuration = read_configuration(Workspace(tmp_path))
    assert {name: site.time_zone for name, site in configuration.warehouses.items()} == {
        "W1": "Europe/London",
        "W2": "Europe/Paris",
    }
    assert configuration.settings.time_zone == "Europe/London"
    bolt = configuration.clients["bolt"]
    assert (bolt.warehouses, bolt.time_zone) == (("W2",), "Europe/Paris")
    assert bolt.feeds.stock.counted_at_time == time(6, 30)


def test_a_time_zone_is_never_guessed(tmp_path: Path) -> None:
    result = run("init", str(tmp_path), *ONE[:4])
    assert result.exit_code == 2
    assert "In which time zone is W1?" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_warehouse_may_have_a_time_zone_of_its_own(tmp_path: Path) -> None:
    run("init", str(tmp_path), *ONE, "--warehouse", "W2=America/Chicago")
    warehouses = read_configuration(Workspace(tmp_path)).warehouses
    assert [site.time_zone for site in warehouses.values()] == ["Europe/London", "America/Chicago"]


@pytest.mark.parametrize(
    ("variable", "link", "offered"),
    [
        ("Europe/Paris", "", "Europe/Paris"),
        ("", "/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("UTC", "/usr/share/zoneinfo/Asia/Tokyo", ""),
        ("", "/usr/share/zoneinfo/Etc/UTC", ""),
    ],
)
def test_the_zone_of_the_machine_is_a_first_answer_unless_it_is_utc(
    monkeypatch: pytest.MonkeyPatch, variable: str, link: str, offered: str
) -> None:
    monkeypatch.setenv("TZ", variable)
    monkeypatch.setattr("os.path.realpath", lambda _: link)
    assert _zone_of_machine() == offered


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    (tmp_path / "clients" / "acme.toml").write_text("mine", "utf-8")
    result = run("init", str(tmp_path), *ONE)
    assert result.exit_code == 2
    assert "clients/acme.toml" in result.stderr
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["acme.toml"]
    assert (tmp_path / "clients" / "acme.toml").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        ((*ONE[:2], *ONE[4:], "--client", "../acme"), "Not a name for a client: '../acme'"),
        (("--warehouse", "W 1", *ONE[2:]), "Not a name for a warehouse: 'W 1'"),
        ((*ONE[:2], *ONE[4:], "--client", "acme=W9"), "Client acme names W9, but the warehouses are W1"),
        ((*ONE, "--client", "acme"), "Name each client once"),
        ((*ONE, "--time-zone", "Europe/Lundon"), "'Europe/Lundon' is not a time zone"),
        ((*ONE, "--counted-at", "6 am"), "'6 am' is no time of day; write it like 06:00"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    tmp_path: Path, flags: tuple[str, ...], answer: str
) -> None:
    result = run("init", str(tmp_path / "new"), *flags)
    assert result.exit_code == 2
    assert answer in result.stderr
    assert not (tmp_path / "new").exists()


def test_init_as_json_names_the_files(tmp_path: Path) -> None:
    page = json.loads(run("init", str(tmp_path), *ONE, "--json").output)
    assert [name.removeprefix(f"{tmp_path}/") for name in page["files"]] == [
        "workspace.toml",
        "warehouses/W1.toml",
        "clients/acme.toml",
    ]


def test_the_next_steps_try_a_file_before_one_is_dropped(tmp_path: Path) -> None:
    shown = run("init", str(tmp_path / "new"), "--warehouse", "W1", "--client", "acme", "--time-zone", "UTC")
    steps = shown.stdout[shown.stdout.index("Next:") :]
    assert f"backorders check acme orders FILE --workspace {tmp_path / 'new'}" in steps
    assert steps.index("backorders check") < steps.index("drop files") < steps.index("backorders run")
