"""Tests of questions over the database and the months before it."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from flows.cli.asking.sql import open_for_questions
from flows.outbound.analysts.history import HISTORY, month_path
from flows.outbound.analysts.spanning import spanned_tables
from flows.workspace import Workspace
from schemas.outputs.analyst import ANALYST_TABLES, Night, Notice
from schemas.outputs.analyst_lines import AnalystLine
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import night_row

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl


def put(place: Workspace, table: str, month: str, rows: pl.DataFrame) -> None:
    """A month of a table."""
    path = month_path(place.history, table, month)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(path)


def closed(order_id: str, **columns: Any) -> dict[str, Any]:  # noqa: ANN401 -- columns of several types
    """A line of an order that has closed."""
    plain = {"order_type": "dtc", "ship_rule": "partial", "due_on": NIGHT, "status": "shipped"}
    return {"order_id": order_id, "ordered_qty": 7, "shipped_qty": 7} | plain | columns


@pytest.fixture
def place(database: Path, tmp_path: Path) -> Workspace:
    """A workspace with one night shown, and two months before it."""
    place = Workspace(tmp_path / "somewhere")
    current = place.published / "current"
    current.mkdir(parents=True)
    shutil.copy(database, current / "analytics.duckdb")
    days = [
        NIGHT - timedelta(days=days) for days in (40, 0)
    ]  # the second is shown, so it does not count twice
    nights = frame_of(Night, *(night_row(day, version=9) for day in days))
    put(place, "nights", "2026-01", nights.drop("only_posts"))  # as an older program wrote it
    lines = [closed("OLD"), closed("BACK"), closed("O1")]
    put(place, "order_lines", "2026-01", frame_of(AnalystLine, *lines))
    put(
        place, "order_lines", "2026-02", frame_of(AnalystLine, closed("BACK", shipped_qty=6, cancelled_qty=1))
    )
    return place


def test_every_history_can_be_asked_with_its_months(place: Workspace) -> None:
    with open_for_questions(place) as connection:
        for name, spanned in zip(HISTORY, spanned_tables(), strict=True):
            columns = {column for column, *_ in connection.execute(f"DESCRIBE {spanned}").fetchall()}
            assert columns == set(ANALYST_TABLES[name].contract.names()), name


def test_a_night_that_is_shown_does_not_come_from_its_month_too(place: Workspace) -> None:
    with open_for_questions(place) as connection:
        nights = connection.execute("SELECT business_date, version FROM all_nights ORDER BY ALL").fetchall()
    assert nights == [(NIGHT - timedelta(days=40), 9), (NIGHT, 1)]


def test_a_month_that_an_older_program_wrote_without_dates_is_of_its_month(place: Workspace) -> None:
    rows = frame_of(Notice, {"message_id": "M1", "kind": "on_back_order"}).drop("business_date")
    for month in ("2026-02", "2026-04"):
        put(place, "notices", month, rows)
    with open_for_questions(place) as connection:
        assert connection.execute("SELECT message_id FROM all_notices").fetchall() == [("M1",)]


def test_of_an_order_that_came_back_the_last_month_holds_and_the_database_before_all(
    place: Workspace,
) -> None:
    asked = "SELECT order_id, ordered_qty, cancelled_qty FROM all_order_lines ORDER BY ALL"
    with open_for_questions(place) as connection:
        lines = connection.execute(asked).fetchall()
    assert lines == [("BACK", 7, 1), ("O1", 10, 0), ("OLD", 7, 0)]


def test_other_programs_say_where_the_months_are_also_after_a_move(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = place.root.rename(tmp_path / "elsewhere")
    monkeypatch.chdir(moved)
    with duckdb.connect("published/current/analytics.duckdb", read_only=True) as connection:
        spanned = connection.execute("FROM nights_and_history('published/history')").fetchall()
    assert sorted(night[0] for night in spanned) == [date(2026, 1, 21), NIGHT]


def test_a_workspace_without_months_is_asked_as_well(place: Workspace) -> None:
    shutil.rmtree(place.history)
    with open_for_questions(place) as connection:
        assert connection.execute("SELECT count(*) FROM all_nights").fetchone() == (1,)
