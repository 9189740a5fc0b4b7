"""Texts of a workbook: the shared ones, and how characters stand in them that XML does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.inbound.formats.workbooks.markup import Walk, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterable

ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""A character by its number; `_x005F_` is the line below that begins one."""

FIRST_SURROGATE, LAST_SURROGATE = 0xD800, 0xDFFF


def unescape(text: str) -> str:
    """A text as a person sees it; numbers that are no character stay as they are written."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    """The character that is written by its number."""
    number = int(found[1], 16)
    is_none = number == 0 or FIRST_SURROGATE <= number <= LAST_SURROGATE
    return found.group() if is_none else chr(number)


class SharedTexts(Walk):
    """The texts that cells name by their place.

    Attributes:
        texts: in order; parts of one in several fonts are one text, and how it is spoken is left out.
    """

    tags = tags_of("si", "t", "rPh")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._is_text = self._is_spoken = False

    @classmethod
    def read(cls, content: Iterable[bytes]) -> list[str]:
        """The texts of the part.

        Raises:
            NotReadError: it is not read.
        """
        walk = cls()
        walk.go(content)
        return walk.texts

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 -- they say nothing of a text
        """A text, a part of it, or how it is spoken."""
        if tag == "si":
            self._parts = []
        elif tag == "t":
            self._is_text = not self._is_spoken
        else:
            self._is_spoken = True

    def end(self, tag: str) -> None:
        """Likewise."""
        if tag == "si":
            self.texts.append(unescape("".join(self._parts)))
        elif tag == "t":
            self._is_text = False
        else:
            self._is_spoken = False

    def characters(self, text: str) -> None:
        """What belongs to the text."""
        if self._is_text:
            self._parts.append(text)
