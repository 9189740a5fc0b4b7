"""What one client gets back cannot end the night of others: it is told, and the next night writes it."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from polars.exceptions import PanicException

from flows.configuration import read_configuration
from flows.night.publishing import of_clients
from flows.night.standing import read_tonight
from flows.night.troubles import find_standing
from flows.outbound import documents
from flows.outbound.notices import notices
from schemas.errors import PublicationError
from tests.flows.night.small_world import (
    CLIENT,
    MONDAY,
    ORDERS,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    clock_after,
    drop,
    drop_first_day,
    make_world,
    run_night,
)
from tests.tiers import thorough

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from flows.workspace import Workspace

BAD = "order_id,line_no,sku,qty,ordered_at\nO7,1,A,many,2026-03-02 09:00\n"
PERSON = "Mrs Example, 1 Example Road"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Two clients with a good and a bad file each."""
    place = make_world(tmp_path / "data")
    for client_id in ("acme", "bolt"):
        drop_first_day(place, client_id)
        drop(place, f"{client_id}/orders/bad.csv", BAD)
    return place


def drop_files_of(workspace: Workspace, clients: Iterable[str]) -> None:
    """More clients, with the same files."""
    for client_id in clients:
        (workspace.clients / f"{client_id}.toml").write_text(CLIENT.format(client_id=client_id), "utf-8")
        drop_first_day(workspace, client_id)
        drop(workspace, f"{client_id}/orders/bad.csv", BAD)


def written(workspace: Workspace, version: int, kind: str, client_id: str) -> list[str]:
    """What a version has of a client, less hashes that only depend on content."""
    folder = workspace.published / f"v{version:06d}" / kind / client_id
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def troubles_of(workspace: Workspace) -> list[str]:
    configuration = read_configuration(workspace)
    tonight = read_tonight(workspace, configuration, clock_after(TUESDAY).now())
    return find_standing(tonight, configuration, workspace)


