"""Delimited text: a fault costs its own line and no other."""

from __future__ import annotations

import pytest

from flows.inbound.formats.physical import MAX_RECORD_LINES, PhysicalLines
from schemas.vocabulary.codes import ReasonCode
from tests.flows.inbound.formats.texts import cells_of, rows_of
from transforms.intake.rows.raw_rows import FAULT

BAD_QUOTES = ReasonCode.BAD_QUOTES.value
COLUMN_COUNT = ReasonCode.COLUMN_COUNT.value


@pytest.mark.parametrize("row", ["1", "1,2,3", "1,"])
def test_a_row_of_another_width_is_a_fault_of_its_own(row: str) -> None:
    raw = rows_of(f"a,b,c,d\n1,2,3,4\n{row}\n5,6,7,8\n")
    assert raw.frame[FAULT].to_list() == [None, COLUMN_COUNT, None]
    assert cells_of(raw)[1] == (None, None, None, None)
    assert raw.faults.rows() == [(2, 3, row)]
    assert raw.with_lines()["bo_line"][1] == row


@pytest.mark.parametrize(
    "line",
    [
        '1,"open,3',
        '1,"6" pipe",3',
        '"1,2,3',
        '1,2,"',
        '1,2,"""',
    ],
)
def test_a_stray_or_unclosed_quotation_mark_costs_its_own_line_only(line: str) -> None:
    raw = rows_of(f"a,b,c\n0,0,0\n{line}\n4,5,6\n7,8,9\n")
    assert raw.frame[FAULT].to_list() == [None, BAD_QUOTES, None, None]
    assert cells_of(raw)[2:] == [("4", "5", "6"), ("7", "8", "9")]
    assert raw.faults.rows() == [(2, 3, line)]


def test_quoted_rows_behind_an_unclosed_mark_are_read_as_they_stand() -> None:
    raw = rows_of('a,b,c\n1,"open,3\n4,"x, y",6\n"7","8","9"\n')
    assert raw.frame[FAULT].to_list() == [BAD_QUOTES, None, None]
    assert cells_of(raw)[1:] == [("4", "x, y", "6"), ("7", "8", "9")]


def test_two_stray_marks_do_not_swallow_the_rows_between_them() -> None:
    raw = rows_of('sku,name,qty\nA,"Deluxe pipe,6\nB,Plain,2\nC,Pipe 5",9\n')
    assert raw.frame[FAULT].to_list() == [BAD_QUOTES, None, None]
    assert cells_of(raw)[1:] == [("B", "Plain", "2"), ("C", 'Pipe 5"', "9")]


def test_an_address_over_several_lines_is_one_cell() -> None:
    raw = rows_of('order_id,address,qty\nO1,"1 High St,\nLondon,\nUK",2\nO2,x,1\n')
    assert cells_of(raw) == [("O1", "1 High St,\nLondon,\nUK", "2"), ("O2", "x", "1")]


def test_a_row_may_span_a_bounded_number_of_lines() -> None:
    longest = "\n".join(["x"] * MAX_RECORD_LINES)
    assert cells_of(rows_of(f'a,b\n1,"{longest}"\n')) == [("1", longest)]
    raw = rows_of(f'a,b\n1,"{longest}\nx"\n2,3\n')
    assert raw.frame[FAULT].to_list() == [BAD_QUOTES, *[COLUMN_COUNT] * MAX_RECORD_LINES, None]


class CountedLines(PhysicalLines):
    """Lines that are counted as they are handed out."""

    taken = 0

    def __next__(self) -> str:
        """The next line, counted."""
        CountedLines.taken += 1
        return super().__next__()


def test_a_file_in_which_every_line_opens_a_mark_is_work_in_proportion_to_its_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flows.inbound.formats.delimited.PhysicalLines", CountedLines)
    monkeypatch.setattr(CountedLines, "taken", 0)
    assert rows_of("a,b\n" + 'a","\n' * 2_000).frame.height == 2_000
    assert 2_000 < CountedLines.taken < 2_003 * (MAX_RECORD_LINES + 1)


def test_a_field_of_more_than_the_parser_takes_costs_its_own_row() -> None:
    raw = rows_of(f"a,b\n1,{'x' * 200_000}\n2,3\n")
    assert raw.frame[FAULT].to_list() == [ReasonCode.OUT_OF_RANGE.value, None]


def test_faulty_lines_are_kept_as_they_stand_in_the_file() -> None:
    raw = rows_of('a,b\r\n\r\n1,"ä\r\n3\r\n')
    assert raw.faults.rows() == [(1, 3, '1,"ä'), (2, 4, "3")]
