"""What holds people is read by its owner and one group, and all else by all who may see the workspace."""

from __future__ import annotations

import grp
import logging
import os
import stat
from pathlib import Path

import pytest

from flows import privacy
from flows.privacy import Readers, close, close_people, find_readers
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from tests.flows.night.people_world import NAMES, night_after, people_of_two_nights, places_of

OTHERS, GROUP = 0o007, 0o070


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two nights of a service whose manager lets nobody else read anything."""
    root = tmp_path_factory.mktemp("privacy") / "data"
    root.mkdir(mode=0o755)
    before = os.umask(0o077)
    try:
        return people_of_two_nights(root)
    finally:
        os.umask(before)


def may_reach(path: Path, root: Path, bits: int) -> bool:
    """Whether a class of users may read a file or list a folder, with all folders on the way below `root`."""
    ways = [place for place in path.parents if root in place.parents]
    passes = all(place.stat().st_mode & bits & 0o111 for place in ways)
    return passes and bool(path.stat().st_mode & bits & 0o444)


def places_with_people(workspace: Workspace) -> set[Path]:
    """Every file in which the name of a person stands, but for what waits to be taken."""
    found = {workspace.root / place for order_id in NAMES for place in places_of(workspace, order_id)}
    return {place for place in found if workspace.inbound not in place.parents}


def test_no_file_with_a_name_is_read_by_others_and_every_other_output_is(two_nights: Workspace) -> None:
    hold_people = places_with_people(two_nights)
    folders = {place.relative_to(two_nights.root).parts[0] for place in hold_people}
    assert folders == {"archive", "landing", "ledger", "outbox", "published"}
    for place in hold_people:
        assert not place.stat().st_mode & (OTHERS | GROUP), place
        assert not may_reach(place, two_nights.root, OTHERS)
    for version in two_nights.published.glob("v*"):
        for name in ("analytics.duckdb", "summary/summary.md", "MANIFEST.json", "acks", "status"):
            assert may_reach(version / name, two_nights.root, OTHERS), name


def test_all_that_holds_nobody_can_be_read_by_all(two_nights: Workspace) -> None:
    shut = set()
    for start in (two_nights.published, two_nights.ledger):
        for folder, names, files in os.walk(start):
            names[:] = [name for name in names if name not in privacy.HOLD_PEOPLE]
            places = [Path(folder, name) for name in files]
            shut |= {place.name for place in places if not may_reach(place, two_nights.root, OTHERS)}
    assert shut == {"people.sqlite"}


@pytest.mark.thorough
def test_a_group_that_is_named_may_read_them_and_what_an_older_program_left_open_is_closed_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    workspace = people_of_two_nights(tmp_path / "data")
    for folder, _, files in os.walk(workspace.root):
        for name in files:
            place = Path(folder, name)
            place.chmod(0o644 if place.stat().st_mode & 0o200 else 0o444)
        Path(folder).chmod(0o755 if Path(folder).stat().st_mode & 0o200 else 0o555)
    group = grp.getgrgid(os.getgid()).gr_name
    with workspace.settings_file.open("a") as settings:
        settings.write(f'people_group = "{group}"\n')
    (workspace.backups / "format-1").mkdir(parents=True)
    shared = workspace.backups / "format-1" / "segment"
    shared.hardlink_to(next(place for place in workspace.ledger.rglob("*.parquet")))
    assert close_people(workspace) == 9
    assert stat.S_IMODE(workspace.backups.stat().st_mode) == 0o2750
    assert may_reach(shared, workspace.root, GROUP)
    assert shared.stat().st_mode & OTHERS  # it is the books' own, too
    assert close_people(workspace) == 0
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len([warning for warning in told if f"group {group!r}" in warning]) == 1
    for place in places_with_people(workspace) - {workspace.ledger / "people.sqlite"}:
        assert stat.S_IMODE(place.stat().st_mode) in {0o640, 0o440}
        assert may_reach(place, workspace.root, GROUP)
        assert not may_reach(place, workspace.root, OTHERS)
    assert workspace.landing.stat().st_mode & stat.S_ISGID
    night_after(workspace, 2)
    fresh = next(place for place in workspace.archive.rglob("*") if place.is_file())
    assert fresh.stat().st_gid == os.getgid()


def test_what_is_read_only_stays_so_and_links_are_not_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "v1", tmp_path / "elsewhere"
    (folder / "picks").mkdir(parents=True)
    elsewhere.write_text("theirs")
    elsewhere.chmod(0o644)
    (folder / "picks" / "a.csv").write_text("a")
    (folder / "picks" / "link").symlink_to(elsewhere)
    for place, mode in ((folder / "picks" / "a.csv", 0o444), (folder / "picks", 0o555), (folder, 0o755)):
        place.chmod(mode)
    close(folder, Readers())
    modes = [
        stat.S_IMODE(place.stat().st_mode) for place in (folder, folder / "picks", folder / "picks/a.csv")
    ]
    assert modes == [0o700, 0o500, 0o400]
    assert elsewhere.stat().st_mode & 0o777 == 0o644


def test_without_a_group_the_owner_alone_reads(tmp_path: Path) -> None:
    assert find_readers(Workspace(tmp_path)) == Readers(None)
    assert (Readers(None).folder, Readers(None).file) == (0o700, 0o600)
    assert (Readers(7).folder, Readers(7).file) == (0o2750, 0o640)


def test_a_group_that_the_machine_does_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workspace.toml").write_text('people_group = "no-such-group-here"\n')
    with pytest.raises(ConfigurationError, match="has no group 'no-such-group-here'"):
        find_readers(Workspace(tmp_path))


def test_a_group_that_we_are_not_in_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = grp.getgrgid(os.getgid())
    (tmp_path / "workspace.toml").write_text(f'people_group = "{group.gr_name}"\n')
    assert find_readers(Workspace(tmp_path)) == Readers(group.gr_gid)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getegid", lambda: -1)
    monkeypatch.setattr(os, "getgroups", lambda: [-2])
    with pytest.raises(ConfigurationError, match="is not in group"):
        find_readers(Workspace(tmp_path))
