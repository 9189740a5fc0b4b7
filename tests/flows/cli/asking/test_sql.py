"""Tests of `backorders sql`: what may be asked, how the answer looks, and where it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.outbound.workbooks import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from flows.workspace import Workspace

STOCK = (
    "SELECT sku, sum(on_hand_qty) AS qty FROM stock WHERE client_id = 'larkmoor' GROUP BY sku ORDER BY sku"
)


def ask(sample: Workspace, question: str, *options: str, typed: str = "") -> Result:
    """What the command prints."""
    return CliRunner().invoke(
        app, ["sql", question, "--workspace", str(sample.root), *options], input=typed, env={"COLUMNS": "80"}
    )


def test_an_answer_is_a_table_with_its_night(sample: Workspace) -> None:
    result = ask(sample, STOCK)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("Night of 2026-03-04")
    assert [line.split() for line in lines if line.startswith(" LM-")] == [
        ["LM-BEAN-RUST", "10"], ["LM-CARD-NVY-L", "3"], ["LM-CARD-NVY-M", "6"], ["LM-SCARF-OAT", "2"],
        ["LM-SOCK-3PK", "8"],
    ]  # fmt: skip
    assert lines[-1] == "5 rows"


def test_a_long_answer_is_shown_in_part_and_says_so(sample: Workspace) -> None:
    lines = ask(sample, "SELECT range AS n, range / 3 AS third FROM range(41)").output.splitlines()
    assert [line.split() for line in lines if line.strip().startswith("39 ")] == [["39", "13"]]
    assert [line.split() for line in lines if line.strip().startswith("1 ")] == [["1", "0.3333"]]
    assert lines[-1] == "40 of 41 rows; --csv FILE writes them all"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("SELECT foo\nFROM stock", '"foo" not found'),
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("SELECT 1 AS a, 2 AS a", "Two columns are called a"),
        ("SELECT 1; SELECT 2", "A question is one SELECT"),
        ("", "A question is one SELECT"),
        ("COPY stock TO 'here.csv'", "A question is one SELECT"),
        ("EXPLAIN ANALYZE COPY stock TO 'here.csv'", "A question is one SELECT"),
        ("CREATE TEMP TABLE mine AS FROM stock", "A question is one SELECT"),
        ("SET enable_external_access = true", "A question is one SELECT"),
        ("FROM read_csv('/etc/hostname')", "Permission Error"),
        ("FROM read_text('../../../workspace.toml')", "Permission Error"),
    ],
)
def test_what_cannot_be_asked_says_why(sample: Workspace, question: str, says: str) -> None:
    result = ask(sample, question)
    assert result.exit_code == 2
    assert says in result.stderr


def test_an_error_points_at_its_place(sample: Workspace) -> None:
    lines = ask(sample, "SELECT foo\nFROM stock").stderr.splitlines()
    shown = next(place for place, line in enumerate(lines) if line.startswith("LINE 1: "))
    assert lines[shown + 1].index("^") == lines[shown].index("foo")


def test_all_rows_can_be_written_to_files(sample: Workspace, tmp_path: Path) -> None:
    places = {kind: tmp_path / f"stock.{kind}" for kind in ("csv", "xlsx", "parquet")}
    result = ask(sample, STOCK, *(word for kind, path in places.items() for word in (f"--{kind}", str(path))))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.count("5 rows written to ") == 3
    expected = [("LM-BEAN-RUST", 10), ("LM-CARD-NVY-L", 3), ("LM-CARD-NVY-M", 6), ("LM-SCARF-OAT", 2)]
    assert pl.read_csv(places["csv"]).rows()[:4] == expected
    assert [(sku, int(qty)) for sku, qty in pl.read_parquet(places["parquet"]).rows()][:4] == expected
    texts = [(sku, str(qty)) for sku, qty in expected]
    assert read_workbook(places["xlsx"].read_bytes()).rows()[:4] == texts


def test_standard_output_takes_rows_and_standard_input_gives_the_question(sample: Workspace) -> None:
    result = ask(sample, "-", "--csv", "-", typed=STOCK)
    assert result.stdout.startswith("sku,qty\nLM-BEAN-RUST,10\n")


def test_a_place_that_cannot_be_written_is_told(sample: Workspace, tmp_path: Path) -> None:
    result = ask(sample, STOCK, "--csv", str(tmp_path / "none" / "stock.csv"))
    assert result.exit_code == 2
    assert "could not be written" in result.stderr


def test_what_json_has_no_type_for_is_text(sample: Workspace) -> None:
    result = ask(
        sample, "SELECT [1, 2] AS l, INTERVAL 2 DAYS AS i, DATE '2026-03-02' AS d, 1.5 AS n", "--json"
    )
    assert json.loads(result.stdout)["rows"] == [
        {"l": "[1, 2]", "i": "2 days", "d": "2026-03-02", "n": "1.5"}
    ]
