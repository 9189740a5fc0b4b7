"""How long a text an expression can make is known before it makes any."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.vocabulary.codes import ReasonCode
from transforms.intake.mapping.expression_growth import Length, greatest_length
from transforms.intake.mapping.expressions import Mapping, compile_mapping
from transforms.intake.mapping.routes import FREE, refuse_growth
from transforms.intake.mapping.sql_text import read_phrase


@pytest.mark.parametrize(
    ("expression", "fixed", "times"),
    [
        ("a", 0, 1),
        ("'abc'", 3, 0),
        ("UPPER(a)", 0, 1),
        ("COALESCE(a, b, 'abcd')", 4, 1),
        ("REPLACE(a, 'x', 'yyyy')", 0, 4),
        ("REPLACE(a, 'xx', 'yyyyy')", 0, 3),
        ("REPLACE(a, 'xxx', 'y')", 0, 1),
        ("REPLACE(REPLACE(a, 'x', 'yy'), 'y', 'zzz')", 0, 6),
        ("REGEXP_REPLACE(a, '^C', '')", 0, 1),
        ("REGEXP_REPLACE(a, '', 'zz')", 2, 3),
        ("LPAD(a, 20, '0')", 20, 1),
        ("LENGTH(a || a || a)", 24, 3),  # a joined number has up to eight
        ("CAST(a AS INTEGER) + 1", 0, 0),
        ("CASE WHEN a = 'x' THEN REPLACE(b, 'x', 'yyy') ELSE b END", 1, 3),
        ("SUBSTR(REPLACE(a, 'x', 'yyy'), 1, 2)", 0, 3),
    ],
)
def test_the_longest_text_on_the_way_counts(expression: str, fixed: int, times: int) -> None:
    assert greatest_length(read_phrase(expression)) == Length(fixed, times)


@pytest.mark.parametrize("expression", ["CONCAT(a, b, a)", "CONCAT_WS('', a, b, a)", "a || b || a"])
def test_what_is_joined_is_added_up(expression: str) -> None:
    assert greatest_length(read_phrase(expression)).times == 3


@pytest.mark.parametrize(
    "expression",
    [
        "a", "'abc'", "UPPER(a)", "REPLACE(a, 'x', 'yyyy')", "REGEXP_REPLACE(a, '', 'zz')",
        "a || b || a || '-'",
        "CONCAT_WS('----', a, b, a)", "LPAD(a, 20, '0')", "CONCAT(a, LENGTH(b), 'x')", "INITCAP(a || a)",
    ],
)  # fmt: skip
def test_no_text_is_longer_than_is_said(expression: str) -> None:
    cells = pl.DataFrame({"bo_row_no": [1, 2], "a": ["x" * 50, "é" * 7], "b": ["xyz" * 30, None]})
    mapping = compile_mapping(expression, headers=["a", "b"], place="p")
    named = cells.rename({"a": "cell_0", "b": "cell_1"})
    made = named.select(mapping.value.cast(pl.String).str.len_chars().max()).item()
    assert made <= mapping.length.fixed + mapping.length.times * 90


def _mappings(*expressions: str) -> list[Mapping]:
    """These over a column `a`."""
    return [compile_mapping(expression, headers=["a"], place="p") for expression in expressions]


def test_a_file_is_refused_before_its_mappings_make_more_than_a_file_may() -> None:
    cells = pl.DataFrame({"cell_0": ["x" * (FREE // 500)] * 100})
    plenty = FREE // 5
    assert refuse_growth(_mappings("UPPER(a)", "a", "TRIM(a)"), cells) is None
    assert refuse_growth(_mappings("REPLACE(a, 'x', 'yyyyy')"), cells) is None
    refusal = refuse_growth(_mappings(*["REPLACE(a, 'x', 'yyyyy')"] * 2), cells)
    assert refusal is not None
    assert refusal.code is ReasonCode.TOO_LARGE
    assert f"could make {9 * plenty:,} characters of text beside the {plenty:,} of" in refusal.detail
    assert f"at most {FREE + plenty:,};" in refusal.detail


def test_what_is_added_to_each_row_counts() -> None:
    cells = pl.DataFrame({"cell_0": ["x"] * 1_000_000})
    assert refuse_growth(_mappings("LPAD(a, 200, '0')"), cells) is None
    assert refuse_growth(_mappings("LPAD(a, 200, '0')", "RPAD(a, 199, '0')"), cells) is not None


def test_a_file_without_rows_or_mapped_columns_makes_nothing() -> None:
    assert (
        refuse_growth(_mappings("a || a"), pl.DataFrame({"cell_0": []}, schema={"cell_0": pl.String})) is None
    )
    assert refuse_growth(_mappings("'x'"), pl.DataFrame({"cell_0": ["x"]})) is None
