"""Tests of mapping expressions: what they compute, what they refuse, and that they look at one row."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import ConfigurationError
from transforms.intake.mapping.expressions import (
    UnknownColumnError,
    cell_names,
    compile_mapping,
    nearest_name,
    nearest_place,
)

HEADERS = ["InvoiceNo", "Quantity", "Order-No", "Group", "Invoice Date", "*", '6"', "^a$", "Left"]

ALLOWED = [
    "Quantity",
    "-CAST(Quantity AS BIGINT)",
    "CAST(Quantity AS BIGINT) * 24",
    "CAST(Quantity AS DOUBLE) / 2",
    "COALESCE(CAST(Quantity AS BIGINT), 0)",
    "CASE WHEN InvoiceNo LIKE 'C%' THEN 'x' ELSE Quantity END",
    "UPPER(\"Order-No\") || '-' || Group",
    "REGEXP_REPLACE(InvoiceNo, '^C', '')",
    "SUBSTR(InvoiceNo, 2, 3)",
    "SUBSTR(InvoiceNo, 2)",
    "LPAD(Quantity, 6, '0')",
    "CONCAT(InvoiceNo, Group)",
    "GREATEST(InvoiceNo, Group)",
    "SPLIT_PART(\"Invoice Date\", ' ', 1)",
    "InvoiceNo IN ('C1', '5') AND NOT Group IS NULL",
    "SPLIT_PART(InvoiceNo, '-', -1)",
    "InvoiceNo REGEXP '^C' OR InvoiceNo NOT LIKE 'C%' AND Group IS NULL",
    "CASE WHEN InvoiceNo ~ 'C' THEN CAST(Quantity AS BIGINT) * 2 ELSE CAST(Quantity AS BIGINT) * 3 END",
    "CONCAT_WS('-', InvoiceNo, Group)",
    "'dtc'",
]


def rows_of(*rows: dict[str, str]) -> pl.DataFrame:
    """Cells of rows under the names that compiled mappings use."""
    names = cell_names(HEADERS)
    return pl.DataFrame(
        [[row.get(header) for header in HEADERS] for row in rows],
        schema=dict.fromkeys(names, pl.String),
        orient="row",
    )


def evaluate(text: str, rows: pl.DataFrame) -> tuple[list[object], list[bool]]:
    """Values and failures of a mapping value over `rows`."""
    mapping = compile_mapping(text, headers=HEADERS, place="k")
    answer = rows.with_columns(value=mapping.value, failed=mapping.failed)
    return answer["value"].to_list(), answer["failed"].to_list()


@pytest.mark.parametrize("header", HEADERS)
def test_a_value_that_is_a_header_is_that_column_whatever_it_looks_like(header: str) -> None:
    assert evaluate(header, rows_of({header: "here"})) == (["here"], [False])


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_allowed_can_be_computed(text: str) -> None:
    values, failed = evaluate(text, rows_of({"InvoiceNo": "C1", "Quantity": "5", "Invoice Date": "1 2"}))
    assert (len(values), failed) == (1, [False])


@pytest.mark.parametrize("header", ["Order-No", "Group", "Invoice Date", "*", "^a$", "Left"])
def test_a_quoted_header_works_inside_an_expression(header: str) -> None:
    assert evaluate(f'UPPER("{header}")', rows_of({header: "here"})) == (["HERE"], [False])


def test_a_quotation_mark_in_a_header_is_doubled() -> None:
    assert evaluate('LOWER("6""")', rows_of({'6"': "A"})) == (["a"], [False])


def test_a_word_of_sql_that_is_a_header_needs_no_quotes_unless_it_is_allowed_here() -> None:
    assert evaluate("Group || Left", rows_of({"Group": "a", "Left": "b"})) == (["ab"], [False])


def test_a_cast_that_fails_gives_null_and_marks_its_row() -> None:
    values, failed = evaluate("-CAST(Quantity AS BIGINT)", rows_of({"Quantity": "6"}, {"Quantity": "x"}, {}))
    assert (values, failed) == ([-6, None, None], [False, True, False])


def test_whole_numbers_do_not_wrap() -> None:
    big = str(2**62)
    assert evaluate("CAST(Quantity AS BIGINT) * 4", rows_of({"Quantity": big})) == ([2**64], [False])
    assert evaluate("CAST(Quantity AS BIGINT)", rows_of({"Quantity": str(2**63)})) == ([None], [True])


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("COALESCE(CAST(Quantity AS BIGINT), 0)", False),
        ("IFNULL(CAST(Quantity AS BIGINT), 0)", False),
        ("CONCAT('q', TRY_CAST(Quantity AS BIGINT))", False),
        ("CONCAT('q', CAST(Quantity AS BIGINT))", True),
        ("TRY_CAST(Quantity AS BIGINT)", True),
        ("COALESCE(TRY_CAST(Quantity AS BIGINT), NULL)", True),
        ("CASE WHEN Quantity = 'x' THEN 'none' ELSE CAST(Quantity AS BIGINT) END", False),
        ("CASE WHEN CAST(Quantity AS BIGINT) > 0 THEN 'a' ELSE 'b' END", True),
        ("CASE WHEN Quantity = 'y' THEN 'none' ELSE CAST(Quantity AS BIGINT) END", True),
    ],
)
def test_a_failed_cast_is_forgiven_only_where_the_expression_says_what_follows(
    text: str, *, failed: bool
) -> None:
    assert evaluate(text, rows_of({"Quantity": "x"}))[1] == [failed]


