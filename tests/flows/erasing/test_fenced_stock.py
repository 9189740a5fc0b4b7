"""Who an order goes to is nothing to the books: an erasure changes no fence, allocation or later night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal

from flows.erasing.erasing import erase
from flows.erasing.tracing import Search, find_traces
from flows.ledger.forgetting.erasures import Order
from flows.ledger.store.ledger import Ledger
from flows.night.run import run_nights
from flows.simulating.one_night import simulate_night
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from tests.flows.night.people_world import day_after, mail_of, make_people_world, night_after, places_of
from tests.flows.night.small_world import clock_after, drop, drop_first_day
from tests.flows.simulating.nights import committed_tables
from tests.frames import MORNING
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

FENCE = """
[[policy.fences]]
name = "opening"
sku = ["A"]
channel = ["shop"]
qty = 5
until = 2026-03-05
"""
HEADER = "order_id,line_no,sku,qty,ordered_at,channel,ship_to_name,email\n"
MORE = "order_id,line_no,sku,qty,ordered_at,channel\nLATE,1,A,1,2026-03-02 12:00,shop\n"


def order_of(person: str, qty: int, channel: str) -> str:
    """An order of a person, by a channel."""
    return f"{person},1,A,{qty},2026-03-02 09:00,{channel},{person} of Leeds,{mail_of(person)}\n"


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann takes three of the five units that are fenced for the shop; Bob waits beside the other two."""
    workspace = make_people_world(tmp_path_factory.mktemp("fenced") / "data")
    settings = workspace.clients / "acme.toml"
    settings.write_text(settings.read_text("utf-8") + FENCE, "utf-8")
    drop_first_day(workspace, stock=10)
    drop(
        workspace,
        "acme/orders/first.csv",
        HEADER + order_of("ANN", 3, "shop") + order_of("BOB", 8, "web"),
    )
    night_after(workspace, 0)
    return workspace.root


@pytest.fixture
def undisturbed(after_a_night: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(copy_workspace(after_a_night, tmp_path / "undisturbed"))


@pytest.fixture
def erased(after_a_night: Path, tmp_path: Path) -> Workspace:
    """Another copy, in which both are erased after the night."""
    workspace = Workspace(copy_workspace(after_a_night, tmp_path / "erased"))
    with Ledger.open(workspace) as ledger:
        search = Search(workspace, ledger, [Order("acme", "ANN"), Order("acme", "BOB")])
        erase(search, find_traces(search), MORNING)
    return workspace


def left_of_the_fence(workspace: Workspace) -> list[tuple[int, int]]:
    """Units that it was given and those that it still keeps, as of the last night."""
    with Ledger.open(workspace) as ledger:
        return ledger.load_table("fence_balances").select("granted_qty", "left_qty").rows()


def assert_same_version(one: Workspace, other: Workspace, version: int) -> None:
    """Both ledgers hold the same books, decisions and history of a version, row by row."""
    found, expected = committed_tables(one, version), committed_tables(other, version)
    assert found.keys() == expected.keys()
    for name, table in expected.items():
        assert_frame_equal(found[name], table, check_row_order=True)


def test_the_books_and_the_fence_are_those_of_the_night(undisturbed: Workspace, erased: Workspace) -> None:
    assert [places_of(erased, person) for person in ("ANN", "BOB")] == [[], []]
    assert left_of_the_fence(erased) == [(5, 2)]
    assert_same_version(erased, undisturbed, 1)
    decisions = committed_tables(erased, 1)["decisions"]
    assert decisions.select("order_id", "reason_code", "qty").rows() == [("BOB", "ring_fence", 3)]


@pytest.mark.parametrize("again", [True, False])
def test_a_later_run_and_its_simulation_decide_what_they_had_decided(
    undisturbed: Workspace, erased: Workspace, *, again: bool
) -> None:
    night = day_after(0 if again else 1)
    for workspace in (undisturbed, erased):
        drop(workspace, "acme/orders/more.csv", MORE)
        run_nights(workspace, business_date=night, again=again, clock=clock_after(night))
    assert left_of_the_fence(erased) == [(5, 1)]
    assert_same_version(erased, undisturbed, 2)
    figures, expected = (simulate_night(place, night, {}).figures for place in (erased, undisturbed))
    assert_frame_equal(figures, expected)


def test_the_night_whose_file_was_erased_is_no_longer_simulated(erased: Workspace) -> None:
    with pytest.raises(ConfigurationError, match=r"deleted: 1, for example acme/orders/first\.csv"):
        simulate_night(erased, day_after(0), {})
