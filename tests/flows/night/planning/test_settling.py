"""A run is settled cohort after cohort of its clients, with the same result as all at once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.ledger.store.ledger import Ledger
from flows.night import steps
from flows.night.planning import planning
from flows.night.planning.settling import settle_night
from flows.night.planning.staging import Staging, read_staged
from flows.outbound.versions.publish import version_folder
from flows.workspace import Workspace
from schemas.books.journal import Movement
from schemas.errors import InvariantError
from schemas.night import AsOf
from tests.flows.night.small_world import (
    MONDAY,
    ORDERS,
    TUESDAY,
    drop,
    drop_first_day,
    files_of,
    lines_of,
    make_world,
    run_night,
)
from tests.tiers import thorough
from tests.trials.crashes import copy_workspace
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from schemas.night import NightInputs, NightPlan

STORED = "SELECT table_name, client_id, first_version, last_version, hash FROM segments ORDER BY 1, 2, 3"


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The first day's files of two clients, and one of a client without settings."""
    workspace = make_world(tmp_path_factory.mktemp("cohorts") / "data")
    for client_id in ("acme", "bolt", "nobody"):
        drop_first_day(workspace, client_id)
    return workspace


@pytest.fixture
def workspace(dropped: Workspace, tmp_path: Path) -> Workspace:
    """A workspace of one's own."""
    return Workspace(copy_workspace(dropped.root, tmp_path / "data"))


def in_cohorts(patched: pytest.MonkeyPatch) -> None:
    """Let every client be a cohort of its own."""
    patched.setattr(steps, "settle_night", partial(settle_night, rows=1))


def live(workspace: Workspace) -> tuple[list[Any], dict[str, bytes]]:
    """Two nights; the segments they made, and all that they published, their manifests among it.

    Of the analyst database the manifest has the digest, and the bytes of it are those of one build.
    """
    run_night(workspace, MONDAY)
    for client_id in ("acme", "bolt"):
        drop(workspace, f"{client_id}/orders/more.csv", ORDERS.format(order_id="O2", qty=1))
    run_night(workspace, TUESDAY)
    with Ledger.open(workspace) as ledger:
        stored = ledger.connection.execute(STORED).fetchall()
    folders = [version_folder(workspace, version) for version in (1, 2)]
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return stored, {
        str(path.relative_to(workspace.published)): path.read_bytes()
        for path in paths
        if path.name not in ("analytics.duckdb", "run_info.json")
    }


@pytest.mark.thorough
def test_each_client_alone_makes_the_same_bytes(workspace: Workspace, tmp_path: Path) -> None:
    other = Workspace(copy_workspace(workspace.root, tmp_path / "other"))
    together = live(workspace)
    with pytest.MonkeyPatch.context() as patched:
        in_cohorts(patched)
        alone = live(other)
    assert alone[0] == together[0]
    assert alone[1].keys() == together[1].keys()
    differs = [name for name, content in alone[1].items() if content != together[1][name]]
    assert differs == []


def test_a_client_whose_plan_fails_in_its_cohort_is_held_alone(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_for_acme(inputs: NightInputs) -> NightPlan:
        if "acme" in inputs.clients:
            raise ValueError
        return plan_night(inputs)

    in_cohorts(monkeypatch)
    monkeypatch.setattr(planning, "plan_night", fail_for_acme)
    (result,) = run_night(workspace, MONDAY)
    assert result.clients_held == ("acme",)
    assert lines_of(workspace) == {"bolt/O1": (1, 3)}
    assert {name: verdict for name, verdict in files_of(workspace, 1).items() if "orders" in name} == {
        "acme/orders/first.csv": "held",
        "bolt/orders/first.csv": "loaded",
        "nobody/orders/first.csv": "refused",
    }


def test_if_the_plans_of_all_cohorts_fail_nothing_is_committed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_cohorts(monkeypatch)
    monkeypatch.setattr(planning, "plan_night", None)
    with pytest.raises(InvariantError, match="the plan failed for all 2 clients"):
        run_night(workspace, MONDAY)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"order_id": "OB", "line_no": 1}, "line OB/1 of another client"),
        *thorough(({"file_hash": "*"}, "of another client")),
    ],
)
def test_what_names_a_thing_of_a_client_of_another_cohort_stops_the_night(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, names: dict[str, Any], told: str
) -> None:
    place = drop(workspace, "bolt/orders/only.csv", ORDERS.format(order_id="OB", qty=1))
    file_hash = hashlib.sha256(place.read_bytes()).hexdigest()
    values = {name: file_hash if value == "*" else value for name, value in names.items()}

    def plan_stray(inputs: NightInputs) -> NightPlan:
        plan = plan_night(inputs)
        if "acme" not in inputs.clients:
            return plan
        is_rule = (pl.col("ledger") == "stock") & (pl.col("order_id") == "")
        changes = {
            name: pl.when(is_rule).then(pl.lit(value)).otherwise(name) for name, value in values.items()
        }
        stray = plan.movements.with_columns(**changes)
        return replace(plan, movements=stray.pipe(Movement.validate))

    in_cohorts(monkeypatch)
    monkeypatch.setattr(planning, "plan_night", plan_stray)
    with pytest.raises(InvariantError, match=told):
        run_night(workspace, MONDAY)


def test_a_run_that_was_not_settled_to_its_end_is_not_committed(tmp_path: Path) -> None:
    staging = Staging.begin(Workspace(tmp_path), AsOf(MONDAY))
    with pytest.raises(InvariantError, match="not settled to its end"):
        read_staged(staging.folder)
    staging.end()
    assert read_staged(staging.folder) == []
