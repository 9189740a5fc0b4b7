"""Months that are over lie beside the versions as Parquet, and no day is in neither."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.disk.faults import FaultPlan, Watch, watching
from flows.inbound.taking.kept import hash_at
from flows.ledger.store.ledger import Ledger
from flows.night.publishing import months
from flows.night.run import run_nights
from flows.outbound.analysts.history import HISTORY, month_path
from flows.outbound.versions.publish import version_folder
from flows.workspace import Workspace
from schemas.errors import PublicationError
from schemas.outputs.analyst import ANALYST_TABLES
from tests.crash.stopping import spread
from tests.flows.night.small_world import (
    ORDERS,
    STOCK,
    clock_after,
    drop,
    drop_first_day,
    make_world,
    run_night,
)
from tests.flows.outbound.killing import Kill, Killed
from tests.tiers import thorough
from tests.trials.crashes import copy_workspace

pytestmark = pytest.mark.thorough

DAYS = [date(2026, 1, 29) + timedelta(days=number) for number in range(5)]
"""Three nights of January and two of February."""

JANUARY_ENDS, LAST = 3, 5
"""The versions of the last nights of either month."""

ANALYST_DAYS = 2


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Nights on both sides of the end of a month, each with files of every sort; never changed."""
    workspace = make_world(tmp_path_factory.mktemp("months") / "data")
    workspace.settings_file.write_text(
        f"settle_seconds = 0\nmin_free_bytes = 0\nanalyst_days = {ANALYST_DAYS}\n", "utf-8"
    )
    drop_first_day(workspace)
    for number, day in enumerate(DAYS):
        order = ORDERS.format(order_id=f"M{number}", qty=1).replace(
            "2026-03-02", f"{day - timedelta(days=1)}"
        )
        drop(workspace, "acme/orders/more.csv", order)
        drop(workspace, "acme/orders/bad.csv", order.replace(",1,A,1,", ",1,A,many,").replace("M", "B"))
        drop(workspace, "acme/stock/count.csv", STOCK.format(qty=number))
        run_night(workspace, day)
    return workspace


def months_of(workspace: Workspace, table: str) -> list[str]:
    """The months of a table that stand."""
    return sorted(path.stem for path in (workspace.history / table).glob("*"))


def analysts_rows(
    workspace: Workspace, version: int, table: str, where: str = "true"
) -> list[tuple[object, ...]]:
    """What the analyst database of a version has in a table, in the order of its key."""
    key = ", ".join(f'"{column}" NULLS LAST' for column in ANALYST_TABLES[table].order)
    place = version_folder(workspace, version) / "analytics.duckdb"
    with duckdb.connect(place, read_only=True) as connection:
        return connection.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY {key}").fetchall()  # noqa: S608 -- names of ours


def history_rows(workspace: Workspace, table: str, where: str = "true") -> list[tuple[object, ...]]:
    """The rows of all months of a table, as an analyst reads them."""
    key = ", ".join(f'"{column}" NULLS LAST' for column in ANALYST_TABLES[table].order)
    pattern = workspace.history / table / "*.parquet"
    query = f"SELECT * FROM read_parquet('{pattern}') WHERE {where} ORDER BY {key}"  # noqa: S608 -- as above
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("table", HISTORY)
def test_every_month_that_is_over_stands_for_every_table_that_has_a_history(
    finished: Workspace, table: str
) -> None:
    assert months_of(finished, table) == ["2026-01"]


NOT_THERE = ("lost_reservation_nights", "notices", "overtaking_nights", "peg_nights", "receipts", "shipments")
"""Tables of which this small world has no row."""


@pytest.mark.parametrize("table", HISTORY)
def test_a_month_has_the_rows_and_columns_of_the_analyst_database(finished: Workspace, table: str) -> None:
    is_dated = "business_date" in ANALYST_TABLES[table].contract.names()
    shown = f"business_date > '{DAYS[0]}'" if is_dated else "true"
    of_month = history_rows(finished, table, shown)
    of_database = analysts_rows(finished, JANUARY_ENDS, table, shown)
    if table == "order_lines":  # the database has open ones, too, and counts days up to the end of the month
        of_database = [row for row in of_database if row[:3] in {line[:3] for line in of_month}]
        assert [row[:3] for row in of_month] == [row[:3] for row in of_database]
        return
    assert of_month or table in NOT_THERE
    if table == "nights":  # the seconds of the last night are known only once its database was written
        assert [row[:3] for row in of_month] == [row[:3] for row in of_database]
    else:
        assert of_month[-len(of_database) :] == of_database if is_dated else set(of_database) <= set(of_month)
    frame = pl.read_parquet(month_path(finished.history, table, "2026-01"))
    assert frame.columns == ANALYST_TABLES[table].contract.names()


