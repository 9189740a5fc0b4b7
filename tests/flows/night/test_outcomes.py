"""What a night does with a client that cannot go on, and with whatever else lies in inbound."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from flows.inbound.taking.archive import ArchivedFile, archive_files
from flows.ledger.store.ledger import Ledger
from flows.night.planning import cohort, planning
from flows.night.run import tell_held
from flows.night.tidying import clearing
from schemas.errors import ConfigurationError, InvariantError
from tests.flows.night.small_world import (
    CLIENT,
    ITEMS,
    MONDAY,
    ORDERS,
    TUESDAY,
    WEDNESDAY,
    drop,
    drop_first_day,
    files_of,
    lines_of,
    make_world,
    run_night,
)
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from flows.ledger.runs.runs import InputFile
    from flows.workspace import Workspace
    from schemas.night import NightInputs, NightPlan


pytestmark = pytest.mark.thorough


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_world(tmp_path / "data")


def test_a_client_whose_plan_fails_is_held_while_the_others_go_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan_all_but_acme(inputs: NightInputs) -> NightPlan:
        if "acme" in inputs.clients:
            message = "Mrs Example, 1 Example Road"
            raise ZeroDivisionError(message)
        return plan_night(inputs)

    drop_first_day(workspace, "acme")
    drop_first_day(workspace, "bolt")
    with monkeypatch.context() as patched:
        patched.setattr(planning, "plan_night", plan_all_but_acme)
        (result,) = run_night(workspace, MONDAY)
    assert result.clients_held == ("acme",)
    assert lines_of(workspace) == {"bolt/O1": (1, 3)}
    assert files_of(workspace, 1)["acme/orders/first.csv"] == "held"
    with Ledger.open(workspace) as ledger:
        assert ledger.load_added("violations", 1)["detail"].to_list() == ["failed: ZeroDivisionError"]
    assert tell_held([result]).startswith("1 held: acme (2026-03-02). ")
    run_night(workspace, TUESDAY)
    assert lines_of(workspace) == {"acme/O1": (1, 3), "bolt/O1": (1, 3)}


def test_a_plan_that_fails_for_every_client_stops_the_night_and_changes_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_first_day(workspace, "acme")
    monkeypatch.setattr(planning, "plan_night", None)
    with pytest.raises(InvariantError, match="failed for all 2 clients; nothing was committed"):
        run_night(workspace, MONDAY)
    with Ledger.open(workspace) as ledger:
        assert ledger.last_committed() is None


def test_a_night_in_which_every_plan_fails_commits_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_inputs: NightInputs) -> NightPlan:
        raise ZeroDivisionError

    drop_first_day(workspace)
    with monkeypatch.context() as patched:
        patched.setattr(planning, "plan_night", fail)
        with pytest.raises(InvariantError, match="nothing was committed"):
            run_night(workspace, MONDAY)
    run_night(workspace, MONDAY)
    assert lines_of(workspace) == {"acme/O1": (1, 3)}


def test_a_client_that_loses_its_settings_keeps_its_books_and_disturbs_nobody(workspace: Workspace) -> None:
    drop_first_day(workspace, "acme")
    drop_first_day(workspace, "bolt")
    run_night(workspace, MONDAY)
    (workspace.clients / "acme.toml").unlink()
    (result,) = run_night(workspace, TUESDAY)
    assert result.clients_held == ()
    assert lines_of(workspace) == {"acme/O1": (1, 3), "bolt/O1": (1, 3)}
    assert left_out(workspace, 2) == [("acme", "missing; 1 line waiting")], (
        "it dropped no file, yet orders wait"
    )
    (workspace.clients / "bolt.toml").write_text("name = 1\n", "utf-8")
    run_night(workspace, WEDNESDAY)
    assert left_out(workspace, 3) == [("acme", "missing; 1 line waiting"), ("bolt", "broken; 1 line waiting")]


def left_out(workspace: Workspace, version: int) -> list[tuple[str, str]]:
    """The clients that a version's findings say were left out, and why."""
    with Ledger.open(workspace) as ledger:
        findings = ledger.load_added("findings", version).filter(code="client_left_out")
    return findings.select("client_id", "detail").rows()


def test_a_client_without_settings_of_which_nothing_waits_is_no_finding(workspace: Workspace) -> None:
    drop(workspace, "acme/items/items.csv", ITEMS)
    run_night(workspace, MONDAY)
    (workspace.clients / "acme.toml").unlink()
    run_night(workspace, TUESDAY)
    assert left_out(workspace, 2) == []


