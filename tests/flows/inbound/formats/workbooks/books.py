"""Workbooks for tests: the XML of their parts is written by hand, so that every defect can be made."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from flows.inbound.formats.files import FileReader
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from transforms.intake.rows.raw_rows import FAULT, ROW_NO, SHEET_ROW, TYPED_NUMBER, RawRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def sheet(*rows: str) -> str:
    """A sheet of rows, each the XML of its cells."""
    inside = "".join(f'<row r="{number}">{row}</row>' for number, row in enumerate(rows, start=1))
    return f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>{inside}</sheetData></worksheet>'


def inline(text: str) -> str:
    """A cell with its text in it; it stands behind the one before."""
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def header(*names: str) -> str:
    """A row of texts."""
    return "".join(inline(name) for name in names)


def column(*cells: str, name: str = "sku") -> str:
    """A sheet of one column and, so that no row is blank, a second one."""
    return sheet(header(name, "order_id"), *(cell + inline("O") for cell in cells))


def styles(*formats: str) -> str:
    """A style for each format of numbers, in order; style nought is General."""
    said = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    used = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(formats)))
    template = '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{said}</numFmts>{template}'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def parts(
    sheets: Mapping[str, str],
    *,
    style: str = "",
    texts: str = "",
    workbook: str = "",
    states: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The parts of a workbook whose sheets have these names and XML; `workbook` stands before its sheets."""
    types = {f"worksheets/sheet{n}.xml": "worksheet" for n in range(1, len(sheets) + 1)}
    types |= ({"styles.xml": "styles"} if style else {}) | (
        {"sharedStrings.xml": "sharedStrings"} if texts else {}
    )
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(types.items(), start=1)
    )
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{(states or {}).get(name, "visible")}" r:id="r{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    made = {
        "[Content_Types].xml": '<Types xmlns="urn:types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}<sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        **{f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets.values(), start=1)},
    }
    return (
        made
        | ({"xl/styles.xml": style} if style else {})
        | ({"xl/sharedStrings.xml": texts} if texts else {})
    )


def pack(members: Mapping[str, str | bytes], *, more: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """An archive of these members, and of `more`, whose names may be taken already."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*members.items(), *more]:
            archive.writestr(name, content)
    return made.getvalue()


def book(xml: str, **said: str) -> bytes:
    """A workbook of one sheet."""
    return pack(parts({"Orders": xml}, **said))  # type: ignore[arg-type]


def rows_of(content: bytes, feed: FeedSettings | None = None) -> RawRows:
    """The rows of a workbook that is not refused."""
    raw = FileReader().read(content, feed or FeedSettings())
    assert isinstance(raw, RawRows), raw
    return raw


def cells_of(content: bytes, feed: FeedSettings | None = None) -> list[tuple[str | None, ...]]:
    """The cells of all rows, without our columns."""
    return rows_of(content, feed).frame.drop(ROW_NO, SHEET_ROW, FAULT).rows()


def first_of(content: bytes, feed: FeedSettings | None = None) -> list[str | None]:
    """The cells of the first column as a person sees them, unless they have lost what they meant."""
    return [cells[0] and cells[0].removeprefix(TYPED_NUMBER) for cells in cells_of(content, feed)]


def refusal_of(content: bytes, feed: FeedSettings | None = None) -> Refusal:
    """The refusal of a workbook that has one."""
    refusal = FileReader().read(content, feed or FeedSettings())
    assert isinstance(refusal, Refusal), refusal
    return refusal
