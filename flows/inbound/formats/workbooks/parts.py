"""The parts of a workbook beside its sheets: which sheets there are, and how numbers are shown."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import NoReturn

from flows.inbound.formats.workbooks.archive import Archive
from flows.inbound.formats.workbooks.markup import BETWEEN, Walk, tags_of
from flows.inbound.formats.workbooks.not_read import SAVE_AGAIN, refuse
from flows.inbound.formats.workbooks.number_formats import BUILT_IN, GENERAL
from flows.inbound.formats.workbooks.texts import SharedTexts

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
IDS = tuple(f"{space}{BETWEEN}id" for space in RELATIONS)

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""Begins files of old Office programs, and those that are encrypted."""

ARCHIVE = b"PK\x03\x04"

ENCRYPTED, OLD_BOOKS = "EncryptedPackage".encode("utf-16-le"), ("Workbook", "Book")

YES = ("1", "true", "on")


@dataclass(frozen=True)
class Sheet:
    """A sheet of cells: its name, its place among all sheets from 1, the part that it is in."""

    name: str
    place: int
    part: str
    is_visible: bool


@dataclass(frozen=True)
class Book:
    """A workbook that is open.

    Attributes:
        texts: those that cells name by their place.
        formats: of numbers, by the style that a cell names.
        is_1904: days are counted from 1904.
        is_stale: it says itself that its formulas are to be calculated anew.
    """

    archive: Archive
    sheets: list[Sheet]
    texts: list[str]
    formats: list[str]
    is_1904: bool
    is_stale: bool


def is_workbook(content: bytes) -> bool:
    """Whether bytes that are not packed are meant as a workbook of any program, or one that is encrypted."""
    return content.startswith((OLE, ARCHIVE))


def open_book(content: bytes) -> Book:
    """The workbook that the bytes are.

    Raises:
        NotReadError: they are none that is read.
    """
    if content.startswith(OLE):
        _refuse_old(content)
    archive = Archive(content)
    start = _relations(archive, "").of_type("/officeDocument") or ["xl/workbook.xml"]
    if not archive.has(start[0]):
        _refuse_other(archive)
    if start[0].casefold().endswith(".bin"):
        refuse(f"it is a binary workbook (.xlsb), which is not read; {SAVE_AGAIN}")
    walk = _Contents()
    walk.go(archive.read(start[0]))
    relations = _relations(archive, start[0])
    texts = [SharedTexts.read(archive.read(part)) for part in relations.of_type("/sharedStrings")]
    styles = _Styles()
    for part in relations.of_type("/styles"):
        styles.go(archive.read(part))
    sheets = [
        Sheet(name, place, relations.targets[key], is_visible)
        for place, (name, key, is_visible) in enumerate(walk.sheets, start=1)
        if relations.types.get(key, "").endswith("/worksheet")
    ]
    formats = styles.formats()
    return Book(archive, sheets, texts[0] if texts else [], formats, walk.is_1904, walk.is_stale)


def _refuse_old(content: bytes) -> NoReturn:
    """What a file of an old Office program is."""
    if ENCRYPTED in content:
        refuse(f"the workbook is encrypted; {SAVE_AGAIN} without a password")
    if any(name.encode("utf-16-le") in content for name in OLD_BOOKS):
        refuse(f"it is a workbook of Excel 97 to 2003 (.xls), which is not read; {SAVE_AGAIN}")
    refuse("it is a file of an old Office program, and no workbook; export it as .xlsx or text")


def _refuse_other(archive: Archive) -> NoReturn:
    """What an archive is that has no workbook where one belongs."""
    if archive.has("xl/workbook.bin"):
        refuse(f"it is a binary workbook (.xlsb), which is not read; {SAVE_AGAIN}")
    if archive.has("content.xml") and archive.has("mimetype"):
        refuse(f"it is an OpenDocument file (.ods), which is not read; {SAVE_AGAIN}")
    refuse("it is a document of an office program and no workbook; export its rows as .xlsx or text")


@dataclass
class _Relations:
    """What a part leads to: by the key that it uses, the type and the name of the other part."""

    types: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)

    def of_type(self, ending: str) -> list[str]:
        """The parts of a type."""
        return [self.targets[key] for key, kind in self.types.items() if kind.endswith(ending)]


def _relations(archive: Archive, part: str) -> _Relations:
    """What a part leads to; nothing where nothing is said. The empty name is the archive itself."""
    folder, name = posixpath.split(part)
    said = posixpath.join(folder, "_rels", f"{name}.rels")
    if not archive.has(said):
        return _Relations()
    walk = _RelationWalk()
    walk.go(archive.read(said))
    targets = {
        key: posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        for key, (_, target) in walk.found.items()
    }
    return _Relations({key: kind for key, (kind, _) in walk.found.items()}, targets)


class _RelationWalk(Walk):
    """Type and target by key, of those that lead to another part of the archive."""

    tags = {f"{PACKAGE}{BETWEEN}Relationship": "relation"}  # noqa: RUF012 -- never changed

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 -- there is one
        """One of them."""
        if attributes.get("TargetMode") != "External":
            key = attributes.get("Id", "")
            self.found[key] = (attributes.get("Type", ""), attributes.get("Target", ""))


class _Contents(Walk):
    """The sheets of a workbook, and how it counts days."""

    tags = tags_of("sheet", "workbookPr", "calcPr")

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []
        self.is_1904 = self.is_stale = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """One of them."""
        if tag == "sheet":
            key = next((attributes[name] for name in IDS if name in attributes), "")
            is_visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", ""), key, is_visible))
        elif tag == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in YES
        else:
            is_open = attributes.get("calcCompleted", "1") not in YES
            self.is_stale = attributes.get("fullCalcOnLoad", "0") in YES or is_open


class _Styles(Walk):
    """The formats of numbers, and which of them a style has."""

    tags = tags_of("numFmt", "cellXfs", "xf")

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[str, str] = {}
        self._numbers: list[str] = []
        self._is_of_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A format or a style; styles that are templates for others are none of cells."""
        if tag == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._is_of_cells = True
        elif self._is_of_cells:
            self._numbers.append(attributes.get("numFmtId", "0"))

    def end(self, tag: str) -> None:
        """The styles of cells have an end."""
        if tag == "cellXfs":
            self._is_of_cells = False

    def formats(self) -> list[str]:
        """The format of each style."""
        return [self._codes.get(number) or _built_in(number) for number in self._numbers]


def _built_in(number: str) -> str:
    """A format that needs no saying."""
    return BUILT_IN.get(int(number) if number.isdecimal() and len(number) < len("1000") else 0, GENERAL)
