"""Which nights can be planned again, and what is said of those that cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.configuration import Configuration
from flows.simulating import one_night
from flows.simulating.clients import choose_clients, choose_clients_of_span
from flows.simulating.kept import find_night, open_ledger
from flows.simulating.one_night import simulate_night
from flows.simulating.span import simulate_span
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from schemas.settings.client import Client
from schemas.settings.workspace import WorkspaceSettings
from tests.flows.night.small_world import (
    MONDAY,
    ORDERS,
    TUESDAY,
    WEDNESDAY,
    drop,
    drop_first_day,
    make_world,
    run_night,
)
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

ACME = Client(client_id="acme", name="Acme", warehouses=("W1",))
SETTINGS = Configuration(WorkspaceSettings(), {"acme": ACME}, {}, {"bolt": "clients/bolt.toml: broken"})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three nights, of which only the last is kept whole; never changed."""
    workspace = make_world(tmp_path_factory.mktemp("kept") / "data")
    settings = workspace.settings_file.read_text("utf-8")
    workspace.settings_file.write_text(f"{settings}keep_nights = 1\n", "utf-8")
    drop_first_day(workspace)
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        run_night(workspace, day)
    return workspace


def test_a_night_is_kept_while_the_books_before_it_are(place: Workspace) -> None:
    """Before the first night there were none, so it always is."""
    with pytest.raises(
        ConfigurationError, match=r"2026-03-04 is not kept: .* are gone; kept are 2026-03-02$"
    ):
        simulate_night(place, WEDNESDAY, {})
    assert simulate_night(place, MONDAY, {}).nights == (MONDAY,)


def test_a_span_begins_on_a_kept_night_and_may_go_on_over_others(place: Workspace) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot begin on 2026-03-03: .*; kept are 2026-03-02$"):
        simulate_span(place, (TUESDAY, WEDNESDAY), {})
    assert simulate_span(place, (MONDAY, WEDNESDAY), {}).nights == (MONDAY, TUESDAY, WEDNESDAY)


def test_a_night_whose_files_are_deleted_is_refused(place: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(copy_workspace(place.root, tmp_path / "data"))
    (landed, *_) = [path for path in workspace.landing.glob("??/*") if b"order_id" in path.read_bytes()]
    landed.unlink()
    with pytest.raises(
        ConfigurationError,
        match=r"files of night 2026-03-02 are deleted: 1, for example acme/orders/first\.csv",
    ):
        simulate_night(workspace, MONDAY, {})


def test_a_workspace_without_a_night_has_nothing_to_simulate(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no night was run"), open_ledger(Workspace(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_of_a_date_with_several_runs_the_last_is_meant_unless_another_is_asked_for(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/more.csv", ORDERS.format(order_id="O2", qty=1))
    run_night(workspace, MONDAY, again=True)
    with open_ledger(workspace) as ledger:
        orders = [
            one_night.inputs_of_run(workspace, ledger, find_night(ledger, MONDAY, run_no), []).rows.orders
            for run_no in (None, 1)
        ]
    assert [table["order_id"].to_list() for table in orders] == [["O2"], ["O1"]]


def test_a_span_takes_every_run_of_its_dates(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/more.csv", ORDERS.format(order_id="O2", qty=1))
    run_night(workspace, MONDAY, again=True)
    simulation = simulate_span(workspace, (MONDAY, MONDAY), {}, clients=["acme"])
    assert simulation.figures.select("nights", "orders").rows() == [(2, 2)]


def test_asked_clients_must_have_been_decided_for() -> None:
    assert choose_clients(SETTINGS, [], held=(), night=MONDAY) == ["acme"]
    with pytest.raises(ConfigurationError, match="acme was held on 2026-03-02"):
        choose_clients(SETTINGS, ["acme"], held=("acme",), night=MONDAY)
    with pytest.raises(ConfigurationError, match=r"bolt sits out 2026-03-02: clients/bolt\.toml: broken"):
        choose_clients(SETTINGS, ["bolt"], held=(), night=MONDAY)
    with pytest.raises(ConfigurationError, match="nothing is decided for any client"):
        choose_clients(SETTINGS, [], held=("acme",), night=MONDAY)
    with pytest.raises(ConfigurationError, match="no night of the span decided anything for any client"):
        choose_clients_of_span([], [])


def test_units_of_all_nights_add_up_over_a_span(place: Workspace) -> None:
    """Monday's order of four finds three; on the nights after it one waits."""
    figures = simulate_span(place, (MONDAY, WEDNESDAY), {}, clients=["acme"]).figures
    columns = ("due_qty", "filled_qty", "waiting_lines", "oldest_days", "shipments")
    assert figures.select(pl.col(columns).cast(pl.Int64)).row(0) == (4, 3, 1, 2, 1)
