"""What the format of a cell makes of its number, as far as that is part of its meaning.

`00000`, `000-000` and `"PO-"0` make an id of a number, and a day, a time or a duration is one by its format
alone. Of percent, currency, groups of thousands and rounding the number itself is meant.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

GENERAL = "General"

BUILT_IN: dict[int, str] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "m/d/yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58, 71, 72, 73, 74, 81), "yyyy/m/d"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56, 75, 76, 78, 79, 80), "h:mm:ss"),
    77: "d/m/yyyy h:mm",
}  # fmt: skip
"""By number; those of money (5 to 8, 37 to 44) are the number itself, as any other is."""

TOKEN = re.compile(
    r'(?P<literal>"(?P<quoted>[^"]*)"?|\\(?P<escaped>.))|(?P<gap>_.|\*.)'
    r"|(?P<elapsed>\[(?:h+|m+|s+)\])|\[(?P<condition>(?:<=|>=|<>|=|<|>)[^\]]*)\]|(?P<money>\[\$[^\]-][^\]]*\])"
    r"|(?P<aside>\[[^\]]*\])|(?P<general>General|Standard)|(?P<noon>AM/PM|A/P)|(?P<exponent>E[+-])"
    r"|(?P<digit>[0#?])|(?P<mark>[.,%/@])|(?P<date>[dmyhs]+)|(?P<section>;)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)

CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?\d+(?:\.\d+)?)")
HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda value, bound: value <= bound,
    ">=": lambda value, bound: value >= bound,
    "<>": lambda value, bound: value != bound,
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    ">": lambda value, bound: value > bound,
}

BY_SIGN = 2
"""Sections, of which the second is that of numbers below nought."""

NO_PREFIX = " \u00a0\u202f()+-'"
"""Characters before a number that are no part of an id; nor are signs of money."""

ID_SUFFIX = "-_/.#"
"""How what belongs to an id begins behind the only nought of a format; `0 "pcs"` is a number of pieces."""

MIN_NOUGHTS = 2

PLAIN = ("literal", "digit", "general", "gap", "aside", "condition")
"""What a format of ids is made of."""


@dataclass(frozen=True)
class FormatToken:
    """A piece of a format: its kind as in `TOKEN`, and what it shows or says."""

    kind: str
    text: str


@dataclass(frozen=True)
class Moment:
    """What a format shows of a day and a time.

    Attributes:
        has_day: any of day, month and year.
        has_clock: hours, minutes or seconds.
        has_parts: parts of a second.
        is_elapsed: hours, minutes or seconds beyond those of a day.
    """

    has_day: bool
    has_clock: bool
    has_parts: bool
    is_elapsed: bool


def split_format(code: str) -> list[list[FormatToken]]:
    """The sections of a format, each in its tokens."""
    sections: list[list[FormatToken]] = [[]]
    for found in TOKEN.finditer(code):
        kind = found.lastgroup or "other"
        if found["literal"] is not None:
            kind = "literal"
            text = found["quoted"] if found["quoted"] is not None else (found["escaped"] or "")
        else:
            text = found["condition"] or found.group()
            kind = "condition" if found["condition"] else kind
        if kind == "section":
            sections.append([])
        else:
            sections[-1].append(FormatToken("literal" if kind == "other" else kind, text))
    return sections


def moment_of(sections: Sequence[Sequence[FormatToken]]) -> Moment | None:
    """What is shown of a day and a time; None where the format is that of a number."""
    first = sections[0]
    letters = [token.text[0].lower() for token in first if token.kind == "date"]
    is_elapsed = any(token.kind == "elapsed" for token in first)
    if not letters and not is_elapsed:
        return None
    has_clock = is_elapsed or "h" in letters or "s" in letters
    has_parts = any(
        token == FormatToken("mark", ".") and following.kind == "digit"
        for token, following in pairwise(first)
    )
    is_month = "m" in letters and not has_clock
    return Moment("d" in letters or "y" in letters or is_month, has_clock, has_parts, is_elapsed)


def picture_of(sections: Sequence[Sequence[FormatToken]]) -> Callable[[int], str | None]:
    """How a whole number is shown; the function gives None where the number itself is meant."""
    pictures = [_Picture.of(section) for section in sections]

    def show(number: int) -> str | None:
        place = _section_for(number, pictures)
        picture = pictures[place]
        if not picture.is_id:
            return None
        has_own_sign = place > 0 and picture.condition is None
        return ("-" if number < 0 and not has_own_sign else "") + picture.fill(abs(number))

    return show


def places_of(sections: Sequence[Sequence[FormatToken]]) -> int:
    """How many places a format of nothing but noughts has behind its point (`0.00`: 2); nought for others."""
    shown = [token for token in sections[0] if token.kind not in ("gap", "aside")]
    text = "".join(token.text for token in shown if token.kind in ("digit", "mark"))
    is_plain = len(text) == sum(len(token.text) for token in shown) and re.fullmatch(r"0+\.0+", text)
    return len(text.partition(".")[2]) if is_plain else 0


def frame_of(sections: Sequence[Sequence[FormatToken]]) -> tuple[str, str]:
    """What a format shows before and behind a text (`"PO-"@`)."""
    own = [section for section in sections if any(token == FormatToken("mark", "@") for token in section)]
    if not own:
        return "", ""
    place = own[-1].index(FormatToken("mark", "@"))
    before, behind = (_literals(part) for part in (own[-1][:place], own[-1][place + 1 :]))
    return (before if before.strip() else ""), (behind if behind.strip() else "")


@dataclass(frozen=True)
class _Picture:
    """A section of a format of numbers.

    Attributes:
        tokens: literals and digits, in order.
        is_id: what it shows is meant, and not the number itself.
        condition: of the numbers that it is for.
    """

    tokens: tuple[FormatToken, ...]
    is_id: bool
    condition: tuple[str, float] | None

    @classmethod
    def of(cls, section: Sequence[FormatToken]) -> _Picture:
        """The picture of a section."""
        tokens = tuple(token for token in section if token.kind in ("literal", "digit", "general"))
        said = next((CONDITION.match(token.text) for token in section if token.kind == "condition"), None)
        condition = (said[1], float(said[2])) if said else None
        is_plain = all(token.kind in PLAIN for token in section)
        return cls(tokens, is_plain and _is_id(tokens), condition)

    def fill(self, number: int) -> str:
        """The number in the places of the digits, from the right."""
        digits, shown = str(number) if number else "", []
        first = next(place for place, token in enumerate(self.tokens) if token.kind != "literal")
        for place, token in reversed(list(enumerate(self.tokens))):
            if token.kind == "literal":
                shown.append(token.text)
            elif place == first:
                shown.append(digits or _nothing(token))
            else:
                shown.append(digits[-1:] or _nothing(token))
                digits = digits[:-1]
        return "".join(reversed(shown))


def _nothing(token: FormatToken) -> str:
    """What a digit shows where the number has none."""
    return {"0": "0", "?": " ", "#": ""}.get(token.text, "0")


def _is_id(tokens: Sequence[FormatToken]) -> bool:
    """Whether noughts and literals make an id of a number."""
    digits = [token.text for token in tokens if token.kind != "literal"]
    if not digits:
        return False
    before = _literals(takewhile(lambda token: token.kind == "literal", tokens))
    behind = _literals(reversed(list(takewhile(lambda token: token.kind == "literal", reversed(tokens)))))
    within = _literals(tokens)[len(before) : len(_literals(tokens)) - len(behind)]
    if set(digits) == {"0"} and len(digits) >= MIN_NOUGHTS:
        return True
    is_prefix = any(sign not in NO_PREFIX and unicodedata.category(sign) != "Sc" for sign in before)
    is_suffix = behind[:1] in tuple(ID_SUFFIX) and any(sign.isalnum() for sign in behind)
    return is_prefix or is_suffix or bool(within.strip(NO_PREFIX.replace("-", "").replace("(", "")))


def _literals(tokens: Iterable[FormatToken]) -> str:
    """What the literals among the tokens show."""
    return "".join(token.text for token in tokens if token.kind == "literal")


def _section_for(number: int, pictures: Sequence[_Picture]) -> int:
    """Which section a number is shown by."""
    if any(picture.condition for picture in pictures):
        for place, picture in enumerate(pictures):
            if picture.condition is None or HOLDS[picture.condition[0]](number, picture.condition[1]):
                return place
        return 0
    if number < 0 and len(pictures) >= BY_SIGN:
        return 1
    return 2 if number == 0 and len(pictures) > BY_SIGN else 0
