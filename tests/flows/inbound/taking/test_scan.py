"""Whatever lies in inbound has an answer, and nothing there is followed or waited for."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.inbound.taking.arrival import Arrival
from flows.inbound.taking.scan import MAX_LOOKS, look_until_settled, scan_inbound
from flows.workspace import Workspace
from schemas.settings.workspace import WorkspaceSettings
from schemas.vocabulary.codes import ReasonCode
from tests.flows.inbound.dropping import NOW, configured, drop, seen_in, workspace_in


def problems_in(workspace: Workspace, settings: WorkspaceSettings | None = None) -> dict[str, str | None]:
    """The reason code of everything seen, by client, feed and name."""
    return {
        f"{seen.client_id}/{seen.feed}/{seen.file_name}": seen.problem.code.value if seen.problem else None
        for seen in seen_in(workspace, settings)
    }


def test_a_whole_file_of_a_known_client_and_feed_is_taken(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/monday.csv", b"order_id\n")
    assert seen_in(workspace) == [
        Arrival("acme", "orders", "monday.csv", path, size=9, mtime_ns=path.stat().st_mtime_ns)
    ]


def test_what_is_seen_is_sorted_by_client_feed_and_name(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    for place in ("bolt/items/b", "acme/orders/c", "acme/items/a", "bolt/items/a"):
        drop(workspace, place)
    assert list(problems_in(workspace)) == ["acme/items/a", "acme/orders/c", "bolt/items/a", "bolt/items/b"]


@pytest.mark.parametrize(
    "name", ["a.csv.part", "a.PART", "a.tmp", "a.filepart", ".a.csv", "a.csv~", ".DS_Store"]
)
def test_a_name_that_says_not_yet_is_left_for_later(tmp_path: Path, name: str) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, f"acme/orders/{name}")
    [seen] = seen_in(workspace)
    assert seen.problem is not None
    assert seen.problem.code is ReasonCode.STILL_WRITTEN
    assert seen.is_waiting
    assert not seen.is_settling


@pytest.mark.parametrize(
    ("age", "code"), [(0.0, "still_written"), (1.9, "still_written"), (2.1, None), (-1.0, "still_written")]
)
def test_a_file_that_changed_a_moment_ago_may_still_be_written(
    tmp_path: Path, age: float, code: str | None
) -> None:
    workspace = workspace_in(tmp_path)
    stamp = NOW.timestamp() - age
    os.utime(drop(workspace, "acme/orders/a.csv"), (stamp, stamp))
    assert problems_in(workspace, WorkspaceSettings(settle_seconds=2)) == {"acme/orders/a.csv": code}


@pytest.mark.parametrize(("content", "is_whole"), [(b"a\n1\n", True), (b"a\n1", False)])
def test_a_file_whose_last_line_has_no_end_must_be_quiet_for_twice_as_long(
    tmp_path: Path, content: bytes, *, is_whole: bool
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv", content)
    for age, code in ((59, "still_written"), (61, None if is_whole else "still_written"), (121, None)):
        assert problems_at(workspace, path, dropped=1_000, written=age) == {"acme/orders/a.csv": code}
    assert problems_in(workspace, WorkspaceSettings(settle_seconds=0)) == {"acme/orders/a.csv": None}


@pytest.mark.parametrize(
    ("dropped", "written", "code"),
    [(1, 3_600, "still_written"), (119, 3_600, "still_written"), (121, 3_600, None)],
)
def test_a_file_without_an_end_waits_whatever_time_stamp_it_was_given(
    tmp_path: Path, dropped: float, written: float, code: str | None
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv", b"order_id\nO1")
    seen = problems_at(workspace, path, dropped=dropped, written=written)
    assert seen == {"acme/orders/a.csv": code}


def problems_at(workspace: Workspace, path: Path, *, dropped: float, written: float) -> dict[str, str | None]:
    """The same as `problems_in`, so many seconds after a file came, and after its time stamp."""
    os.utime(path, ns=(0, 0))
    now = path.stat().st_ctime + dropped
    os.utime(path, (now - written, now - written))
    now = path.stat().st_ctime + dropped
    scanned = scan_inbound(workspace, configured(), now=datetime.fromtimestamp(now, UTC))
    return {
        f"{seen.client_id}/{seen.feed}/{seen.file_name}": seen.problem.code.value if seen.problem else None
        for seen in scanned
    }


def test_a_time_stamp_of_the_future_says_nothing_so_two_looks_must_see_the_same(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    still, grows = drop(workspace, "acme/orders/a.csv"), drop(workspace, "acme/orders/b.csv")
    stamp = NOW.timestamp() + 3_600
    for path in (still, grows):
        os.utime(path, (stamp, stamp))
    assert set(problems_in(workspace).values()) == {"still_written"}
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        grows.write_bytes(grows.read_bytes() + b"O2\n")
        os.utime(grows, (stamp, stamp))

    first, second = look_until_settled(lambda: seen_in(workspace), settle_seconds=60, sleep=sleep)
    assert first.problem is None
    assert second.is_waiting
    assert slept == [60, 60]


def test_it_is_waited_for_no_longer_than_the_freshest_file_needs(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    for name, age in (("a", 50), ("b", 20), ("c", 5000)):
        stamp = NOW.timestamp() - age
        os.utime(drop(workspace, f"acme/orders/{name}.csv"), (stamp, stamp))
    slept: list[float] = []
    look_until_settled(lambda: seen_in(workspace), settle_seconds=60, sleep=slept.append)
    assert slept == [40] * (MAX_LOOKS - 1)


def test_without_a_time_to_settle_every_file_is_whole(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    os.utime(drop(workspace, "acme/orders/a.csv"), (NOW.timestamp(), NOW.timestamp()))
    assert problems_in(workspace, WorkspaceSettings(settle_seconds=0)) == {"acme/orders/a.csv": None}


def test_an_empty_or_oversized_file_is_refused(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/empty.csv", b"")
    drop(workspace, "acme/orders/large.csv", b"12345")
    drop(workspace, "acme/orders/right.csv", b"1234")
    assert problems_in(workspace, WorkspaceSettings(max_file_bytes=4)) == {
        "acme/orders/empty.csv": "empty_file",
        "acme/orders/large.csv": "too_large",
        "acme/orders/right.csv": None,
    }


def test_a_name_outside_the_clients_pattern_is_not_matched_and_case_does_not_matter(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "bolt/receipts/REC_1.CSV")
    drop(workspace, "bolt/receipts/other.csv")
    assert problems_in(workspace) == {
        "bolt/receipts/REC_1.CSV": None,
        "bolt/receipts/other.csv": "not_matched",
    }


def test_links_are_not_followed_and_pipes_are_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    orders = workspace.inbound / "acme" / "orders"
    secret = drop(workspace, "../secret.csv")
    (orders / "a_link.csv").symlink_to(secret)
    (orders / "b_dangling.csv").symlink_to("nowhere")
    os.mkfifo(orders / "c_pipe.csv")
    (orders / "d_folder.csv").mkdir()
    # the name of a socket may have some hundred bytes only: it is bound from where it lies
    monkeypatch.chdir(orders)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("e_socket.csv")
        seen = {arrival.file_name: arrival.problem for arrival in seen_in(workspace)}
    assert {problem.code for problem in seen.values() if problem} == {ReasonCode.NOT_A_FILE}
    assert [problem.detail.split(";")[0] for problem in seen.values() if problem] == [
        "it is a link",
        "it is a link",
        "it is a pipe",
        "it is a folder",
        "it is a socket",
    ]


def test_a_linked_feed_or_client_folder_is_not_entered(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv")
    (workspace.inbound / "acme" / "items").symlink_to("orders")
    (workspace.inbound / "bolt").symlink_to("acme")
    assert problems_in(workspace) == {
        "//bolt": "not_a_file",
        "acme//items": "not_a_file",
        "acme/orders/a.csv": None,
    }


def test_a_file_of_an_unknown_client_or_feed_says_so_with_the_nearest_name(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acne/orders/a.csv")
    drop(workspace, "acme/ordres/a.csv")
    unknown_feed, unknown_client = (seen.problem for seen in seen_in(workspace))
    assert unknown_feed is not None
    assert unknown_feed.code is ReasonCode.UNKNOWN_FEED
    assert unknown_feed.detail == 'no feed has the name of this folder; did you mean "orders"?'
    assert unknown_client is not None
    assert unknown_client.code is ReasonCode.UNKNOWN_CLIENT
    assert unknown_client.detail == 'no client file has the name of this folder; did you mean "acme"?'


def test_files_of_a_client_whose_settings_are_broken_wait_and_say_why(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "torn/orders/a.csv")
    [seen] = seen_in(workspace)
    assert seen.problem is not None
    assert seen.problem.code is ReasonCode.BROKEN_CLIENT_FILE
    assert seen.problem.detail == "clients/torn.toml: name"


def test_a_file_above_the_feeds_is_told_where_to_go(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "stray.csv")
    drop(workspace, "acme/stray.csv")
    assert problems_in(workspace) == {"//stray.csv": "unknown_client", "acme//stray.csv": "unknown_feed"}


def test_hidden_folders_of_the_transfer_program_are_passed_over(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, ".ssh/keys/a")
    drop(workspace, "acme/.cache/a")
    drop(workspace, "acme/.profile")
    assert seen_in(workspace) == []


def test_a_name_of_odd_bytes_is_taken_under_a_label_that_can_be_stored(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    for name in (b"gr\xf6\xdfe.csv", b"a\nb.csv", "größe.csv".encode()):
        drop(workspace, f"acme/orders/{os.fsdecode(name)}")
    seen = seen_in(workspace)
    assert sorted(arrival.file_name for arrival in seen) == [
        "a\\nb.csv",
        "gr\\udcf6\\udcdfe.csv",
        "größe.csv",
    ]
    assert all(arrival.problem is None and arrival.path.exists() for arrival in seen)


def test_a_folder_that_may_not_be_read_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "bolt/items/a.csv")
    real_open = os.open

    def refuse(name: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if str(name) == "acme":
            raise PermissionError(13, "Permission denied")
        return real_open(name, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)  # the suite may run as root, to whom nothing is forbidden
    assert problems_in(workspace) == {"acme//": "unreadable", "bolt/items/a.csv": None}


def test_a_workspace_without_inbound_has_nothing_to_take(tmp_path: Path) -> None:
    assert seen_in(Workspace(tmp_path)) == []


def test_a_look_leaves_no_file_open(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    os.mkfifo(workspace.inbound / "acme" / "orders" / "pipe")
    (workspace.inbound / "acme" / "items").symlink_to("orders")
    before = len(list(Path("/proc/self/fd").iterdir()))
    seen_in(workspace)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_look_is_repeated_until_nothing_is_fresh(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv")
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        drop(workspace, "acme/orders/a.csv")

    [seen] = look_until_settled(lambda: seen_in(workspace), settle_seconds=2, sleep=sleep)
    assert seen.problem is None
    assert slept == [2]


def test_a_file_that_goes_on_growing_is_not_waited_for(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    os.utime(drop(workspace, "acme/orders/a.csv"), (NOW.timestamp(), NOW.timestamp()))
    slept: list[float] = []
    [seen] = look_until_settled(lambda: seen_in(workspace), settle_seconds=2, sleep=slept.append)
    assert seen.is_settling
    assert len(slept) == MAX_LOOKS - 1


def test_a_temporary_name_is_not_waited_for_at_all(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.part")
    slept: list[float] = []
    look_until_settled(lambda: seen_in(workspace), settle_seconds=2, sleep=slept.append)
    assert slept == []
