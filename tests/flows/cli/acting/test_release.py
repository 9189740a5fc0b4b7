"""`backorders files` and `release`: what came, where it lies, and held files that are meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flows.night.run import run_nights
from flows.workspace import Workspace
from tests.flows.cli.published import run
from tests.flows.night.small_world import MONDAY, STOCK, TUESDAY, WEDNESDAY, drop, drop_first_day, make_world
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = "warehouse_id,sku,qty,reason,bin_id\nW1,A,-1,broken,\nW1,A,-1,lost,\n"
GROWN = f"{BROKEN}W1,B,-1,lost,\n"
WHO = ("--by", "Ann Ash", "--why", "broken twice", "--yes")


pytestmark = pytest.mark.thorough


@pytest.fixture
def place(held: Workspace, tmp_path: Path) -> Workspace:
    """The world, for one test."""
    return Workspace(copy_workspace(held.root, tmp_path / "data"))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Of forty A two broke on Monday; on Tuesday a file says the same, and one goes on with a B."""
    workspace = make_world(tmp_path_factory.mktemp("held") / "data")
    drop_first_day(workspace, stock=40)
    drop(workspace, "acme/adjustments/broken.csv", BROKEN)
    drop_first_day(workspace, "bolt", stock=40)
    run_nights(workspace, business_date=MONDAY)
    drop(workspace, "acme/adjustments/again.csv", BROKEN)
    drop(workspace, "acme/adjustments/grown.csv", GROWN)
    drop(workspace, "acme/orders/bad.csv", "order_id,line_no,sku,qty,ordered_at\nO9,1,A,x,2026-03-02 09:00\n")
    drop(workspace, "bolt/stock/gone.csv", STOCK.format(qty=7))
    run_nights(workspace, business_date=TUESDAY)
    drop(workspace, "bolt/orders/waits.csv.part", "order_id\n")
    return workspace


def answer(place: Workspace, *words: str) -> Any:  # noqa: ANN401 -- what the command prints
    """The JSON of a command that succeeds."""
    shown = run(*words, "--json", "-w", str(place.root))
    assert shown.exit_code == 0, shown.output
    return json.loads(shown.output)


def refused(place: Workspace, *words: str) -> str:
    """Why a command did nothing."""
    shown = run(*words, "-w", str(place.root))
    assert shown.exit_code == 2, shown.output
    message = " ".join(shown.stderr.split())
    assert "Nothing was changed." in message
    return message


def held_files(place: Workspace) -> dict[str, str]:
    return {row["file_name"]: row["held_for"] for row in answer(place, "files")["files"] if row["held_for"]}


def units_of(place: Workspace, sku: str, client_id: str = "acme") -> int:
    """Units of a SKU on the shelf, released or not."""
    page = answer(place, "stock", client_id, sku)
    return sum(row["available_qty"] + row["released_qty"] + row["hold_qty"] for row in page["balance"])


def test_files_tell_what_came_what_became_of_it_and_where_it_lies(place: Workspace) -> None:
    rows = answer(place, "files", "--since", "2026-03-03")["files"]
    told = {row["file_name"]: (row["verdict"], row["lies_in"]) for row in rows}
    assert told == {
        "waits.csv.part": ("waits", ["inbound"]),
        "again.csv": ("duplicate", ["archive"]),
        "grown.csv": ("loaded", ["archive", "quarantine"]),
        "bad.csv": ("loaded", ["archive", "quarantine"]),
        "gone.csv": ("loaded", ["archive", "quarantine"]),
    }
    assert all(row["path"] for row in rows)
    bolt = answer(place, "files", "--client", "bolt")["files"]
    assert {row["client_id"] for row in bolt} == {"bolt"}
    page = run("files", "-w", str(place.root)).output
    assert "acme/adjustments/again.csv is held (file_repeated). If it is meant:" in page
    assert "backorders release acme/adjustments/again.csv --by NAME --why REASON --workspace" in page


def test_only_what_is_held_is_released_and_somebody_answers_for_it(place: Workspace) -> None:
    assert "Held are: acme/adjustments/" in refused(place, "release", "bad.csv", *WHO)
    assert "--by" in refused(place, "release", "again.csv", "--by", " ", "--why", "x", "--yes")
    assert "is no date" in run("files", "--since", "soon", "-w", str(place.root)).stderr


def test_what_somebody_says_is_meant_is_booked_by_the_next_night(place: Workspace) -> None:
    assert held_files(place) == {
        "again.csv": "file_repeated",
        "grown.csv": "file_grows",
        "gone.csv": "count_held",
    }
    assert (units_of(place, "A"), units_of(place, "B")) == (38, 5)
    assert units_of(place, "A", "bolt") == 40
    said = answer(place, "release", "acme/adjustments/again.csv", *WHO)
    assert (said["by"], said["why"]) == ("Ann Ash", "broken twice")
    answer(place, "release", str(place.archive / "acme" / "adjustments" / "grown.csv"), *WHO)
    assert "Ann Ash" in (place.inbound / "acme" / "adjustments" / "grown.csv").read_text("utf-8-sig")
    assert "is there already" in refused(place, "release", "grown.csv", *WHO)
    assert "No held file" in refused(place, "release", "again.csv", *WHO)
    answer(place, "release", "gone.csv", *WHO)
    counted = (place.inbound / "bolt" / "stock" / "gone.csv").read_text("utf-8-sig")
    assert f",{TUESDAY}T08:00:00Z," in counted, "it says what lay there when it was counted"
    run_nights(place, business_date=WEDNESDAY)
    assert held_files(place) == {}
    # two A broke again, and all of the file that went on is meant: two A once more, and a B
    assert (units_of(place, "A"), units_of(place, "B")) == (34, 4)
    assert units_of(place, "A", "bolt") == 7
    archived: list[Path] = sorted((place.archive / "acme" / "adjustments").glob("grown*"))
    assert any("Ann Ash" in path.read_text("utf-8-sig") for path in archived)