def fail_for(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    """Let a renderer of `of_clients` fail for acme."""
    right: Any = getattr(of_clients, name)

    def render(*args: Any, **how: Any) -> Any:  # noqa: ANN401 -- whatever it takes and gives
        if "acme" in str(how.get("client") or args[0]["client_id"].to_list()):
            raise error
        return right(*args, **how)

    monkeypatch.setattr(of_clients, name, render)


OWED = {
    f"{kind}-{number}": (of_clients, name, kind, error)
    for name, kind in (("render_quarantine", "quarantine"), ("render_acknowledgements", "acks"))
    for number, error in enumerate(
        (PanicException(PERSON), ZeroDivisionError(PERSON), OSError(5, "I/O error"))
    )
} | {
    "note": (notices, "_address_messages", "notices", PanicException(PERSON)),
    "stat": (of_clients, "build_order_status", "status", PanicException(PERSON)),
}
"""Clients, each with what fails for it: a step of a module, what it makes, and the error."""


def fail_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let steps fail whenever they have rows in their hands of a client for whom they shall."""

    def failing(right: Any, errors: Mapping[str, BaseException]) -> Any:  # noqa: ANN401 -- as `fail_for`
        def make(*args: Any, **how: Any) -> Any:  # noqa: ANN401 -- as `fail_for`
            shown = how.get("client") or getattr(args[0], "books", None) or args[0]
            rows = getattr(shown, "order_lines", shown)
            of = [rows.client_id] if hasattr(rows, "client_id") else rows["client_id"].to_list()
            for client_id in errors.keys() & {*of}:
                raise errors[client_id]
            return right(*args, **how)

        return make

    for module, name in {(module, name) for module, name, _, _ in OWED.values()}:
        errors = {one: case[3] for one, case in OWED.items() if case[:2] == (module, name)}
        monkeypatch.setattr(module, name, failing(getattr(module, name), errors))


def test_what_fails_for_one_client_leaves_the_others_theirs_and_is_written_once_when_its_cause_is_gone(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    drop_files_of(workspace, OWED)
    with monkeypatch.context() as patched:
        fail_each(patched)
        for version, night in enumerate((MONDAY, TUESDAY), start=1):
            run_night(workspace, night)
            for client_id, (_, _, kind, _) in OWED.items():
                assert written(workspace, version, kind, client_id) == []
            (said,) = troubles_of(workspace)
            assert said.startswith("The last night could not write note: ")
            told = json.loads((workspace.published / f"v{version:06d}" / "not_written.json").read_bytes())
            expected = {(client_id, kind) for client_id, (_, _, kind, _) in OWED.items()}
            assert {(row["client_id"], row["kind"]) for row in told} == expected
    assert written(workspace, 1, "picks", "W1") == ["bins_to_count.csv", "picks_W1_2026-03-02_1.csv"]
    assert PERSON not in caplog.text
    run_night(workspace, WEDNESDAY)
    assert troubles_of(workspace) == []
    assert not (workspace.published / "v000003" / "not_written.txt").exists()
    run_night(workspace, THURSDAY)
    assert troubles_of(workspace) == []
    for client_id, (_, _, kind, _) in OWED.items():
        if kind in ("acks", "quarantine"):
            assert written(workspace, 3, kind, client_id) == written(workspace, 1, kind, "bolt") != []
        else:
            late, in_time = texts_of(workspace, kind, client_id), texts_of(workspace, kind, "bolt")
            assert late == [text.replace("bolt", client_id) for text in in_time] != []


def texts_of(workspace: Workspace, kind: str, client_id: str) -> list[str]:
    """What all versions tell of a client, less what machines read of it and what hashes make."""
    paths = workspace.published.glob(f"v*/{kind}/{client_id}/**/*.[ct]*")
    return sorted(path.read_text("utf-8") for path in paths)


@pytest.mark.thorough
def test_of_a_message_that_is_written_in_part_the_rest_is_written_and_nothing_twice(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        fail_to_put(patched, "/notices/acme/preview/", errno.EIO, ".html")
        run_night(workspace, MONDAY)
    fed, text = written(workspace, 1, "notices", "acme")
    assert fed == "notices.ndjson"
    run_night(workspace, TUESDAY)
    assert written(workspace, 2, "notices", "acme") == [text.replace(".txt", ".html")]
    assert troubles_of(workspace) == []


def fail_to_put(monkeypatch: pytest.MonkeyPatch, part: str, number: int, ending: str = "") -> None:
    """Let the disk refuse each file whose path has a part in it, and an ending."""
    right = vars(documents)["lay_file"]

    def lay(path: Path, chunks: Iterable[bytes], mode: int) -> Any:  # noqa: ANN401 -- as it has it
        if part in path.as_posix() and path.name.endswith(ending):
            raise OSError(number, "refused", str(path))
        return right(path, chunks, mode)

    monkeypatch.setattr(documents, "lay_file", lay)


@pytest.mark.thorough
def test_a_disk_that_refuses_files_of_some_clients_ends_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = (errno.EACCES, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EIO)
    refused = {f"{kind}-{number}": (kind, number) for kind in ("acks", "quarantine") for number in numbers}
    drop_files_of(workspace, refused)
    with monkeypatch.context() as patched:
        for client_id, (kind, number) in refused.items():
            fail_to_put(patched, f"/{kind}/{client_id}/", number)
        run_night(workspace, MONDAY)
    told = json.loads((workspace.published / "v000001" / "not_written.json").read_bytes())
    expected = {(kind, client_id) for client_id, (kind, _) in refused.items()}
    assert {(row["kind"], row["client_id"]) for row in told} == expected
    assert len(troubles_of(workspace)) == 1
    run_night(workspace, TUESDAY)
    for client_id, (kind, _) in refused.items():
        assert written(workspace, 2, kind, client_id) == written(workspace, 1, kind, "bolt") != []


@pytest.mark.parametrize(
    ("part", "number"),
    [("/acks/acme/", errno.ENOSPC), *thorough(("/picks/", errno.EIO), ("/summary/", errno.EACCES))],
)
def test_what_is_everybodys_and_a_full_disk_end_the_publishing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, part: str, number: int
) -> None:
    with monkeypatch.context() as patched:
        fail_to_put(patched, part, number)
        with pytest.raises(PublicationError):
            run_night(workspace, MONDAY)
    run_night(workspace, MONDAY)
    assert troubles_of(workspace) == []


@pytest.mark.thorough
def test_a_file_that_is_gone_meanwhile_is_owed_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        fail_for(patched, "render_quarantine", ZeroDivisionError())
        run_night(workspace, MONDAY)
    for landed in workspace.landing.glob("??/*"):
        landed.unlink()
    run_night(workspace, TUESDAY)
    assert written(workspace, 2, "quarantine", "acme") == []
    assert not (workspace.published / "v000002" / "not_written.txt").exists()


@pytest.mark.thorough
def test_what_stands_tonight_under_the_same_name_is_tonights(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(of_clients, "render_acknowledgements", fail)
        run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/first.csv", ORDERS.format(order_id="O1", qty=4))
    run_night(workspace, TUESDAY)
    (answer,) = (workspace.published / "v000002" / "acks" / "acme" / "orders").glob("first.csv.*.json")
    assert json.loads(answer.read_bytes())["verdict"] == "duplicate"
