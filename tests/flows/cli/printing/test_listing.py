"""Tests of pages on narrow screens and in pipes: nothing that is searched or copied is broken or cut."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from flows.cli.asking import queue, status, stock
from flows.cli.printing import paper
from flows.cli.printing.listing import share_width
from flows.cli.printing.paper import make_rule, make_table, open_console
from tests.flows.cli.published import run

if TYPE_CHECKING:
    from pathlib import Path

NIGHT = date(2026, 3, 4)
HEADINGS = ("night", "where", "units", "because", "order", "seen")
ROWS = [
    (NIGHT, "LEEDS B-01-1", 1200, "found missing by somebody", "LM-2026-000123456/1", "2026-03-04 08:15 UTC"),
    (NIGHT, "LEEDS", None, None, "LM-7/1", None),
]
WHOLE = ("2026-03-04", "B-01-1", "1,200", "LM-2026-000123456/1", "2026-03-04 08:15 UTC")


def shown_at(width: int) -> str:
    """The table on a screen of so many columns."""
    console = Console(width=width, force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(make_table("Movements", HEADINGS, ROWS))
    return capture.get()


@pytest.mark.parametrize("width", [30, 40, 60, 72, 80, 100, 200])
def test_dates_numbers_and_ids_stay_whole_on_any_screen(width: int) -> None:
    page = shown_at(width)
    assert [part for part in WHOLE if part not in page] == []
    assert max(map(len, page.splitlines())) <= width
    assert " ".join(re.sub("[─]", "", page).split()).count("missing") == 1


def test_signs_that_are_two_columns_wide_have_their_room() -> None:
    console = Console(width=60, force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(make_table("", ("order", "name"), [("注文-0001", "青い 傘 " * 10)]))
    assert "注文-0001" in capture.get()


def test_a_row_becomes_a_block_where_its_words_have_no_room_beside_each_other() -> None:
    lines = shown_at(40).splitlines()
    assert lines[:4] == ["Movements", "", "night    2026-03-04", "where    LEEDS B-01-1"]
    assert sum(line.startswith("because") for line in lines) == 1  # of the row that has a reason


@pytest.mark.parametrize("width", [20, 80])
def test_a_title_that_is_longer_than_its_table_is_no_narrower_for_it(width: int) -> None:
    console = Console(width=width, force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(make_table("Stock of A · B", ("a",), [(1,)]))
    assert capture.get().splitlines()[0] == "Stock of A · B"


def test_no_line_ends_with_blanks() -> None:
    assert [line for line in shown_at(120).splitlines() if line != line.rstrip()] == []


@given(
    columns=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8),
    room=st.integers(0, 200),
)
def test_widths_fill_the_room_and_no_column_has_less_than_it_must(
    columns: list[tuple[int, int]], room: int
) -> None:
    natural = [max(pair) for pair in columns]
    least = [min(pair) for pair in columns]
    widths = share_width(natural, least, room)
    if sum(least) > room:
        assert widths is None
        return
    assert widths is not None
    assert all(low <= width <= high for low, width, high in zip(least, widths, natural, strict=True))
    assert sum(widths) == min(room, sum(natural))


def test_nothing_is_folded_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    console = open_console()
    console.print("word " * 500)
    console.print(make_table("", ("id", "words"), [("A" * 300, "word " * 300)]))
    console.print(make_rule("Monday"))
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert len(lines) == 5
    assert len(lines[-1]) == 80


@pytest.mark.parametrize(
    ("module", "words"),
    [(stock, ("stock", "acme", "CARD-M")), (queue, ("queue", "acme", "CARD-M")), (status, ("status",))],
)
def test_pages_have_no_broken_date_on_a_screen_of_eighty_columns(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, module: object, words: tuple[str, ...]
) -> None:
    """Every date that the page has in a pipe stands on it."""
    in_pipe = run(*words, "-w", str(workspace)).stdout

    def on_screen() -> Console:
        console = paper.Paper(highlight=False, markup=False, emoji=False, color_system=None)
        console.width = 80
        return console

    monkeypatch.setattr(module, "open_console", on_screen)
    page = run(*words, "-w", str(workspace)).stdout
    dates = re.findall(r"\d{4}-\d\d-\d\d", in_pipe)
    assert dates
    assert sorted(re.findall(r"\d{4}-\d\d-\d\d", page)) == sorted(dates)
