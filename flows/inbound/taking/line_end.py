"""Whether a file ends with a line end in its encoding, known from its first and last bytes."""

from __future__ import annotations

import codecs

MARKS = (
    (codecs.BOM_UTF8, ("utf-8", "utf-8-sig")),
    (codecs.BOM_UTF32_LE, ("utf-32", "utf-32-le")),
    (codecs.BOM_UTF32_BE, ("utf-32", "utf-32-be")),
    (codecs.BOM_UTF16_LE, ("utf-16", "utf-16-le")),
    (codecs.BOM_UTF16_BE, ("utf-16", "utf-16-be")),
)
"""Byte order marks and the encodings they agree with; utf-32 first, since its mark starts with utf-16's."""

WIDEST = 4
"""Bytes of a line end, or of a mark at the start, in the widest encoding."""

ORDERED_BY_MARK = ("utf-16", "utf-32")
"""Encodings whose mark tells the order of bytes; without one it is that of nearly every machine."""


def ends_line(first: bytes, last: bytes, size: int, encoding: str) -> bool:
    """Whether a file ends with a line end: LF or CR as its encoding writes them, never half of a letter.

    `first` and `last` are its first and last four bytes, `size` is how many it has.
    """
    marked = marked_encodings(first)
    name = codecs.lookup(marked[-1] if marked else encoding).name.removesuffix("-sig")
    if name in ORDERED_BY_MARK:
        name = f"{name}-le"
    ends = [sign.encode(name) for sign in "\n\r"]
    return size % len(ends[0]) == 0 and last.endswith(tuple(ends))


def marked_encodings(content: bytes) -> tuple[str, ...]:
    """The encodings that agree with the file's byte order mark; none where it has no mark."""
    return next((encodings for mark, encodings in MARKS if content.startswith(mark)), ())
