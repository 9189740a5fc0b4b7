"""The pick list: a page shows each row of the pick file, and what belongs to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.outbound.warehouses.pick_list import ListFacts, print_pick_list
from schemas.night import AsOf
from schemas.outputs.reports import Pick
from tests.flows.outbound.paper.reading import codes_of, text_of
from tests.frames import NIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLAIN: dict[str, str] = {
    "release_id": "3f" * 16,
    "client_id": "acme",
    "order_id": "O1",
    "line_no": "1",
    "sku": "SKU-1",
    "description": "Anorak",
    "bin_id": "A-01-1",
    "qty": "3",
    "loose_qty": "3",
    "ship_to_name": "Zażółć Gęślą",
    "ship_to_city": "Łódź",
    "completes_order": "true",
    "ships_on": "2026-03-03",
    "pick_no": "4170028363",
}


def rows_of(*rows: Mapping[str, str | None]) -> pl.DataFrame:
    """Rows of a pick file as text; what a row does not say is plain."""
    schema = dict.fromkeys(Pick.names(), pl.String)
    return pl.DataFrame([{**PLAIN, **row} for row in rows], schema=schema)


def facts(*, by_order: bool = False, run_no: int = 1) -> ListFacts:
    """Of a warehouse and its night."""
    return ListFacts("LEEDS", "Leeds, Unit 4", AsOf(NIGHT, run_no=run_no), by_order)


@dataclass(frozen=True)
class Printer:
    """Prints rows and says what stands on the paper."""

    folder: Path

    def print(self, rows: pl.DataFrame, of: ListFacts) -> Path:
        """The PDF of rows."""
        place = self.folder / "list.pdf"
        place.write_bytes(b"".join(print_pick_list(rows, of)))
        return place

    def read(self, rows: pl.DataFrame, of: ListFacts) -> list[str]:
        """The text of each page, its blanks made one."""
        pages = text_of(self.print(rows, of)).split("\f")[:-1]
        return [re.sub(r"\s+", " ", page) for page in pages]


@pytest.fixture
def printer(tmp_path: Path) -> Printer:
    return Printer(tmp_path)


def test_a_row_says_where_what_how_much_and_for_whom(printer: Printer) -> None:
    row = {"lot_id": "L7", "expiry_on": "2026-09-30", "kit_sku": "SET", "kit_qty": "2"}
    (page,) = printer.read(rows_of(row), facts())
    for words in (
        *("LEEDS Leeds, Unit 4", "Pick list of the night of Monday, 2 March 2026", "page 1 of 1"),
        *("A-01-1", "SKU-1", "Anorak", "Lot L7 expires 2026-09-30 part of 2 x SET ships 2026-03-03"),
        *("acme O1 / 1 Zażółć Gęślą, Łódź", "417 002836 3"),
    ):
        assert words in page


def test_each_row_has_its_number_as_a_barcode(printer: Printer, tmp_path: Path) -> None:
    numbers = [f"417{number:06}{number % 10}" for number in range(20)]
    paper = printer.print(rows_of(*({"pick_no": number} for number in numbers)), facts())
    assert sorted(codes_of(paper, tmp_path)) == numbers


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {"qty": "30", "case_uom": "CA", "units_per_case": "12", "cases": "2", "loose_qty": "6"},
            "2 CA of 12 + 6",
        ),
        (
            {"qty": "24", "case_uom": "CT", "units_per_case": "12", "cases": "2", "loose_qty": "0"},
            "2 CT of 12 ",
        ),
    ],
)
def test_whole_cases_are_said_beside_the_units(printer: Printer, row: dict[str, str], words: str) -> None:
    (page,) = printer.read(rows_of(row), facts())
    assert words in page
    assert "+ 0" not in page


def test_no_case_is_said_where_none_is_whole(printer: Printer) -> None:
    row = {"case_uom": "CA", "units_per_case": "12", "cases": "0"}
    (page,) = printer.read(rows_of(row), facts())
    assert "CA of" not in page


def test_codes_are_never_cut_however_long_they_are(printer: Printer) -> None:
    codes = {name: f"{name[0].upper()}{'0123456789' * 10}"[:100] for name in ("bin_id", "sku", "order_id")}
    long = {**codes, "client_id": "c" * 60, "lot_id": f"L{'9' * 60}"}
    for by_order in (False, True):
        typed = text_of(printer.print(rows_of(long), facts(by_order=by_order)))
        assert "…" not in typed
        left = re.sub(r"\s", "", typed)
        assert sum(left.count(digit) for digit in "0123456789") >= 3 * 99


def test_a_release_without_a_number_shows_its_id(printer: Printer) -> None:
    (page,) = printer.read(rows_of({"pick_no": None}), facts())
    assert PLAIN["release_id"] in page.replace(" ", "")


def test_who_picks_order_by_order_has_a_heading_for_each(printer: Printer) -> None:
    orders = [("O1", "acme"), ("O1", "acme"), ("O1", "bolt"), ("O2", "bolt")]
    head = {
        "po_number": "P-9",
        "deliver_by": "2026-03-05",
        "order_note": "ring twice",
        "completes_order": "false",
    }
    rows = rows_of(*({"order_id": order, "client_id": client, **head} for order, client in orders))
    (page,) = printer.read(rows, facts(by_order=True))
    assert [page.count(words) for words in ("acme O1", "bolt O1", "bolt O2")] == [1, 1, 1]
    for words in ("PO P-9 the rest follows later", "ships 2026-03-03 deliver by 2026-03-05", "ring twice"):
        assert words in page


def test_an_order_goes_on_under_its_heading_on_the_next_page(printer: Printer) -> None:
    rows = rows_of(*({"pick_no": f"41700{number:05}"} for number in range(40)))
    first, *others = printer.read(rows, facts(by_order=True))
    assert "acme O1 whole" in first
    assert ["acme O1 (continued)" in page for page in others] == [True, True]
    assert ["417" in page for page in others] == [True, True]


def test_a_heading_never_stands_without_a_row_below_it(printer: Printer) -> None:
    rows = rows_of(*({"order_id": f"O{number}"} for number in range(60)))
    pages = printer.read(rows, facts(by_order=True))
    assert [page.count("whole order") for page in pages if "Totals" not in page] == [
        page.count("417 002836 3") for page in pages if "Totals" not in page
    ]


def test_totals_are_said_by_client_and_sku(printer: Printer) -> None:
    picks = [("acme", "A", "1.5"), ("acme", "B", "2"), ("bolt", "A", "4"), ("acme", "A", "2.25")]
    rows = rows_of(*({"client_id": client, "sku": sku, "qty": qty} for client, sku, qty in picks))
    (page,) = printer.read(rows, facts())
    totals = page[page.index("Totals by SKU") :]
    for words in ("acme A Anorak 3.75 2", "acme B Anorak 2 1", "bolt A Anorak 4 1"):
        assert words in totals


def test_a_night_without_a_release_says_so(printer: Printer) -> None:
    (page,) = printer.read(rows_of(), facts(run_no=2))
    assert "Nothing to pick tonight." in page
    assert "2 March 2026, run 2" in page
    assert "Totals" not in page


def test_the_same_rows_are_the_same_bytes(printer: Printer) -> None:
    rows = rows_of({}, {"ship_to_name": "山田太郎", "pick_no": "4170028370"})
    first, second = (printer.print(rows, facts()).read_bytes() for _ in range(2))
    assert first == second
