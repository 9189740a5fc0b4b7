"""Folders that settings name: what is ours, or no disk can have, is refused with its place and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.configuration import read_configuration
from flows.named_folders import find_fault, refuse_place_of_ours
from flows.own_places import FOLDERS, FOR_MACHINES
from schemas.errors import ConfigurationError
from tests.flows.cli.published import run
from tests.flows.night.small_world import make_world

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_world(tmp_path / "data")


@pytest.mark.parametrize("name", [*FOLDERS, *FOR_MACHINES])
@pytest.mark.parametrize("way", ["{name}", "./{name}/", "{root}/{name}", "{root}//{name}/.", "by link"])
def test_no_folder_of_the_program_can_be_named(place: Workspace, name: str, way: str) -> None:
    (place.root / "link").symlink_to(place.root / name)
    folder = "link" if way == "by link" else way.format(name=name, root=place.root)
    assert "which the program keeps for itself" in find_fault(place, folder)


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("ledger/segments/x", "lies in ledger"),
        ("inbound/acme/orders", "lies in inbound"),
        ("outbox", "is outbox"),
        ("workspace.toml/x", "lies in workspace.toml"),
        (".", "is the workspace itself"),
        ("a/../ledger", "upwards"),
        ("..", "upwards"),
        ("../share", "upwards"),
        ("", "empty"),
        ("  ", "empty"),
        ("a\0b", "sign that no name"),
        ("a\nb", "sign that no name"),
        ("\x1b[31m", "sign that no name"),
        ("a\x7fb", "sign that no name"),
        ("x" * 256, "longer than a disk takes"),
        ("ä" * 128, "longer than a disk takes"),
        ("/x" * 1_100, "longer than a disk takes"),
        ("loop", "leads nowhere"),
    ],
)
def test_what_no_pick_file_can_lie_in_is_refused_with_its_reason(
    place: Workspace, folder: str, reason: str
) -> None:
    (place.root / "loop").symlink_to("loop")
    assert reason in find_fault(place, folder)


@pytest.mark.parametrize(
    "folder", ["wms", "wms/in ü", "outbox/LEEDS", "/srv/wms/in", "ledgers", "~/in", "{root}x"]
)
def test_every_other_folder_may_be_named(place: Workspace, folder: str) -> None:
    assert find_fault(place, folder.format(root=place.root)) == ""


def test_the_place_of_each_setting_at_fault_is_said(place: Workspace) -> None:
    for name, folder in (("W1", "ledger"), ("W2", "../x")):
        text = f'allocator = "us"\ndelivery_folder = "{folder}"\n'
        (place.warehouses / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(place)
    first, second = str(caught.value).splitlines()
    assert first.startswith("warehouses/W1.toml: delivery_folder: 'ledger' is ledger of the workspace")
    assert second.startswith("warehouses/W2.toml: delivery_folder: '../x' leads upwards")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('people_group = "a\\u0000b"', "people_group"),
        ('people_group = "a\\nb"', "people_group"),
        ('alerts.command = ["mail\\u0000"]', "alerts.command"),
        ('alerts.command = ["mail", "a\\u0000b"]', "alerts.command"),
    ],
)
def test_a_name_with_a_nought_byte_is_refused_by_its_key(place: Workspace, line: str, key: str) -> None:
    place.settings_file.write_text(f"{line}\n", "utf-8")
    with pytest.raises(ConfigurationError, match=rf"workspace\.toml: {key}"):
        read_configuration(place)


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "-w", "{root}", "--output"),
        ("systemd", "-w", "{root}", "--user", "daemon", "--time-zone", "UTC", "--output"),
        ("backup", "-w", "{root}"),
        ("init", "--warehouse", "W1", "--client", "a", "--time-zone", "UTC"),
        ("demo", "--workspace"),
        ("restore", "{root}/../kept", "--workspace"),
    ],
)
def test_no_command_writes_among_what_the_program_keeps_for_itself(
    place: Workspace, words: tuple[str, ...]
) -> None:
    """Wherever links lead, and whoever's workspace it is."""
    (place.root.parent / "kept").mkdir()
    (place.root.parent / "link").symlink_to(place.root)
    target = place.root.parent / "link" / "outbox" / "LEEDS" / "new"
    refused = run(*(word.format(root=place.root) for word in words), str(target))
    assert refused.exit_code == 2
    assert "lies in outbox of the workspace, which the program keeps for itself" in refused.stderr
    assert not (place.root / "outbox").exists()


def test_a_folder_beside_those_of_the_program_may_be_written(place: Workspace, tmp_path: Path) -> None:
    for folder in (tmp_path / "out", place.root / "mine" / "out", place.root / "ledgers"):
        refuse_place_of_ours(folder, place)
