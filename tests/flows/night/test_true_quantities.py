"""A night of goods that are weighed: whoever reads a quantity, reads what was ordered and what lies there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from flows.cli.acting.run import print_night, read_nights
from tests.flows.cli.published import run
from tests.flows.night.small_world import MONDAY, drop, make_world, run_night
from tests.flows.outbound.analysts.asking import ask

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

FILES = {
    "items": "sku,description,decimals\nKG,Cheese,3\nA,Anorak,\n",
    "stock": "warehouse_id,sku,qty\nW1,KG,10.25\nW1,A,5\n",
    "orders": (
        "order_id,line_no,sku,qty,ordered_at\n"
        "O1,1,KG,12.5,2026-03-02 09:00\nO1,2,A,2,2026-03-02 09:00\n"
        "O2,1,KG,0.125,2026-03-02 10:00\nO3,1,A,7,2026-03-02 10:00\n"
    ),
    "asns": "asn_id,line_no,sku,qty,expected_on,warehouse_id\nP1,1,KG,2.3,2026-03-09,W1\n",
}


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A night with cheese by the kilogram, to the gram, and anoraks; only read by tests."""
    workspace = make_world(tmp_path_factory.mktemp("weighed") / "w")
    for feed, text in FILES.items():
        drop(workspace, f"acme/{feed}/file.csv", text)
    run_night(workspace, MONDAY)
    return workspace


def current(workspace: Workspace) -> Path:
    """The version that was published last."""
    return workspace.published / "current"


def printed(workspace: Workspace, *arguments: str) -> str:
    """What a command prints, without the gaps of its layout."""
    return " ".join(run(*arguments, "--workspace", str(workspace.root)).stdout.split())


def as_json(workspace: Workspace, *arguments: str) -> Any:  # noqa: ANN401 -- whatever the command prints
    """What a command prints for machines."""
    return json.loads(run(*arguments, "--json", "--workspace", str(workspace.root)).stdout)


def asked(workspace: Workspace, question: str) -> list[dict[str, Any]]:
    """What an analyst is told."""
    return ask(current(workspace) / "analytics.duckdb", question)


def test_the_tables_keep_whole_numbers_and_the_items_say_what_they_count(weighed: Workspace) -> None:
    true_qty = "ordered_qty / 10 ^ decimals AS qty"
    rows = asked(weighed, f"SELECT sku, {true_qty} FROM order_lines JOIN items USING (client_id, sku)")  # noqa: S608 -- the test's own words
    assert sorted((row["sku"], row["qty"]) for row in rows) == [
        ("A", 2),
        ("A", 7),
        ("KG", 0.125),
        ("KG", 12.5),
    ]


def test_the_views_show_true_quantities(weighed: Workspace) -> None:
    queue = asked(weighed, "FROM queue WHERE sku = 'KG'")
    assert [(row["open_qty"], row["backordered_qty"], row["ahead_qty"]) for row in queue] == [
        (2.25, 2.25, 0),
        (0.125, 0.125, 2.25),
    ]
    assert queue[0]["why"] == "2.250: there are no more units"
    (cheese,) = asked(weighed, "FROM backorders_by_sku WHERE sku = 'KG'")
    assert (cheese["backordered_qty"], cheese["undated_qty"], cheese["inbound_qty"]) == (2.375, 0.125, 2.3)
    ageing = asked(weighed, "FROM ageing ORDER BY order_id, line_no")
    assert [row["backordered_qty"] for row in ageing] == [2.25, 0.125, 4]
    (filled,) = asked(weighed, "FROM fill_rate_daily")
    assert filled["units"] == 21.625
    assert filled["first_pass_unit_pct"] == round(100 * 15.25 / 21.625, 2)


@pytest.mark.thorough
def test_a_page_shows_true_quantities_in_the_fraction_of_its_item(weighed: Workspace) -> None:
    why = printed(weighed, "why", "acme", "O1")
    assert "1 KG 12.500 2.250 10.250 released 2 A 2 2 released" in why
    assert "12.500 units of KG" in why
    assert "10.250 released to the warehouse, 2.250 open" in why
    assert "2.250 units: there are no more units" in why
    assert "ships when P1 line 1 comes in (2.250 units)" in why
    assert "2.250 units wanted ahead" in printed(weighed, "why", "acme", "O2")
    queue = printed(weighed, "queue", "acme", "KG")
    assert "1 1 O1/1 2.250 0.000 no stock" in queue
    assert "2.300 units expected" in queue
    stock = printed(weighed, "stock", "acme", "KG")
    assert "10.250 units on hand; 0.000 free, of which 0.000 reserved" in stock
    assert "RELEASED 10.250 allocated" in stock
    assert "4 units" in printed(weighed, "why", "acme", "O3")


def test_json_has_true_numbers_and_whole_ones_where_items_are_counted(weighed: Workspace) -> None:
    (line,) = as_json(weighed, "why", "acme", "O1", "1")["lines"]
    assert (line["ordered_qty"], line["open_qty"], line["first_pass_qty"]) == (12.5, 2.25, 10.25)
    assert (line["decisions"][0]["qty"], line["pegs"][0]["pegged_qty"]) == (2.25, 2.25)
    assert "decimals" not in line
    (line,) = as_json(weighed, "queue", "acme", "A")["queue"]
    assert repr(line["open_qty"]) == "4"
    stock = as_json(weighed, "stock", "acme", "KG")
    assert stock["balance"][0]["on_hand_qty"] == 10.25
    assert stock["movements"][0]["qty"] == 10.25
    assert as_json(weighed, "status")["backlog"][0]["backordered_qty"] == 6.375


def test_the_summary_adds_up_units_not_grams(weighed: Workspace) -> None:
    summary = json.loads((current(weighed) / "summary" / "summary.json").read_text("utf-8"))
    acme = summary["clients"][0]
    assert (acme["units_ordered"], acme["units_released"], acme["units_short"]) == (21.625, 15.25, 6.375)
    assert (acme["units_backordered"], repr(acme["units_shipped"])) == (6.375, "0")
    assert summary["warehouses"][0]["units"] == 15.25
    assert "| 21.625 | 15.25 |" in (current(weighed) / "summary" / "summary.md").read_text("utf-8")


@pytest.mark.thorough
def test_the_page_of_a_run_shows_what_the_summary_says(
    weighed: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    (night,) = read_nights(weighed, [f"{MONDAY}-1"])
    assert night["clients"][0]["units_released"] == 15.25
    print_night(Console(width=150), night)
    assert "15.25 6.375 3" in " ".join(capsys.readouterr().out.split())


def test_the_control_total_is_what_the_sender_adds_up(weighed: Workspace) -> None:
    said = {}
    for path in current(weighed).glob("acks/acme/*/*.json"):
        answer = json.loads(path.read_text("utf-8"))
        said[answer["feed"]] = answer["quantity"]
        in_words = path.with_suffix(".txt").read_text("utf-8")
        assert f"Quantity  {answer['quantity']} " in in_words or answer["feed"] == "items"
    assert said == {"items": 0, "orders": 21.625, "stock": 15.25, "asns": 2.3}
    inputs = json.loads((current(weighed) / "MANIFEST.json").read_text("utf-8"))["inputs"]
    assert sorted(row["qty_read"] for row in inputs) == [0, 2.3, 15.25, 21.625]
    (row,) = asked(weighed, "SELECT qty_read / 10 ^ qty_decimals AS qty FROM files WHERE feed = 'orders'")
    assert row["qty"] == 21.625