def test_rejected_rows_are_looked_for_in_the_version_that_rejected_them(workspace: Workspace) -> None:
    run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/bad.csv", ORDERS.format(order_id="O1", qty="many"))
    run_night(workspace, TUESDAY)
    run_night(workspace, WEDNESDAY)
    with Ledger.open(workspace) as ledger:
        found = ledger.load_history("findings").filter(code="rows_rejected")
    assert found.select("business_date", "opened_on").rows() == [(TUESDAY, TUESDAY), (WEDNESDAY, TUESDAY)]
    (command,) = found["command"].unique()
    path = command.removeprefix("backorders check acme orders ").removesuffix(" --workspace .")
    assert path.startswith("./published/v000002/quarantine/acme/orders/")
    assert (workspace.root / path).is_file()


def test_a_frozen_run_that_fails_says_how_its_inputs_are_taken_anew(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_policies: object) -> NoReturn:
        message = "warehouses/W1.toml: cut_off: needs a time of day"
        raise ConfigurationError(message)

    drop_first_day(workspace)
    with monkeypatch.context() as patched:
        patched.setattr(cohort, "parse_configuration", refuse)
        with pytest.raises(ConfigurationError, match=r"(?s)cut_off.*run with --refreeze"):
            run_night(workspace, MONDAY)
    monkeypatch.setattr(planning, "plan_night", None)
    with pytest.raises(InvariantError, match=r"failed for all 2 clients.*run with --refreeze"):
        run_night(workspace, MONDAY)


@pytest.mark.parametrize(
    "broken",
    [
        "name = 1\n",
        CLIENT.format(client_id="acme") + '[feeds.orders.columns]\nsku = "SUM(qty)"\n',
    ],
    ids=["keys", "mapping"],
)
def test_a_broken_client_file_holds_its_files_and_nobody_elses(workspace: Workspace, broken: str) -> None:
    drop_first_day(workspace, "acme")
    drop_first_day(workspace, "bolt")
    (workspace.clients / "acme.toml").write_text(broken, "utf-8")
    run_night(workspace, MONDAY)
    assert files_of(workspace, 1)["acme/orders/first.csv"] == "held"
    assert lines_of(workspace) == {"bolt/O1": (1, 3)}
    (workspace.clients / "acme.toml").write_text(CLIENT.format(client_id="acme"), "utf-8")
    run_night(workspace, TUESDAY)
    assert files_of(workspace, 2)["acme/orders/first.csv"] == "loaded"


def test_whatever_lies_in_inbound_gets_an_answer(workspace: Workspace) -> None:
    drop(workspace, "nobody/orders/a.csv", "x")
    drop(workspace, "acme/ordres/a.csv", "x")
    drop(workspace, "stray.csv", "x")
    drop(workspace, "acme/orders/empty.csv", "")
    (workspace.inbound / "acme" / "orders" / "link.csv").symlink_to("/etc/hostname")
    drop(workspace, "acme/orders/growing.csv.part", "x")
    (result,) = run_night(workspace, MONDAY)
    assert files_of(workspace, 1) == {
        "//stray.csv": "refused",
        "acme/orders/empty.csv": "refused",
        "acme/orders/link.csv": "refused",
        "acme/ordres/a.csv": "refused",
        "nobody/orders/a.csv": "refused",
    }
    assert len(list((result.folder / "acks").rglob("*.json"))) == 5


def test_a_file_that_cannot_be_moved_is_not_read_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_stock(files: Iterable[InputFile], place: Workspace) -> list[ArchivedFile]:
        taken = list(files)
        moved = archive_files([file for file in taken if file.feed != "stock"], place)
        stuck = [file for file in taken if file.feed == "stock"]
        return moved + [
            ArchivedFile(file.client_id, file.feed, file.file_name, None, "not permitted") for file in stuck
        ]

    drop_first_day(workspace)
    with monkeypatch.context() as patched:
        patched.setattr(clearing, "archive_files", refuse_stock)
        run_night(workspace, MONDAY)
    assert (workspace.inbound / "acme/stock/count.csv").exists()
    run_night(workspace, TUESDAY)
    assert files_of(workspace, 2) == {}
    assert not (workspace.inbound / "acme/stock/count.csv").exists()
