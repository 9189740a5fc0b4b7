"""PDF pages: what others read from them, and that they are the same bytes each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from flows.outbound.paper.faces import Typeface, in_sight
from flows.outbound.paper.pages import MM, PaperPage, Room, code_128, write_pdf
from tests.flows.outbound.paper.reading import codes_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = {
    "Polish": "Zażółć Gęślą Jaźń, Łódź",
    "Greek": "Ελένη Παπαδοπούλου, Αθήνα",
    "Cyrillic": "Їжакевич Щукін, Київ",
    "Vietnamese": "Nguyễn Thị Hằng, Huế",
    "Chinese": "王小明 北京市",
    "Japanese": "山田さくら カタカナ",
    "Korean": "김철수 서울특별시",
    "Hebrew": "דוד כהן",
    "Arabic": "محمد علي",
}


def printed(*draws: Callable[[PaperPage], None]) -> bytes:
    """A PDF of a page for each of these."""
    typeface = Typeface()

    def pages() -> list[PaperPage]:
        drawn = [PaperPage(typeface) for _ in draws]
        for page, draw in zip(drawn, draws, strict=True):
            draw(page)
        return drawn

    return b"".join(write_pdf(pages(), typeface, "Łist"))


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("script", NAMES)
def test_a_name_is_read_back_from_the_page(script: str, tmp_path: Path, *, bold: bool) -> None:
    pdf = tmp_path / "name.pdf"
    pdf.write_bytes(printed(lambda page: page.text(20, 20, NAMES[script], 12, bold=bold)))
    text = re.sub("[\u202a-\u202e]", "", text_of(pdf))  # marks of pdftotext for what runs from right to left
    assert text.split() == NAMES[script].split()


def test_what_runs_from_right_to_left_is_turned_round_and_nothing_else() -> None:
    assert in_sight("Łódź 12") == "Łódź 12"
    assert in_sight("AB אבג, דה 12-34 x") == "AB הד ,גבא 12-34 x"


def test_the_same_page_is_the_same_bytes() -> None:
    first, second = (printed(lambda page: page.text(20, 20, "Łódź 北京", 12)) for _ in range(2))
    assert first == second


def test_where_objects_begin_is_where_they_stand() -> None:
    pdf = printed(lambda page: page.text(20, 20, "a", 9), lambda page: page.total(20, 20))
    table = pdf[int(pdf.split(b"startxref\n")[1].split()[0]) :]
    places = [int(line.split()[0]) for line in table.splitlines()[3:] if line.endswith(b" n ")]
    assert all(pdf[place:].startswith(b"%d 0 obj" % number) for number, place in enumerate(places, 1))
    assert b"/Size %d/" % (len(places) + 1) in table


def test_each_page_says_how_many_there_are(tmp_path: Path) -> None:
    pdf = tmp_path / "pages.pdf"
    pdf.write_bytes(printed(*[lambda page: page.total(20, 20)] * 12))
    assert text_of(pdf).split("\f") == ["12\n"] * 12 + [""]


def test_a_barcode_is_that_of_the_standard() -> None:
    """Start C, 12, 34, check symbol 82 and stop, of ISO/IEC 15417."""
    symbols = ["211232", "112232", "131123", "121241", "2331112"]
    assert "".join(map(str, code_128("1234"))) == "".join(symbols)


@pytest.mark.parametrize("digits", ["4170028363", "417002836345", "41700283634567"])
def test_a_barcode_is_read_back_and_has_its_measures(digits: str, tmp_path: Path) -> None:
    pdf = tmp_path / "bars.pdf"
    pages: list[PaperPage] = []

    def draw(page: PaperPage) -> None:
        pages.append(page)
        page.bars(155, 20, digits, width=45, height=9.8)

    pdf.write_bytes(printed(draw))
    scale = re.search(r"q 0 g ([\d.]+) 0 0 [\d.]+ ([\d.]+)", pages[0].marks[0])
    assert scale
    module, left = float(scale[1]) / MM, float(scale[2]) / MM
    assert module >= 0.25
    assert left - 155 >= 10 * module - 0.01, "the quiet zone"
    assert codes_of(pdf, tmp_path) == [digits]


def test_what_is_too_long_becomes_smaller_then_breaks_and_only_then_is_cut() -> None:
    typeface = Typeface()

    def sizes(text: str, *, is_cut: bool) -> list[float]:
        page = PaperPage(typeface)
        page.block(20, 20, text, Room(30, 6, 14, 6), is_cut=is_cut)
        return [float(size) for mark in page.marks for size in re.findall(r"/F\d (\S+) Tf", mark)]

    assert sizes("A-1", is_cut=False) == [14.0]
    (smaller,) = sizes("A-01-02-0003", is_cut=False)
    assert 6 < smaller < 14
    assert sizes("A" * 40, is_cut=False) == [6.0] * 2
    assert sizes("A" * 100, is_cut=False) == [6.0] * 5, "a code is never cut"
    assert sizes("A" * 100, is_cut=True) == [6.0] * 2


def test_a_sign_that_no_face_has_is_an_empty_box() -> None:
    typeface = Typeface()
    assert typeface.shown("ก", 9) == "/F0 9 Tf <0000> Tj"
