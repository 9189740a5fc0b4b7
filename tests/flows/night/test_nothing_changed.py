"""A run that is refused, or that finds damage, leaves everything as it was, as it says."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from flows.night.run import run_nights
from flows.workspace import Workspace
from schemas.errors import ConfigurationError, DamageError
from tests.flows.cli.published import run
from tests.flows.night.small_world import (
    MONDAY,
    ORDERS,
    TUESDAY,
    WEDNESDAY,
    clock_after,
    drop,
    make_world,
    run_night,
)
from tests.tiers import thorough

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


MACHINES = ("log", "metrics", "run.lock")
"""What a run says of itself."""


@pytest.fixture(scope="module")
def after_monday(monday: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace after a night, with a file for the next one."""
    root = tmp_path_factory.mktemp("unchanged") / "data"
    workspace = Workspace(shutil.copytree(monday, root, symlinks=True))
    drop(workspace, "acme/orders/second.csv", SECOND)
    return workspace


@pytest.fixture
def workspace(after_monday: Workspace, tmp_path: Path) -> Workspace:
    """A copy of it, to be harmed."""
    shutil.copytree(after_monday.root, tmp_path / "data", symlinks=True)
    return type(after_monday)(tmp_path / "data")


def look_over(root: Path) -> dict[str, str]:
    """The bytes of every file, and every folder."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(root.rglob("*"))
        if not (name := path.relative_to(root).as_posix()).startswith(MACHINES)
    }


def spoil(root: Path, pattern: str) -> None:
    """Change a byte of the first file of a pattern."""
    path = min(root.glob(pattern))
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "pattern",
    [
        "ledger/segments/order_lines/*",
        "ledger/segments/movements/*",
        "ledger/segments/messages/*",
        "ledger/manifests/*",
    ],
)
def test_damage_is_found_before_anything_is_changed(workspace: Workspace, pattern: str) -> None:
    spoil(workspace.root, pattern)
    before = look_over(workspace.root)
    with pytest.raises(DamageError):
        run_night(workspace, TUESDAY)
    assert look_over(workspace.root) == before


@pytest.mark.parametrize("how", [{"business_date": WEDNESDAY}, {"business_date": MONDAY.replace(day=1)}])
def test_a_date_is_refused_before_anything_is_changed(workspace: Workspace, how: dict[str, object]) -> None:
    before = look_over(workspace.root)
    with pytest.raises(ConfigurationError, match=r"has not ended|nothing is posted into the past"):
        run_nights(workspace, clock=clock_after(TUESDAY), **how)  # type: ignore[arg-type]
    assert look_over(workspace.root) == before


def test_a_date_is_refused_before_there_are_books(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    before = look_over(workspace.root)
    with pytest.raises(ConfigurationError, match="has not ended"):
        run_nights(workspace, business_date=WEDNESDAY, clock=clock_after(MONDAY))
    assert look_over(workspace.root) == before


def test_an_early_run_is_not_withdrawn_where_the_date_is_refused(workspace: Workspace) -> None:
    """An older program froze Wednesday; asked on Tuesday for Thursday, nothing is changed."""
    run_with_frozen(workspace)
    before = look_over(workspace.root)
    with pytest.raises(ConfigurationError, match="has not ended"):
        run_nights(workspace, business_date=WEDNESDAY, clock=clock_after(MONDAY))
    assert look_over(workspace.root) == before


def run_with_frozen(workspace: Workspace) -> None:
    """Leave a run frozen of a date that has not ended on Tuesday's morning."""
    from flows.night import steps  # noqa: PLC0415 -- only here

    root, later = str(workspace.root), clock_after(WEDNESDAY)
    steps.freeze_step(root, "2026-03-04-1", steps.intake_step(root, later), clock=later)


def as_file(path: Path) -> None:
    if path.exists():
        path.rename(path.with_name(f"{path.name}-was"))
    path.write_bytes(b"")


def as_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)


def as_link(path: Path) -> None:
    if path.exists():
        path.rename(path.with_name(f"{path.name}-was"))
    path.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        *(
            (name, as_file)
            for name in (
                *("outbox", "archive", "landing", "staging", "published", "backups", "acks", "inbound"),
                *("clients", "warehouses", "ledger", "ledger/segments", "published/history"),
            )
        ),
        *((name, as_link) for name in ("outbox", "archive", "inbound")),
        *(
            (name, as_folder)
            for name in ("run.lock", "landing/incoming", "landing/door.lock", "staging/inputs.json")
        ),
        ("published/current", as_folder),
        ("ledger/people.sqlite", as_folder),
    ],
)
def test_what_lies_in_the_place_of_ours_is_named_and_nothing_is_changed(
    workspace: Workspace, name: str, harm: Callable[[Path], None]
) -> None:
    harm(workspace.root / name)
    before = look_over(workspace.root)
    with pytest.raises(ConfigurationError, match=r"of the program belongs\. Move it away") as caught:
        run_night(workspace, TUESDAY)
    assert str(workspace.root / name) in str(caught.value)
    assert look_over(workspace.root) == before


@pytest.mark.parametrize("words", [("run", "-w"), ("serve", "-w")])
def test_what_prefect_keeps_in_the_workspace_is_looked_at_before_it_starts(
    workspace: Workspace, words: tuple[str, ...]
) -> None:
    (workspace.root / ".prefect").write_bytes(b"")
    shown = run(*words, str(workspace.root))
    assert shown.exit_code == 2
    assert ".prefect is a file, where a folder of the program belongs. Move it away" in shown.stderr


SECOND = ORDERS.format(order_id="O2", qty=1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("outbox/W1", 30),
        *thorough(
            (f"landing/{hashlib.sha256(SECOND.encode()).hexdigest()[:2]}", 2), ("staging/2026-03-03-1", 2)
        ),
    ],
)
def test_what_lies_deeper_is_named_where_it_is_met(workspace: Workspace, name: str, code: int) -> None:
    place = workspace.root / name
    if place.exists():
        place.rename(place.with_name("was"))
    place.write_bytes(b"")
    night = ("run", "--plain", "--date", TUESDAY.isoformat(), "-w", str(workspace.root))
    shown = run(*night)
    assert shown.exit_code == code, shown.output
    assert str(place) in shown.stderr
    assert "our fault" not in shown.stderr
    place.unlink()
    assert run(*night).exit_code == 0
