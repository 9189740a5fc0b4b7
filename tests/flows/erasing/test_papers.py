"""Who is erased stands on no pick list either that the warehouse has not fetched yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.configuration import read_configuration
from flows.erasing.erasing import erase
from flows.erasing.papers import find_paper_change
from flows.erasing.tracing import Search, find_traces
from flows.ledger.forgetting.erasures import Order
from flows.ledger.store.ledger import Ledger
from flows.outbound.versions.publish import version_folder
from flows.workspace import Workspace
from tests.flows.canaries.searching import words_of
from tests.flows.night.small_world import MONDAY, drop, drop_first_day, make_world, run_night
from tests.frames import MORNING
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = (
    "order_id,line_no,sku,qty,ordered_at,ship_to_name\n"
    "ANN,1,A,1,2026-03-02 09:00,Ann Ąsh\nBOB,1,A,1,2026-03-02 09:00,Bob Birch\n"
)
NAME = "picks_W1_2026-03-02_1"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night of two people, whose pick list lies in the outbox."""
    workspace = make_world(tmp_path_factory.mktemp("papers") / "data")
    with (workspace.warehouses / "W1.toml").open("a", encoding="utf-8") as site:
        site.write('pick_list = "pdf"\npick_files = "xlsx"\n')
    drop_first_day(workspace)
    drop(workspace, "acme/orders/first.csv", ORDERS)
    run_night(workspace, MONDAY)
    return workspace.root


@pytest.fixture
def workspace(printed: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(copy_workspace(printed, tmp_path / "data"))


def paper_in(workspace: Workspace) -> Path:
    """The pick list in the outbox."""
    return workspace.outbox / "W1" / f"{NAME}.pdf"


def erase_ann(workspace: Workspace) -> None:
    """Erase one of them."""
    with Ledger.open(workspace) as ledger:
        search = Search(workspace, ledger, [Order("acme", "ANN")])
        erase(search, find_traces(search), MORNING)


def test_the_goods_of_an_erased_order_stay_on_the_paper(workspace: Workspace) -> None:
    before = words_of(paper_in(workspace).read_bytes())
    assert "acme  ANN / 1   Ann Ąsh" in before
    erase_ann(workspace)
    after = words_of(paper_in(workspace).read_bytes())
    assert after == before.replace("Ann Ąsh", "")
    assert "Bob Birch" in after


def test_erasing_again_finds_nothing(workspace: Workspace) -> None:
    erase_ann(workspace)
    with Ledger.open(workspace) as ledger:
        assert find_traces(Search(workspace, ledger, [Order("acme", "ANN")])).is_empty()


def test_a_paper_that_was_left_when_its_pick_file_was_fetched_goes(workspace: Workspace) -> None:
    paper_in(workspace).with_suffix(".xlsx").unlink()
    erase_ann(workspace)
    assert not paper_in(workspace).exists()


def test_a_paper_that_names_nobody_of_them_stays(workspace: Workspace) -> None:
    paper, configuration = paper_in(workspace), read_configuration(workspace)
    wanted = {"acme": frozenset({"CYD"}), "bolt": frozenset({"ANN"})}
    assert find_paper_change(paper, workspace, wanted, configuration) == {}
    paper.with_suffix(".xlsx").unlink()
    assert find_paper_change(paper, workspace, wanted, configuration) == {}


def test_a_paper_of_which_nobody_can_say_whom_it_names_goes(workspace: Workspace) -> None:
    paper, picks = paper_in(workspace), version_folder(workspace, 1) / "picks" / "W1"
    paper.with_suffix(".xlsx").unlink()
    picks.chmod(0o755)
    (picks / f"{NAME}.csv").unlink()
    wanted = {"acme": frozenset({"CYD"})}
    assert find_paper_change(paper, workspace, wanted, read_configuration(workspace)) == {paper: None}
