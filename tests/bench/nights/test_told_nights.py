"""Tests of the table, of what it compares, and of the command."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from tests.bench import __main__ as bench
from tests.bench.nights import command
from tests.bench.nights.table import compared, table_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.bench.nights.shapes import Asked

ROW: dict[str, Any] = {
    "night": "first", "lines": 1_000, "rows": 1_200, "clients": 3, "notices": False, "age": 0,
    "cpu_s": 6.0, "wall_s": 5.0, "cpu_s_per_million": 5_000.0, "floor_cpu_s": 2.0, "sql_cpu_s": 1.5,
    "peak_gib": 0.5, "fsyncs": 1_234, "written_mib": 30.4, "workspace_mib": 20.0, "units": 900, "messages": 0,
    "equals_sql": True,
}  # fmt: skip


def test_a_line_of_the_table_shows_a_night_and_its_ratios() -> None:
    head, line = table_of([ROW]).splitlines()
    assert len(head) == len(line)
    shown = "first 1,000 1,200 3 off 0 6.00 5.00 5000.0 3.0 4.0 0.50 1,234 30 20 True"
    assert " ".join(line.split()) == shown


def test_growth_and_the_cost_of_notices_are_told() -> None:
    more = ROW | {"lines": 10_000, "cpu_s": 30.0, "floor_cpu_s": 8.0, "sql_cpu_s": 3.0, "peak_gib": 0.75}
    told = more | {"notices": True, "cpu_s": 90.0, "peak_gib": 0.9}
    growth, notices = compared([more, ROW, told])
    ratios = "cpu 5.00x, floor_cpu 4.00x, sql_cpu 2.00x, peak 1.50x"
    assert growth == f"first night, notices off, 1,000 to 10,000 lines: {ratios}"
    assert notices == "first night, 10,000 lines: with notices / without: cpu 3.00x, peak 1.20x"


def test_one_of_many_is_compared_with_the_same_alone_and_old_keys_with_none() -> None:
    named = {"49 rows, one of all": 10.0, "49 rows, alone": 2.0, "20,000 old keys": 8.0, "no old keys": 4.0}
    rows = [ROW | {"night": night, "cpu_s": cpu} for night, cpu in named.items()]
    assert [*compared(rows)] == [
        "49 rows, one of all / 49 rows, alone: cpu 5.00x, peak 1.00x",
        "20,000 old keys / no old keys: cpu 2.00x, peak 1.00x",
    ]


def test_ageing_is_the_last_night_against_the_middle_one_and_a_single_odd_night_counts_nothing() -> None:
    rows = [
        ROW | {"night": "ageing", "age": age, "cpu_s": float(age), "peak_gib": 1.0} for age in range(1, 21)
    ]
    rows[-1] = rows[-1] | {"cpu_s": 500.0}
    assert [*compared(rows)] == ["ageing, night 20 / night 10: cpu 2.11x, peak 1.00x"]


def test_the_command_asks_for_shapes_and_prints_a_list_of_objects(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Asked] = []

    def shape(options: Asked, folder: Path) -> list[dict[str, Any]]:
        assert folder.is_dir()
        asked.append(options)
        return [ROW]

    monkeypatch.setattr(command, "SHAPES", {"tiny": shape, "first": shape})
    words = "bench nights --shape first --lines 30 --lines 60 --notices on --ageing-nights 4 --json"
    monkeypatch.setattr(sys, "argv", words.split())
    bench.main()
    assert json.loads(capsys.readouterr().out) == [ROW]
    (options,) = asked
    assert (options.sizes, options.notices, options.ageing_nights) == ((30, 60), (True,), 4)
