"""Readers as ordinary users: they hold a published database open while new versions appear."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.disk.durable import copy_file, remove_tree
from flows.outbound.analysts.analytics import FILE_NAME
from flows.outbound.versions.publish import publish_version, version_folder
from flows.workspace import Workspace
from schemas.outputs.analyst import Night
from tests.flows.outbound.versions.facts import facts_of
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import night_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.outbound.versions.manifest import VersionFacts

    MakeDatabase = Callable[..., Path]

pytestmark = pytest.mark.thorough

NOBODY = 65534

BECOME_ORDINARY = f"""
import os, sys, duckdb
if os.getuid() == 0:
    os.setgid({NOBODY})
    os.setuid({NOBODY})
"""
"""Only after the imports: the interpreter may lie where nobody else can read."""

READER = """
with duckdb.connect(sys.argv[1], read_only=True) as held:
    print(held.execute("SELECT max(version) FROM nights").fetchall()[0][0], flush=True)
    for line in sys.stdin:
        with duckdb.connect(sys.argv[1], read_only=True) as fresh:
            seen = fresh.execute("SELECT max(version) FROM nights").fetchall()[0][0]
        print(held.execute("SELECT max(version) FROM nights").fetchall()[0][0], seen, flush=True)
"""
"""Keeps one connection, opens `current` anew for each line it is sent, and says what both see."""

WRITER = """
try:
    duckdb.connect(sys.argv[1])
except duckdb.Error as error:
    print(error)
    sys.exit(3)
"""


def as_ordinary_user(program: str, path: Path) -> subprocess.Popen[str]:
    """A process that may not write what we publish, whoever runs the tests."""
    return subprocess.Popen(
        [sys.executable, "-c", BECOME_ORDINARY + program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def open_workspace() -> Iterator[Workspace]:
    """A workspace that every user of the machine can reach; folders of pytest are for one user."""
    root = Path(tempfile.mkdtemp(prefix="backorders_readers_"))
    root.chmod(0o755)
    yield Workspace(root)
    remove_tree(root)


@pytest.fixture
def publish(open_workspace: Workspace, make_database: MakeDatabase) -> Callable[[int], Path]:
    """Publish a version whose analyst database names it."""

    def publish_one(version: int) -> Path:
        database = make_database(version_of(nights=frame_of(Night, night_row(NIGHT, version=version))))

        def write(folder: Path) -> VersionFacts:
            copy_file(database, folder / FILE_NAME)
            return facts_of(version)

        return publish_version(open_workspace, version, write)

    return publish_one


def ask(reader: subprocess.Popen[str]) -> str:
    """What a reader says next."""
    assert reader.stdout is not None
    return reader.stdout.readline().strip()


def test_readers_never_wait_and_never_fail_while_versions_appear(
    open_workspace: Workspace, publish: Callable[[int], Path]
) -> None:
    publish(1)
    current = open_workspace.published / "current" / FILE_NAME
    readers = [as_ordinary_user(READER, current) for _ in range(3)]
    assert [ask(reader) for reader in readers] == ["1", "1", "1"]
    for version in (2, 3, 4):
        publish(version)
        for reader in readers:
            assert reader.stdin is not None
            reader.stdin.write("again\n")
            reader.stdin.flush()
        assert [ask(reader) for reader in readers] == [f"1 {version}"] * 3
    for reader in readers:
        reader.communicate()
    assert [reader.returncode for reader in readers] == [0, 0, 0]
    assert [entry.name for entry in version_folder(open_workspace, 1).glob("*.wal")] == []


def test_an_ordinary_user_cannot_open_a_published_database_for_writing(
    publish: Callable[[int], Path],
) -> None:
    place = publish(1)
    before = sorted(place.iterdir())
    writer = as_ordinary_user(WRITER, place / FILE_NAME)
    said, _ = writer.communicate()
    assert writer.returncode == 3, said
    assert "Permission denied" in said or "read-only" in said.lower() or "Cannot open file" in said
    assert sorted(place.iterdir()) == before