def test_no_day_is_in_neither_the_database_nor_a_month(finished: Workspace) -> None:
    in_database = {row[0] for row in analysts_rows(finished, LAST, "nights")}
    in_months = {row[0] for row in history_rows(finished, "nights")}
    assert (in_months, in_database) == (set(DAYS[:3]), set(DAYS[3:]))


def test_the_runbooks_query_has_every_movement_once(finished: Workspace) -> None:
    page = Path(__file__).parents[4] / "flows" / "README.md"
    query = page.read_text("utf-8").split("```sql\n")[1].split("```")[0].replace("DIR", str(finished.root))
    with duckdb.connect(version_folder(finished, LAST) / "analytics.duckdb", read_only=True) as connection:
        found = connection.execute(query).fetchall()
    with Ledger.open(finished) as ledger:
        journal = ledger.load_history("movements")
    assert len(found) == journal.height
    assert {row[0] for row in found} == set(journal["business_date"]) >= {DAYS[0], DAYS[-1]}


def test_a_month_is_read_only_sorted_and_says_nothing_in_its_footer(finished: Workspace) -> None:
    place = month_path(finished.history, "movements", "2026-01")
    assert place.stat().st_mode & 0o777 == 0o444
    rows = pl.read_parquet(place)
    assert rows.height > 0
    assert rows.equals(rows.sort(ANALYST_TABLES["movements"].order, nulls_last=True))
    footer = pq.ParquetFile(place).metadata
    assert footer.num_row_groups == 3
    assert not footer.row_group(0).column(0).is_stats_set


def test_months_are_written_once_and_the_same_again_if_they_are_lost(
    finished: Workspace, tmp_path: Path
) -> None:
    workspace = Workspace(copy_workspace(finished.root, tmp_path / "data"))
    hashes = {path: hash_at(path) for path in sorted(workspace.history.rglob("*.parquet"))}
    stamps = {path: path.stat().st_mtime_ns for path in hashes}
    lost = month_path(workspace.history, "allocations", "2026-01")
    lost.unlink()
    last = DAYS[-1] + timedelta(days=1)
    run_nights(workspace, business_date=last, clock=clock_after(last))
    assert {path: hash_at(path) for path in hashes} == hashes
    assert [path for path in stamps if path.stat().st_mtime_ns != stamps[path]] == [lost]


@pytest.mark.parametrize("stops", thorough(6))
def test_a_month_that_is_stopped_while_it_is_written_is_written_by_the_rerun(
    finished: Workspace, tmp_path: Path, stops: int
) -> None:
    workspace = Workspace(copy_workspace(finished.root, tmp_path / "data"))
    expected = {path.name: hash_at(path) for path in sorted(workspace.history.glob("files/*"))}
    month_path(workspace.history, "files", "2026-01").unlink()
    next_day = DAYS[-1] + timedelta(days=1)
    listed = Workspace(copy_workspace(workspace.root, tmp_path / "listed"))
    with watching(Watch(FaultPlan(list_to=tmp_path / "points"))):
        run_nights(listed, business_date=next_day, clock=clock_after(next_day))
    points = (tmp_path / "points").read_text("utf-8").splitlines()
    mine = [number for number, point in enumerate(points, 1) if "2026-01.parquet" in point]
    for at in (mine[number - 1] for number in spread(len(mine), stops)):
        stopped = Workspace(copy_workspace(workspace.root, tmp_path / f"stopped_{at}"))
        with pytest.raises(Killed), watching(Watch(Kill(stop_at=at))):
            run_nights(stopped, business_date=next_day, clock=clock_after(next_day))
        run_nights(stopped, business_date=next_day, clock=clock_after(next_day))
        assert {path.name: hash_at(path) for path in sorted(stopped.history.glob("files/*"))} == expected


def test_a_disk_that_refuses_is_told_and_the_version_stands(
    finished: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(copy_workspace(finished.root, tmp_path / "data"))
    month_path(workspace.history, "files", "2026-01").unlink()
    next_day = DAYS[-1] + timedelta(days=1)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(months, "_tables_of", refuse)
        with pytest.raises(PublicationError, match="history could not be written"):
            run_nights(workspace, business_date=next_day, clock=clock_after(next_day))
    assert (workspace.published / "current").readlink().name == "v000006"
    (result,) = run_nights(workspace, business_date=next_day, clock=clock_after(next_day))
    assert result.version == 6
    assert months_of(workspace, "files") == ["2026-01"]
