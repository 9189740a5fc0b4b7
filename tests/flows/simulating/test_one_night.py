"""A kept night under another policy: under its own it is the night that was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.simulating.kept import find_night, open_ledger
from flows.simulating.one_night import inputs_of_run, simulate_night
from flows.simulating.policy_files import read_policies
from schemas.errors import ConfigurationError
from tests.flows.simulating.nights import bytes_below, committed_tables, planned_tables, put_policy
from tests.trials.sample_nights import CLIENTS, NIGHTS
from transforms.simulation.courses import begin_course, plan_kept_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

MONDAY, TUESDAY, WEDNESDAY = NIGHTS


@pytest.mark.parametrize("version", [1, 2, 3])
def test_under_its_own_policy_a_kept_night_has_exactly_the_plan_it_had(
    sample: Workspace, version: int
) -> None:
    with open_ledger(sample) as ledger:
        inputs = inputs_of_run(sample, ledger, find_night(ledger, NIGHTS[version - 1], None), [])
    _, plan = plan_kept_night(begin_course("own", None, inputs.books, inputs.clients), inputs)
    planned, committed = planned_tables(plan), committed_tables(sample, version)
    assert planned.keys() == committed.keys()
    for name, table in committed.items():
        assert_frame_equal(planned[name], table)


def test_simulating_leaves_every_byte_of_the_workspace_as_it_was(sample: Workspace, tmp_path: Path) -> None:
    before = bytes_below(sample.root)
    simulate_night(sample, TUESDAY, read_policies([put_policy(tmp_path, "complete")]))
    assert bytes_below(sample.root) == before


def test_each_client_and_policy_has_figures_and_the_clients_own_stands_first(
    sample: Workspace, tmp_path: Path
) -> None:
    paths = [put_policy(tmp_path, "complete"), put_policy(tmp_path, "plain", "")]
    simulation = simulate_night(sample, TUESDAY, read_policies(paths))
    assert simulation.policies == ("own", "complete", "plain")
    assert simulation.nights == (TUESDAY,)
    assert simulation.figures.select("policy", "client_id").rows() == [
        (policy, client_id) for policy in simulation.policies for client_id in CLIENTS
    ]


def test_an_order_that_ships_complete_only_loses_the_cardigan_it_got_alone(
    sample: Workspace, tmp_path: Path
) -> None:
    """LM1003 wants four, one is there: partly it is released on Monday, complete it waits."""
    policies = read_policies([put_policy(tmp_path, "complete")])
    simulation = simulate_night(sample, MONDAY, policies, clients=["larkmoor"])
    (lost,) = simulation.orders.filter(pl.col("order_id") == "LM1003").to_dicts()
    assert (lost["gained_qty"], lost["gained_unit_nights"], lost["gained_days"]) == (-1, -1, 0)
    assert (lost["own_ready_on"], lost["ready_on"]) == (date(2026, 3, 9), date(2026, 3, 9))


def test_only_the_asked_clients_are_planned(sample: Workspace) -> None:
    simulation = simulate_night(sample, WEDNESDAY, {}, clients=["larkmoor"])
    assert simulation.figures["client_id"].to_list() == ["larkmoor"]


def test_a_night_that_was_never_run_is_refused_with_those_that_are_kept(sample: Workspace) -> None:
    with pytest.raises(
        ConfigurationError, match="2026-02-01 was never committed; kept are 2026-03-02 to 2026-03-04"
    ):
        simulate_night(sample, date(2026, 2, 1), {})


def test_a_run_that_the_night_did_not_have_is_refused(sample: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="run 2 of 2026-03-03 was never committed; kept are"):
        simulate_night(sample, TUESDAY, {}, run_no=2)


def test_an_unknown_client_is_refused_with_the_nearest_name(sample: Workspace) -> None:
    with pytest.raises(ConfigurationError, match=r'larkmor\.toml for 2026-03-03; did you mean "larkmoor"'):
        simulate_night(sample, TUESDAY, {}, clients=["larkmor"])
