"""The nights that are due: in date order, each with its files; further runs, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from flows.daytime import look_by_day
from flows.disk.lock import hold_lock
from flows.ledger.store.ledger import Ledger
from flows.night import steps
from flows.night.run import run_nights
from schemas.errors import ConfigurationError, PublicationError
from schemas.night import AsOf
from schemas.vocabulary.words import RunState
from tests.flows.night.small_world import (
    CLIENT,
    MONDAY,
    ORDERS,
    STOCK,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    clock_after,
    clock_at,
    drop,
    drop_first_day,
    files_of,
    lines_of,
    make_world,
    run_night,
)

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace


pytestmark = pytest.mark.thorough


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_world(tmp_path / "data")


def test_a_night_releases_what_is_there_and_publishes_it(workspace: Workspace) -> None:
    drop_first_day(workspace)
    (result,) = run_night(workspace, MONDAY)
    assert (result.as_of, result.version, result.clients_held) == (AsOf(MONDAY), 1, ())
    assert lines_of(workspace) == {"acme/O1": (1, 3)}
    assert (workspace.published / "current").resolve() == result.folder
    assert not [path for path in workspace.inbound.rglob("*") if path.is_file()]


def test_the_first_night_is_the_date_that_has_ended(workspace: Workspace) -> None:
    (result,) = run_nights(workspace, clock=clock_after(MONDAY))
    assert result.as_of == AsOf(MONDAY)


def test_a_finished_night_is_not_run_again(workspace: Workspace) -> None:
    run_night(workspace, MONDAY)
    assert run_night(workspace, MONDAY) == []
    assert run_nights(workspace, clock=clock_after(MONDAY)) == []


def test_missed_nights_take_what_was_seen_by_their_cut_off_and_the_last_takes_the_rest(
    workspace: Workspace,
) -> None:
    run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/in_time.csv", ORDERS.format(order_id="O1", qty=1))
    look_by_day(workspace, clock_at(TUESDAY, hour=12))
    drop(workspace, "acme/orders/after_cut_off.csv", ORDERS.format(order_id="O2", qty=1))
    look_by_day(workspace, clock_at(TUESDAY, hour=19))
    drop(workspace, "acme/orders/never_seen_by_day.csv", ORDERS.format(order_id="O3", qty=1))
    drop(workspace, "nobody/orders/lost.csv", "x")
    nights = run_nights(workspace, clock=clock_after(WEDNESDAY))
    assert [(night.as_of, night.version) for night in nights] == [(AsOf(TUESDAY), 2), (AsOf(WEDNESDAY), 3)]
    assert files_of(workspace, 2) == {"acme/orders/in_time.csv": "loaded"}
    assert files_of(workspace, 3) == {
        "acme/orders/after_cut_off.csv": "loaded",
        "acme/orders/never_seen_by_day.csv": "loaded",
        "nobody/orders/lost.csv": "refused",
    }


def test_a_count_that_one_missed_night_took_is_not_taken_by_the_next(workspace: Workspace) -> None:
    run_night(workspace, MONDAY)
    drop(workspace, "acme/stock/count.csv", STOCK.format(qty=9))
    look_by_day(workspace, clock_at(TUESDAY, hour=12))
    run_nights(workspace, clock=clock_after(WEDNESDAY))
    assert files_of(workspace, 2) == {"acme/stock/count.csv": "loaded"}
    assert files_of(workspace, 3) == {}


def test_of_nights_that_are_caught_up_only_the_last_releases(workspace: Workspace) -> None:
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    drop(workspace, "acme/receipts/more.csv", "receipt_id,sku,received_qty,received_on\nR1,A,9,2026-03-03\n")
    look_by_day(workspace, clock_at(TUESDAY, hour=12))
    tuesday, wednesday = run_nights(workspace, clock=clock_at(THURSDAY, hour=19))
    said = "Posted only: caught up."
    texts = [(night.folder / "summary" / "summary.md").read_text("utf-8") for night in (tuesday, wednesday)]
    assert [said in text for text in texts] == [True, False]
    with Ledger.open(workspace) as ledger:
        runs, given = ledger.all_runs(), ledger.load_added("allocations", wednesday.version)
        assert ledger.load_added("allocations", tuesday.version).is_empty()
    assert [(run.as_of.is_asked, run.as_of.only_posts) for run in runs] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    late = THURSDAY + timedelta(days=1)  # its cut-off had passed when the night was frozen
    assert given.select("allocated_qty", "ships_on").rows() == [(1, late)]


def test_every_missed_night_before_an_asked_date_releases(workspace: Workspace) -> None:
    run_night(workspace, MONDAY)
    drop_first_day(workspace)
    look_by_day(workspace, clock_at(TUESDAY, hour=12))
    tuesday, _ = run_night(workspace, WEDNESDAY)
    with Ledger.open(workspace) as ledger:
        given = ledger.load_added("allocations", tuesday.version)
    assert given.select("allocated_qty", "ships_on").rows() == [(3, WEDNESDAY)]


def test_a_date_before_the_last_committed_one_is_refused(workspace: Workspace) -> None:
    run_night(workspace, TUESDAY)
    with pytest.raises(ConfigurationError, match="nothing is posted into the past"):
        run_night(workspace, MONDAY)


def test_again_takes_new_files_into_a_further_run_of_the_date(workspace: Workspace) -> None:
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/late.csv", ORDERS.format(order_id="O2", qty=2))
    (result,) = run_night(workspace, MONDAY, again=True)
    assert (result.as_of, result.version) == (AsOf(MONDAY, 2), 2)
    assert lines_of(workspace) == {"acme/O1": (1, 3), "acme/O2": (2, 0)}


def test_again_without_a_date_is_about_the_last_one(workspace: Workspace) -> None:
    run_night(workspace, MONDAY)
    assert steps.due_step(str(workspace.root), None, again=True) == ["2026-03-02-2"]


def test_again_needs_a_run_to_repeat(workspace: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="no committed run"):
        run_night(workspace, MONDAY, again=True)


def test_a_frozen_night_keeps_its_files_and_takes_no_new_ones(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_first_day(workspace)
    stop_before_planning(workspace, monkeypatch)
    drop(workspace, "acme/orders/late.csv", ORDERS.format(order_id="O2", qty=2))
    run_night(workspace, MONDAY)
    assert "acme/orders/late.csv" not in files_of(workspace, 1)
    assert (workspace.inbound / "acme/orders/late.csv").exists()


def test_refreeze_takes_files_and_settings_anew_before_the_commit(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_first_day(workspace)
    broken = workspace.clients / "acme.toml"
    broken.write_text("name = 1\n", "utf-8")
    stop_before_planning(workspace, monkeypatch)
    broken.write_text(CLIENT.format(client_id="acme"), "utf-8")
    run_night(workspace, MONDAY, refreeze=True)
    assert files_of(workspace, 1)["acme/orders/first.csv"] == "loaded"


def stop_before_planning(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that stops once it is frozen."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(steps, "settle_night", stop)
        with pytest.raises(KeyboardInterrupt):
            run_night(workspace, MONDAY)


def test_a_committed_night_goes_on_with_publishing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_first_day(workspace)

    def fail(*_: object) -> None:
        message = "the disk is full"
        raise PublicationError(message)

    with monkeypatch.context() as patched:
        patched.setattr(steps, "publish_night", fail)
        with pytest.raises(PublicationError):
            run_night(workspace, MONDAY)
    with Ledger.open(workspace) as ledger:
        assert [run.state for run in ledger.all_runs()] == [RunState.COMMITTED]
    (result,) = run_night(workspace, MONDAY)
    assert result.version == 1
    assert lines_of(workspace) == {"acme/O1": (1, 3)}


def test_an_unfinished_night_comes_before_the_missed_ones(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_first_day(workspace)
    stop_before_planning(workspace, monkeypatch)
    nights = run_nights(workspace, clock=clock_after(TUESDAY))
    assert [night.as_of for night in nights] == [AsOf(MONDAY), AsOf(TUESDAY)]


def test_two_runs_at_once_are_refused(workspace: Workspace) -> None:
    with hold_lock(workspace.lock_file), pytest.raises(ConfigurationError, match="another run"):
        run_night(workspace, MONDAY)


def test_a_night_that_would_not_fit_on_the_disk_is_not_begun(workspace: Workspace) -> None:
    workspace.settings_file.write_text("min_free_bytes = 9_000_000_000_000_000\n", "utf-8")
    with pytest.raises(ConfigurationError, match="min_free_bytes"):
        run_night(workspace, MONDAY)
    with Ledger.open(workspace) as ledger:
        assert ledger.all_runs() == []


def test_a_date_that_is_none_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="is not a date"):
        steps.due_step(str(workspace.root), "02/03/2026", again=False)


@pytest.mark.parametrize("again", [False, True])
def test_a_date_that_has_not_ended_is_refused_and_nothing_is_changed(
    workspace: Workspace, *, again: bool
) -> None:
    """It would close the books to all that still happens on it; of 2062, to every night until then."""
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    for day in (TUESDAY, TUESDAY.replace(year=2062)):
        with pytest.raises(ConfigurationError, match="has not ended: it is 2026-03-03 04:00 UTC"):
            run_nights(workspace, business_date=day, again=again, clock=clock_after(MONDAY))
    with Ledger.open(workspace) as ledger:
        assert [run.as_of for run in ledger.all_runs()] == [AsOf(MONDAY)]


def test_a_date_ends_in_the_time_zone_of_the_workspace(workspace: Workspace) -> None:
    settings = workspace.settings_file.read_text("utf-8")
    workspace.settings_file.write_text(f'{settings}time_zone = "America/New_York"\n', "utf-8")
    with pytest.raises(ConfigurationError, match="it is 2026-03-02 23:00 America/New_York"):
        run_nights(workspace, business_date=MONDAY, clock=clock_after(MONDAY))


def test_books_ahead_of_the_clock_stop_the_nights_aloud(workspace: Workspace) -> None:
    run_night(workspace, WEDNESDAY)
    for again in (False, True):
        with pytest.raises(ConfigurationError, match="2026-03-04"):
            run_nights(workspace, again=again, clock=clock_after(MONDAY))


def test_a_run_that_was_begun_before_its_date_ended_stands_in_no_way(workspace: Workspace) -> None:
    """An older program froze it; it had done nothing, and its files go into the night that is due."""
    drop_first_day(workspace)
    root, later = str(workspace.root), clock_after(THURSDAY)
    inputs = steps.intake_step(root, later)
    steps.freeze_step(root, "2026-03-05-1", inputs, clock=later)
    (result,) = run_nights(workspace, clock=clock_after(MONDAY))
    assert result.as_of == AsOf(MONDAY)
    assert lines_of(workspace) == {"acme/O1": (1, 3)}
    with Ledger.open(workspace) as ledger:
        assert [run.as_of for run in ledger.all_runs()] == [AsOf(MONDAY)]