@pytest.mark.parametrize(
    "text",
    [
        "SUM(Quantity)", "FIRST(Quantity)", "COUNT(*)", "MAX(Quantity)", "NOW()", "RANDOM()", "UUID()",
        "ROW_NUMBER() OVER ()", "SUM(Quantity) OVER (PARTITION BY Group)", "REPEAT(Group, 9)",
        "RPAD(Group, 1000000000, 'x')", "LPAD(Group, CAST(Quantity AS BIGINT), '0')",
        "REPLACE(Group, '', 'x')", "REPLACE(Group, Group, Group)",
        "REPLACE(REPLACE(REPLACE(Group,'a','aaaaa'),'a','aaaaa'),'a','aaaaa')",
        "REGEXP_REPLACE(Group, 'a', Group)", "REGEXP_LIKE(Group, '(')",
        "CAST(Quantity AS BIGINT) * CAST(Quantity AS BIGINT) * 2",
        "CAST(Quantity AS DATE)", "Quantity::BIGINT", "Quantity; DROP", "E'x'", "Group AS x", "Quantity = 5",
        "", "IS NULL", "(Group", "Group)", "CAST(Group, 5)", "CASE WHEN Group = 'a' THEN 1",
        "1234567890123456789012",
        "(" * 40 + "1" + ")" * 40, "'" + "x" * 2_000 + "'",
        # what steers comes from no cell
        "REGEXP_LIKE(Group, Quantity)", "REGEXP_LIKE(Group, 'a', Quantity)", "STRPOS(Group, Quantity)",
        "SPLIT_PART(Group, Quantity, 1)", "SPLIT_PART(Group, '-', LENGTH(Group))",
        "SPLIT_PART(Group, '-', 0)",
        "SPLIT_PART(Group, '-', -0)", "SPLIT_PART(Group, '-')", "SPLIT_PART(Group, '', 1)",
        "SUBSTR(Group, 1, -1)", "SUBSTR(Group, -2)", "SUBSTR(Group, 1.5)", "SUBSTR(Group, LENGTH(Group))",
        "SUBSTRING(Group, 1, LENGTH(Group))", "LEFT(Group, LENGTH(Group))", "RIGHT(Group, -1)",
        "LPAD(Group, 5, Quantity)", "CONCAT_WS(Quantity, Group)", "STRPOS(Group, '')", "STRPOS(Group)",
        "STRPOS(STRPOS(Group, 'a') || 'b', 'c')", "REGEXP_REPLACE(Group, Quantity, '')",
        "Group LIKE Quantity", "Group ILIKE 'a' || Quantity", "Group REGEXP Quantity", "Group ~ (Quantity)",
        "Group RLIKE", "Group LIKE 'a' = TRUE", "REGEXP_REPLACE(Group, '(a)', '$1')",
        "REGEXP_REPLACE(Group, '(a)', '${1}')", "REGEXP_REPLACE(Group, '(?<n>a)', '$n')",
        "REGEXP_REPLACE(Group, '(a)', '\\1')",
        # a second value would be a new name of the first
        "Group Left", "Group 'x'", "'x' Group", "Group Group", "UPPER(Group Left)",
        "(Group Left)",
        "Group IS NULL Left", "TRUE Left", "Group NULL", "(Group) (Left)", "Group CASE WHEN TRUE THEN 1 END",
        "CASE WHEN Group = 'a' THEN Group Left END", "Group UPPER(Left)", 'Group "Left"',
        # a product of more than two numbers, wherever its parts stand
        "(CAST(Quantity AS BIGINT) * 2) * (CAST(Quantity AS BIGINT) * 2)",
        "CASE WHEN TRUE THEN CAST(Quantity AS BIGINT) * CAST(Quantity AS BIGINT) * 2 END",
    ],
)  # fmt: skip
def test_what_is_not_a_bounded_expression_over_one_row_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"clients/acme\.toml: feeds\.orders\.columns\.qty = "):
        compile_mapping(text, headers=HEADERS, place="clients/acme.toml: feeds.orders.columns.qty")


