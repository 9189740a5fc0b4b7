"""Tests of `backorders init`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.configuration import read_configuration
from flows.workspace import Workspace
from schemas.vocabulary import Feed
from tests.flows.cli.published import run

if TYPE_CHECKING:
    from pathlib import Path

ONE = ("--warehouse", "W1", "--client", "acme")


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


def test_every_file_explains_itself(tmp_path: Path) -> None:
    run("init", str(tmp_path), *ONE)
    for path in tmp_path.rglob("*.toml"):
        assert path.read_text("utf-8").startswith("# ")


def test_without_flags_it_asks(tmp_path: Path) -> None:
    answers = "W1 W2\nEurope/Paris\nacme bolt=W2\n"
    result = run("init", str(tmp_path), input=answers)
    assert result.exit_code == 0
    configuration = read_configuration(Workspace(tmp_path))
    assert configuration.warehouses["W2"].time_zone == "Europe/Paris"
    assert configuration.clients["bolt"].warehouses == ("W2",)


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
        (("--warehouse", "W1", "--client", "../acme"), "Not a name for a client: '../acme'"),
        (("--warehouse", "W 1", "--client", "acme"), "Not a name for a warehouse: 'W 1'"),
        (("--warehouse", "W1", "--client", "acme=W9"), "Client acme names W9, but the warehouses are W1"),
        (("--warehouse", "W1", "--client", "acme", "--client", "acme"), "Name each client once"),
        ((*ONE, "--time-zone", "Europe/Lundon"), "'Europe/Lundon' is not a time zone"),
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
