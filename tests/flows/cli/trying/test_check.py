"""`backorders check`: what a person compares with the file, on the terminal and nowhere else."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.cli.published import run
from tests.flows.night.small_world import make_world

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

ROUTE = """
time_zone = "Europe/London"

[[feeds.orders.routes]]
to = "set_aside"
where = "sku = 'GIFT'"
"""
HEADER = "order_id,sku,qty,ordered_at,promised_on,priority\n"
ROWS = (
    "O1,A,2,2026-07-02 09:00,,5\n"
    "O2,GIFT,1,2026-07-02 09:00,,\n"
    "\n"
    "O3,A,3,2026-07-02 09:00,12/03/2026,\n"
    "O4,A,3,2026-07-02 09:00,31/03/2026,12\n"
)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace whose client sets gifts aside."""
    workspace = make_world(tmp_path / "data")
    settings = workspace.clients / "acme.toml"
    settings.write_text(settings.read_text("utf-8").replace("\n[feeds", f"{ROUTE}\n[feeds", 1), "utf-8")
    return workspace


def contents(place: Workspace) -> dict[str, str]:
    """Every file of a workspace and what is in it."""
    files = (path for path in sorted(place.root.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def checked(place: Workspace, content: str | bytes) -> tuple[str, dict[str, Any]]:
    """The page of a file of orders and its JSON; the workspace is what it was."""
    tried = place.root.parent / "tried.csv"
    tried.write_bytes(content.encode() if isinstance(content, str) else content)
    before = contents(place)
    command = ("check", "acme", "orders", str(tried), "-w", str(place.root))
    page, machine = run(*command), run(*command, "--json")
    assert page.exit_code == machine.exit_code
    assert contents(place) == before
    return " ".join(page.stdout.split()), json.loads(machine.stdout)


def test_the_first_rows_are_shown_as_they_were_understood(place: Workspace) -> None:
    page, machine = checked(place, HEADER + ROWS)
    assert "line to about sku qty as sent when due" in page
    assert "2 orders O1 A 2 2 2026-07-02 09:00 2026-07-02" in page
    assert "Times are those of Europe/London" in page
    assert machine["first_rows"] == [
        {
            "row": 1,
            "line": 2,
            "to": "orders",
            "about": "O1",
            "sku": "A",
            "quantity": "2",
            "sent": "2",
            "when": "2026-07-02 09:00",
            "due_on": "2026-07-02",
        }
    ]


def test_rows_that_are_set_aside_are_named_with_the_condition_that_took_them(place: Workspace) -> None:
    page, machine = checked(place, HEADER + ROWS)
    assert "1 set_aside sku = 'GIFT' 3" in page
    assert machine["destinations"][0]["first_lines"] == [3]


def test_a_rejected_row_has_its_line_its_order_and_what_the_cell_may_hold(place: Workspace) -> None:
    page, machine = checked(place, HEADER + ROWS)
    assert "6 O4 priority out_of_range" in page
    (priority,) = (row for row in machine["rejections"] if row["column"] == "priority")
    assert (priority["row"], priority["line"], priority["about"]) == (4, 6, {"order_id": "O4"})
    assert priority["hint"] == "write a value within the allowed range (1 to 9)"


def test_the_pattern_of_cells_that_cannot_be_read_is_named(place: Workspace) -> None:
    page, machine = checked(place, HEADER + ROWS)
    sentence = 'promised_on: the cells look like %d/%m/%Y; write date_format = "%d/%m/%Y" in [feeds.orders]'
    assert f"Seen: {sentence}" in page
    assert machine["patterns"] == [sentence]


def test_a_file_that_lacks_a_column_shows_those_that_it_has(place: Workspace) -> None:
    page, machine = checked(place, "order_id,sku,qty,order_date\nO1,A,1,2026-03-02\n")
    assert "The file has column name" in page
    assert "column 4 (D) order_date" in page
    assert machine["file_columns"] == ["order_id", "sku", "qty", "order_date"]
    assert machine["refused"]["detail"] == "'ordered_at' is needed; column 4 (D) may be it"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"order_id;sku;qty;ordered_at\n", 'delimiter = ";"'),
        ("order_id,sku,qty,ordered_at\nO1,\u00c4,1,x\n".encode("cp1252"), 'encoding = "cp1252"'),
        (b"O1,Ann,1,2026-03-02\nO1,Ann,1,2026-03-02\n", "the first line looks like a row"),
    ],
)
def test_what_a_refused_file_seems_to_be_is_named(place: Workspace, content: bytes, sentence: str) -> None:
    page, _ = checked(place, content)
    assert sentence in page.partition("Seen: ")[2]


def test_what_looks_like_markup_or_steers_a_terminal_is_shown_and_not_followed(place: Workspace) -> None:
    page, _ = checked(place, "[bold]x[/],s\x1b[31mku\nO1,A\n")
    assert "column 1 (A) [bold]x[/]" in page
    assert r"column 2 (B) s\x1b[31mku" in page


def test_rows_without_a_sku_are_told_how_to_be_set_aside(place: Workspace) -> None:
    page, machine = checked(place, HEADER + "O1,A,2,2026-07-02 09:00,,\n,,,,,\nTotal,,2,,,\n")
    sentence = (
        "1 of 2 rows name no sku; totals are left out by leave_out in [feeds.orders], other rows set aside "
        "by a route: [[feeds.orders.routes]], to = \"set_aside\", where = 'sku IS NULL'"
    )
    assert f"Seen: {sentence}" in page
    assert machine["patterns"] == [sentence]


QUARANTINE = HEADER.rstrip() + ",bo_file,bo_row,bo_reason,bo_column,bo_hint\n"


def test_a_corrected_copy_of_a_quarantine_file_is_asked_for_nothing_more(place: Workspace) -> None:
    """What only reading finds is gone once a row is read; what a night may know beside it stays said."""
    row = "O{0},A,{1},2026-07-02 09:00,,,{2},{0},{3},qty,write it otherwise\n"
    mended = row.format(1, 2, "a" * 64, "not_whole") + row.format(2, 2, "a" * 64, "order_differs")
    page, machine = checked(place, QUARANTINE + mended)
    assert [row["line"] for row in machine["refused_before"]] == [3]
    assert "3 O2 qty order_differs" in page
    assert "comes before they are dropped, unless it is done" in page


def test_a_quarantine_file_is_corrected_in_a_copy(place: Workspace) -> None:
    tried = place.root.parent / "tried.csv"
    for content, words in (
        (
            QUARANTINE + f"O1,A,x,2026-07-02 09:00,,,{'a' * 64},1,not_a_number,qty,x\n",
            "in a copy of this file",
        ),
        (HEADER + "O1,A,x,2026-07-02 09:00,,\n", "before you drop the file"),
    ):
        tried.write_text(content)
        shown = run("check", "acme", "orders", str(tried), "-w", str(place.root))
        assert shown.exit_code == 11
        assert f"Correct them {words}" in " ".join(shown.stderr.split())
