"""Tests of delivering pick files: a warehouse gets each of its releases once, whenever it fetches."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from flows.disk import durable
from flows.disk.faults import FaultPlan, Watch, watching
from flows.ledger.databases.control import transaction
from flows.ledger.runs.deliveries import (
    Delivery,
    PickState,
    find_deliveries,
    find_undelivered,
    find_unseen,
    move_picks,
    put_deliveries,
)
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.versions import put_version
from flows.outbound.warehouses.delivery import DeliveryDesk, deliver_picks
from flows.outbound.warehouses.forms import read_picks
from flows.outbound.warehouses.picks import COUNT_LIST
from flows.workspace import Workspace
from schemas.errors import InvariantError, PublicationError
from schemas.night import AsOf
from schemas.settings.warehouse import Warehouse
from tests.flows.outbound.killing import Kill, Killed
from tests.frames import MORNING, NIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.settings.warehouse import PickForm

PICKS = {"W1": ["r1", "r2"], "W2": ["r3"], "W3": []}
"""Releases of the pick file of each warehouse; the third gets a header alone."""


@pytest.fixture
def desk(workspace: Workspace) -> Iterator[DeliveryDesk]:
    """A desk whose ledger has made the releases."""
    with Ledger.open(workspace) as ledger:
        make_releases(ledger)
        yield DeliveryDesk(workspace, ledger.connection, 1, MORNING)


def make_releases(ledger: Ledger) -> None:
    """Version 1 with the releases of `PICKS`."""
    made = [(warehouse_id, len(ids)) for warehouse_id, ids in PICKS.items() if ids]
    with transaction(ledger.connection, "make releases"):
        put_version(ledger.connection, 1, AsOf(NIGHT))
        put_deliveries(ledger.connection, 1, made, MORNING)


def publish_picks(workspace: Workspace) -> Path:
    """The folder of a version that has nothing but pick files."""
    folder = workspace.published / "v000001"
    for label, releases in PICKS.items():
        place = folder / "picks" / label / f"picks_{label}.csv"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(
            "\n".join(["release_id,sku", *(f"{release_id},A" for release_id in releases)]) + "\n"
        )
    return folder


def deliver(desk: DeliveryDesk) -> list[Path]:
    return deliver_picks(desk, publish_picks(desk.workspace), {}, AsOf(NIGHT))


def fetch(outbox: Path) -> list[str]:
    """The releases that a warehouse's program takes away: of every file that does not hide."""
    taken = []
    for path in sorted(outbox.glob("*/[!.]*")):
        taken += [line.split(",")[0] for line in path.read_text().splitlines()[1:]]
        path.unlink()
    return taken


def picks_of(desk: DeliveryDesk, warehouse_id: str) -> Delivery:
    """What the ledger knows of the pick file of a warehouse."""
    (found,) = [picks for picks in find_deliveries(desk.connection, 1) if picks.warehouse_id == warehouse_id]
    return found


def state_of(desk: DeliveryDesk, warehouse_id: str) -> PickState:
    return picks_of(desk, warehouse_id).state


def test_picks_lie_where_the_warehouse_fetches_them(desk: DeliveryDesk, tmp_path: Path) -> None:
    elsewhere = Warehouse(warehouse_id="W1", allocator="us", delivery_folder=str(tmp_path / "wms" / "in"))
    delivered = deliver_picks(desk, publish_picks(desk.workspace), {"W1": elsewhere}, AsOf(NIGHT))
    outbox = desk.workspace.outbox
    assert delivered == [
        tmp_path / "wms" / "in" / "picks_W1.csv",
        outbox / "W2" / "picks_W2.csv",
        outbox / "W3" / "picks_W3.csv",
    ]
    assert (tmp_path / "wms" / "in" / "picks_W1.csv").read_text() == "release_id,sku\nr1,A\nr2,A\n"
    assert state_of(desk, "W1") is PickState.SENT


@pytest.mark.parametrize(("form", "ending"), [("csv_with_mark", "csv"), ("xlsx", "xlsx")])
def test_a_warehouse_gets_its_picks_in_the_form_that_it_asks_for(
    desk: DeliveryDesk, form: PickForm, ending: str
) -> None:
    folder, sites = publish_picks(desk.workspace), {}
    sites["W1"] = Warehouse(warehouse_id="W1", allocator="us", pick_files=form)
    for _ in range(2):
        place = deliver_picks(desk, folder, sites, AsOf(NIGHT))[0]
        assert place.name == f"picks_W1.{ending}"
        rows, read = read_picks(place.read_bytes())
        assert (read, rows.rows()) == (form, [("r1", "A"), ("r2", "A")])
    place.unlink()
    deliver_picks(desk, folder, sites, AsOf(NIGHT))
    assert not place.exists()
    assert state_of(desk, "W1") is PickState.SENT


def test_a_warehouse_gets_its_bins_to_count_by_night_if_there_are_any(desk: DeliveryDesk) -> None:
    folder = publish_picks(desk.workspace)
    header = "warehouse_id,bin_id\n"
    (folder / "picks" / "W1" / COUNT_LIST).write_text(f"{header}W1,B1\n")
    (folder / "picks" / "W2" / COUNT_LIST).write_text(header)
    for _ in range(2):
        delivered = deliver(desk)
        assert [path.name for path in delivered if "bins" in path.name] == [
            "bins_to_count_W1_2026-03-02_1.csv"
        ]
    assert delivered[0].read_text() == f"{header}W1,B1\n"
    assert not list((desk.workspace.outbox / "W2").glob("bins*"))


