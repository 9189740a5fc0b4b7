"""What a person sees in a cell is what is read, or the cell says that it has lost its meaning."""

from __future__ import annotations

import pytest

from schemas.settings.client import FeedSettings
from schemas.vocabulary.codes import ReasonCode
from tests.flows.inbound.formats.workbooks.books import (
    MAIN,
    book,
    cells_of,
    column,
    first_of,
    header,
    sheet,
    styles,
)
from transforms.intake.rows.raw_rows import lost_cell


def number(raw: str, style: int = 1) -> str:
    return f'<c s="{style}"><v>{raw}</v></c>'


def shown(code: str, *raw: str, feed: FeedSettings | None = None, workbook: str = "") -> list[str | None]:
    """What is read of numbers that have one format."""
    content = book(column(*map(number, raw), name="date"), style=styles(code), workbook=workbook)
    return first_of(content, feed)


@pytest.mark.parametrize(
    ("code", "raw", "text"),
    [
        ("General", "450013000123", "450013000123"),
        ("General", "4500130.0", "4500130"),
        ("General", "4.5001300000000001E7", "45001300"),
        ("General", "0.10000000000000001", "0.1"),
        ("General", "0.30000000000000004", "0.3"),
        ("General", "3.3000000000000003", "3.3"),
        ("General", "1E-5", "0.00001"),
        ("General", "-0", "0"),
        ("General", "999999999999999", "999999999999999"),
        ("0", "123", "123"),
        ("000000", "123", "000123"),
        ("000000", "-123", "-000123"),
        ("00000;[Red]-00000", "-123", "-00123"),
        ("000000", "12345678", "12345678"),
        ("000-000", "123456", "123-456"),
        ("000\\-00\\-0000", "12345678", "012-34-5678"),
        ("[&lt;=9999999]###\\-####;\\(###\\)\\ ###\\-####", "5551234", "555-1234"),
        ("[&lt;=9999999]###\\-####;\\(###\\)\\ ###\\-####", "2125551234", "(212) 555-1234"),
        ("&quot;PO-&quot;0", "123", "PO-123"),
        ("&quot;PO-&quot;General", "123", "PO-123"),
        ("&quot;#&quot;0", "1001", "#1001"),
        ("0&quot;-A&quot;", "7", "7-A"),
        ("0&quot; pcs&quot;", "5", "5"),
        ("#\\ ##0", "12345", "12345"),
        ("#,##0", "12345", "12345"),
        ("#,##0.00", "12345.5", "12345.5"),
        ("&quot;$&quot;#,##0.00", "5", "5"),
        ("&quot;$&quot;0", "5", "5"),
        ("[$€-407]\\ 0", "5", "5"),
        ("0%", "0.15", "0.15"),
        ("0.00E+00", "12345", "12345"),
        ("# ?/?", "0.5", "0.5"),
        ("0.00", "1.1000000000000001", "1.10"),
        ("0.00", "2", "2"),
        ("0.0", "1.125", "1.125"),
        ("000", "1.5", "1.5"),
        ("00;;", "0", "0"),
        ("@", "123", "123"),
        ("#,##0.00_);[Red]\\(#,##0.00\\)", "-5", "-5"),
    ],
)  # fmt: skip
def test_a_number_is_the_id_that_its_format_makes_of_it_or_itself(code: str, raw: str, text: str) -> None:
    assert shown(code, raw) == [text]


@pytest.mark.parametrize(
    "raw", ["1000000000000000", "12345678901234567890", "1.2345678901234567E20", "9" * 5000]
)
def test_digits_that_no_spreadsheet_keeps_are_lost(raw: str) -> None:
    (text,) = shown("General", raw)
    assert text is not None
    assert text.startswith(lost_cell(ReasonCode.LOST_DIGITS))
    assert not text.endswith(raw), "quarantine shows nothing that would be taken for the number"


def test_fractions_have_the_mark_of_the_feed() -> None:
    feed = FeedSettings(decimal_mark=",")
    assert shown("General", "12.5", "12", feed=feed) == ["12,5", "12"]
    assert shown("0.00", "12.5", feed=feed) == ["12,50"]


DMY = FeedSettings(date_format="%d.%m.%Y")


