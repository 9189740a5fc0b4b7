"""The faces of what is printed: DejaVu Sans Condensed, and WenQuanYi Micro Hei for what it lacks.

Together they have the letters of Europe, Vietnamese, Hebrew, Chinese, Japanese and Korean; a sign that none
has is an empty box. Of each face a document carries what it uses. Hebrew and Arabic stand from right to left;
Arabic letters are not joined.
"""

from __future__ import annotations

import unicodedata
import zlib
from functools import cache
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reportlab.pdfbase.ttfonts import TTFontFile

FONTS = resources.files("flows.outbound.paper") / "fonts"
REGULAR, BOLD, WIDE = "DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf", "wqy-microhei.ttc"
FACES = (REGULAR, BOLD, WIDE)
OBJECTS = 5
"""Of a PDF, for each face."""

MAPPED = 100
"""Signs that a map of a PDF may say at once."""

UNKNOWN = 0
"""The glyph of what a face does not have."""

RIGHT_TO_LEFT, LEFT_TO_RIGHT = ("R", "AL"), ("L", "EN", "AN")


class Face:
    """A face and what a document used of it."""

    def __init__(self, name: str, file: TTFontFile) -> None:
        self.name = name
        """As a page calls it."""
        self.file = file
        self.signs: list[str] = []
        """That the document has, by their numbers from 1 on."""
        self.numbers = {UNKNOWN: 0}
        """By glyph: signs that look the same have one."""
        self.codes = _Filled(self._code)
        self.widths = _Filled(self._width)

    def shown(self, text: str) -> str:
        """The numbers of signs, as a page has them."""
        return "".join(map(self.codes.__getitem__, text))

    def width(self, text: str) -> float:
        """The width of signs in thousandths of the size."""
        return float(sum(map(self.widths.__getitem__, text)))

    def has(self, text: str) -> bool:
        """Whether all signs are there."""
        return all(map(self.file.charToGlyph.__contains__, map(ord, text)))

    def objects(self, first: int) -> Iterator[bytes]:
        """The face as `OBJECTS` objects of a PDF, numbered from `first` on."""
        subset = self.file.makeSubset([ord(sign) for sign in self.signs])
        widths = " ".join(f"{self.widths[sign]:.0f}" for sign in self.signs)
        name, box = f"ABCDEF+{self.name}", " ".join(f"{side:.0f}" for side in self.file.bbox)
        yield (
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            f"/DescendantFonts[{first + 1} 0 R]/ToUnicode {first + 4} 0 R>>"
        ).encode()
        yield (
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDToGIDMap/Identity/DW 600"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor {first + 2} 0 R/W[1[{widths}]]>>"
        ).encode()
        yield (
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{box}]/ItalicAngle 0/StemV 80"
            f"/Ascent {self.file.ascent:.0f}/Descent {self.file.descent:.0f}"
            f"/CapHeight {self.file.capHeight:.0f}/FontFile2 {first + 3} 0 R>>"
        ).encode()
        yield stream(subset, f"/Length1 {len(subset)}")
        yield stream(_map_of(self.signs))

    def _code(self, sign: str) -> str:
        glyph = self.file.charToGlyph.get(ord(sign), UNKNOWN)
        if glyph not in self.numbers:
            self.signs.append(sign)
            self.numbers[glyph] = len(self.signs)
        return f"{self.numbers[glyph]:04x}"

    def _width(self, sign: str) -> float:
        return float(self.file.charWidths.get(ord(sign), self.file.defaultWidth))


class _Filled(dict[str, Any]):
    """A dictionary that makes what it lacks."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: str) -> Any:  # noqa: ANN401 -- whatever is made
        made = self[key] = self.make(key)
        return made


class Typeface:
    """The faces of a document."""

    def __init__(self) -> None:
        self.faces = [Face(f"F{number}", _file(name)) for number, name in enumerate(FACES)]

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """The width of a text in points."""
        return sum(face.width(part) for face, part in self._parts(text, bold=bold)) * size / 1000

    def shown(self, text: str, size: float, *, bold: bool = False) -> str:
        """What a page says to show a text where it stands."""
        return " ".join(
            f"/{face.name} {size:g} Tf <{face.shown(part)}> Tj"
            for face, part in self._parts(text if text.isascii() else in_sight(text), bold=bold)
        )

    def _parts(self, text: str, *, bold: bool) -> list[tuple[Face, str]]:
        """The parts of a text, each with the face that has it."""
        regular, heavy, wide = self.faces
        first = heavy if bold else regular
        if text.isascii():
            return [(first, text)]
        parts = groupby(
            unicodedata.normalize("NFC", text), lambda sign: not first.has(sign) and wide.has(sign)
        )
        return [(wide if is_wide else first, "".join(part)) for is_wide, part in parts]


def in_sight(text: str) -> str:
    """A text in the order in which its signs stand on paper: parts from right to left are turned round."""
    if all(unicodedata.bidirectional(sign) not in RIGHT_TO_LEFT for sign in text):
        return text
    shown, waiting, turned = list[str](), list[str](), list[str]()
    for sign in text:
        way = unicodedata.bidirectional(sign)
        if way in RIGHT_TO_LEFT:
            turned += [*waiting, sign]
            waiting = []
        elif way in LEFT_TO_RIGHT or not turned:
            shown += [*reversed(turned), *waiting, sign]
            waiting, turned = [], []
        else:
            waiting.append(sign)
    return "".join([*shown, *reversed(turned), *waiting])


def stream(content: bytes, more: str = "") -> bytes:
    """An object of a PDF that holds bytes, packed."""
    packed = zlib.compress(content)
    return f"<</Filter/FlateDecode/Length {len(packed)}{more}>>stream\n".encode() + packed + b"\nendstream"


def _map_of(signs: list[str]) -> bytes:
    """Which number means which sign, for whoever copies text from a page."""
    entries = [f"<{number:04x}> <{sign.encode('utf-16-be').hex()}>" for number, sign in enumerate(signs, 1)]
    parts = [entries[start : start + MAPPED] for start in range(0, len(entries), MAPPED)]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CMapName /Signs def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
        *(line for part in parts for line in (f"{len(part)} beginbfchar", *part, "endbfchar")),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode()


@cache
def _file(name: str) -> TTFontFile:
    """A face as it lies beside this module."""
    from reportlab.pdfbase.ttfonts import TTFontFile  # noqa: PLC0415 -- slow to load, and few nights print

    with resources.as_file(FONTS / name) as path:
        return TTFontFile(str(path))
