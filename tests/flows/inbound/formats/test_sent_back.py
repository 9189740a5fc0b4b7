"""Quarantine files that come back, whatever a spreadsheet program made of them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from flows.inbound.formats.files import FileReader
from flows.outbound.clients.quarantine import render_quarantine
from schemas.intake.verdicts import RejectedRow
from tests.frames import frame_of
from tests.transforms.intake.door import CATALOGUE, SOURCE, client_of
from transforms.intake.rows.form import read_form
from transforms.intake.rows.raw_rows import RawRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.outbound.documents import LongDocument
    from schemas.settings.client import Client
    from transforms.intake.file_form import FileForm

HASH = "0123456789abcdef" * 4
SENT = (
    "No,Sku,Qty,Price,Promised,Name,At\n"
    "00123,A,x,12.5,2026-04-03,Müller,2026-03-01 10:00:30\n450012345678,A,y,7,2026-04-25,O'Neill,2026-03-01\n"
)
COLUMNS = {"order_id": "No", "sku": "Sku", "qty": "Qty", "unit_price": "Price", "promised_on": "Promised"} | {
    "ship_to_name": "Name",
    "ordered_at": "At",
}
CLIENT = client_of(columns=COLUMNS)


def quarantine(sent: str = SENT) -> list[list[str]]:
    """The cells of the quarantine file of all rows of a file."""
    return list(csv.reader(io.StringIO(document_of(sent, "o.csv").content.decode("utf-8-sig"))))


def document_of(sent: str, name: str) -> LongDocument:
    """The quarantine file of all rows of a file of that name."""
    settings = CLIENT.feeds.orders
    raw = FileReader().read(sent.encode(settings.encoding), settings)
    assert isinstance(raw, RawRows)
    bad = [
        {"file_hash": HASH, "reason_code": "not_a_number", "column": "qty", "row_no": no}
        for no in raw.frame["bo_row_no"]
    ]
    source = replace(SOURCE, file_name=name, file_hash=HASH)
    document = render_quarantine(
        raw.frame, frame_of(RejectedRow, *bad), source, client=CLIENT, faults=raw.faults
    )
    assert document is not None
    return document


def corrected(rows: list[list[str]]) -> list[list[str]]:
    """The same with quantities that are numbers."""
    return [[{"x": "5", "y": "6"}.get(cell, cell) for cell in row] for row in rows]


def written(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    """Rows as a program saves them."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def form_of(content: bytes, client: Client = CLIENT) -> FileForm:
    """What intake reads."""
    raw = FileReader().read(content, client.feeds.orders)
    assert isinstance(raw, RawRows), raw
    return read_form(raw.with_lines(), source=SOURCE, client=client, catalogue=CATALOGUE)


def moved(rows: list[list[str]]) -> list[list[str]]:
    """Columns in another order, an empty one among them, and blank rows above."""
    return [[""] * 13, *([*row[7:], "", *row[:7]] for row in rows)]


def renumbered(rows: list[list[str]]) -> list[list[str]]:
    """The numbers of rows as a spreadsheet may show them."""
    place = rows[0].index("bo_row")
    return [
        [f"{cell}.0" if n == place and cell.isdigit() else cell for n, cell in enumerate(r)] for r in rows
    ]


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8-sig"), (",", "utf-8"), (";", "cp1252"), ("\t", "utf-16"), (";", "utf-8-sig")],
)
@pytest.mark.parametrize("change", [list, moved, renumbered])
def test_a_quarantine_file_is_known_however_a_program_saved_it(
    delimiter: str, encoding: str, change: Callable[[list[list[str]]], list[list[str]]]
) -> None:
    form = form_of(written(change(corrected(quarantine())), delimiter, encoding))
    assert form.rejected.is_empty()
    orders = form.rows.orders.sort("origin_row")
    told = ["origin_hash", "origin_row", "order_id", "sent_qty", "unit_price", "promised_on", "ship_to_name"]
    assert orders.select(name for name in told if name in orders.columns).rows() == [
        (HASH, 1, "00123", "5", Decimal("12.5000"), date(2026, 4, 3), "Müller"),
        (HASH, 2, "450012345678", "6", Decimal("7.0000"), date(2026, 4, 25), "O'Neill"),
    ]
    assert orders["ordered_at"].dt.second().to_list() == [30, 0]


