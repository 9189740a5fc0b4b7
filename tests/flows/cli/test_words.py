"""What an operator reads of files that were refused or repeated, and the commands that he pastes."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.cli.published import run
from tests.flows.night.small_world import MONDAY, TUESDAY, WEDNESDAY, drop, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

ORDERS = "order_id,line_no,sku,qty,ordered_at,consignee_id\n"
STOCK = "warehouse_id,sku,bin_id,qty,status,counted_at\n"
LOST = "sku,qty,bin_id,reason,adjusted_at\n"
CANCELLED = "order_id,line_no,qty,uom,cancelled_at\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """After Monday's night: 40 A in B1, and two orders of it."""
    workspace = make_world(tmp_path / "data")
    drop(workspace, "acme/items/items.csv", "sku,status,uoms\nA,active,CA:4\n")
    drop(workspace, "acme/stock/first.csv", STOCK + "W1,A,B1,40,available,2026-03-02T08:00\n")
    rows = "O1,1,A,8,2026-03-02T09:00,ANN\nO2,1,A,2,2026-03-02T10:00,BEN\n"
    drop(workspace, "acme/orders/shop.csv", ORDERS + rows)
    drop(
        workspace, "acme/adjustments/adj.csv", LOST + "A,-1,B1,broken,2026-03-02\nA,-2,B1,broken,2026-03-02\n"
    )
    run_night(workspace, MONDAY)
    return workspace


def findings_of(place: Workspace, code: str) -> list[dict[str, Any]]:
    """The open findings of a code, as `backorders findings` has them."""
    shown = run("findings", "acme", code, "--json", "-w", str(place.root)).output
    found: list[dict[str, Any]] = json.loads(shown)["findings"]
    return found


def paste(command: str) -> str:
    """The page of a command as it is shown, in one line."""
    program, *words = shlex.split(command)
    assert program == "backorders"
    return " ".join(run(*words).output.split())


def test_an_order_with_the_number_of_another_is_one_task_that_says_what_differs(place: Workspace) -> None:
    """Its command shows why a row that can be read was refused all the same."""
    drop(place, "acme/orders/shop2.csv", ORDERS + "O1,1,A,3,2026-03-03T09:00,ZOE\n")
    run_night(place, TUESDAY)
    (found,) = findings_of(place, "order_differs")
    assert found["detail"] == (
        "line 2 of orders/shop2.csv says another ordered_at, consignee_id than the order that has the number"
    )
    assert findings_of(place, "rows_rejected") == []
    page = paste(found["command"])
    assert "order_differs" in page


def test_a_row_that_posting_refused_says_so_when_its_quarantine_file_is_checked(place: Workspace) -> None:
    drop(place, "acme/orders/other.csv", ORDERS + "O2,1,B,5,2026-03-02T10:00,BEN\n")
    run_night(place, TUESDAY)
    (found,) = findings_of(place, "rows_rejected")
    assert found["detail"] == "1 row rejected on 2026-03-03: 1 sku_changed"
    page = paste(found["command"])
    assert "1 row: 1 can be read, 0 duplicate, 0 set aside, 0 rejected" in page
    assert "Rejected when they came" in page
    assert "sku_changed" in page
    assert "Only reading was tried here" in page
    machine = json.loads(run(*shlex.split(found["command"])[1:], "--json").output)
    assert [row["code"] for row in machine["refused_before"]] == ["sku_changed"]


def test_a_file_that_repeats_another_is_found_in_the_archive_and_names_the_first(place: Workspace) -> None:
    again = f"{LOST}A,-1,B1,broken,2026-03-02\nA,-2,B1,broken,2026-03-02\n".replace("B1", '"B1"')
    drop(place, "acme/adjustments/adj.csv", again)
    run_night(place, TUESDAY)
    (found,) = findings_of(place, "file_repeated")
    assert "it says the same as adj.csv of the night of 2026-03-02" in found["detail"]
    assert str(place.archive / "acme" / "adjustments" / "adj.2.csv") in found["command"]
    assert (place.archive / "acme" / "adjustments" / "adj.2.csv").read_text() == again


def test_a_held_count_names_the_file_that_confirms_it(place: Workspace) -> None:
    drop(place, "acme/stock/few.csv", STOCK + "W1,A,B1,2,available,2026-03-03T08:00\n")
    run_night(place, TUESDAY)
    (found,) = findings_of(place, "count_held")
    assert found["detail"].startswith("stock/few.csv: ")
    assert "would vanish; if they are gone, drop the file of the command again" in found["detail"]
    assert "count_held" in paste(found["command"])
    run_night(place, WEDNESDAY)
    assert findings_of(place, "count_held")[0]["command"] == found["command"]


def test_a_finding_says_its_last_night_and_what_closes_it(place: Workspace) -> None:
    """The day alone stands where nobody said a time, and a cancellation in cartons is the line's item's."""
    drop(place, "acme/cancellations/c.csv", CANCELLED + "O1,1,1,CA,2026-03-03\n")
    run_night(place, TUESDAY)
    (found,) = findings_of(place, "too_late")
    assert found["detail"] == (
        "asked on 2026-03-03 (line 2 of cancellations/c.csv) to cancel 4 units of line 1: "
        "4 were with the warehouse or gone"
    )
    assert findings_of(place, "rows_rejected") == []
    shown = run("findings", "acme", "too_late", "-w", str(place.root)).output
    *_, last = shown.splitlines()
    until, _, command = last.strip().partition(", or until it is done: ")
    assert until == "open up to the night of 2026-03-09"
    assert paste(command) == "1 finding done: acme · too_late · O1"


def test_the_page_of_a_sku_tells_its_last_count_also_of_one_that_changed_nothing(place: Workspace) -> None:
    command = f"backorders stock acme A --workspace {place.root}"
    assert "B1 2026-03-02 08:00 UTC 40 2026-03-02" in paste(command)
    drop(place, "acme/stock/same.csv", STOCK + "W1,A,B1,37,available,2026-03-03T08:00\n")
    run_night(place, TUESDAY)
    assert "B1 2026-03-03 08:00 UTC 37 2026-03-03" in paste(command)


def test_the_status_names_the_workspace_in_what_to_type(place: Workspace) -> None:
    page = " ".join(run("status", "-w", str(place.root)).output.split())
    assert f"`backorders run --workspace {place.root}`" in page
