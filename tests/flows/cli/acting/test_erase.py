"""`backorders erase`: what it asks, says and refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.disk.lock import hold_lock
from flows.workspace import Workspace
from tests.flows.cli.published import run
from tests.flows.night.people_world import (
    HEADER,
    drop_people,
    mail_of,
    make_people_world,
    night_after,
    order_row,
    places_of,
)
from tests.flows.night.small_world import drop
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with three people in it; never changed."""
    workspace = make_people_world(tmp_path_factory.mktemp("erase") / "data")
    drop_people(workspace)
    night_after(workspace, 0)
    return workspace.root


@pytest.fixture
def workspace(after_a_night: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(copy_workspace(after_a_night, tmp_path / "data"))


def erase(workspace: Workspace, *arguments: str, answer: str = "") -> Result:
    """What the command says."""
    return run("erase", *arguments, "--workspace", str(workspace.root), input=answer)


def test_it_says_what_goes_asks_once_and_forgets(workspace: Workspace) -> None:
    said = erase(workspace, "acme", "ANN", answer="y\n")
    assert said.exit_code == 0
    assert "1 order: acme ANN\n  1 address in people.sqlite: deleted\n" in said.output
    assert "      published/v000001/picks/W1/picks_W1_2026-03-02_1.csv\n" in said.output
    assert "1 pick file not fetched yet: rewritten without the person" in said.output
    assert "acme ANN is not closed" in said.output
    assert "Erased. No later night takes an address of it again." in said.output
    assert places_of(workspace, "ANN") == []


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_without_a_yes_nothing_is_changed(workspace: Workspace, answer: str) -> None:
    before = places_of(workspace, "ANN")
    said = erase(workspace, "acme", "ANN", answer=answer)
    assert (said.exit_code, "Not confirmed. Nothing was changed." in said.output) == (2, True)
    assert places_of(workspace, "ANN") == before


def test_a_program_gets_paths_below_the_workspace(workspace: Workspace) -> None:
    drop(workspace, "acme/orders/more.csv", HEADER + order_row("BOB", 9))
    said = json.loads(erase(workspace, "acme", "BOB", "--yes", "--json").stdout)
    assert (said["orders"], said["people"]) == ([{"client_id": "acme", "order_id": "BOB"}], 1)
    assert said["archive"] == ["archive/acme/orders/people.csv"]
    assert [left["path"] for left in said["left"]] == ["inbound/acme/orders/more.csv"]
    assert said["still_open"] == said["orders"]
    assert {path.split("/")[0] for path in said["published"] + said["landing"]} == {"published", "landing"}


def test_a_file_that_stays_is_told_with_what_to_do(workspace: Workspace) -> None:
    drop(workspace, "acme/orders/more.csv", HEADER + order_row("NEW", 9))
    said = erase(workspace, "acme", "NEW", "--yes")
    assert "stays: inbound/acme/orders/more.csv: take it away" in said.output


def test_all_orders_of_a_mail_address_are_erased(workspace: Workspace) -> None:
    said = erase(workspace, "--email", mail_of("BOB").upper(), "--yes")
    assert "1 order: acme BOB" in said.output
    assert places_of(workspace, "BOB") == []


def test_an_erased_order_may_be_erased_again(workspace: Workspace) -> None:
    erase(workspace, "acme", "ANN", "--yes")
    said = erase(workspace, "acme", "ANN", "--yes")
    assert (said.exit_code, "0 addresses in people.sqlite" in said.output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["acme", "ANM", "--yes"], "Unknown order 'ANM' of client acme. Did you mean ANN?"),
        (["akme", "ANN", "--yes"], "Unknown order 'ANN' of client akme."),
        (["--email", "nobody@mail.test", "--yes"], "No order that is kept has this mail address"),
        ([], "Name CLIENT and ORDER"),
        (["acme", "--yes"], "Name CLIENT and ORDER"),
        (["acme", "ANN", "--email", "x@mail.test"], "Name CLIENT and ORDER"),
        (["acme", "ANN", "--json"], "--json cannot ask; add --yes"),
    ],
)
def test_what_is_not_clear_or_not_known_is_refused(
    workspace: Workspace, arguments: list[str], message: str
) -> None:
    before = places_of(workspace, "ANN")
    said = erase(workspace, *arguments)
    assert said.exit_code == 2
    assert message in said.output
    assert "othing was changed" in said.output
    assert places_of(workspace, "ANN") == before


def test_nothing_is_erased_while_a_night_is_written(workspace: Workspace) -> None:
    with hold_lock(workspace.lock_file):
        said = erase(workspace, "acme", "ANN", "--yes")
    assert (said.exit_code, "another run is writing" in said.output) == (2, True)
    assert places_of(workspace, "ANN")


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    assert erase(Workspace(tmp_path), "acme", "ANN", "--yes").exit_code == 2
    assert list(tmp_path.iterdir()) == []
