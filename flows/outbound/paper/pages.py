"""A PDF of A4 pages, written page by page: whatever is written is not held, however many pages there are."""

from __future__ import annotations

from array import array
from codecs import BOM_UTF16_BE
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from flows.outbound.paper.faces import OBJECTS, Typeface, stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MM = 72 / 25.4
"""A millimetre in points."""

WIDTH, HEIGHT = 210.0, 297.0
"""Of a page, in millimetres."""

CATALOG, TREE, TITLE, RESOURCES, TOTAL, FACES = range(1, 7)
"""Numbers of objects; after the faces come the pages."""

BLACK, GREY, PALE = 0.0, 0.35, 0.9


LEADING = 1.15 / MM
"""Height of a line in millimetres, for each point of its size."""


class Room(NamedTuple):
    """Where a text has to fit: millimetres, and sizes in points."""

    width: float
    height: float
    size: float
    smallest: float


class PaperPage:
    """What a page shows; places are millimetres from its upper left corner."""

    def __init__(self, typeface: Typeface) -> None:
        self.typeface = typeface
        self.marks: list[str] = []

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, shade: float = BLACK
    ) -> None:
        """A line of text from x on, on the line y."""
        if text:
            shown = self.typeface.shown(text, size, bold=bold)
            self.marks.append(f"BT {shade:g} g {x * MM:.2f} {_up(y)} Td {shown} ET")

    def block(  # noqa: PLR0913 -- a place, and how the text looks there
        self,
        x: float,
        y: float,
        text: str,
        room: Room,
        *,
        bold: bool = False,
        is_cut: bool = False,
        shade: float = BLACK,
    ) -> None:
        """A text as large as its room lets it be, below y; what is too long even so may be cut."""
        size, lines = self._fit(text, room, bold=bold)
        most = max(1, int(room.height / (size * LEADING)))
        if is_cut and len(lines) > most:
            lines = [*lines[: most - 1], self._cut(lines[most - 1], room.width, size, bold=bold)]
        for number, line in enumerate(lines, 1):
            self.text(x, y + (number - 0.2) * size * LEADING, line, size, bold=bold, shade=shade)

    def _fit(self, text: str, room: Room, *, bold: bool) -> tuple[float, list[str]]:
        """The largest size at which a text fits into its room, else the smallest; and its lines."""
        lines: list[str] = []
        size = room.size
        while True:
            lines = self._lines(text, room.width, size, bold=bold)
            if len(lines) * size * LEADING <= room.height or size <= room.smallest:
                return size, lines
            size = max(room.smallest, size - 1)

    def _lines(self, text: str, width: float, size: float, *, bold: bool) -> list[str]:
        """A text in lines that are not wider; a word that is wider by itself is broken."""
        if self.width(text, size, bold=bold) <= width:
            return [text]
        lines, line = list[str](), ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer, size, bold=bold) <= width:
                line = longer
                continue
            lines += [line] if line else []
            line = word
            while (count := self._fitting(line, width, size, bold=bold)) < len(line):
                lines.append(line[:count])
                line = line[count:]
        return [*lines, line]

    def _fitting(self, text: str, width: float, size: float, *, bold: bool) -> int:
        """How many signs of a text are not wider; at least one."""
        at, end = 0.0, 0
        for end, sign in enumerate(text, 1):
            at += self.width(sign, size, bold=bold)
            if at > width:
                return max(1, end - 1)
        return end

    def _cut(self, line: str, width: float, size: float, *, bold: bool) -> str:
        """A line that says that it is not all."""
        left = width - self.width("…", size, bold=bold)
        return f"{line[: self._fitting(line, left, size, bold=bold)]}…"

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a text is."""
        return self.typeface.width(text, size, bold=bold) / MM

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """An empty box, whose upper left corner is named."""
        self.marks.append(f"0 G 0.8 w {_area(x, y, width, height)} S")

    def fill(self, x: float, y: float, width: float, height: float, *, shade: float = BLACK) -> None:
        """A full one."""
        self.marks.append(f"{shade:g} g {_area(x, y, width, height)} f")

    def total(self, x: float, y: float) -> None:
        """The number of all pages, which is known at the end."""
        self.marks.append(f"q 1 0 0 1 {x * MM:.2f} {_up(y)} cm /Total Do Q")

    def bars(self, x: float, y: float, digits: str, *, width: float, height: float) -> None:
        """Digits as a barcode (Code 128) in the middle of a place; beside it must be nothing."""
        widths = code_128(digits)
        module = min(MODULE, width / (sum(widths) + 2 * QUIET))
        left = x + (width - sum(widths) * module) / 2
        starts = [0, *accumulate(widths)]
        bars = " ".join(f"{starts[n]} 0 {widths[n]} 1 re" for n in range(0, len(widths), 2))
        scaled = f"{module * MM:.5f} 0 0 {height * MM:.2f} {left * MM:.2f} {_up(y + height)} cm"
        self.marks.append(f"q 0 g {scaled} {bars} f Q")

    def content(self) -> bytes:
        """The page as a PDF describes it."""
        return "\n".join(self.marks).encode()


MODULE = 0.375
"""The narrowest bar of a barcode, in millimetres: plain scanners read 0.25."""

QUIET = 10
"""Modules beside a barcode that nothing is printed on."""


def code_128(digits: str) -> list[int]:
    """Widths of the bars and of the gaps between them, in modules."""
    from reportlab.graphics.barcode.code128 import Code128  # noqa: PLC0415 -- slow to load, and few nights print

    code = Code128(digits)
    code.validate()
    code.encode()
    code.decompose()
    return [ord(letter.lower()) - ord("a") + 1 for letter in code.decomposed]


def write_pdf(pages: Iterable[PaperPage], typeface: Typeface, title: str) -> Iterator[bytes]:
    """The bytes of a PDF; each page is asked for when those before it are written."""
    numbered = _Numbered()
    kids = array("L")
    yield numbered.begin()
    after = FACES + OBJECTS * len(typeface.faces)
    for place, page in enumerate(pages):
        kids.append(after + 2 * place)
        leaf = (
            f"<</Type/Page/Parent {TREE} 0 R/MediaBox[0 0 {WIDTH * MM:.2f} {HEIGHT * MM:.2f}]"
            f"/Resources {RESOURCES} 0 R/Contents {kids[-1] + 1} 0 R>>"
        )
        yield numbered.object(kids[-1], leaf.encode())
        yield numbered.object(kids[-1] + 1, stream(page.content()))
    shown = f"BT 0 g 0 0 Td {typeface.shown(str(len(kids)), TOTAL_SIZE)} ET"
    form = f"/Type/XObject/Subtype/Form/BBox[0 -10 100 20]/Resources {RESOURCES} 0 R"
    yield numbered.object(TOTAL, stream(shown.encode(), form))
    names = []
    for number, face in enumerate(typeface.faces):
        first = FACES + OBJECTS * number
        names.append(f"/{face.name} {first} 0 R")
        for offset, content in enumerate(face.objects(first)):
            yield numbered.object(first + offset, content)
    fonts = f"<</Font<<{''.join(names)}>>/XObject<</Total {TOTAL} 0 R>>>>"
    yield numbered.object(RESOURCES, fonts.encode())
    yield numbered.object(CATALOG, f"<</Type/Catalog/Pages {TREE} 0 R>>".encode())
    named = BOM_UTF16_BE + title.encode("utf-16-be")
    yield numbered.object(TITLE, f"<</Title<{named.hex()}>>>".encode())
    tree = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>"
    yield numbered.object(TREE, tree.encode())
    yield numbered.end()


TOTAL_SIZE = 9.0
"""Of the number of pages."""


class _Numbered:
    """The objects of a PDF, and where each begins."""

    def __init__(self) -> None:
        self.written = 0
        self.places: dict[int, int] = {}

    def begin(self) -> bytes:
        return self._count(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")

    def object(self, number: int, content: bytes) -> bytes:
        self.places[number] = self.written
        return self._count(b"%d 0 obj\n%b\nendobj\n" % (number, content))

    def end(self) -> bytes:
        """Where everything stands."""
        size = len(self.places) + 1
        lines = (f"{self.places[number]:010} 00000 n \n" for number in range(1, size))
        return (
            f"xref\n0 {size}\n0000000000 65535 f \n{''.join(lines)}trailer\n"
            f"<</Size {size}/Root {CATALOG} 0 R/Info {TITLE} 0 R>>\nstartxref\n{self.written}\n%%EOF\n"
        ).encode()

    def _count(self, content: bytes) -> bytes:
        self.written += len(content)
        return content


def _up(y: float) -> str:
    """A line as a PDF counts it: from below, in points."""
    return f"{(HEIGHT - y) * MM:.2f}"


def _area(x: float, y: float, width: float, height: float) -> str:
    return f"{x * MM:.3f} {(HEIGHT - y - height) * MM:.2f} {width * MM:.3f} {height * MM:.2f} re"
