"""How values are written for people and spreadsheets: expressions over columns."""

from __future__ import annotations

import polars as pl

FORMULA = r"^'*[=+\-@\t\r]"
"""What a spreadsheet takes for a formula, or has been marked as none already."""

NUMBER = r"^[+-][0-9][0-9 .,]*$"
"""A signed number, or a telephone number: starts like a formula, and is none."""

MONTH = (
    "(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz?|mrz|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|"
    r"aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\.?"
)
BETWEEN = "[ ./-]*"

WORD = (
    rf"(?:(?:[0-9]{{1,4}}{BETWEEN}{MONTH}(?:{BETWEEN}[0-9]{{1,4}})?|{MONTH}{BETWEEN}[0-9]{{1,4}}|"
    "true|false|wahr|falsch)$)"
)
"""MAR1, 3-Dez, true: a spreadsheet reads a day, or a truth that it writes in its own language."""

MARKED = rf"(?i)^'*(?:[=+\-@\t\r0-9.,]|{WORD})"
"""What may have had an apostrophe put in front of it."""

FIGURES = r"^[+\-.,]?[0-9][0-9.,:/ eE+\-%TZ]*$"
"""A number, a day, a time, or an id that a spreadsheet takes for one of them."""

SAFE_NUMBER = r"^-?(?:0|[1-9][0-9]{0,9})$"
"""A number that a spreadsheet shows as it is written, in whatever country."""

CONTROLS = r"[\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]+"
"""Line ends and other characters that are no text."""


def neutral_text(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet never runs: what looks like a formula gets an apostrophe in front.

    Numbers stay as they are.
    """
    is_plain = ~text.str.contains(FORMULA) | text.str.contains(NUMBER)
    return pl.when(is_plain).then(text).otherwise(pl.lit("'") + text)


def fixed_text(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet neither runs nor changes: `00123`, `2026-04-03` and `12.5` stay what they are.

    What it would take for something else gets an apostrophe in front, as in `neutral_text`.
    """
    is_changed = (
        (text.str.contains(FORMULA) & ~text.str.contains(NUMBER))
        | (text.str.contains(FIGURES) & ~text.str.contains(SAFE_NUMBER))
        | text.str.contains(rf"(?i)^{WORD}")
    )
    return pl.when(~is_changed).then(marked_text(text)).otherwise(pl.lit("'") + text)


def marked_text(text: pl.Expr) -> pl.Expr:
    """Text for cells that a spreadsheet leaves alone: `restored_text` gives it back as it was."""
    is_marked = text.str.starts_with("'") & text.str.contains(MARKED)
    return pl.when(~is_marked).then(text).otherwise(pl.lit("'") + text)


def restored_text(text: pl.Expr) -> pl.Expr:
    """What `fixed_text` or `marked_text` was given: for rows of quarantine that come back corrected."""
    is_marked = text.str.starts_with("'") & text.str.contains(MARKED)
    return pl.when(is_marked).then(text.str.strip_prefix("'")).otherwise(text)


def with_single_lines(rows: pl.DataFrame, texts: pl.Expr) -> pl.DataFrame:
    """The rows, in which each of some columns of texts is a `single_line`.

    Nearly all are as they came, and to see that takes a quarter of the time that writing them anew takes.
    """
    odd = rows.select(texts.str.contains(rf"{CONTROLS}|^\s|\s$").any())
    names = [name for name in odd.columns if odd[name].item()]
    return rows.with_columns(single_line(pl.col(names))) if names else rows


def single_line(text: pl.Expr) -> pl.Expr:
    """Text on one line: a run of control characters is one space. Many importers know no quoted line end."""
    return text.str.replace_all(CONTROLS, " ").str.strip_chars()