@pytest.mark.parametrize(
    ("cell", "changed", "price", "day"),
    [
        ("'2026-04-03", "03.04.2026", "12.5", date(2026, 4, 3)),
        ("'2026-04-25", "4/25/2026", "7", date(2026, 4, 25)),
        ("'2026-04-25", "25/04/2026", "7", date(2026, 4, 25)),
        ("'12.5", "12,5", "12.5", date(2026, 4, 3)),
    ],
)
def test_what_a_spreadsheet_changed_is_read_where_it_can_mean_one_thing(
    cell: str, changed: str, price: str, day: date
) -> None:
    rows = [[changed if c == cell else c for c in row] for row in corrected(quarantine())]
    form = form_of(written(rows, ";", "cp1252"))
    assert form.rejected.is_empty()
    read = form.rows.orders.select("unit_price", "promised_on").rows()
    assert (Decimal(price), day) in read


@pytest.mark.parametrize(
    ("cell", "changed", "column", "code"),
    [
        ("'2026-04-03", "4/3/2026", "promised_on", "not_a_date"),
        ("'2026-04-03", "03.04.26", "promised_on", "not_a_date"),
        ("'12.5", "12. Mai", "unit_price", "not_a_number"),
        ("'12.5", "1,234", "unit_price", "ambiguous_number"),
        ("'450012345678", "4.50012E+11", "order_id", "spoiled_id"),
        ("'2026-03-01 10:00:30", "01.03.2026 10:00", "ordered_at", "not_a_time"),
    ],
)
def test_what_may_mean_another_thing_is_rejected(cell: str, changed: str, column: str, code: str) -> None:
    rows = [[changed if c == cell else c for c in row] for row in corrected(quarantine())]
    form = form_of(written(rows, ";", "cp1252"))
    assert form.rejected.select("column", "reason_code").rows() == [(column, code)]


def test_a_thousand_of_another_country_is_rejected_unless_it_is_as_we_wrote_it() -> None:
    client = client_of(columns=COLUMNS, thousands_mark=",")
    for price, lost in (("1,234", True), ("'1,234", False)):
        rows = [[price if c == "'12.5" else c for c in row] for row in corrected(quarantine())]
        raw = FileReader().read(written(rows, ";", "cp1252"), client.feeds.orders)
        assert isinstance(raw, RawRows)
        assert raw.frame["Price"].str.contains("ambiguous_number").any() is lost


def test_other_files_are_read_by_their_settings_alone() -> None:
    form = FileReader().read(b"No;bo_file;other\n1;x;2\n", CLIENT.feeds.orders)
    assert isinstance(form, RawRows)
    assert "No;bo_file;other" in form.frame.columns


def packed(content: bytes) -> bytes:
    """Bytes in an archive, as people send them by mail."""
    archive = io.BytesIO()
    with ZipFile(archive, "w") as files:
        files.writestr("o.csv", content)
    return archive.getvalue()


def saved_as_workbook(rows: list[list[str]]) -> bytes:
    """Cells as a program reads them from CSV that a person saves as a workbook: short numbers are numbers."""
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        cells = [float(cell) if re.fullmatch("[1-9][0-9]{0,5}", cell) else cell for cell in row]
        book.worksheets[0].append([date(2026, 4, 3) if cell == "'2026-04-03" else cell for cell in cells])
    book.save(content)
    return content.getvalue()


def corrected_workbook() -> bytes:
    """The quarantine of a workbook in which a person has corrected cells."""
    document = document_of(SENT, "o.xlsx")
    book, content = load_workbook(io.BytesIO(document.content)), io.BytesIO()
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            cell.value = {"x": "5", "y": "6"}.get(str(cell.value)) or cell.value
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: packed(written(corrected(quarantine()), ";", "cp1252")), id="zip"),
        pytest.param(lambda: saved_as_workbook(corrected(quarantine())), id="csv as xlsx"),
        pytest.param(corrected_workbook, id="xlsx"),
        pytest.param(lambda: written(cells_of_workbook(), ";", "cp1252"), id="xlsx as csv"),
    ],
)
def test_a_quarantine_file_is_known_in_another_format(content: Callable[[], bytes]) -> None:
    form = form_of(content())
    assert form.rejected.is_empty()
    read = form.rows.orders.sort("origin_row")
    assert read.select("origin_row", "order_id", "unit_price", "promised_on", "sent_qty").rows() == [
        (1, "00123", Decimal("12.5000"), date(2026, 4, 3), "5"),
        (2, "450012345678", Decimal("7.0000"), date(2026, 4, 25), "6"),
    ]


def cells_of_workbook() -> list[list[str]]:
    """The texts of a corrected workbook, as a program saves them as CSV."""
    sheet = load_workbook(io.BytesIO(corrected_workbook())).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
