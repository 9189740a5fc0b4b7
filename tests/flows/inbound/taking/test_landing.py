"""Landing: bytes become ours under their hash, or are left with a reason."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.disk import durable
from flows.inbound.taking.landing import LandedFile, land_arrivals
from flows.inbound.taking.opening import chunks_of, opened_file
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from tests.flows.inbound.dropping import NOW, drop, landed_in, seen_in, workspace_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flows.inbound.taking.arrival import Arrival
    from flows.workspace import Workspace

CONTENT = b"order_id\nO1\n"
HASH = hashlib.sha256(CONTENT).hexdigest()


def problem_of(workspace: Workspace, arrivals: list[Arrival]) -> ReasonCode:
    """The reason for which the one arrival was left."""
    landing = land_arrivals(arrivals, workspace, clock=lambda: NOW)
    assert landing.files == ()
    [left] = landing.left
    assert left.problem is not None
    return left.problem.code


def test_a_file_is_copied_under_the_hash_of_its_bytes(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", CONTENT)
    [landed] = landed_in(workspace)
    place = workspace.landing / HASH[:2] / HASH
    assert landed == LandedFile("acme", Feed.ORDERS, HASH, "a.csv", len(CONTENT), NOW, place)
    assert place.read_bytes() == CONTENT
    assert [path for path in workspace.landing.rglob("*") if path.is_file()] == [place]


def test_the_dropped_file_stays_where_it_is(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv", CONTENT)
    landed_in(workspace)
    assert path.read_bytes() == CONTENT


def test_the_order_of_landed_files_does_not_depend_on_their_names(tmp_path: Path) -> None:
    orders = []
    for number, names in enumerate((("a", "b", "c"), ("c", "a", "b"))):
        workspace = workspace_in(tmp_path / str(number))
        for name, content in zip(names, (b"1", b"2", b"3"), strict=True):
            drop(workspace, f"acme/orders/{name}", content)
        orders.append([landed.file_hash for landed in landed_in(workspace)])
    assert orders[0] == orders[1] == sorted(orders[0])


def test_the_same_bytes_under_two_names_are_two_files_of_one_content(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", CONTENT)
    drop(workspace, "bolt/orders/b.csv", CONTENT)
    assert [(landed.client_id, landed.file_hash) for landed in landed_in(workspace)] == [
        ("acme", HASH),
        ("bolt", HASH),
    ]


def test_landing_twice_changes_nothing_and_mends_what_was_damaged(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", CONTENT)
    [first] = landed_in(workspace)
    first.landed.write_bytes(b"damaged")
    assert landed_in(workspace) == (first,)
    assert first.landed.read_bytes() == CONTENT


def test_what_a_killed_run_left_half_copied_does_no_harm(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", CONTENT)
    workspace.landing.mkdir()
    (workspace.landing / "incoming").write_bytes(b"half of an earlier file, longer than the next one")
    durable.partial_of(workspace.landing / "incoming").write_bytes(b"half of an earlier file, even longer")
    assert [landed.file_hash for landed in landed_in(workspace)] == [HASH]


def test_an_arrival_with_a_problem_is_not_opened(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    os.mkfifo(workspace.inbound / "acme" / "orders" / "pipe")
    assert problem_of(workspace, seen_in(workspace)) is ReasonCode.NOT_A_FILE


def become_link(path: Path) -> None:
    """Put a link in the file's place."""
    path.unlink()
    path.symlink_to("/etc/hostname")


def become_pipe(path: Path) -> None:
    """Put a pipe in the file's place."""
    path.unlink()
    os.mkfifo(path)


def become_folder(path: Path) -> None:
    """Put a folder in the file's place."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("swap", "code"),
    [
        (lambda path: path.write_bytes(b"other bytes"), ReasonCode.STILL_WRITTEN),
        (os.utime, ReasonCode.STILL_WRITTEN),
        (os.remove, ReasonCode.STILL_WRITTEN),
        (become_link, ReasonCode.NOT_A_FILE),
        (become_pipe, ReasonCode.NOT_A_FILE),
        (become_folder, ReasonCode.NOT_A_FILE),
    ],
)
def test_what_changed_since_the_look_is_left(
    tmp_path: Path, swap: Callable[[Path], object], code: ReasonCode
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv")
    arrivals = seen_in(workspace)
    swap(path)
    assert problem_of(workspace, arrivals) is code


def test_a_feed_folder_that_became_a_link_since_the_look_is_not_entered(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "bolt/orders/a.csv")
    drop(workspace, "acme/orders/a.csv")
    arrivals = [seen for seen in seen_in(workspace) if seen.client_id == "acme"]
    (workspace.inbound / "acme" / "orders").rename(workspace.inbound / "acme" / "old")
    (workspace.inbound / "acme" / "orders").symlink_to("../bolt/orders")
    assert problem_of(workspace, arrivals) is ReasonCode.NOT_A_FILE


def test_a_file_that_grows_while_it_is_copied_is_left_and_no_copy_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv", CONTENT)

    def growing(descriptor: int, limit: int) -> Iterator[bytes]:
        yield from chunks_of(descriptor, limit)
        with path.open("ab") as target:
            target.write(b"O2\n")

    monkeypatch.setattr("flows.inbound.taking.landing.chunks_of", growing)
    assert problem_of(workspace, seen_in(workspace)) is ReasonCode.STILL_WRITTEN
    assert not [left for left in workspace.landing.rglob("*") if left.is_file()]


def test_a_file_without_end_is_not_copied_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv", b"x" * 100)
    monkeypatch.setattr("flows.inbound.taking.opening.CHUNK", 10)
    with opened_file(path, workspace.inbound) as descriptor:
        assert len(b"".join(chunks_of(descriptor, 50))) == 60


def test_a_disk_fault_of_the_dropped_file_is_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv")

    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("flows.inbound.taking.opening.os.read", fail)
    assert problem_of(workspace, seen_in(workspace)) is ReasonCode.UNREADABLE


def test_a_fault_of_our_own_disk_is_not_blamed_on_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv")

    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable, "write_file", fail)
    with pytest.raises(OSError, match="No space left"):
        landed_in(workspace)


def test_a_file_that_is_gone_is_an_answer(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv")
    [arrival] = seen_in(workspace)
    gone = replace(arrival, path=path.with_name("gone.csv"))
    assert problem_of(workspace, [gone]) is ReasonCode.STILL_WRITTEN
