"""What the ledger keeps: finished nights, history, versions, whole segments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.disk import durable
from flows.ledger.databases.control import NewerFormatError
from flows.ledger.migrations.chain import todays_format
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.segments import segment_path
from flows.ledger.store.versions import choose_kept
from flows.workspace import Workspace
from schemas.books.people import ShipTo
from schemas.errors import ConfigurationError, DamageError
from schemas.settings.workspace import WorkspaceSettings
from schemas.vocabulary.words import RunState
from tests.frames import MORNING, NIGHT, frame_of
from tests.plans import books_before, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
from tests.flows.ledger.nights import FIRST, NO_FILES, SECOND, run_night
from tests.plans import commit_plan


def test_a_published_night_is_finished(ledger: Ledger) -> None:
    version = run_night(ledger)
    assert [run.as_of for run in ledger.unfinished()] == [FIRST]
    ledger.mark_published(version, MORNING, 12.5)
    ledger.mark_published(version, MORNING + timedelta(days=1), 99.0)
    (run,) = ledger.all_runs()
    assert (run.state, run.published_at, run.seconds) == (RunState.PUBLISHED, MORNING, 12.5)
    assert ledger.unfinished() == []
    assert ledger.missed_dates(NIGHT + timedelta(days=2)) == [NIGHT + timedelta(days=day) for day in (1, 2)]
    assert ledger.missed_dates(NIGHT) == []


def test_history_is_read_since_a_date_and_up_to_a_version(ledger: Ledger) -> None:
    run_night(ledger)
    run_night(ledger, SECOND)
    nights = [NIGHT, SECOND.business_date]
    assert ledger.load_history("messages")["business_date"].unique().sort().to_list() == nights
    assert (
        ledger.load_history("messages", SECOND.business_date)["business_date"].unique().to_list()
        == nights[1:]
    )
    assert ledger.load_added("messages", 2)["business_date"].unique().to_list() == nights[1:]
    assert ledger.load_history("messages", version=1)["business_date"].unique().to_list() == nights[:1]
    assert ledger.load_history("messages", clients=["acme"]).height == 2


def test_versions_that_are_not_kept_lose_their_segments_and_history_stays(ledger: Ledger) -> None:
    ledger.freeze(FIRST, [], {}, MORNING)
    commit_plan(ledger, FIRST, plan_of(books_before("acme")), NO_FILES, {}, MORNING)
    run_night(ledger, SECOND, "acme")
    stray = segment_path(ledger.segment_folder, "order_lines", "left by a killed run")
    stray.write_bytes(b"")
    settings = WorkspaceSettings(keep_nights=1)
    assert ledger.kept_versions(settings) == [2]
    assert ledger.sweep(settings) == 1 + 3  # the stray, and three tables that the second night changed
    assert ledger.sweep(settings) == 0
    with pytest.raises(ConfigurationError, match="version 1 is not kept; kept are 2"):
        ledger.load_books(version=1)
    assert ledger.load_books().order_lines.height == 2
    assert ledger.load_history("messages").height == 1
    assert ledger.verify() > 0


def test_a_killed_run_leaves_nothing_in_the_history(ledger: Ledger) -> None:
    run_night(ledger)
    stray = segment_path(ledger.segment_folder, "movements", "left by a killed run")
    stray.write_bytes(b"")
    assert ledger.sweep_unfinished() == 0  # no run is waiting
    ledger.freeze(SECOND, [], {}, MORNING)
    assert ledger.sweep_unfinished() == 1
    assert not stray.exists()
    assert ledger.verify() > 0


def test_nights_and_month_ends_are_kept() -> None:
    nights = [(day, date(2026, 1, 1) + timedelta(days=day - 1)) for day in range(1, 71)]
    assert choose_kept(nights, 2) == [31, 59, 69, 70]
    assert choose_kept([*nights, (71, nights[-1][1])], 1) == [31, 59, 70, 71], "every run of a kept night"
    month_end, later = date(2026, 1, 31), date(2026, 2, 3)
    assert choose_kept([(1, month_end), (2, month_end), (3, later)], 1) == [2, 3], (
        "the last run of a month end"
    )


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "is cut off": lambda content: content[:-7],
    "is garbage": lambda content: b"\0" * len(content),
    "was changed": lambda content: content[:9] + bytes([content[9] ^ 1]) + content[10:],
}


@pytest.mark.parametrize("named", [*DAMAGES, "is missing"])
@pytest.mark.parametrize("folder", ["segments/stock_lots", "policies"])
def test_what_was_committed_and_is_damaged_is_never_read(ledger: Ledger, folder: str, named: str) -> None:
    run_night(ledger)
    (place, *_) = (ledger.folder / folder).iterdir()
    if named == "is missing":
        durable.remove(place)
    else:
        place.write_bytes(DAMAGES[named](place.read_bytes()))
    is_policy = folder == "policies"
    words = "was changed" if is_policy and named in {"is cut off", "is garbage"} else named
    with pytest.raises(DamageError, match=rf"{place.name} {words}.*backorders restore BACKUP"):
        _ = ledger.frozen(FIRST) if is_policy else ledger.load_books()


def test_segments_hold_no_statistics_of_what_is_in_them(ledger: Ledger) -> None:
    run_night(ledger)
    content = next(ledger.segment_folder.glob("messages/*")).read_bytes()
    assert b"to_send" in content, "a plain value is stored once"
    assert content.count(f"m-{NIGHT}-acme".encode()) <= 1


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    with Ledger.open(Workspace(tmp_path)) as opened:
        opened.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerFormatError, match=rf"format 99, .* up to {todays_format()}. Update backorders"):
        Ledger.open(Workspace(tmp_path))


def test_people_are_corrected_by_what_is_new(ledger: Ledger) -> None:
    run_night(ledger)
    orders = pl.DataFrame({"client_id": ["acme", "acme", "bolt"], "order_id": ["2", "unknown", "2"]})
    (row, _) = ledger.read_people(orders).iter_rows(named=True)
    assert (row["client_id"], row["ship_to_name"], row["phone"]) == ("acme", "Ann", "1")
    ledger.freeze(SECOND, [], {}, MORNING)
    corrected = frame_of(ShipTo, {"order_id": "2", "ship_to_name": None, "phone": "2", "email": ""})
    commit_plan(ledger, SECOND, plan_of(ship_to=corrected), NO_FILES, {}, MORNING)
    (row, _) = ledger.read_people(orders).iter_rows(named=True)
    assert (row["ship_to_name"], row["phone"], row["email"]) == ("Ann", "2", "")


def test_people_are_for_nobody_else_on_the_machine(ledger: Ledger) -> None:
    assert (ledger.folder / "people.sqlite").stat().st_mode & 0o777 == 0o600


def test_the_addresses_of_many_orders_are_read_at_once(ledger: Ledger) -> None:
    ledger.freeze(FIRST, [], {}, MORNING)
    known = frame_of(ShipTo, *({"order_id": str(number)} for number in range(1_500)))
    commit_plan(ledger, FIRST, plan_of(ship_to=known), NO_FILES, {}, MORNING)
    wanted = known.head(1_200).select("client_id", "order_id")
    assert ledger.read_people(wanted).height == 1_200
