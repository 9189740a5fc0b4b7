"""How long the texts and how great the numbers are that a row of a file may bring."""

from __future__ import annotations

MAX_ID = 100
"""Characters of an id; the longest that systems in use write have some 60."""

MAX_LIST = 5_000
"""Of a list of ids."""

MAX_TEXT = 2_000
"""Of any other text."""

MAX_DIGITS = 12
"""Digits before the decimal mark: sums over a million rows stay within 64 bits."""

ID_COLUMNS = frozenset({"sku", "replaced_by", "upc", "gtin_case", "tracking_no", "po_number", "uom"})
"""Columns of ids whose names do not end in `_id`."""

WORD_COLUMNS = frozenset({"channel", "segment", "currency", "ship_to_country", "language"})
"""Columns of single words, which are as short as ids."""

LISTS = frozenset({"warehouse_ids", "aliases", "substitutes", "uoms", "kit"})
"""Columns of lists joined by |."""


def greatest_length(column: str) -> int:
    """How many characters a text of this column may have."""
    if column in LISTS:
        return MAX_LIST
    is_short = column in ID_COLUMNS or column in WORD_COLUMNS or column.endswith("_id")
    return MAX_ID if is_short else MAX_TEXT


def span_words(least: float | None, greatest: float | None) -> str:
    """`0 to 36,500`, `at least 1`, `at most 9`; nothing without a bound."""
    if least is not None and greatest is not None:
        return f"{least:,} to {greatest:,}"
    if greatest is not None:
        return f"at most {greatest:,}"
    return "" if least is None else f"at least {least:,}"
