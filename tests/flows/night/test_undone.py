"""Chores of a night that are not done are troubles until a night does them; the nights go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from flows.configuration import read_configuration
from flows.night import steps
from flows.night.run import run_nights
from flows.night.standing import read_tonight
from flows.night.troubles import find_standing, judge_nights
from schemas.errors import NightsError
from tests.flows.night.small_world import (
    ITEMS,
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    clock_after,
    drop,
    files_of,
    make_world,
    run_night,
)

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

NOW = clock_after(TUESDAY).now()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_world(tmp_path / "data")


def troubles_of(workspace: Workspace) -> list[str]:
    """What does not go with time."""
    configuration = read_configuration(workspace)
    return find_standing(read_tonight(workspace, configuration, NOW), configuration, workspace)


@pytest.mark.thorough
def test_a_chore_that_fails_is_a_trouble_until_a_night_does_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_how: object) -> NoReturn:
        raise PermissionError(13, "Permission denied", "/x")

    drop(workspace, "acme/items/items.csv", ITEMS)
    with monkeypatch.context() as patched:
        patched.setattr(steps, "remove_versions", fail)
        run_night(workspace, MONDAY)
        run_night(workspace, TUESDAY)
    (said,) = troubles_of(workspace)
    assert said.startswith(
        "Removing versions that are not kept is not done since the night of 2026-03-02: PermissionError: "
        "[Errno 13] Permission denied: '/x'. Each night tries again"
    )
    with pytest.raises(NightsError, match="Removing versions"):
        judge_nights(workspace, run_nights(workspace, business_date=TUESDAY), NOW, is_asked=True)
    run_night(workspace, WEDNESDAY)
    assert troubles_of(workspace) == []


@pytest.mark.thorough
def test_what_a_chore_could_not_do_for_one_client_is_a_trouble(workspace: Workspace) -> None:
    for client_id in ("acme", "bolt"):
        drop(workspace, f"{client_id}/items/items.csv", ITEMS)
    workspace.archive.mkdir()
    (workspace.archive / "acme").write_bytes(b"")
    run_night(workspace, MONDAY)
    assert files_of(workspace, 1) == dict.fromkeys(("acme/items/items.csv", "bolt/items/items.csv"), "loaded")
    assert (workspace.archive / "bolt" / "items" / "items.csv").is_file()
    stays, lies = troubles_of(workspace)
    assert "a file of acme items stays in inbound and is not read again" in stays
    assert lies == (
        f"{workspace.archive / 'acme'} is a file, where a folder of the program belongs. Move it away."
    )
    (workspace.archive / "acme").unlink()
    run_night(workspace, TUESDAY)
    assert (workspace.archive / "acme" / "items" / "items.csv").is_file()
    assert troubles_of(workspace) == []


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"a": 1}', b'[{"work": "x"}]', b"\xff"])
def test_a_list_of_chores_that_cannot_be_read_is_said(workspace: Workspace, content: bytes) -> None:
    workspace.undone_file.parent.mkdir()
    workspace.undone_file.write_bytes(content)
    assert f"{workspace.undone_file} cannot be read" in troubles_of(workspace)[0]
