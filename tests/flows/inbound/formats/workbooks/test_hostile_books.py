"""Workbooks that nobody means well: an answer for any bytes, and never rows that are not there."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from flows.inbound.formats.files import FileReader
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from schemas.vocabulary.codes import ReasonCode
from tests.flows.inbound.formats.workbooks.books import cells_of, pack, refusal_of
from tests.trials.attacks.workbooks import GOOD_PARTS, SMALL

if TYPE_CHECKING:
    from tests.trials.attacks.answer import Answer

GOOD = pack(GOOD_PARTS)
REFUSED = {name: (content, answer) for name, content, answer in SMALL if answer.verdict == "refused"}


@pytest.mark.parametrize(("content", "answer"), REFUSED.values(), ids=REFUSED)
def test_what_no_spreadsheet_program_writes_is_refused(content: bytes, answer: Answer) -> None:
    refusal = refusal_of(content)
    assert refusal.code == answer.reason
    assert answer.says in refusal.detail


def test_a_spoiled_byte_never_gives_other_rows() -> None:
    random, meant = Random(257), cells_of(GOOD)
    for _ in range(300):
        spoiled = bytearray(GOOD)
        spoiled[random.randrange(len(GOOD))] ^= 1 << random.randrange(8)
        read = FileReader().read(bytes(spoiled), FeedSettings())
        assert isinstance(read, Refusal) or cells_of(bytes(spoiled)) == meant


def test_a_cut_workbook_is_refused_wherever_it_is_cut() -> None:
    for length in range(4, len(GOOD), 61):
        assert isinstance(FileReader().read(GOOD[:length], FeedSettings()), Refusal)


def test_parts_are_unpacked_within_their_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.inbound.formats.workbooks.archive.FREE_UNPACKED", 10)
    monkeypatch.setattr("flows.inbound.formats.workbooks.archive.UNPACKED_PER_BYTE", 0)
    assert refusal_of(GOOD).code == ReasonCode.TOO_LARGE


def test_texts_of_cells_have_their_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.inbound.formats.workbooks.rows.FREE_TEXT", 10)
    monkeypatch.setattr("flows.inbound.formats.workbooks.rows.TEXT_PER_BYTE", 0)
    assert refusal_of(GOOD).code == ReasonCode.TOO_LARGE


@pytest.mark.parametrize("bound", ["workbook.MAX_SHEETS", "workbooks.archive.MAX_MEMBERS"])
def test_sheets_and_parts_are_counted(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"flows.inbound.formats.{bound}", 0)
    assert refusal_of(GOOD).code == ReasonCode.TOO_LARGE


def test_a_tag_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.inbound.formats.workbooks.markup.MAX_TAG", 1_000)
    endless = '<worksheet x="' + "a" * 2_000 + '"/>'
    monkeypatch.setattr("flows.inbound.formats.workbooks.archive.PIECE", 500)
    assert "no end" in refusal_of(pack({**GOOD_PARTS, "xl/worksheets/sheet1.xml": endless})).detail
