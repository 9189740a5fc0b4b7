"""Tests of `backorders status`."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from flows.cli.asking.status import list_waiting, read_status
from flows.ledger.databases.control import open_control, transaction
from flows.workspace import Workspace
from tests.flows.cli.published import publish, run

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 4, 0, 30, tzinfo=UTC)


def put_runs(root: Path, *runs: tuple[str, int, str]) -> None:
    """A control database with the runs given by date, number and state."""
    with closing(open_control(root / "ledger")) as connection, transaction(connection, "test"):
        for version, (night, run_no, state) in enumerate(runs, 1):
            row = (night, run_no, state, NOW.isoformat(), None if state == "frozen" else version)
            connection.execute(
                "INSERT INTO runs (business_date, run_no, state, frozen_at, version) VALUES (?, ?, ?, ?, ?)",
                row,
            )


def test_what_needs_a_person_comes_first_the_gravest_on_top(workspace: Path) -> None:
    shown = run("status", "--workspace", str(workspace))
    lines = shown.stdout.splitlines()[2:]  # which night it is, and that the books of this page are missing
    assert lines[0] == "3 things for a person, 3 of them new:"
    assert lines[1].strip() == "1 x client_held · acme · for the supervisor · new"
    assert lines[2].strip() == "a law of the ledger is broken for this client; its night is undone"
    assert lines[3].strip() == "client_held-3: 5 rows"
    assert lines[7].strip() == "short_pick-1, short_pick-2"
    assert lines[8].strip() == f"backorders stock acme 1 --workspace {workspace}"


def test_only_findings_of_the_last_night_are_shown(tmp_path: Path) -> None:
    finding = {"code": "short_pick", "subject": "CARD-M", "command": "", "business_date": date(2026, 3, 1)}
    publish(tmp_path, {"findings": [finding], "nights": [{"version": 2, "held_clients": ""}]})
    assert json.loads(run("status", "--json", "--workspace", str(tmp_path)).stdout)["needs_a_person"] == []


def test_status_as_json_has_every_section(workspace: Path) -> None:
    page = json.loads(run("status", "--json", "--workspace", str(workspace)).stdout)
    assert list(page) == [
        "troubles",
        "night",
        "needs_a_person",
        "nights",
        "backlog",
        "tonight",
        "inbound",
        "error",
    ]
    assert page["backlog"] == [
        {"client_id": "acme", "waiting_lines": 2, "backordered_qty": 5, "days_waiting": 1}
    ]


def test_before_the_first_night_one_night_is_to_run(tmp_path: Path) -> None:
    page = read_status(Workspace(tmp_path), NOW)
    assert page["nights"] == []
    assert page["tonight"]["nights_to_run"] == 1


@pytest.mark.parametrize(("zone", "to_run"), [("Europe/London", 1), ("America/New_York", 0)])
def test_a_date_has_ended_when_it_has_in_the_workspaces_time_zone(
    tmp_path: Path, zone: str, to_run: int
) -> None:
    (tmp_path / "workspace.toml").write_text(f'time_zone = "{zone}"\n', "utf-8")
    put_runs(tmp_path, ("2026-03-02", 1, "published"))
    assert read_status(Workspace(tmp_path), NOW)["tonight"]["nights_to_run"] == to_run


def test_a_committed_date_counts_as_done_although_it_is_not_published(tmp_path: Path) -> None:
    put_runs(tmp_path, ("2026-03-03", 1, "committed"))
    assert read_status(Workspace(tmp_path), NOW)["tonight"]["nights_to_run"] == 0


def test_files_in_inbound_are_counted_by_client_and_feed(tmp_path: Path) -> None:
    for name in ("acme/orders/a.csv", "acme/orders/b.csv", "bolt/asns/c.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    waiting = list_waiting(tmp_path)
    assert [(row["client_id"], row["feed"], row["files"]) for row in waiting] == [
        ("acme", "orders", 2),
        ("bolt", "asns", 1),
    ]


def test_a_dangling_link_in_inbound_is_counted_and_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "acme" / "orders"
    folder.mkdir(parents=True)
    (folder / "link.csv").symlink_to(tmp_path / "nowhere")
    assert list_waiting(tmp_path)[0]["files"] == 1
