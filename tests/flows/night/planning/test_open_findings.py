"""Findings over several nights: what stands, what is said once, and what became of the client since."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from flows.ledger.runs.done import put_done
from flows.ledger.store.ledger import Ledger
from flows.night.planning import cohort
from flows.workspace import Workspace
from schemas.books.laws import Violation
from tests.flows.cli.published import run
from tests.flows.night.small_world import (
    MONDAY,
    TUESDAY,
    clock_at,
    drop,
    drop_first_day,
    make_world,
    run_night,
)
from tests.frames import frame_of

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.thorough

CANCELLED = "order_id,line_no,qty\nO1,1,4\n"
THURSDAY, FRIDAY = MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)


@pytest.fixture
def workspace(monday: Path, tmp_path: Path) -> Workspace:
    """An order of four A, three of them released on Monday; on Tuesday its client cancels all four."""
    place = Workspace(shutil.copytree(monday, tmp_path / "data", symlinks=True))
    drop(place, "acme/cancellations/late.csv", CANCELLED)
    run_night(place, TUESDAY)
    return place


def open_on(workspace: Workspace, night: date) -> dict[str, date]:
    """What was open after the last run of a night: code and since when."""
    with Ledger.open(workspace) as ledger:
        version = max(run.version or 0 for run in ledger.all_runs() if run.as_of.business_date == night)
        findings = ledger.load_added("findings", version)
    return dict(findings.filter(client_id="acme").select("code", "opened_on").iter_rows())


def nights_until(workspace: Workspace, last: date) -> None:
    """The nights after Tuesday's up to a date."""
    for days in range(1, (last - TUESDAY).days + 1):
        run_night(workspace, TUESDAY + timedelta(days=days))


def test_what_is_said_once_stays_for_a_week_and_what_stands_until_its_cause_is_gone(
    workspace: Workspace,
) -> None:
    a_week_later = TUESDAY + timedelta(days=7)
    assert open_on(workspace, TUESDAY) == {"too_late": TUESDAY}
    nights_until(workspace, a_week_later)
    assert open_on(workspace, FRIDAY) == {"too_late": TUESDAY, "overdue_release": THURSDAY}
    assert "too_late" in open_on(workspace, a_week_later - timedelta(days=1))
    assert "too_late" not in open_on(workspace, a_week_later)
    drop(workspace, "acme/shipments/gone.csv", "order_id,line_no,sku,warehouse_id,shipped_qty\nO1,1,A,W1,3\n")
    run_night(workspace, a_week_later + timedelta(days=1))
    assert "overdue_release" not in open_on(workspace, a_week_later + timedelta(days=1))


def test_what_is_done_counts_from_the_next_night_that_is_frozen_on(workspace: Workspace) -> None:
    key = ("acme", "too_late", "O1", TUESDAY.isoformat())
    with Ledger.open(workspace) as ledger:
        after_wednesdays_freeze = clock_at(THURSDAY, hour=12).now()
        put_done(ledger.connection, [key, key], after_wednesdays_freeze)
    nights_until(workspace, THURSDAY)
    assert open_on(workspace, THURSDAY - timedelta(days=1)) == {"too_late": TUESDAY}
    assert "too_late" not in open_on(workspace, THURSDAY)


def test_the_page_of_an_order_shows_what_was_asked_too_late_and_which_release_is_overdue(
    workspace: Workspace,
) -> None:
    nights_until(workspace, FRIDAY)
    page = " ".join(run("why", "acme", "O1", "--workspace", str(workspace.root)).output.split())
    assert "too_late since 2026-03-03: asked on 2026-03-03" in page
    assert "to cancel 4 units of line 1: 3 were with the warehouse or gone" in page
    assert "overdue_release since 2026-03-05: line 1: 3 of A in bin DOCK at W1, release" in page
    assert "of picks_W1_2026-03-02_1.csv, was due by 2026-03-04: 2 days late" in page


def test_what_was_open_of_a_held_client_still_is_and_why_it_is_held_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights_until(workspace, THURSDAY)
    row = {"law": 3, "client_id": "acme", "subject": "line 1/1", "detail": "5, not 4"}
    with monkeypatch.context() as patched:
        patched.setattr(cohort, "recompute_balances", lambda *_: frame_of(Violation, row))
        (result,) = run_night(workspace, FRIDAY)
    assert result.clients_held == ("acme",)
    assert open_on(workspace, FRIDAY) == {
        "client_held": FRIDAY,
        "overdue_release": THURSDAY,
        "too_late": TUESDAY,
    }
    with Ledger.open(workspace) as ledger:
        (held,) = ledger.load_history("findings").filter(code="client_held").iter_rows(named=True)
    assert (held["subject"], held["detail"]) == ("law 3", "1 rows, for example line 1/1: 5, not 4")
    run_night(workspace, FRIDAY + timedelta(days=1))
    assert "client_held" not in open_on(workspace, FRIDAY + timedelta(days=1))


def test_what_was_open_of_a_client_that_is_left_out_still_is(workspace: Workspace) -> None:
    (workspace.clients / "acme.toml").unlink()
    nights_until(workspace, FRIDAY)
    left_out_on = TUESDAY + timedelta(days=1)
    assert open_on(workspace, FRIDAY) == {"client_left_out": left_out_on, "too_late": TUESDAY}


def test_a_second_run_of_a_date_tells_the_same_list_with_the_same_dates(workspace: Workspace) -> None:
    run_night(workspace, TUESDAY, again=True)
    assert open_on(workspace, TUESDAY) == {"too_late": TUESDAY}
    listed = run("findings", "--workspace", str(workspace.root)).output
    assert listed.count("too_late · ") == 1
    assert "1 thing for a person, 1 of them new" in run("status", "--workspace", str(workspace.root)).output


def test_the_command_of_a_file_that_grows_leads_to_its_rows_and_not_to_a_file_of_its_name(
    tmp_path: Path,
) -> None:
    place = make_world(tmp_path / "data")
    drop_first_day(place)
    rows = "sku,qty,reason\nA,1,found\nB,1,found\n"
    for night, text in ((MONDAY, rows), (TUESDAY, rows + "B,2,found\n")):
        drop(place, "acme/adjustments/export.csv", text)
        run_night(place, night)
    with Ledger.open(place) as ledger:
        grown = ledger.load_added("findings", 2).filter(code="file_grows")
    (command,) = grown["command"]
    *_, path = command.removesuffix(" --workspace .").replace("{version}", "v000002").split()
    assert "B,2,found" in (place.root / path).read_text("utf-8-sig")