@pytest.mark.parametrize(
    ("code", "raw", "text"),
    [
        ("d/m/yyyy", "46085", "04.03.2026"),
        ("[$-407]d\\.\\ mmmm\\ yyyy;@", "46085", "04.03.2026"),
        ("mmm-yy", "46085", "04.03.2026"),
        ("d/m/yyyy", "46085.75", "04.03.2026"),
        ("d/m/yyyy h:mm", "46085.75", "04.03.2026 18:00"),
        ("d/m/yyyy h:mm", "46085", "04.03.2026"),
        ("m/d/yy h:mm:ss", "46085.378553240742", "04.03.2026 09:05:07"),
        ("yyyy\\-mm\\-dd hh:mm:ss.000", "46085.378559027778", "04.03.2026 09:05:07.500"),
        ("d/m/yyyy", "59", "28.02.1900"),
        ("d/m/yyyy", "1", "01.01.1900"),
        ("d/m/yyyy", "61", "01.03.1900"),
        ("d/m/yyyy", "60", "60"),
        ("d/m/yyyy", "0", "0"),
        ("d/m/yyyy", "-5", "-5"),
        ("d/m/yyyy", "2958465", "31.12.9999"),
        ("d/m/yyyy", "2958466", "2958466"),
        ("h:mm", "0.375", "09:00"),
        ("h:mm AM/PM", "46085.375", "09:00"),
        ("mm:ss", "0.0104166666666667", "00:15"),
        ("[h]:mm", "1.5", "36:00"),
        ("[h]:mm:ss", "-0.25", "-06:00"),
        ("h:mm", "0.99999999", "00:00"),
    ],
)  # fmt: skip
def test_days_and_times_are_written_as_the_texts_of_the_feed(code: str, raw: str, text: str) -> None:
    assert shown(code, raw, feed=DMY) == [text]


def test_days_of_workbooks_that_count_from_1904() -> None:
    workbook = '<workbookPr date1904="1"/>'
    assert shown("d/m/yyyy", "44623", "0", feed=DMY, workbook=workbook) == ["04.03.2026", "01.01.1904"]
    assert shown("d/m/yyyy", "2957004", feed=DMY, workbook=workbook) == ["2957004"]


def test_a_stated_format_of_times_holds_for_midnights_of_a_column_with_times() -> None:
    feed = FeedSettings(date_format="%d/%m/%Y", time_format="%d/%m/%Y %H.%M")
    code = "d/m/yyyy h:mm"
    assert shown(code, "46085", "46085.5", feed=feed) == ["04/03/2026 00.00", "04/03/2026 12.00"]
    assert shown(code, "46085", feed=feed) == ["04/03/2026"], "a column of midnights is one of days"


SWAPPED = lost_cell(ReasonCode.DAY_OR_MONTH, "03 Apr 2026")
TYPED = ["46115", "46085", "46106"]
"""3 April, 4 March and 25 March 2026."""


@pytest.mark.parametrize(
    ("other", "feed"),
    [
        ("25/04/2026", FeedSettings(date_format="%d/%m/%Y")),
        ("04/25/2026", FeedSettings(date_format="%d/%m/%Y")),
        ("25.4.26 10:00", FeedSettings()),
        ("05/04/2026", FeedSettings(date_format="%d/%m/%Y")),
    ],
)
def test_where_only_some_texts_became_dates_days_that_may_be_months_are_lost(
    other: str, feed: FeedSettings
) -> None:
    text = f'<c t="inlineStr"><is><t>{other}</t></is></c>'
    content = book(column(*map(number, TYPED), text, name="date"), style=styles("d/m/yyyy"))
    lost, also, certain, kept = first_of(content, feed)
    assert (lost, also) == (SWAPPED, lost_cell(ReasonCode.DAY_OR_MONTH, "04 Mar 2026"))
    assert (certain, kept) in {("25/03/2026", other), ("2026-03-25", other)}


