"""An erased person is nowhere any more, and no night brings the person back."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from flows.disk import durable
from flows.disk.faults import FaultPlan, Watch, watching
from flows.erasing.erasing import erase
from flows.erasing.tracing import Search, Traces, find_traces
from flows.inbound.taking.kept import hash_at
from flows.ledger.forgetting.erasures import Order, open_orders
from flows.ledger.store.ledger import Ledger
from flows.night.run import run_nights
from flows.outbound.versions.publish import version_folder
from flows.outbound.versions.tombstones import ERASED
from flows.workspace import Workspace
from schemas.errors import PublicationError
from tests.crash.stopping import spread
from tests.flows.night.people_audit import outputs_without_explanation, state_of
from tests.flows.night.people_world import HEADER as PEOPLE_HEADER
from tests.flows.night.people_world import (
    PEOPLE,
    day_after,
    drop_cancellation,
    drop_people,
    make_people_world,
    night_after,
    order_row,
    places_of,
    writable_places,
)
from tests.flows.night.small_world import clock_after, drop
from tests.flows.outbound.killing import Kill, Killed
from tests.frames import MORNING
from tests.tiers import thorough
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

NOBODY: dict[str, list[str]] = {person: [] for person in PEOPLE}


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann's order is with the warehouse, Bob waits, Cyd's row is rejected; one file has them all."""
    made = make_people_world(tmp_path_factory.mktemp("erasing") / "data")
    drop_people(made)
    night_after(made, 0)
    return made.root


