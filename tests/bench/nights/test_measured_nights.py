"""Tests that the figures of a night are what they say, over nights of a few lines."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flows.disk import durable
from tests.bench.nights import counted, course, floor
from tests.bench.nights.comparing import has_equal_picks
from tests.bench.nights.course import HERE, Course, NightFailedError
from tests.bench.nights.dropping import count_rows, drop_first, drop_goods, drop_orders, drop_shipments
from tests.bench.nights.processes import MIB, Taken, take
from tests.bench.nights.world import World

if TYPE_CHECKING:
    from pathlib import Path

PROMISED = "night lines clients notices cpu_s floor_cpu_s sql_cpu_s peak_gib fsyncs age"
"""What whoever reads the JSON may rely on."""

WORLD = World(lines=240, clients=2, notices=True)


@pytest.fixture(autouse=True)
def _made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is dropped is made in this process: its memory is not measured here."""

    def run(job: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 -- as `in_own_process`
        return job(*arguments, **named)

    monkeypatch.setattr(course, "in_own_process", run)


@pytest.mark.thorough
def test_nights_are_measured_and_the_plain_script_picks_the_same(tmp_path: Path) -> None:
    nights = Course(WORLD, tmp_path / "course")
    first = nights.live("first", drop_first)
    second = nights.live("ordinary", drop_goods, drop_orders, drop_shipments, lines=12)
    files = nights.workspace.glob("published/current/picks/*/picks_*.csv")
    units = pl.concat(pl.read_csv(file, columns=["qty"], infer_schema=False) for file in files)["qty"]
    assert set(PROMISED.split()) <= first.keys() == second.keys()
    assert [row["equals_sql"] for row in (first, second)] == [True, True]
    assert [(row["lines"], row["age"], row["clients"]) for row in (first, second)] == [
        (240, 0, 2),
        (12, 1, 2),
    ]
    assert second["units"] == units.cast(pl.Int64).sum() > 0
    assert first["messages"] > 0
    assert second["rows"] > 12
    for row in (first, second):
        assert row["cpu_s"] > row["floor_cpu_s"] > 0
        assert row["peak_gib"] > 0.1
        assert row["fsyncs"] > 100
    sql = tmp_path / "course" / "sql" / "001"
    file = max(sql.glob("picks/*/*.csv"), key=lambda path: path.stat().st_size)
    file.write_text("\n".join(file.read_text("utf-8").splitlines()[:-1]), "utf-8")
    assert not has_equal_picks(nights.workspace, sql)
    nights.remove()
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize(
    ("code", "rows", "wrong"),
    [(0, 9, "read 9 rows, but there are 10"), (3, 10, "the floor ended with 3")],
)
def test_what_did_not_do_all_its_work_is_no_figure(
    code: int, rows: int, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.dumps({"nights": [{"clients": [{"rows_read": rows}]}]})
    monkeypatch.setattr(course, "take", lambda _: Taken(1.0, 1.0, 1, 1, code, said))
    nights = Course(World(lines=10, clients=1), tmp_path / "course")
    with pytest.raises(NightFailedError, match=wrong):
        nights.live("orders", drop_orders, lines=10)


def test_the_floor_reads_and_writes_what_it_says(tmp_path: Path) -> None:
    dropped, out = tmp_path / "000", tmp_path / "out"
    dropped.mkdir()
    drop_first(WORLD, dropped, 0)
    assert take([HERE / "floor.py", dropped, out]).code == 0
    heights = {table: _height(out / table) for table in sorted(path.name for path in out.iterdir())}
    orders = pl.concat(map(pl.read_csv, dropped.glob("*/orders/*.csv")))["order_id"].n_unique()
    of_rows = dict.fromkeys(("landing", "archive", "facts", "row_keys", "outcomes"), count_rows(dropped))
    of_lines = dict.fromkeys(
        ("order_lines", "allocations", "releases", "standings", "decisions", "line_nights", "order_status"),
        240,
    )
    twice = dict.fromkeys(("movements", "picks", "outbox", "analytics"), 480)
    assert heights == of_rows | of_lines | twice | {"people": orders, "picks": 240, "outbox": 240}
    table = re.findall(r"^\| (`.*?) \|", inspect.getdoc(floor) or "", re.MULTILINE)
    assert {*re.findall(r"`(\w+)`", " ".join(table)), "outbox"} == heights.keys()


def test_the_floor_sorts_the_lines_of_a_pool_by_priority_and_time(tmp_path: Path) -> None:
    dropped, out = tmp_path / "000", tmp_path / "out"
    dropped.mkdir()
    drop_first(WORLD, dropped, 0)
    assert take([HERE / "floor.py", dropped, out]).code == 0
    pool, keys = ["client_id", "sku", "warehouse_ids"], ["priority", "ordered_at"]
    lines = pl.read_parquet(out / "analytics" / "lines.parquet").select(*pool, *keys)
    assert lines.select(pl.struct(pool).rle_id().max() + 1).item() == lines.select(pool).n_unique()
    assert lines.sort(pool, maintain_order=True).equals(lines.sort(*pool, *keys))
    assert not lines.equals(lines.sort(keys))


@pytest.mark.thorough
def test_a_process_is_measured_with_all_that_it_starts() -> None:
    hold = f"b = bytearray({150 * MIB}); import time; time.sleep(0.5)"
    spend = "import time\nwhile time.process_time() < 0.5: pass"
    start = "import subprocess, sys\n{held}\nsubprocess.run([sys.executable, '-c', {child!r}])\nprint('said')"
    both = take(["-c", start.format(held=f"b = bytearray({150 * MIB})", child=hold)])
    assert both.peak_bytes > 300 * MIB
    assert both.output == "said\n"
    busy = take(["-c", start.format(held="", child=spend) + "\nsys.exit(3)"])
    assert busy.cpu_s >= 0.5
    assert busy.code == 3


def test_every_sync_of_ours_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(counted.CALLS, "fsync", 0)
    monkeypatch.setattr(os, "fsync", counted.counted("fsync"))
    durable.write_text(tmp_path / "file", "x")
    assert counted.CALLS["fsync"] == 2, "the file and its folder"


def test_a_file_of_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"12345")
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    shutil.copyfile(tmp_path / "one", tmp_path / "three")
    assert course.size_of(tmp_path) == 10


def _height(folder: Path) -> int:
    """Rows of all files of a table."""
    return sum(
        pl.read_parquet(path).height if path.suffix == ".parquet" else pl.read_csv(path).height
        for path in folder.iterdir()
    )