@pytest.mark.parametrize(
    ("longest", "longer", "named"),
    [
        (
            " || ".join(["Group"] * 61),
            " || ".join(["Group"] * 62),
            "at most 60 operators .*, this one 61; ask for one of many values with IN",
        ),
        (
            f"REPLACE(LPAD('x', 200, 'x'), 'x', '{'y' * 100}')",
            f"REPLACE(LPAD('x', 200, 'x'), 'x', '{'y' * 101}')",
            "may add 20,200 characters to a row; at most 20,000 are allowed",
        ),
    ],
)
def test_an_expression_has_an_end(longest: str, longer: str, named: str) -> None:
    assert compile_mapping(longest, headers=HEADERS, place="k").is_computed
    with pytest.raises(ConfigurationError, match=named):
        compile_mapping(longer, headers=HEADERS, place="k")


def test_one_of_many_values_is_a_single_operator() -> None:
    values = ", ".join(f"'C{number}'" for number in range(200))
    assert evaluate(f"InvoiceNo IN ({values})", rows_of({"InvoiceNo": "C7"})) == ([True], [False])


@pytest.mark.parametrize(
    "text",
    [
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "(SELECT 1)",
        "Quantty",
        '"Quantty"',
        "Order No",
        "Address 1",
        "Like New",
        "Left (cm)",
        "Order No.",
        "No. (intern)",
        "Price \u20ac",
        "#",
    ],
)
def test_a_word_that_is_no_header_is_an_unknown_column(text: str) -> None:
    with pytest.raises(UnknownColumnError, match="the file has no column"):
        compile_mapping(text, headers=HEADERS, place="k")


def test_a_refusal_names_the_nearest_word_of_ours_and_of_headers_the_place() -> None:
    quantity = HEADERS.index("Quantity") + 1
    with pytest.raises(ConfigurationError, match=rf"no column 'Quantty'; column {quantity} \(.\) may be it$"):
        compile_mapping("Quantty", headers=HEADERS, place="k")
    with pytest.raises(ConfigurationError, match="did you mean 'UPPER'"):
        compile_mapping("UPER(Group)", headers=HEADERS, place="k")
    assert nearest_name("zzz", HEADERS) == nearest_place("zzz", HEADERS) == ""


def test_two_minus_signs_never_start_a_comment() -> None:
    minus = "- -CAST(Quantity AS BIGINT)--CAST(Quantity AS BIGINT)"
    assert evaluate(minus, rows_of({"Quantity": "2"})) == ([4], [False])


@pytest.mark.parametrize(
    ("sought", "place"), [(".", 3), ("(", 0), ("é", 1), ("b", 4), ("''", 0), ("x", 2), ("$", 0)]
)
def test_strpos_looks_for_a_plain_text_and_counts_characters(sought: str, place: int) -> None:
    assert evaluate(f"STRPOS(InvoiceNo, '{sought}')", rows_of({"InvoiceNo": "éx.b."}, {})) == (
        [place, None],
        [False, False],
    )


cells = st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["1", "-2", "C1", "1.5", "x", "a b"]))


@given(
    text=st.sampled_from(ALLOWED),
    rows=st.lists(st.fixed_dictionaries(dict.fromkeys(HEADERS, cells)), min_size=2, max_size=8),
    cut=st.integers(0, 8),
)
def test_all_rows_together_say_what_halves_say(text: str, rows: list[dict[str, str]], cut: int) -> None:
    whole = rows_of(*rows)
    values, failed = evaluate(text, whole)
    first, second = evaluate(text, whole[:cut]), evaluate(text, whole[cut:])
    assert values == first[0] + second[0]
    assert failed == first[1] + second[1]


@given(text=st.text(alphabet="aG()'\",*-|<>=~ CASTUMWHENroup19.\\;:[]%\n", max_size=40))
def test_any_text_is_compiled_or_refused_but_never_breaks(text: str) -> None:
    try:
        mapping = compile_mapping(text, headers=HEADERS, place="k")
    except ConfigurationError:
        return
    assert rows_of({}, {}).with_columns(value=mapping.value, failed=mapping.failed).height == 2


@pytest.mark.parametrize("name", ["Order No.", "No. (intern)", "Weight(kg)", "Price \u20ac", "#", "Case 1.5"])
def test_any_name_of_a_column_may_be_written_as_it_stands_in_the_file(name: str) -> None:
    mapping = compile_mapping(name, headers=["x", name], place="k")
    assert (mapping.is_computed, mapping.cells) == (False, ("cell_1",))


@pytest.mark.parametrize("name", ["Weight (kg)", "City (Shipping)", "Qty (pcs) ordered", "Order No."])
def test_a_name_that_looks_like_a_call_may_be_one_of_another_file(name: str) -> None:
    with pytest.raises(UnknownColumnError):
        compile_mapping(name, headers=["x"], place="k")


@pytest.mark.parametrize("text", ["SUM(Quantity)", "CONCAT(Group, 'x'", "'x", "CASE WHEN Group"])
def test_what_computes_is_no_name_of_a_column_and_is_refused_for_good(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        compile_mapping(text, headers=HEADERS, place="k")
    assert not isinstance(caught.value, UnknownColumnError)
