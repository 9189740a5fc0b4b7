"""How values are written for people and spreadsheets: expressions over columns."""

from __future__ import annotations

import polars as pl

FORMULA = r"^'*[=+\-@\t\r]"
"""What a spreadsheet takes for a formula, or has been marked as none already."""

NUMBER = r"^[+-][0-9][0-9 .,]*$"
"""A signed number, or a telephone number: starts like a formula, and is none."""

CONTROLS = r"[\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]+"
"""Line ends and other characters that are no text."""


def neutral_text(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet never runs: what looks like a formula gets an apostrophe in front.

    Numbers stay as they are. `restored_text` takes exactly these apostrophes off again.
    """
    is_plain = ~text.str.contains(FORMULA) | text.str.contains(NUMBER)
    return pl.when(is_plain).then(text).otherwise(pl.lit("'") + text)


def restored_text(text: pl.Expr) -> pl.Expr:
    """What `neutral_text` was given: for rows of quarantine that come back corrected."""
    return text.str.replace(r"^'('*[=+\-@\t\r])", "${1}")


def single_line(text: pl.Expr) -> pl.Expr:
    """Text on one line: a run of control characters is one space. Many importers know no quoted line end."""
    return text.str.replace_all(CONTROLS, " ").str.strip_chars()