@pytest.fixture
def workspace(after_a_night: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(copy_workspace(after_a_night, tmp_path / "data"))


def erase_orders(workspace: Workspace, *order_ids: str) -> Traces:
    """What was found of orders of acme, and is erased now."""
    with Ledger.open(workspace) as ledger:
        search = Search(workspace, ledger, [Order("acme", order_id) for order_id in order_ids])
        traces = find_traces(search)
        erase(search, traces, MORNING)
        return traces


def still_open(workspace: Workspace) -> list[str]:
    """Orders whose erasure is not at its end."""
    with Ledger.open(workspace) as ledger:
        return [order.order_id for order in open_orders(ledger.connection)]


def people_now(workspace: Workspace) -> dict[str, list[str]]:
    """Where each person stands."""
    return {person: places_of(workspace, person) for person in PEOPLE}


@pytest.mark.parametrize("person", PEOPLE)
def test_an_erased_person_is_nowhere_any_more(workspace: Workspace, person: str) -> None:
    assert places_of(workspace, person)
    erase_orders(workspace, person)
    assert places_of(workspace, person) == []
    assert still_open(workspace) == []


def test_the_others_keep_what_is_theirs_but_for_the_file_as_received(workspace: Workspace) -> None:
    before = people_now(workspace)
    erase_orders(workspace, "CYD")
    received = ("landing/", "archive/")
    assert people_now(workspace) == {
        person: [place for place in before[person] if not place.startswith(received)]
        for person in ("ANN", "BOB")
    } | {"CYD": []}


def test_the_warehouse_still_gets_the_goods_of_an_erased_order(workspace: Workspace) -> None:
    erase_orders(workspace, "ANN")
    delivered = workspace.outbox / "W1/picks_W1_2026-03-02_1.csv"
    assert b",ANN,1,A," in delivered.read_bytes()
    assert delivered.read_bytes() == (version_folder(workspace, 1) / "picks/W1" / delivered.name).read_bytes()


def test_a_version_says_of_each_changed_file_why_it_is_not_as_its_manifest_says(workspace: Workspace) -> None:
    erase_orders(workspace, *PEOPLE)
    version = version_folder(workspace, 1)
    assert list(outputs_without_explanation(version)) == []
    assert writable_places(version) == []
    said = json.loads((version / ERASED).read_text("utf-8"))["files"]
    assert {stone["reason"] for stone in said.values()} == {"erased"}
    picks = "picks/W1/picks_W1_2026-03-02_1.csv"
    assert said[picks]["sha256"] == hash_at(version / picks)


def test_the_next_nights_do_not_bring_an_erased_person_back(workspace: Workspace) -> None:
    erase_orders(workspace, *PEOPLE)
    drop_cancellation(workspace, "BOB")
    night_after(workspace, 1)
    assert people_now(workspace) == NOBODY


@pytest.mark.parametrize("rows", ["same", "changed", "rejected"])
def test_a_file_that_names_an_erased_order_again_is_cleared_after_its_night(
    workspace: Workspace, rows: str, caplog: pytest.LogCaptureFixture
) -> None:
    qty = {"same": "2", "changed": "4", "rejected": "many"}[rows]
    erase_orders(workspace, "BOB")
    drop(workspace, "acme/orders/again.csv", PEOPLE_HEADER + order_row("BOB", qty) + order_row("NEW", 1))
    with caplog.at_level(logging.INFO):
        night_after(workspace, 1)
    assert places_of(workspace, "BOB") == []
    assert "ledger/people.sqlite" in places_of(workspace, "NEW")
    assert still_open(workspace) == []
    assert any(
        "1 erased orders were named again: 1 of landing, 1 of archive" in text for text in caplog.messages
    )


AGAIN = {
    "refused": ("orders", "order,name\nBOB,{name}\n"),
    "without a column for orders": ("orders", "sku,qty,ordered_at,note\nA,1,2026-03-02 09:00,BOB {name}\n"),
    "no header": ("orders", "BOB,1,A,2,2026-03-02 09:00,{name}\n"),
    "rejected": ("orders", "order_id,sku,qty,ordered_at,ship_to_name\nBOB,A,many,x,{name}\n"),
    "shipments": ("shipments", "order_id,line_no,sku,shipped_qty,name\nBOB,1,A,1,{name}\n"),
    "cancellations": ("cancellations", "order_id,line_no,qty,name\nBOB,1,1,{name}\n"),
}
"""Files that name an erased order again, and its person beside it."""


@pytest.mark.parametrize("kind", AGAIN)
def test_every_kind_of_file_that_names_an_erased_order_again_is_cleared(
    workspace: Workspace, kind: str
) -> None:
    feed, text = AGAIN[kind]
    erase_orders(workspace, "BOB")
    drop(workspace, f"acme/{feed}/again.csv", text.format(name=PEOPLE["BOB"]))
    night_after(workspace, 1)
    assert places_of(workspace, "BOB") == []
    assert still_open(workspace) == []


def test_a_file_that_says_the_same_in_other_bytes_is_cleared(workspace: Workspace) -> None:
    taken = (workspace.archive / "acme/orders/people.csv").read_text("utf-8")
    erase_orders(workspace, "BOB")
    drop(workspace, "acme/orders/again.csv", taken.replace("\n", "\r\n"))
    night_after(workspace, 1)
    assert places_of(workspace, "BOB") == []


def test_a_row_that_is_set_aside_is_cleared(workspace: Workspace) -> None:
    settings = workspace.clients / "acme.toml"
    route = '[[feeds.orders.routes]]\nto = "set_aside"\nwhere = "sku = \'GIFT\'"\n'
    settings.write_text(f"{settings.read_text('utf-8')}\n{route}", "utf-8")
    erase_orders(workspace, "BOB")
    drop(workspace, "acme/orders/again.csv", PEOPLE_HEADER + order_row("BOB", 1, "GIFT"))
    night_after(workspace, 1)
    assert places_of(workspace, "BOB") == []


def test_a_file_in_inbound_is_named_and_cleared_once_a_night_has_taken_it(workspace: Workspace) -> None:
    waiting = drop(workspace, "acme/orders/waits.csv", PEOPLE_HEADER + order_row("NEW", 1))
    traces = erase_orders(workspace, "NEW")
    assert [left.path for left in traces.left] == [waiting]
    assert (still_open(workspace), places_of(workspace, "NEW")) == (
        ["NEW"],
        ["inbound/acme/orders/waits.csv"],
    )
    night_after(workspace, 1)
    assert (still_open(workspace), places_of(workspace, "NEW")) == ([], [])


@pytest.mark.parametrize("how", [{}, {"refreeze": True}])
def test_a_night_that_was_frozen_before_the_erasure_goes_on_without_the_person(
    workspace: Workspace, how: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(workspace, "acme/orders/frozen.csv", PEOPLE_HEADER + order_row("NEW", 1))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "commit", stop)
        with pytest.raises(KeyboardInterrupt):
            night_after(workspace, 1)
    assert places_of(workspace, "NEW", ["staging"])
    traces = erase_orders(workspace, "NEW")
    assert {left.path.parts[-3] for left in traces.left} == {"landing", "acme"}
    assert places_of(workspace, "NEW", ["staging"]) == []
    run_nights(workspace, business_date=day_after(1), clock=clock_after(day_after(1)), **how)
    assert (still_open(workspace), places_of(workspace, "NEW")) == ([], [])


def test_a_further_run_of_the_date_does_not_bring_the_person_back(workspace: Workspace) -> None:
    erase_orders(workspace, "BOB")
    drop(workspace, "acme/orders/late.csv", PEOPLE_HEADER + order_row("BOB", 5))
    run_nights(workspace, business_date=day_after(0), again=True, clock=clock_after(day_after(0)))
    assert (still_open(workspace), places_of(workspace, "BOB")) == ([], [])


def test_bytes_that_no_night_took_are_searched_as_text(workspace: Workspace) -> None:
    stray = workspace.archive / "acme/by_hand.txt"
    stray.write_text(f"note: ANN is {PEOPLE['ANN']}", "utf-8")
    erase_orders(workspace, "ANN")
    assert not stray.exists()


def test_what_cannot_be_changed_is_told_and_the_next_night_finishes_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(durable, "remove", refuse)
        with pytest.raises(PublicationError, match=r"address is erased, but \d files.*Permission denied"):
            erase_orders(workspace, "ANN")
    assert places_of(workspace, "ANN", ["ledger", "outbox"]) == []
    assert still_open(workspace) == ["ANN"]
    night_after(workspace, 1)
    assert (places_of(workspace, "ANN"), still_open(workspace)) == ([], [])


@pytest.mark.parametrize(
    ("finisher", "stops"), [("erase", 3), ("night", 2), *thorough(("erase", 20), ("night", 5))]
)
def test_an_erasure_that_is_stopped_anywhere_is_finished(
    workspace: Workspace, tmp_path: Path, finisher: str, stops: int
) -> None:
    undisturbed = copy_workspace(workspace.root, tmp_path / "undisturbed")
    with watching(Watch(FaultPlan(list_to=tmp_path / "points"))):
        erase_orders(Workspace(undisturbed), *PEOPLE)
    expected = state_of(Workspace(undisturbed))
    points = (tmp_path / "points").read_text("utf-8").splitlines()
    committed = points.index("after commit control.sqlite", points.index("before commit control.sqlite") + 2)
    passed = 0 if finisher == "erase" else committed + 1
    for at in (passed + number for number in spread(len(points) - passed, stops)):
        stopped = Workspace(copy_workspace(workspace.root, tmp_path / f"stopped_{finisher}_{at}"))
        with pytest.raises(Killed), watching(Watch(Kill(stop_at=at))):
            erase_orders(stopped, *PEOPLE)
        if finisher == "erase":
            erase_orders(stopped, *PEOPLE)
            assert state_of(stopped) == expected, points[at - 1]
        else:
            night_after(stopped, 1)
            assert people_now(stopped) == NOBODY, points[at - 1]
            assert writable_places(version_folder(stopped, 1)) == []
