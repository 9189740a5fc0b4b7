"""`backorders simulate`: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from flows.cli.trying.simulated import MEASURES
from schemas.outputs.simulation import OrderDifference, PolicyFigure
from tests.flows.cli.published import run
from tests.flows.night.small_world import MONDAY, ORDERS, TUESDAY, drop, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

BOTH = ("--from", "2026-03-02", "--to", "2026-03-03")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two nights: of four A that O1 wants, three are there on Monday; =O2 wants one on Tuesday."""
    workspace = make_world(tmp_path_factory.mktemp("simulated") / "data")
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/second.csv", ORDERS.format(order_id="=O2", qty=1))
    run_night(workspace, TUESDAY)
    return workspace


@pytest.fixture
def whole(tmp_path: Path) -> str:
    """A policy file under which lines ship whole."""
    path = tmp_path / "whole.toml"
    path.write_text('[policy]\nship_rule = "line_complete"\n', "utf-8")
    return str(path)


def test_policies_stand_side_by_side_and_what_was_taken_for_granted_below(
    place: Workspace, whole: str
) -> None:
    shown = run("simulate", "-w", str(place.root), *BOTH, "-p", whole, "--client", "acme")
    assert shown.exit_code == 0, shown.stderr
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert "acme · 2 nights, 2026-03-02 to 2026-03-03" in lines
    assert "own whole" in lines
    assert "unit fill, % 60.0 20.0" in lines
    assert "orders better off 1" in lines
    assert "O1 -3 -6" in lines
    assert "=O2 1 1 2026-03-03" in lines
    assert "ships in full on the next working day" in " ".join(lines)


def test_a_night_and_the_next_night_are_shown_too(place: Workspace, whole: str) -> None:
    monday = run("simulate", "-w", str(place.root), "--date", "2026-03-02", "-p", whole)
    assert "acme · night of 2026-03-02" in monday.stdout
    assert "whole: 1 order worse off" in monday.stdout
    tonight = run("simulate", "-w", str(place.root), "-p", whole)
    assert "as it would be now" in tonight.stdout
    assert "no order is better or worse off" in tonight.stdout


def test_machines_get_json_and_csv_with_the_same_figures(place: Workspace, whole: str) -> None:
    asked = ("simulate", "-w", str(place.root), *BOTH, "-p", whole, "--client", "acme")
    page = json.loads(run(*asked, "--json").stdout)
    assert page["policies"] == ["own", "whole"]
    assert page["nights"] == ["2026-03-02", "2026-03-03"]
    assert [row["filled_qty"] for row in page["figures"]] == [3, 1]
    assert page["orders"][0]["order_id"] == "=O2"
    rows = list(csv.DictReader(run(*asked, "--csv").stdout.splitlines()))
    assert [float(row["filled_qty"]) for row in rows] == [3, 1]
    assert list(rows[0]) == PolicyFigure.names()


def test_files_are_written_where_they_are_asked_for(place: Workspace, whole: str, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "tried"
    shown = run("simulate", "-w", str(place.root), *BOTH, "-p", whole, "--output", str(folder))
    assert shown.exit_code == 0, shown.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["orders.csv", "policies.csv", "simulation.json"]
    with (folder / "orders.csv").open(encoding="utf-8") as file:
        orders = list(csv.DictReader(file))
    assert list(orders[0]) == OrderDifference.names()
    assert orders[0]["order_id"] == "'=O2"
    assert json.loads((folder / "simulation.json").read_text("utf-8"))["orders"][0]["order_id"] == "=O2"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "2026-03-02"), "--from needs --to"),
        (("--to", "2026-03-02"), "--to needs --from"),
        ((*BOTH, "--date", "2026-03-02"), "drop one of the two"),
        (("--run", "1"), "--run needs --date"),
        (("--date", "2. März"), "is not a date"),
        (("--date", "2026-02-01"), "kept are 2026-03-02 to 2026-03-03"),
    ],
)
def test_what_cannot_be_meant_or_is_not_kept_is_refused(
    place: Workspace, options: tuple[str, ...], said: str
) -> None:
    refused = run("simulate", "-w", str(place.root), *options)
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_a_policy_file_that_cannot_be_followed_is_refused_with_the_nearest_name(
    place: Workspace, tmp_path: Path
) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_text("hold_back = 1\n", "utf-8")
    refused = run("simulate", "-w", str(place.root), "-p", str(odd))
    assert refused.exit_code == 2
    assert 'odd.toml: hold_back: no such key; did you mean "holdback"?' in refused.stderr


@pytest.mark.parametrize("folder", ["published", "inbound/acme/orders", "log/out"])
def test_nothing_is_written_among_what_belongs_to_the_nights(place: Workspace, folder: str) -> None:
    refused = run("simulate", "-w", str(place.root), "--output", str(place.root / folder))
    assert refused.exit_code == 2
    assert "of the workspace, which the program keeps for itself; name a folder outside" in refused.stderr


def test_a_folder_that_cannot_be_written_is_refused(place: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    refused = run("simulate", "-w", str(place.root), "--output", str(tmp_path / "file"))
    assert refused.exit_code == 2
    assert "name a folder that can be written" in refused.stderr


def test_what_is_no_workspace_is_refused(tmp_path: Path) -> None:
    refused = run("simulate", "-w", str(tmp_path))
    assert refused.exit_code == 2
    assert "is no workspace" in refused.stderr


def test_every_measure_that_is_shown_is_a_figure() -> None:
    assert set(MEASURES) <= set(PolicyFigure.names())