def test_delivering_again_changes_nothing(desk: DeliveryDesk) -> None:
    before = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in deliver(desk)]
    assert [(path.stat().st_ino, path.stat().st_mtime_ns) for path in deliver(desk)] == before


def test_a_file_that_was_fetched_is_not_put_there_again(desk: DeliveryDesk) -> None:
    deliver(desk)
    assert fetch(desk.workspace.outbox) == ["r1", "r2", "r3"]
    deliver(desk)
    assert fetch(desk.workspace.outbox) == []


def test_a_warehouse_that_fetched_gets_nothing_twice_when_the_folder_of_another_is_mended(
    desk: DeliveryDesk,
) -> None:
    outbox = desk.workspace.outbox
    outbox.mkdir()
    (outbox / "W1").write_text("a file where a folder should be")
    with pytest.raises(PublicationError, match="1 pick file could not be delivered"):
        deliver(desk)
    assert fetch(outbox) == ["r3"]
    (outbox / "W1").unlink()
    deliver(desk)
    assert fetch(outbox) == ["r1", "r2"]


def test_a_delivered_file_is_never_replaced_by_other_content(desk: DeliveryDesk) -> None:
    place = desk.workspace.outbox / "W1" / "picks_W1.csv"
    place.parent.mkdir(parents=True)
    place.write_text("other\n")
    with pytest.raises(PublicationError, match=r"1 pick file could not be delivered .*other content"):
        deliver(desk)
    assert place.read_text() == "other\n"
    assert state_of(desk, "W1") is PickState.TO_SEND


@pytest.mark.thorough
def test_stopped_anywhere_while_the_warehouse_fetches_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path,
) -> None:
    listed = tmp_path / "points"
    stop_and_go_on(tmp_path / "listed", FaultPlan(list_to=listed))
    points = listed.read_text().splitlines()
    assert {"before rename .picks_W1.csv.partial", "after rename .picks_W2.csv.partial"} < set(points)
    for number, point in enumerate(points, 1):
        stop = Kill(stop_at=number)
        fetched = stop_and_go_on(tmp_path / f"stopped{number}", stop)
        assert stop.passed == number, "it was stopped"
        assert fetched == ["r1", "r2", "r3"], point


def stop_and_go_on(root: Path, plan: FaultPlan) -> list[str]:
    """What a warehouse fetched that looks right after the first delivery ended, and again after a second."""
    workspace = Workspace(root)
    with Ledger.open(workspace) as ledger:
        make_releases(ledger)
        desk = DeliveryDesk(workspace, ledger.connection, 1, MORNING)
        with suppress(Killed), watching(Watch(plan)):
            deliver(desk)
        fetched = fetch(workspace.outbox)
        deliver(desk)
        fetched += fetch(workspace.outbox)
    assert not list(workspace.outbox.rglob(".*.partial"))
    return sorted(fetched)


def test_a_file_that_was_ready_and_is_gone_is_taken_as_fetched_and_named_to_a_person(
    desk: DeliveryDesk, caplog: pytest.LogCaptureFixture
) -> None:
    move_picks(desk.connection, picks_of(desk, "W1"), PickState.READY, MORNING)
    with caplog.at_level(logging.WARNING):
        deliver(desk)
    assert fetch(desk.workspace.outbox) == ["r3"]
    assert state_of(desk, "W1") is PickState.UNSEEN
    assert find_unseen(desk.connection, 1) == ["W1"]
    assert find_unseen(desk.connection, 0) == []
    assert "picks_W1.csv was put into" in caplog.text
    deliver(desk)
    assert fetch(desk.workspace.outbox) == []


def test_a_file_that_never_lost_its_hidden_name_was_not_fetched(desk: DeliveryDesk) -> None:
    place = desk.workspace.outbox / "W1" / "picks_W1.csv"
    durable.make_folder(place.parent)
    durable.stage_file(place, [b"release_id,sku\n"])
    move_picks(desk.connection, picks_of(desk, "W1"), PickState.READY, MORNING)
    deliver(desk)
    assert fetch(desk.workspace.outbox) == ["r1", "r2", "r3"]


def test_what_the_ledger_says_of_a_file_is_no_more_than_was_reached(desk: DeliveryDesk) -> None:
    assert find_undelivered(desk.connection) == [(str(NIGHT), 1, "W1"), (str(NIGHT), 1, "W2")]
    move_picks(desk.connection, picks_of(desk, "W1"), PickState.READY, MORNING)
    assert find_undelivered(desk.connection) == [(str(NIGHT), 1, "W1"), (str(NIGHT), 1, "W2")]
    deliver(desk)
    assert find_undelivered(desk.connection) == []
    assert [picks.releases for picks in find_deliveries(desk.connection, 1)] == [2, 1]
    assert find_deliveries(desk.connection, 2) == []


@pytest.mark.parametrize(("warehouse_id", "releases", "made"), [("W1", ["r1"], 2), ("W3", ["r9"], 0)])
def test_releases_that_were_not_committed_are_not_delivered(
    desk: DeliveryDesk, warehouse_id: str, releases: list[str], made: int
) -> None:
    folder = publish_picks(desk.workspace)
    (folder / "picks" / warehouse_id / f"picks_{warehouse_id}.csv").write_text(
        "\n".join(["release_id,sku", *(f"{release_id},A" for release_id in releases)]) + "\n"
    )
    with pytest.raises(InvariantError, match=f"has 1 releases, and {made} were committed; nothing of it was"):
        deliver_picks(desk, folder, {}, AsOf(NIGHT))
    assert not list((desk.workspace.outbox / warehouse_id).glob("*"))
