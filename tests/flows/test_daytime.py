"""A look by day: files are answered once, at once, and a night goes on undisturbed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.daytime import DayLook, look_by_day
from flows.disk.lock import hold_lock
from flows.inbound.taking.door import hold_door
from schemas.errors import ConfigurationError
from tests.flows.night.small_world import (
    ITEMS,
    MONDAY,
    ORDERS,
    clock_at,
    drop,
    make_world,
    run_night,
)

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

NOON = clock_at(MONDAY, hour=12)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_world(tmp_path / "data")


def said(look: DayLook) -> dict[str, tuple[str, bool]]:
    """Verdict of each file, and whether it is answered for the first time."""
    return {
        answer.content["file_name"]: (answer.content["verdict"], answer.is_new) for answer in look.answers
    }


def test_a_file_is_answered_once_for_its_content_and_name(workspace: Workspace) -> None:
    drop(workspace, "acme/orders/a.csv", ORDERS.format(order_id="O1", qty=1))
    assert said(look_by_day(workspace, NOON)) == {"a.csv": ("loaded", True)}
    assert said(look_by_day(workspace, NOON)) == {"a.csv": ("loaded", False)}
    drop(workspace, "acme/orders/a.csv", ORDERS.format(order_id="O2", qty=1))
    assert said(look_by_day(workspace, NOON)) == {"a.csv": ("loaded", True)}


def test_an_answer_is_a_page_for_people_and_one_for_machines(workspace: Workspace) -> None:
    drop(workspace, "acme/orders/a.csv", ORDERS.format(order_id="O1", qty="many"))
    look_by_day(workspace, NOON)
    written = sorted((workspace.acks / "acme" / "orders").iterdir())
    assert [path.suffix for path in written] == [".json", ".txt"]
    answer = json.loads(written[0].read_text("utf-8"))
    assert answer["rows"]["rejected"] == 1
    assert answer["rejections"][0]["code"] == "not_a_number"
    assert answer["form_only"]


def test_what_may_still_be_written_waits_without_an_answer(workspace: Workspace) -> None:
    drop(workspace, "acme/orders/a.csv.part", "order_id")
    look = look_by_day(workspace, NOON)
    assert look.answers == []
    assert [arrival.file_name for arrival in look.waiting] == ["a.csv.part"]
    assert not workspace.acks.exists()


def test_what_can_never_be_taken_is_answered_until_its_fault_is_another(workspace: Workspace) -> None:
    place = drop(workspace, "acme/orders/a.csv", "")
    assert said(look_by_day(workspace, NOON)) == {"a.csv": ("refused", True)}
    assert said(look_by_day(workspace, NOON)) == {"a.csv": ("refused", False)}
    place.unlink()
    place.symlink_to("/etc/hostname")
    assert said(look_by_day(workspace, NOON)) == {"a.csv": ("refused", True)}


def test_a_file_is_read_with_the_items_that_were_dropped_beside_it(workspace: Workspace) -> None:
    drop(
        workspace,
        "acme/items/items.csv",
        ITEMS.replace("name", "name,uoms").replace("Anorak", "Anorak,CS:12"),
    )
    drop(workspace, "acme/orders/a.csv", "order_id,sku,qty,uom,ordered_at\nO1,A,2,CS,2026-03-02 09:00\n")
    look_by_day(workspace, NOON)
    (answer,) = (workspace.acks / "acme" / "orders").glob("*.json")
    assert json.loads(answer.read_text("utf-8"))["quantity"] == 24


@pytest.mark.thorough
def test_content_that_a_night_took_before_is_a_duplicate_by_day(workspace: Workspace) -> None:
    drop(workspace, "acme/orders/a.csv", ORDERS.format(order_id="O1", qty=1))
    run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/again.csv", ORDERS.format(order_id="O1", qty=1))
    assert said(look_by_day(workspace, NOON)) == {"again.csv": ("duplicate", True)}


def test_a_look_goes_on_while_a_night_runs(workspace: Workspace) -> None:
    drop(workspace, "acme/orders/a.csv", ORDERS.format(order_id="O1", qty=1))
    with hold_lock(workspace.lock_file):
        assert said(look_by_day(workspace, NOON)) == {"a.csv": ("loaded", True)}


def test_two_looks_at_once_wait_for_each_other(workspace: Workspace) -> None:
    with hold_door(workspace, NOON), pytest.raises(ConfigurationError):
        look_by_day(workspace, NOON)
    assert look_by_day(workspace, NOON).answers == []
