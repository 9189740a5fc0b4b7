"""`run` and `status` tell one list: neither says that all is well while the other does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.night.planning import planning
from tests.flows.cli.published import run
from tests.flows.night.small_world import CLIENT, drop_first_day, make_world
from tests.flows.scheduling.test_alerting import KEEPS, set_command, told
from tests.tiers import thorough
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace
    from schemas.night import NightInputs, NightPlan

RUN = ("run", "--plain", "-w")
FIGURE = "backorders_run_exit_code"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A small workspace with a day's files."""
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    return workspace


def break_client(place: Workspace) -> None:
    (place.clients / "bolt.toml").write_text(CLIENT.format(client_id="bolt") + "nam = 1\n", "utf-8")


def lose_clients(place: Workspace) -> None:
    for file in place.clients.iterdir():
        file.unlink()


def lose_the_warehouse_of_one(place: Workspace) -> None:
    text = CLIENT.format(client_id="bolt").replace('["W1"]', '["W2"]')
    (place.clients / "bolt.toml").write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        *thorough(
            (break_client, "A client is left out of the nights: clients/bolt.toml"),
            (lose_clients, "There is no client: no settings file lies in"),
            (
                lose_the_warehouse_of_one,
                "A client is left out of the nights: clients/bolt.toml: warehouses: there is no",
            ),
        ),
    ],
)
def test_a_run_that_status_would_not_call_well_is_not_well(
    place: Workspace, harm: object, words: str
) -> None:
    set_command(place, KEEPS)
    assert callable(harm)
    harm(place)
    shown = run(*RUN, str(place.root))
    assert shown.exit_code == 4, shown.output
    page = run("status", "--json", "-w", str(place.root))
    assert page.exit_code == 4
    troubles = json.loads(page.stdout)["troubles"]
    assert any(sentence.startswith(words) for sentence in troubles)
    assert shown.stderr.splitlines()[1:] == troubles
    assert "Nothing needs a person" not in shown.stdout
    page_of_findings = run("findings", "-w", str(place.root))
    assert f"tells {len(troubles)} trouble" in page_of_findings.stdout
    (given,) = told(place)
    assert all(sentence in str(given["text"]) for sentence in troubles)
    assert f"{FIGURE} 4\n" in place.metrics_file.read_text("utf-8")
    last = json.loads(place.log_file.read_text("ascii").splitlines()[-1])
    assert (last["level"], last["exit_code"]) == ("ERROR", 4)


@pytest.mark.thorough
def test_what_is_mended_is_well_again_also_where_no_night_is_due(place: Workspace) -> None:
    settings = (place.clients / "bolt.toml").read_text("utf-8")
    break_client(place)
    assert run(*RUN, str(place.root)).exit_code == 4
    assert run(*RUN, str(place.root)).exit_code == 4
    (place.clients / "bolt.toml").write_text(settings, "utf-8")
    shown = run(*RUN, str(place.root))
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert run("status", "-w", str(place.root)).exit_code == 0
    assert f"{FIGURE} 0\n" in place.metrics_file.read_text("utf-8")


@pytest.mark.thorough
def test_an_old_date_that_somebody_asked_for_is_not_late(place: Workspace) -> None:
    assert run(*RUN, str(place.root), "--date", "2026-03-02").exit_code == 0
    assert run("status", "-w", str(place.root)).exit_code == 4


@pytest.mark.thorough
def test_a_held_client_ends_with_20_and_does_not_hide_another_trouble(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan_all_but_acme(inputs: NightInputs) -> NightPlan:
        if "acme" in inputs.clients:
            raise ZeroDivisionError
        return plan_night(inputs)

    (place.clients / "corn.toml").write_text(CLIENT.format(client_id="corn") + "nam = 1\n", "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(planning, "plan_night", plan_all_but_acme)
        shown = run(*RUN, str(place.root))
    assert shown.exit_code == 20
    assert "1 held: acme" in shown.stderr
    assert "A client is left out of the nights: clients/corn.toml" in shown.stderr
    assert f"{FIGURE} 20\n" in place.metrics_file.read_text("utf-8")


def test_without_a_warehouse_no_night_is_begun(place: Workspace) -> None:
    (place.warehouses / "W1.toml").unlink()
    shown = run(*RUN, str(place.root))
    assert shown.exit_code == 2
    assert "There is no warehouse: no settings file lies in" in shown.stderr
    assert not (place.published / "current").exists()
    page = json.loads(run("status", "--json", "-w", str(place.root)).stdout)
    assert page["troubles"][0].startswith("There is no warehouse")
