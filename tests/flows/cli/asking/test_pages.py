"""Tests of the pages that read what was published: why, queue, stock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.flows.cli.published import Rows, publish, run

if TYPE_CHECKING:
    from pathlib import Path


def words(text: str) -> str:
    """The text without the line breaks and gaps of its layout."""
    return " ".join(text.split())


def test_why_says_where_the_units_are_and_what_the_date_rests_on(workspace: Path) -> None:
    page = words(run("why", "acme", "LM1003", "--workspace", str(workspace)).output)
    assert "units 1 shipped, 3 open" in page
    assert "rank 1 of the client; place 1 for CARD-M in W1, nobody ahead, waiting for 1 day" in page
    assert "2 units: there are no more units (no_stock)" in page
    assert "ships 2026-03-16 (PO-771 line 1 is expected on 2026-03-13)" in page
    assert "rests on 3 units of PO-771 line 1, expected on 2026-03-13, can ship 2026-03-16" in page
    assert "ships when PO-771 line 1 comes in (3 units)" in page
    assert "2026-03-03 eta_changed: the estimated date moved, date told 2026-03-16 (preview)" in page


def test_why_as_json_has_the_quantities_and_the_sentences(workspace: Path) -> None:
    page = json.loads(run("why", "acme", "LM1003", "1", "--json", "--workspace", str(workspace)).output)
    (line,) = page["lines"]
    assert line["open_qty"] == 3
    assert sum(decision["qty"] for decision in line["decisions"]) == line["open_qty"]
    assert line["eta_on"] == "2026-03-16"
    assert "units: 1 shipped, 3 open" in line["sentences"]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["why", "acne", "LM1003"], "Unknown client 'acne'. Did you mean acme?"),
        (["why", "acme", "LM103"], "Unknown order 'LM103' of client acme. Did you mean LM1003"),
        (["why", "acme", "zzzzzzzz"], "No order of client acme has a name like it."),
        (["why", "acme", "LM1003", "9"], "Unknown line '9' of client acme, order LM1003. Did you mean 1?"),
        (["queue", "acme", "CARDM"], "Unknown sku 'CARDM' of client acme. Did you mean CARD-M?"),
        (["stock", "acme", "card-m"], "Unknown sku 'card-m' of client acme. Did you mean CARD-M?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(
    workspace: Path, arguments: list[str], answer: str
) -> None:
    result = run(*arguments, "--workspace", str(workspace))
    assert result.exit_code == 2
    assert answer in words(result.stderr)
    assert result.stdout == ""


def test_a_name_may_hold_what_sql_would_read_as_its_own(workspace: Path) -> None:
    result = run("why", "acme", "x' OR '1'='1", "--workspace", str(workspace))
    assert result.exit_code == 2
    assert "Unknown order" in result.stderr


def test_before_the_first_night_a_page_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    result = run("queue", "acme", "CARD-M", "--workspace", str(tmp_path))
    assert result.exit_code == 2
    assert "backorders run --workspace" in words(result.stderr)


def test_the_workspace_may_come_from_the_environment(workspace: Path) -> None:
    result = run("queue", "acme", "CARD-M", "--json", env={"BACKORDERS_WORKSPACE": str(workspace)})
    assert [line["order_id"] for line in json.loads(result.output)["queue"]] == ["LM1003", "LM1004"]


def test_queue_lists_the_waiting_by_place_and_what_is_on_its_way(workspace: Path) -> None:
    lines = run("queue", "acme", "CARD-M", "--workspace", str(workspace)).output.splitlines()
    rows = [line.split() for line in lines]
    assert ["1", "1", "LM1003/1", "3", "0", "rank", "2026-03-16", "same"] in rows
    assert ["2", "2", "LM1004/1", "2", "0", "rank", "no", "date"] in rows
    assert "W1: 4 units free, of which 0 reserved for lines; 1 on hold" in lines
    assert "W1: 6 units expected on 2026-03-13 (PO-771 line 1)" in lines


def test_queue_of_a_sku_for_which_nobody_waits_says_so(tmp_path: Path) -> None:
    publish(tmp_path, {"stock": [{"sku": "HAT", "on_hand_qty": 1, "available_qty": 1}]})
    page = run("queue", "acme", "HAT", "--workspace", str(tmp_path)).output
    assert "Nobody waits." in page
    assert "W1: 1 unit free, of which 0 reserved for lines; 0 on hold" in page


def test_stock_shows_the_balance_and_the_last_twenty_movements_newest_first(workspace: Path) -> None:
    page = run("stock", "acme", "CARD-M", "--workspace", str(workspace)).output
    assert "5 units on hand; 4 free, of which 0 reserved for lines" in page
    received = [line.split() for line in page.splitlines() if "SUPPLIER" in line]
    assert [row[3] for row in received] == [str(seq) for seq in range(25, 5, -1)]
    assert received[0][-2:] == ["file", "abcdef012345"]


def test_stock_names_the_file_of_a_movement(tmp_path: Path) -> None:
    accounts = {"ledger": "stock", "from_account": "SUPPLIER", "to_account": "FREE", "cause": "received"}
    movement = {"seq": 1, "sku": "A", "qty": 1, "file_hash": "f0", **accounts}
    twice = [
        {"feed": "receipts", "file_name": name, "file_hash": "f0", "verdict": "loaded"}
        for name in ("b.csv", "a.csv")
    ]
    publish(tmp_path, {"stock": [{"sku": "A"}], "movements": [movement], "files": twice})
    page = run("stock", "acme", "A", "--json", "--workspace", str(tmp_path)).output
    assert [row["file_name"] for row in json.loads(page)["movements"]] == ["receipts/a.csv"]


def test_stock_as_json_has_every_column_of_a_movement(workspace: Path) -> None:
    page = json.loads(run("stock", "acme", "CARD-M", "--json", "--workspace", str(workspace)).output)
    assert page["balance"][0]["hold_reasons"] == "damaged"
    assert page["movements"][0]["from_account"] == "SUPPLIER"


def test_stock_of_a_sku_that_is_only_ordered_says_that_nothing_is_there(tmp_path: Path) -> None:
    publish(tmp_path, {"order_lines": [{"sku": "HAT", "order_id": "O1", "status": "open", "open_qty": 1}]})
    assert "Nothing on hand." in run("stock", "acme", "HAT", "--workspace", str(tmp_path)).output


def test_an_order_of_several_lines_is_shown_as_a_table_and_its_waiting_lines_in_words(tmp_path: Path) -> None:
    lines = [
        {"order_id": "O1", "line_no": 1, "ordered_qty": 2, "shipped_qty": 2, "status": "shipped"},
        {"order_id": "O1", "line_no": 2, "ordered_qty": 3, "open_qty": 3, "status": "open"},
    ]
    publish(tmp_path, {"order_lines": lines})
    page = run("why", "acme", "O1", "--workspace", str(tmp_path)).output
    assert "Order acme · O1" in page
    assert "acme · O1 line 2 open" in page
    assert "acme · O1 line 1" not in page
    assert "No message was written about this order." in page


def test_a_page_changes_nothing_in_the_published_file(workspace: Path) -> None:
    published = workspace / "published" / "current" / "analytics.duckdb"
    before = published.read_bytes()
    run("stock", "acme", "CARD-M", "--workspace", str(workspace))
    assert published.read_bytes() == before


def test_a_page_can_be_read_while_an_analyst_has_the_file_open(workspace: Path) -> None:
    with duckdb.connect(workspace / "published/current/analytics.duckdb", read_only=True):
        assert run("queue", "acme", "CARD-M", "--workspace", str(workspace)).exit_code == 0


SIX_SETS = {"kit_id": "k", "kit_qty": 6, "kit_sku": "SET"}
KITS: Rows = {
    "items": [{"sku": "SET", "kit": "CUP:2|POT:1"}, {"sku": "CUP", "decimals": 1}, {"sku": "POT"}],
    "order_lines": [
        {
            "sku": "SET",
            "order_id": "O1",
            "status": "released",
            "ordered_qty": 9,
            "released_qty": 6,
            "reserved_qty": 3,
            "overtaken_nights": 0,
        }
    ],
    "stock": [{"sku": "CUP", "on_hand_qty": 180, "available_qty": 60, "released_qty": 120}],
    "allocations": [
        {"order_id": "O1", "sku": sku, "allocated_qty": qty, "release_id": f"r{n}", **SIX_SETS}
        for n, (sku, qty) in enumerate([("CUP", 80), ("CUP", 40), ("POT", 6)])
    ],
}


def test_why_says_what_the_kits_of_a_line_were_made_of(tmp_path: Path) -> None:
    page = words(run("why", "acme", "O1", "--workspace", str(publish(tmp_path, KITS))).output)
    assert "units 6 released to the warehouse, 3 reserved" in page
    assert "made of 6 kits SET from W1 on 2026-03-02: 12.0 CUP, 6 POT" in page


def test_stock_of_a_part_names_the_kits_that_are_kept_and_may_take_it(tmp_path: Path) -> None:
    workspace = str(publish(tmp_path, KITS))
    page = words(run("stock", "acme", "CUP", "--workspace", workspace).output)
    assert "6.0 free, of which 0 reserved for lines 3 kits of SET reserved, which take parts of it" in page
    as_json = json.loads(run("stock", "acme", "CUP", "--json", "--workspace", workspace).output)
    assert as_json["reserved_kits"] == [{"sku": "SET", "reserved_qty": 3}]
    assert "kits of SET" not in run("stock", "acme", "SET", "--workspace", workspace).output