@pytest.mark.parametrize("other", ["2026-04-25", "soon", "4 Apr 2026", "12345"])
def test_other_texts_beside_dates_say_nothing_of_their_order(other: str) -> None:
    text = f'<c t="inlineStr"><is><t>{other}</t></is></c>'
    content = book(column(number("46115"), text, name="date"), style=styles("d/m/yyyy"))
    assert first_of(content) == ["2026-04-03", other]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#N/A</v></c>', lost_cell(ReasonCode.ERROR_CELL, "#N/A")),
        ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', lost_cell(ReasonCode.ERROR_CELL, "#DIV/0!")),
        ("<c><f>A1*2</f></c>", lost_cell(ReasonCode.NO_RESULT, "=A1*2")),
        ("<c><f>A1*2</f><v></v></c>", lost_cell(ReasonCode.NO_RESULT, "=A1*2")),
        ('<c t="str"><f>A1</f></c>', lost_cell(ReasonCode.NO_RESULT, "=A1")),
        ('<c><f t="shared" si="0"/></c>', lost_cell(ReasonCode.NO_RESULT, "=")),
        ("<c><f>A1*2</f><v>24</v></c>", "24"),
        ('<c t="str"><f>A1</f><v>PO_x002D_1</v></c>', "PO-1"),
        ('<c t="str"><f>A1</f><v></v></c>', None),
        ('<c t="s"><v>0</v></c>', "one two"),
        ('<c t="s"><v>1</v></c>', " kept \u00a0"),
        ('<c t="s"><v>2</v></c>', "line\r\nline"),
        ('<c t="s"><v>3</v></c>', "_x000D_"),
        ('<c t="s"><v>4</v></c>', "東京"),
        ('<c t="s"><v>5</v></c>', "_x0000_ _xD800_"),
        ('<c t="s"><v>6</v></c>', "=1+1"),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><rPr/><t>b</t></r></is></c>', "ab"),
        ('<c t="inlineStr"><is><t>东</t><rPh sb="0" eb="1"><t>dong</t></rPh></is></c>', "东"),
        ('<c t="s" s="1"><v>6</v></c>', "SKU-=1+1"),
        ('<c t="d"><v>2026-03-04</v></c>', "2026-03-04"),
        ('<c t="d"><v>2026-03-04T09:30:00</v></c>', "2026-03-04 09:30"),
        ('<c t="d"><v>2026-03-04T09:30:00+02:00</v></c>', "2026-03-04T09:30:00+02:00"),
        ('<c s="1"/>', None),
    ],
)  # fmt: skip
def test_texts_truths_errors_and_formulas(cell: str, text: str | None) -> None:
    texts = (
        f'<sst xmlns="{MAIN}"><si><r><t>one </t></r><r><rPr><b/></rPr><t>two</t></r></si>'
        '<si><t xml:space="preserve"> kept \u00a0</t></si><si><t>line_x000D_\nline</t></si>'
        '<si><t>_x005F_x000D_</t></si><si><t>東京</t><rPh sb="0" eb="2"><t>とうきょう</t></rPh></si>'
        "<si><t>_x0000_ _xD800_</t></si>"
        "<si><t>=1+1</t></si></sst>"
    )
    content = book(column(cell, name="note"), texts=texts, style=styles("&quot;SKU-&quot;@"))
    assert first_of(content) == [text]


@pytest.mark.parametrize("said", ['<calcPr fullCalcOnLoad="1"/>', '<calcPr calcCompleted="0"/>'])
def test_results_that_the_workbook_itself_calls_old_are_none(said: str) -> None:
    cells = column("<c><f>A1*2</f><v>0</v></c>", "<c><v>7</v></c>")
    assert first_of(book(cells, workbook=said)) == [lost_cell(ReasonCode.NO_RESULT, "=A1*2"), "7"]


def test_strict_files_other_prefixes_and_cells_without_a_place_are_read() -> None:
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    xml = (
        f'<x:worksheet xmlns:x="{strict}"><x:sheetData><x:row>'
        '<x:c t="inlineStr"><x:is><x:t>sku</x:t></x:is></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>qty</x:t></x:is></x:c></x:row>'
        '<x:row r="5"><x:c r="B5"><x:v>4</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert cells_of(book(xml)) == [(None, "4")]


def test_values_of_other_namespaces_are_none_of_ours() -> None:
    xml = sheet(
        header("sku", "qty"), '<c><v>4</v><extLst><o:v xmlns:o="urn:o">9</o:v></extLst></c><c><v>1</v></c>'
    )
    assert cells_of(book(xml)) == [("4", "1")]


@pytest.mark.parametrize(
    ("name", "feed"),
    [
        ("sku", FeedSettings()),
        ("order_id", FeedSettings()),
        ("Article", FeedSettings(columns={"sku": "Article"})),
        ("Art No", FeedSettings(columns={"sku": '"Art No"'})),
    ],
)
def test_an_id_that_a_spreadsheet_made_a_day_of_is_spoiled(name: str, feed: FeedSettings) -> None:
    xml = sheet(header(name, "x"), number("46085") + header("O"), header("A-1", "O"))
    spoiled = lost_cell(ReasonCode.SPOILED_ID, "04 Mar 2026")
    assert first_of(book(xml, style=styles("d-mmm")), feed) == [spoiled, "A-1"]
