"""The shape of a table: rows that are none, groups that fill one row alone, lines side by side."""

from __future__ import annotations

import pytest

from flows.inbound.formats.files import FileReader
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import FAULT, ROW_NO, SHEET_ROW, RawRows, own_headers


def shaped(text: str, **settings: object) -> RawRows:
    """The rows of a text under these settings."""
    raw = FileReader().read(text.encode(), FeedSettings.model_validate(settings))
    assert isinstance(raw, RawRows), raw
    return raw


def refused(text: str, **settings: object) -> Refusal:
    """The refusal of a text under these settings."""
    raw = FileReader().read(text.encode(), FeedSettings.model_validate(settings))
    assert isinstance(raw, Refusal)
    return raw


def cells_of(raw: RawRows) -> list[tuple[str | None, ...]]:
    """The client's cells of every row."""
    return raw.frame.select(own_headers(raw.frame)).rows()


def test_a_group_fills_its_rows_from_its_first_one() -> None:
    raw = shaped("order_id,city,sku\nO1,Bonn,A\n,,B\nO2,,C\n,,D\n", fill_down=["order_id", "city"])
    assert cells_of(raw) == [("O1", "Bonn", "A"), ("O1", "Bonn", "B"), ("O2", None, "C"), ("O2", None, "D")]


def test_a_key_on_every_row_keeps_the_other_columns_within_its_group() -> None:
    text = "Name,City,sku\n#1,Bonn,A\n#1,,B\n#2,,C\n#2,Köln,D\n"
    raw = shaped(text, fill_down=["Name", "City"])
    assert [row[1] for row in cells_of(raw)] == ["Bonn", "Bonn", None, "Köln"]


def test_our_name_finds_the_column_that_it_is_mapped_to() -> None:
    raw = shaped("N° commande,sku\nO1,A\n ,B\n", fill_down=["order_id"], columns={"order_id": "N° commande"})
    assert cells_of(raw) == [("O1", "A"), ("O1", "B")]


def test_nothing_is_filled_below_a_row_that_may_have_begun_a_group() -> None:
    raw = shaped('order_id,city,sku\nO1,Bonn,A\n"O2,x,B\n,,C\nO3,,D\n,,E\n', fill_down=["order_id", "city"])
    assert raw.frame[FAULT].to_list() == [None, "bad_quotes", None, None, None]
    assert [row[0] for row in cells_of(raw)] == ["O1", None, None, "O3", "O3"]


def test_a_total_ends_no_group_and_is_no_row() -> None:
    text = "order_id,sku,qty\nO1,A,1\n,B,2\nTOTAL,,3\n,,\n# made by WMS\n"
    raw = shaped(text, fill_down=["order_id"], leave_out=["total", "#"])
    assert cells_of(raw) == [("O1", "A", "1"), ("O1", "B", "2")]
    assert raw.faults.is_empty()


def test_a_column_to_fill_must_be_there() -> None:
    refusal = refused("a,b\n1,2\n", fill_down=["order_id"])
    assert refusal.code is ReasonCode.MISSING_COLUMN
    assert "order_id" in refusal.detail


def test_rows_come_back_from_quarantine_in_their_final_shape() -> None:
    back = "order_id,sku,bo_file,bo_row\n,A,f0,2\nO1,B,f0,3\n,C,f0,9\n"
    assert [row[0] for row in cells_of(shaped(back, fill_down=["order_id"], wide={"x": "X{n}"}))] == [
        None,
        "O1",
        None,
    ]


WIDE = "order_id,Item 1,Qty 1,Item 2,Qty 2,note\nO1,A,1,B,2,n\nO2,,,C,3,\nO3,,,,,x\n"


def test_lines_side_by_side_become_rows() -> None:
    raw = shaped(WIDE, wide={"sku": "Item {n}", "qty": "Qty {n}"})
    assert raw.frame.select("order_id", "sku", "qty", ROW_NO, SHEET_ROW).rows() == [
        ("O1", "A", "1", 1, 2),
        ("O1", "B", "2", 2, 2),
        ("O2", "C", "3", 3, 3),
        ("O3", None, None, 4, 4),
    ]


