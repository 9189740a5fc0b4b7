"""`inbound/` as an older program made it: closed where nobody else drops, told where others do."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from flows.privacy import close_people, find_open_inbound
from tests.flows.cli.published import run
from tests.flows.night.small_world import MONDAY, drop_first_day, files_of, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace as an older program left it, with files of one client, below a folder that all may pass."""
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    for folder in (workspace.root, workspace.inbound, *workspace.inbound.rglob("*")):
        folder.chmod(0o755 if folder.is_dir() else 0o644)
    return workspace


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_night_closes_what_only_its_owner_drops_into(
    place: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    assert find_open_inbound(place) == ["acme/items", "acme/orders", "acme/stock"]
    run_night(place, MONDAY)
    assert mode_of(place.inbound) == 0o700
    assert find_open_inbound(place) == []
    assert caplog.text.count("inbound/ was readable by every user") == 1
    assert set(files_of(place, 1).values()) == {"loaded"}


@pytest.mark.parametrize(
    ("folder", "mode"), [(".", 0o1777), (".", 0o775), ("acme", 0o2775), ("acme/orders", 0o757), (".", 0o711)]
)
def test_where_others_drop_it_stays_and_status_says_who_may_read(
    place: Workspace, folder: str, mode: int
) -> None:
    (place.inbound / folder).chmod(mode)
    (place.inbound / "acme" / "stock").chmod(0o733)  # somebody drops there and cannot look
    close_people(place)
    assert mode_of(place.inbound / folder) == mode
    assert find_open_inbound(place) == ["acme/items", "acme/orders"]
    shown = run("status", "-w", str(place.root))
    told = "Every user of this machine may read what lies in 2 folders of inbound/ (acme/items, acme/orders)"
    assert told in shown.stdout


@pytest.mark.parametrize("folder", [".", "..", "acme", "acme/orders"])
def test_a_closed_folder_on_the_way_is_enough(place: Workspace, folder: str) -> None:
    (place.inbound / folder).chmod(0o770)
    assert "acme/orders" not in find_open_inbound(place)
