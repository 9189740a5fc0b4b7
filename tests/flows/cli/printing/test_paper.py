"""Tests of printing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from flows.cli.printing import paper
from flows.cli.printing.paper import as_text, count_of, in_words, make_table, open_console, print_json


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (1200, "1,200"),
        (1.25, "1.2"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 9, 5, tzinfo=UTC), "2026-03-02 09:05"),
        ("[bold]", "[bold]"),
    ],
)
def test_a_cell_shows_a_value_as_a_person_writes_it(value: object, text: str) -> None:
    assert as_text(value) == text


def test_a_noun_follows_its_number() -> None:
    assert [count_of(qty, "unit") for qty in (0, 1, 1200)] == ["0 units", "1 unit", "1,200 units"]
    assert count_of(2, "box", "boxes") == "2 boxes"


def test_columns_of_numbers_are_set_to_the_right() -> None:
    table = make_table("Stock", ("sku", "units"), [("A", 1), ("B", None)])
    assert [column.justify for column in table.columns] == ["left", "right"]


def test_in_a_narrow_table_words_wrap_and_dates_stay_whole() -> None:
    console = Console(width=30)
    with console.capture() as capture:
        console.print(
            make_table("", ("on", "why"), [(date(2026, 3, 2), in_words("kept_by_reservation_of_others"))])
        )
    assert "2026-03-02" in capture.get()
    assert "kept by reservation" in " ".join(capture.get().split())
    assert in_words(None) is None


def test_a_table_without_rows_has_its_headings() -> None:
    assert [column.header for column in make_table("Stock", ("sku", "units"), []).columns] == ["sku", "units"]


def test_a_value_that_looks_like_markup_is_printed_as_it_is() -> None:
    console = Console(width=40, record=True, file=None)
    with console.capture() as capture:
        console.print(make_table("Stock", ("sku",), [("[red]A[/]",)]))
    assert "[red]A[/]" in capture.get()


def test_json_has_dates_and_amounts_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"on": date(2026, 3, 2), "price": Decimal("1.50"), "name": "Zoë"})
    assert json.loads(capsys.readouterr().out) == {"on": "2026-03-02", "price": "1.50", "name": "Zoë"}


def test_json_of_something_that_no_output_has_is_an_error() -> None:
    with pytest.raises(TypeError, match="bytes has no form in JSON"):
        print_json(b"")


HOSTILE = {
    "\x1b[2J": r"\x1b[2J",
    "\x1b]8;;http://shop.example": r"\x1b]8;;http://shop.example",
    "a\x9b31mb": r"a\x9b31mb",
    "SKU\u202eGNP.exe": r"SKU\u202eGNP.exe",
    "a\u2066b\u2069": r"a\u2066b\u2069",
    "A\u200eB\u200f\u061c": r"A\u200eB\u200f\u061c",
    "one\u2028two": r"one\u2028two",
    "A\ufeff": r"A\ufeff",
    "half \udce4": r"half \udce4",
    "\U000e0041": r"\U000e0041",
    "[bold red]HELD[/]": "[bold red]HELD[/]",
    "[/] [link=http://shop.example]x[/link]": "[/] [link=http://shop.example]x[/link]",
    ":warning:": ":warning:",
}


@pytest.mark.parametrize(("value", "shown"), HOSTILE.items())
def test_what_is_printed_is_text_and_can_be_seen(value: str, shown: str) -> None:
    console = open_console()
    with console.capture() as capture:
        console.print(value, soft_wrap=True)
        console.print(Text.assemble(("heading:", "bold"), f" {value}"), soft_wrap=True)
        console.print(make_table(value, (value,), [(value,)]), soft_wrap=True, width=300)
        console.print(Rule(value), width=300)
    printed = capture.get()
    assert printed.count(shown) >= 5
    assert not {sign for sign in printed if sign not in "\n─" and not sign.isprintable()}


@pytest.mark.parametrize(
    "text",
    ["Ünïcode ñ", "北京市", "שלום", "नमस्\u200dते", "می\u200cد", "soft\u00adly", "1\u00a0kg", "👩\u200d🔧"],
)
def test_letters_of_every_script_stay(text: str) -> None:
    console = open_console()
    with console.capture() as capture:
        console.print(text, soft_wrap=True)
    assert capture.get() == f"{text}\n"


def test_styles_of_ours_still_reach_a_terminal() -> None:
    console = paper.Paper(force_terminal=True, color_system="standard", markup=False, highlight=False)
    with console.capture() as capture:
        console.print("held \x1b[0m", style="bold red")
    assert capture.get() == "\x1b[1;31mheld \\x1b[0m\x1b[0m\n"


@pytest.mark.parametrize("value", [*HOSTILE, "\x7f", "\u0085"])
def test_json_shows_it_too_and_keeps_the_value(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"value": value, "name": "Müller"})
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"value": value, "name": "Müller"}
    assert "Müller" in printed
    assert all(sign.isprintable() or sign == "\n" for sign in printed)