def test_a_broken_wide_row_is_one_row_whose_text_stays_beside_it() -> None:
    raw = shaped('order_id,Item 1,Item 2\nO1,A,B\n"O2,C,D\nO3,E,\n', wide={"sku": "Item {n}"})
    assert raw.with_lines().select(ROW_NO, "sku", "bo_line").rows() == [
        (1, "A", None),
        (2, "B", None),
        (3, None, '"O2,C,D'),
        (4, "E", None),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [("order_id,x\nO1,1\n", ReasonCode.MISSING_COLUMN), ("sku,Item 1\nA,B\n", ReasonCode.DUPLICATE_COLUMN)],
)
def test_groups_that_are_not_there_or_take_a_name_refuse_the_file(text: str, code: ReasonCode) -> None:
    assert refused(text, wide={"sku": "Item {n}"}).code is code


def test_empty_columns_without_a_name_are_none() -> None:
    assert cells_of(shaped("a,b,,\n1,2,,\n3,4,,\n")) == [("1", "2"), ("3", "4")]
    refusal = refused("a,,c\n1,2,3\n")
    assert (refusal.code, "column 2 (B) of 3" in refusal.detail) == (ReasonCode.NO_HEADER, True)


def test_a_delimiter_at_the_end_of_every_row_is_no_field() -> None:
    assert cells_of(shaped("a,b\n1,2,\n3,4,\n")) == [("1", "2"), ("3", "4")]
    shifted = shaped("a,b,c\nO1,Smith, John,\nO2,Brown,x\n")
    assert shifted.frame[FAULT].to_list() == ["column_count", None]
    assert shaped("a,b,c\nO1,Smith, John,\n").frame[FAULT].to_list() == ["column_count"]


TITLED = 'Orders of 29.11.2026;;;\n"a title; with quotes"\n\n{header}\nO1;A;1;x\n'


@pytest.mark.parametrize("header", ["No;Article;Pieces;y", '"No";"Art\nicle";Pieces;y'])
def test_the_header_is_found_below_a_title_by_the_names_that_are_mapped(header: str) -> None:
    mapped = {"order_id": "No", "sku": "Article" if "\n" not in header else "Art icle", "qty": "Pieces"}
    raw = shaped(TITLED.format(header=header), delimiter=";", columns=mapped)
    assert own_headers(raw.frame)[0] == "No"
    assert cells_of(raw) == [("O1", "A", "1", "x")]


def test_the_header_is_found_by_names_within_expressions_and_by_ours() -> None:
    text = "Report,,\nfor us,,\nRef,sku,Pieces\nO1,A,2\n"
    mapped = {"order_id": "UPPER(Ref)", "qty": 'TRIM("Pieces")'}
    assert cells_of(shaped(text, columns=mapped)) == [("O1", "A", "2")]


def test_one_name_is_enough_where_nothing_else_stands_in_its_row() -> None:
    assert cells_of(shaped("Cancelled today\n\norder_id\nO1\n")) == [("O1",)]
    assert own_headers(shaped("qty report,x\n1,2\n").frame) == ["qty report", "x"]


def test_a_first_line_may_say_the_delimiter() -> None:
    assert cells_of(shaped("\ufeffsep=;\r\na;b\r\n1;2\r\n")) == [("1", "2")]
    assert shaped("sep=;\na;b\n1;2\n").frame[SHEET_ROW].to_list() == [3]


def test_it_is_told_how_a_file_was_read() -> None:
    text = "Report of today\n\norder_id,Item 1,Item 2\nO1,A,B\n,C,D\n,,\nTotal,,\n"
    raw = shaped(text, wide={"sku": "Item {n}"}, fill_down=["order_id"], leave_out=["total"])
    assert raw.read_as == (
        "delimited text, utf-8, fields between ','", "columns named in line 3", "1 row blank",
        "1 row left out by leave_out", "filled down within 1 group", "4 rows made of 2",
    )  # fmt: skip
