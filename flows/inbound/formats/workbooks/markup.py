"""The XML of a workbook's parts: no document type, no entities, no depth, no endless tag."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from flows.inbound.formats.workbooks.not_read import refuse_damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_DEPTH = 64
MAX_TAG = 8 << 20
"""Bytes without an end of what they begin, such as a tag: expat looks through them again for each piece."""

BUFFER = 1 << 16

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The names of a workbook's own elements: as usual, and in strict files."""

BETWEEN = " "
"""Between the space of a name and the name, as expat is told to write them."""


def tags_of(*names: str) -> dict[str, str]:
    """The elements of these names as expat tells them -> the name."""
    return {f"{space}{BETWEEN}{name}": name for space in MAIN for name in names}


class Walk:
    """Goes through the elements of a part; what is to be done with them is said by who inherits."""

    tags: dict[str, str]

    def __init__(self) -> None:
        self.depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element of ours begins."""

    def end(self, tag: str) -> None:
        """An element of ours ends."""

    def characters(self, text: str) -> None:
        """Text within an element."""

    def pieces(self, content: Iterable[bytes]) -> Iterator[None]:
        """Go through the content, and pause after each piece of it.

        Raises:
            NotReadError: it is not the XML of a workbook.
        """
        parser = expat.ParserCreate(namespace_separator=BETWEEN)
        parser.buffer_text = True
        parser.buffer_size = BUFFER
        parser.StartDoctypeDeclHandler = _refuse_type
        parser.StartElementHandler = self.started
        parser.EndElementHandler = self.ended
        parser.CharacterDataHandler = self.characters
        fed = 0
        try:
            for piece in content:
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > MAX_TAG:
                    refuse_damaged("a tag in it has no end")
                yield
            parser.Parse(b"", True)
        except expat.ExpatError:
            refuse_damaged("a part of it is not XML")
        except (LookupError, UnicodeError):
            refuse_damaged("a part of it is in an encoding that is none")
        yield

    def go(self, content: Iterable[bytes]) -> None:
        """Go through all of the content.

        Raises:
            NotReadError: it is not the XML of a workbook.
        """
        for _ in self.pieces(content):
            pass

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """Any element begins; who inherits may take this over to be faster, and sees to the depth then."""
        self.deeper()
        tag = self.tags.get(name)
        if tag is not None:
            self.start(tag, attributes)

    def deeper(self) -> None:
        """One more element stands within others."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            refuse_damaged("its elements stand too deep within each other")

    def ended(self, name: str) -> None:
        """Likewise its end."""
        self.depth -= 1
        tag = self.tags.get(name)
        if tag is not None:
            self.end(tag)


def _refuse_type(*_: object) -> None:
    """A document type is where entities are defined; no spreadsheet program writes one."""
    refuse_damaged("a part of it has a document type")
