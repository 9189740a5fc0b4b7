"""A pick list is delivered beside its pick file, once, wherever the program stops."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from flows.disk import durable
from flows.disk.faults import FaultPlan, Watch, watching
from flows.ledger.store.ledger import Ledger
from flows.outbound.warehouses import papers
from flows.outbound.warehouses.delivery import DeliveryDesk, deliver_picks
from flows.outbound.warehouses.papers import facts_of, paper_of
from flows.outbound.warehouses.pick_list import print_pick_list
from flows.workspace import Workspace
from schemas.errors import PublicationError
from schemas.night import AsOf
from schemas.settings.warehouse import Warehouse
from tests.flows.outbound.killing import Kill, Killed
from tests.flows.outbound.warehouses.test_delivery import PICKS, make_releases
from tests.flows.outbound.warehouses.test_pick_list import rows_of
from tests.frames import MORNING, NIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

SITES = {
    "W1": Warehouse(warehouse_id="W1", allocator="us", pick_list="pdf"),
    "W3": Warehouse(warehouse_id="W3", allocator="us", pick_list="pdf", pick_files="xlsx"),
}


@pytest.fixture
def desk(workspace: Workspace) -> Iterator[DeliveryDesk]:
    """A desk whose ledger has made the releases."""
    with Ledger.open(workspace) as ledger:
        make_releases(ledger)
        yield DeliveryDesk(workspace, ledger.connection, 1, MORNING)


def rows_for(label: str) -> pl.DataFrame:
    """The pick rows of a warehouse."""
    return rows_of(*({"release_id": release_id, "warehouse_id": label} for release_id in PICKS[label]))


def deliver(desk: DeliveryDesk) -> None:
    """Deliver what a version has for each warehouse."""
    folder = desk.workspace.published / "v000001"
    for label in PICKS:
        place = folder / "picks" / label / f"picks_{label}.csv"
        place.parent.mkdir(parents=True, exist_ok=True)
        rows_for(label).write_csv(place)
    deliver_picks(desk, folder, SITES, AsOf(NIGHT))


def printed(label: str) -> bytes:
    """The pick list of a warehouse."""
    return b"".join(print_pick_list(rows_for(label), facts_of(label, SITES[label], AsOf(NIGHT))))


def shown(outbox: Path) -> list[str]:
    """What a warehouse sees."""
    return sorted(path.name for path in outbox.glob("*/[!.]*"))


def fetch(outbox: Path, label: str) -> list[str]:
    """The files that a warehouse takes away."""
    taken = sorted((outbox / label).glob("[!.]*"))
    for path in taken:
        path.unlink()
    return [path.name for path in taken]


def test_who_asks_for_it_has_a_pick_list_beside_the_pick_file(desk: DeliveryDesk) -> None:
    outbox = desk.workspace.outbox
    for _ in range(2):
        deliver(desk)
        assert shown(outbox) == [
            "picks_W1.csv",
            "picks_W1.pdf",
            "picks_W2.csv",
            "picks_W3.pdf",
            "picks_W3.xlsx",
        ]
    assert (outbox / "W1" / "picks_W1.pdf").read_bytes() == printed("W1")
    assert (outbox / "W3" / "picks_W3.pdf").read_bytes() == printed("W3")


def test_a_pick_list_that_was_fetched_is_not_put_there_again(desk: DeliveryDesk) -> None:
    outbox = desk.workspace.outbox
    deliver(desk)
    (outbox / "W1" / "picks_W1.pdf").unlink()
    deliver(desk)
    assert fetch(outbox, "W1") == ["picks_W1.csv"]
    deliver(desk)
    assert fetch(outbox, "W1") == []


def test_another_paper_of_its_name_is_not_replaced_and_holds_the_pick_file(desk: DeliveryDesk) -> None:
    place = desk.workspace.outbox / "W1" / "picks_W1.pdf"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"other")
    with pytest.raises(PublicationError, match=r"picks_W1.pdf is there with other content"):
        deliver(desk)
    assert place.read_bytes() == b"other"
    assert shown(place.parent.parent) == ["picks_W1.pdf", "picks_W2.csv", "picks_W3.pdf", "picks_W3.xlsx"]
    place.write_bytes(printed("W1"))
    deliver(desk)
    assert not durable.partial_of(place).exists()
    assert fetch(desk.workspace.outbox, "W1") == ["picks_W1.csv", "picks_W1.pdf"]


def test_a_paper_that_cannot_be_made_holds_no_pick_file(
    desk: DeliveryDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(rows: pl.DataFrame, _facts: object) -> Iterator[bytes]:
        yield b"%PDF"
        raise ValueError(rows["ship_to_name"][0])

    monkeypatch.setattr(papers, "print_pick_list", fail)
    with caplog.at_level(logging.ERROR):
        deliver(desk)
    assert fetch(desk.workspace.outbox, "W1") == ["picks_W1.csv"]
    assert "picks_W1.pdf cannot be made, our fault" in caplog.text
    assert "Zażółć" not in caplog.text
    assert not list(desk.workspace.outbox.rglob(".*"))


@pytest.mark.thorough
def test_stopped_anywhere_while_the_warehouse_fetches_it_has_each_paper_once(
    tmp_path: Path,
) -> None:
    listed = tmp_path / "points"
    stop_and_go_on(tmp_path / "listed", FaultPlan(list_to=listed))
    points = listed.read_text().splitlines()
    assert {"before rename .picks_W1.pdf.partial", "after rename .picks_W1.pdf.partial"} < set(points)
    for number, point in enumerate(points, 1):
        stop = Kill(stop_at=number)
        fetched = stop_and_go_on(tmp_path / f"stopped{number}", stop)
        assert stop.passed == number, "it was stopped"
        assert fetched == ["picks_W1.csv", "picks_W1.pdf"], point


def stop_and_go_on(root: Path, plan: FaultPlan) -> list[str]:
    """What a warehouse fetched that looks right after the first delivery ended, and again after a second."""
    workspace = Workspace(root)
    with Ledger.open(workspace) as ledger:
        make_releases(ledger)
        desk = DeliveryDesk(workspace, ledger.connection, 1, MORNING)
        with suppress(Killed), watching(Watch(plan)):
            deliver(desk)
        fetched = fetch(workspace.outbox, "W1")
        deliver(desk)
        fetched += fetch(workspace.outbox, "W1")
    assert not list(workspace.outbox.rglob(".*.partial"))
    return sorted(fetched)


def test_the_paper_of_a_pick_file_has_its_name_in_any_form(tmp_path: Path) -> None:
    assert (
        paper_of(tmp_path / "picks_W1.csv")
        == paper_of(tmp_path / "picks_W1.xlsx")
        == tmp_path / "picks_W1.pdf"
    )
